using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Tangents;

/// <summary>The tangent of one pseudo-Voigt line.</summary>
/// <remarks>
/// With V = P r + Q e, r = 1 / (x^2 + q), e = exp(-h x^2) and x the distance from the centre c:
/// dV = r^2 [(dP q - P dq) + 2 P dc x + dP x^2] + e [dQ + 2 Q h dc x - Q dh x^2].
/// So all directions share the six functions u r^2 (1, x, x^2) and u e (1, x, x^2) of the pixel, and differ in the coefficients only; in the
/// wing the last three vanish and one division serves all directions (see <see cref="PseudoVoigtGradient"/> for its divisor).
/// </remarks>
internal static class PseudoVoigtTangent
{
    /// <summary>Functions in the wing.</summary>
    public const int WingTerms = 3;

    /// <summary>The coefficients of the six functions for one direction.</summary>
    /// <param name="shape">The line.</param>
    /// <param name="direction">The table of the direction.</param>
    /// <param name="line">Its row.</param>
    /// <param name="coefficient">Receives six values.</param>
    public static void Coefficients(in LineShape shape, LineTable direction, int line, Span<double> coefficient)
    {
        double center = direction.Center[line], amplitude = direction.LnAmplitude[line], sigma = direction.LnSigma[line], gamma = direction.LnGamma[line];
        ShapeDerivative s = shape.PerLnSigma, g = shape.PerLnGamma;
        double numerator = (shape.LorentzNumerator * amplitude) + (s.LorentzNumerator * sigma) + (g.LorentzNumerator * gamma);
        double square = (s.LorentzSquare * sigma) + (g.LorentzSquare * gamma);
        double depth = (shape.GaussDepth * amplitude) + (s.GaussDepth * sigma) + (g.GaussDepth * gamma);
        double rate = (s.GaussRate * sigma) + (g.GaussRate * gamma);
        coefficient[0] = (numerator * shape.LorentzSquare) - (shape.LorentzNumerator * square);
        coefficient[1] = 2 * shape.LorentzNumerator * center;
        coefficient[2] = numerator;
        coefficient[3] = depth;
        coefficient[4] = 2 * shape.GaussDepth * shape.GaussRate * center;
        coefficient[5] = -shape.GaussDepth * rate;
    }

    /// <summary>Where the core of a line is, cut to the pixels [start, end): beyond it the Gaussian is negligible and no depth is clamped.</summary>
    public static (int Start, int End) Core(in LineShape shape, double[] wavelength, int start, int end) =>
        CorePixels.Find(shape.Center, CorePixels.HalfWidth(shape.LorentzNumerator, shape.LorentzSquare, shape.CoreHalfWidth, PseudoVoigtGradient.LargestWingDepth), wavelength, start, end);

    /// <summary>The three functions of the wing at the pixels from i on, a lane at a time.</summary>
    /// <param name="shape">The line.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="i">The first pixel; receives the pixel behind the last one done.</param>
    /// <param name="end">Pixel behind the last of the run.</param>
    /// <param name="origin">The pixel that the first element of <paramref name="terms"/> stands for.</param>
    /// <param name="terms">Receives the functions.</param>
    public static void Wing<TLane, TComposition>(in LineShape shape, double[] wavelength, ref int i, int end, int origin, double[] terms)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - TLane.Width) return;
        double half = TComposition.HalfNumerator(shape.LorentzNumerator);
        TLane center = TLane.Broadcast(shape.Center), q = TLane.Broadcast(shape.LorentzSquare - half), minus = TLane.Broadcast(-half * half);
        TLane one = TLane.Broadcast(1);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[i]) - center;
            TLane z = TLane.MultiplyAdd(x, x, q), f = one / TLane.MultiplyAdd(z, z, minus);
            TLane fx = f * x;
            ref double at = ref terms[i - origin];
            TLane.Store(f, ref at);
            TLane.Store(fx, ref Unsafe.Add(ref at, TangentScratch.BlockPixels));
            TLane.Store(fx * x, ref Unsafe.Add(ref at, 2 * TangentScratch.BlockPixels));
        }
    }

    /// <summary>The six functions of the core; parameters as those of the wing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CoreRun<TLane, TComposition>(in LineShape shape, double[] wavelength, ref int i, int end, int origin, double[] terms)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - TLane.Width) return;
        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        TLane depth = TLane.Broadcast(shape.GaussDepth), minusRate = TLane.Broadcast(-shape.GaussRate), least = TLane.Broadcast(LaneMath.MinArgument);
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[i]) - center, x2 = x * x;
            TLane r = TLane.Broadcast(1) / (x2 + q);
            TLane e = LaneMath.Exp(TLane.Max(x2 * minusRate, least));
            TLane u = TComposition.Sensitivity(TLane.MultiplyAdd(depth, e, p * r));
            TLane f = u * r * r, g = u * e;
            ref double at = ref terms[i - origin];
            TLane.Store(f, ref at);
            TLane.Store(f * x, ref Unsafe.Add(ref at, TangentScratch.BlockPixels));
            TLane.Store(f * x2, ref Unsafe.Add(ref at, 2 * TangentScratch.BlockPixels));
            TLane.Store(g, ref Unsafe.Add(ref at, 3 * TangentScratch.BlockPixels));
            TLane.Store(g * x, ref Unsafe.Add(ref at, 4 * TangentScratch.BlockPixels));
            TLane.Store(g * x2, ref Unsafe.Add(ref at, 5 * TangentScratch.BlockPixels));
        }
    }
}
