using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>The constants (P, q, Q, h) of a pack of pseudo-Voigt lines: <see cref="LineShape"/> for several lines at once.</summary>
/// <typeparam name="T">The lane.</typeparam>
internal readonly struct ShapeLanes<T>
    where T : struct, ILane<T>
{
    /// <summary>Logarithms of amplitudes and widths up to this size keep every power of them inside the range of a double.</summary>
    public const double LargestLogarithm = 100;

    private static readonly double FwhmPerSigma = 2 * Math.Sqrt(2 * Math.Log(2));
    private static readonly double InverseSqrtTwoPi = 1 / Math.Sqrt(2 * Math.PI);

    /// <summary>P.</summary>
    public readonly T Numerator;

    /// <summary>q.</summary>
    public readonly T Square;

    /// <summary>Q.</summary>
    public readonly T Depth;

    /// <summary>h.</summary>
    public readonly T Rate;

    private readonly T _gauss;
    private readonly T _lorentzEta;
    private readonly T _gaussShare;
    private readonly LineProfile _profile;

    /// <summary>The constants of the lines, formulas as in <see cref="LineShape"/>; for Voigt those of its unmixed parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ShapeLanes(LineProfile profile, T lnAmplitude, T lnSigma, T lnGamma)
    {
        T one = T.Broadcast(1);
        T amplitude = LaneMath.Exp(lnAmplitude), sigma = LaneMath.Exp(lnSigma), gamma = LaneMath.Exp(lnGamma);
        T fG = T.Broadcast(profile == LineProfile.Blase ? 2.3548 : FwhmPerSigma) * sigma;
        T fL = gamma + gamma;
        T scale = T.Max(fG, fL);
        T g = fG / scale, l = fL / scale;
        T f5 = Polynomial(g, l, 1, 2.69269, 2.42843, 4.47163, 0.07842);
        f5 = T.MultiplyAdd(l * l * l, l * l, f5);
        T gaussShare = Polynomial(g, l, 5, 4 * 2.69269, 3 * 2.42843, 2 * 4.47163, 0.07842) / (T.Broadcast(5) * f5);
        T f = scale * LaneMath.Exp(T.Broadcast(0.2) * T.Log(f5));
        T r = fL / f;
        T eta = r * T.MultiplyAdd(r, T.MultiplyAdd(r, T.Broadcast(0.11116), T.Broadcast(-0.47719)), T.Broadcast(1.36603));
        T etaPerLnGamma = r * gaussShare
            * T.MultiplyAdd(r, T.MultiplyAdd(r, T.Broadcast(3 * 0.11116), T.Broadcast(-2 * 0.47719)), T.Broadcast(1.36603));
        if (profile == LineProfile.Voigt) eta = one;
        if (profile == LineProfile.Thompson) (gamma, sigma) = (T.Broadcast(0.5) * f, f * T.Broadcast(1 / FwhmPerSigma));
        T lorentz = amplitude * gamma * T.Broadcast(1 / Math.PI);
        T inverseSigma = one / sigma;
        _gauss = amplitude * inverseSigma * T.Broadcast(InverseSqrtTwoPi);
        Numerator = lorentz * eta;
        Square = gamma * gamma;
        Depth = profile == LineProfile.Voigt ? _gauss : _gauss * (one - eta);
        Rate = T.Broadcast(0.5) * inverseSigma * inverseSigma;
        _lorentzEta = lorentz * etaPerLnGamma;
        _gauss *= etaPerLnGamma;
        _gaussShare = gaussShare;
        _profile = profile;
    }

    /// <summary>The chain rule from derivatives by (P, q, Q, h) to those by ln a, ln sigma and ln gamma.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (T LnAmplitude, T LnSigma, T LnGamma) ToParameters(T perNumerator, T perSquare, T perDepth, T perRate)
    {
        T two = T.Broadcast(2), zero = T.Broadcast(0);

        // eta depends on ln sigma and ln gamma with opposite signs.
        T mixing = (perNumerator * _lorentzEta) - (perDepth * _gauss);
        T lorentzWidth = two * perSquare * Square, gaussWidth = zero - (perDepth * Depth) - (two * perRate * Rate);
        T area = perNumerator * Numerator;
        if (_profile == LineProfile.Blase) return (area + (perDepth * Depth), gaussWidth - mixing, area + lorentzWidth + mixing);
        T width = area + lorentzWidth + gaussWidth;
        return (area + (perDepth * Depth), (width * _gaussShare) - mixing, (width * (T.Broadcast(1) - _gaussShare)) + mixing);
    }

    // g (c0 g^4 + c1 g^3 l + c2 g^2 l^2 + c3 g l^3 + c4 l^4)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Polynomial(T g, T l, double c0, double c1, double c2, double c3, double c4)
    {
        T g2 = g * g, l2 = l * l;
        T sum = T.MultiplyAdd(g2 * T.Broadcast(c0), g2, T.Broadcast(c4) * l2 * l2);
        sum = T.MultiplyAdd(g2 * g * T.Broadcast(c1), l, sum);
        sum = T.MultiplyAdd(g2 * T.Broadcast(c2), l2, sum);
        sum = T.MultiplyAdd(g * T.Broadcast(c3), l2 * l, sum);
        return g * sum;
    }
}
