using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The constants of a pack of pseudo-Voigt lines, V(x) = P / (x^2 + q) + Q exp(-h x^2): the one place where they follow from (a, sigma, gamma), for all
/// kernels of the processor. A line's constants have the same bits in a pack of any width.
/// </summary>
/// <remarks>
/// <para>Widths are taken in units of the larger one, so that f^5 = g^5 + ... + l^5 lies between 1 and 11.7. Its inverse fifth root z needs no division
/// but that of its start, 1 / (1 + 0.64 times the smaller width), which is at most 9 % off: with h = 1 - f^5 z^5 the factor (1 - h)^(-1/5) is taken to
/// h^3, twice (1.5e-3, then 2e-10 is left), and to h once.</para>
/// <para>With r = l / f, the share of the Gaussian is 1 - eta = 1 - a r + b r^2 - c r^3. Where sigma is much less than gamma, r is nearly 1 and the
/// difference would lose all digits. With d = 1 - r and a - b + c = 1 it is d (a - 2 b + 3 c) + d^2 (b - 3 c) + c d^3, a sum of positive terms; and
/// d = (1 - r^5) / (1 + r + r^2 + r^3 + r^4), where 1 - r^5 = (f^5 - l^5) / f^5 is a sum of positive terms as well.</para>
/// </remarks>
/// <typeparam name="T">The lane.</typeparam>
internal readonly struct ShapeLanes<T>
    where T : struct, ILane<T>
{
    private const double A = 1.36603;
    private const double B = 0.47719;
    private const double C = 0.11116;

    // Below this the Gaussian part changes neither a spectrum nor a gradient.
    private const double NegligibleGaussian = 1e-17;

    // Keeps 1 / (q' (q' - P)) inside the range of a double for a line of vanishing width that sits on a pixel.
    private const double SmallestSquare = 1e-140;

    // Beyond it products of these numbers would become infinite, and then none: black is black.
    private const double Largest = 1e150;

    private static readonly double InverseSqrtTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>P.</summary>
    public readonly T Numerator;

    /// <summary>q.</summary>
    public readonly T Square;

    /// <summary>Q.</summary>
    public readonly T Depth;

    /// <summary>h; 0 without a Gaussian.</summary>
    public readonly T Rate;

    /// <summary>The Gaussian part is negligible farther than this from the centre; 0 when it is negligible everywhere.</summary>
    public readonly T CoreHalfWidth;

    /// <summary>dP / d ln gamma by the change of eta alone; with respect to ln sigma it is the negative.</summary>
    public readonly T LorentzMixing;

    /// <summary>-dQ / d ln gamma by the change of eta alone; with respect to ln sigma it is the negative.</summary>
    public readonly T GaussMixing;

    /// <summary>d ln f / d ln sigma; with respect to ln gamma it is 1 minus this, f^5 being homogeneous of degree 5.</summary>
    public readonly T GaussShare;

    /// <summary>The constants of the lines; for Voigt those of its unmixed parts.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="amplitude">a in Angstrom.</param>
    /// <param name="sigma">Angstrom, at least 0.</param>
    /// <param name="gamma">Angstrom, at least 0; not both widths 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShapeLanes(LineProfile profile, T amplitude, T sigma, T gamma)
    {
        T one = Of(1);
        T fG = Of(profile == LineProfile.Blase ? 2.3548 : LineShape.FwhmPerSigma) * sigma, fL = gamma + gamma;
        T unit = T.Max(fG, fL);
        T g = fG / unit, l = fL / unit;
        T aboveLorentz = Polynomial(g, l, 1, 2.69269, 2.42843, 4.47163, 0.07842);
        T f5 = T.MultiplyAdd(l * l * l, l * l, aboveLorentz);
        T z = one / T.MultiplyAdd(Of(0.64), T.Min(g, l), one);
        z = Refine(Refine(z, f5), f5);
        z = T.MultiplyAdd(z * Of(0.2), Deviation(z, f5), z);
        T z2 = z * z, z5 = z2 * z2 * z;
        GaussShare = Polynomial(g, l, 1, 0.8 * 2.69269, 0.6 * 2.42843, 0.4 * 4.47163, 0.2 * 0.07842) * z5;

        T r = l * z, r2 = r * r;
        T d = aboveLorentz * z5 / T.MultiplyAdd(T.MultiplyAdd(r, r2, r2 + r), r, r + one);
        T gaussian = d * T.MultiplyAdd(d, T.MultiplyAdd(d, Of(C), Of(B - (3 * C))), Of(A - (2 * B) + (3 * C)));
        T eta = r * T.MultiplyAdd(r, T.MultiplyAdd(r, Of(C), Of(-B)), Of(A));
        T etaPerLnGamma = r * GaussShare * T.MultiplyAdd(r, T.MultiplyAdd(r, Of(3 * C), Of(-2 * B)), Of(A));
        if (profile == LineProfile.Voigt) (eta, gaussian) = (one, one);
        if (profile == LineProfile.Thompson)
        {
            T f = unit / z;
            (gamma, sigma) = (Of(0.5) * f, f * Of(1 / LineShape.FwhmPerSigma));
        }

        // Without a Gaussian its peak and its rate are 0.
        T inverseSigma = T.Min(Of(Largest), T.ZeroUnlessAtMost(Of(double.Epsilon), sigma, one / sigma));
        T lorentz = T.Min(Of(Largest), amplitude * gamma * Of(1 / Math.PI)), gauss = T.Min(Of(Largest), amplitude * inverseSigma * Of(InverseSqrtTwoPi));
        Numerator = lorentz * eta;
        Square = T.Max(gamma * gamma, Of(SmallestSquare));
        Depth = gauss * gaussian;
        Rate = Of(0.5) * inverseSigma * inverseSigma;
        LorentzMixing = lorentz * etaPerLnGamma;
        GaussMixing = gauss * etaPerLnGamma;

        // ln(excess) is at most (exponent + 1) ln 2: a little wide, and much faster than the logarithm.
        T excess = Depth * Of(1 / NegligibleGaussian);
        CoreHalfWidth = T.ZeroUnlessAtMost(one, excess, T.Sqrt((T.Exponent(excess) + one) * Of(0.6931471805599454) / Rate));
    }

    /// <summary>The chain rule from derivatives by (P, q, Q, h) to those by ln a, ln sigma and ln gamma.</summary>
    /// <param name="profile">Blase or Thompson.</param>
    /// <param name="lines">The table of the lines.</param>
    /// <param name="at">The first line of the pack.</param>
    /// <param name="perNumerator">Derivatives by P.</param>
    /// <param name="perSquare">Derivatives by q.</param>
    /// <param name="perDepth">Derivatives by Q.</param>
    /// <param name="perRate">Derivatives by h.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T LnAmplitude, T LnSigma, T LnGamma) ToParameters(
        LineProfile profile, LineColumns lines, int at, T perNumerator, T perSquare, T perDepth, T perRate)
    {
        T two = Of(2), zero = Of(0), share = T.Load(in lines.GaussShare[at]);

        // eta depends on ln sigma and ln gamma with opposite signs.
        T mixing = (perNumerator * T.Load(in lines.LorentzMixing[at])) - (perDepth * T.Load(in lines.GaussMixing[at]));
        T depth = perDepth * T.Load(in lines.Depth[at]), area = perNumerator * T.Load(in lines.Numerator[at]);
        T lorentzWidth = two * perSquare * T.Load(in lines.Square[at]), gaussWidth = zero - depth - (two * perRate * T.Load(in lines.Rate[at]));
        if (profile == LineProfile.Blase) return (area + depth, gaussWidth - mixing, area + lorentzWidth + mixing);
        T width = area + lorentzWidth + gaussWidth;
        return (area + depth, (width * share) - mixing, (width * (Of(1) - share)) + mixing);
    }

    // h = 1 - f^5 z^5.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Deviation(T z, T f5)
    {
        T z2 = z * z;
        return T.MultiplyAdd((Of(0) - f5) * z, z2 * z2, Of(1));
    }

    // z (1 + h / 5 + 3 h^2 / 25 + 11 h^3 / 125).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Refine(T z, T f5)
    {
        T h = Deviation(z, f5);
        return T.MultiplyAdd(z * h, T.MultiplyAdd(h, T.MultiplyAdd(h, Of(11.0 / 125), Of(3.0 / 25)), Of(0.2)), z);
    }

    // g (c0 g^4 + c1 g^3 l + c2 g^2 l^2 + c3 g l^3 + c4 l^4)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Polynomial(T g, T l, double c0, double c1, double c2, double c3, double c4)
    {
        T g2 = g * g, l2 = l * l;
        T sum = T.MultiplyAdd(g2 * Of(c0), g2, Of(c4) * l2 * l2);
        sum = T.MultiplyAdd(g2 * g * Of(c1), l, sum);
        sum = T.MultiplyAdd(g2 * Of(c2), l2, sum);
        sum = T.MultiplyAdd(g * Of(c3), l2 * l, sum);
        return g * sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Of(double value) => T.Broadcast(value);
}
