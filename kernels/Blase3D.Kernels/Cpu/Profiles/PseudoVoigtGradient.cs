using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>The adjoint of the pseudo-Voigt forward model: weighted sums over the pixels of one line.</summary>
/// <remarks>
/// With u = -(dLoss/dS) S (-d ln S/dV), r = 1 / (x^2 + q), e = exp(-h x^2) and G = Q e:
/// dLoss/dP = sum u r, /dq = -P sum u r^2, /dQ = sum u e, /dh = -Q sum u x^2 e, /dcentre = 2 sum u x (P r^2 + h G).
/// </remarks>
internal static class PseudoVoigtGradient
{
    // Below it 1 / (q' (q' - P)) is left to the core's plain divisions.
    private const double SmallestFarSquare = 1e-9;

    /// <summary>Sums over the pixels [start, end).</summary>
    /// <param name="shape">The line.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="weight">-(dLoss/dS) S, length P at least.</param>
    /// <param name="start">First pixel.</param>
    /// <param name="end">Pixel behind the last.</param>
    /// <param name="sums">The sums are added here.</param>
    public static void Accumulate<TLane, TComposition>(
        in LineShape shape, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        // The core reaches as far as the Gaussian, and as far as the line may be deeper than the clamp or its square very small.
        double needed = Math.Max(shape.LorentzNumerator / LineModel.MaxDepth, SmallestFarSquare) - shape.LorentzSquare;
        double halfWidth = Math.Max(shape.CoreHalfWidth, needed > 0 ? Math.Sqrt(needed) * (1 + 1e-12) : 0);
        (int coreStart, int coreEnd) = CorePixels.Find(shape.Center, halfWidth, wavelength, start, end);
        Wing<TLane, TComposition>(shape, wavelength, weight, start, coreStart, ref sums);
        int i = coreStart;
        CoreRun<TLane, TComposition>(shape, wavelength, weight, ref i, coreEnd, ref sums);
        CoreRun<Lane1, TComposition>(shape, wavelength, weight, ref i, coreEnd, ref sums);
        Wing<TLane, TComposition>(shape, wavelength, weight, coreEnd, end, ref sums);
    }

    private static void Wing<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int i = start;
        WingRun<TLane, TComposition>(shape, wavelength, weight, ref i, end, ref sums);
        WingRun<Lane1, TComposition>(shape, wavelength, weight, ref i, end, ref sums);
    }

    // Two lanes at a time with sums of their own: one chain of additions would wait for itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WingRun<TLane, TComposition>(
        in LineShape shape, double[] wavelength, double[] weight, ref int i, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - TLane.Width) return;
        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        ref double w = ref wavelength[0];
        ref double u = ref weight[0];
        TLane zero = TLane.Broadcast(0), sumR = zero, sumR2 = zero, sumXR2 = zero, otherR = zero, otherR2 = zero, otherXR2 = zero;
        for (; i <= end - (2 * TLane.Width); i += 2 * TLane.Width)
        {
            TLane x = TLane.Load(in Unsafe.Add(ref w, i)) - center, y = TLane.Load(in Unsafe.Add(ref w, i + TLane.Width)) - center;
            TLane xq = TLane.MultiplyAdd(x, x, q), yq = TLane.MultiplyAdd(y, y, q);
            TLane r2 = TComposition.FarWeight(TLane.Load(in Unsafe.Add(ref u, i)), xq, p);
            TLane s2 = TComposition.FarWeight(TLane.Load(in Unsafe.Add(ref u, i + TLane.Width)), yq, p);
            sumR = TLane.MultiplyAdd(r2, xq, sumR);
            otherR = TLane.MultiplyAdd(s2, yq, otherR);
            sumR2 += r2;
            otherR2 += s2;
            sumXR2 = TLane.MultiplyAdd(r2, x, sumXR2);
            otherXR2 = TLane.MultiplyAdd(s2, y, otherXR2);
        }

        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = TLane.Load(in Unsafe.Add(ref w, i)) - center;
            TLane xq = TLane.MultiplyAdd(x, x, q);
            TLane r2 = TComposition.FarWeight(TLane.Load(in Unsafe.Add(ref u, i)), xq, p);
            sumR = TLane.MultiplyAdd(r2, xq, sumR);
            sumR2 += r2;
            sumXR2 = TLane.MultiplyAdd(r2, x, sumXR2);
        }

        sums.R += TLane.Sum(sumR + otherR);
        sums.R2 += TLane.Sum(sumR2 + otherR2);
        sums.XR2 += TLane.Sum(sumXR2 + otherXR2);
    }

    // A method of its own: with both widths in one caller the compiler's budget for inlining runs out, and every operation becomes a call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CoreRun<TLane, TComposition>(
        in LineShape shape, double[] wavelength, double[] weight, ref int i, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - TLane.Width) return;
        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        TLane depth = TLane.Broadcast(shape.GaussDepth), minusRate = TLane.Broadcast(-shape.GaussRate);
        TLane least = TLane.Broadcast(LaneMath.MinArgument);
        TLane zero = TLane.Broadcast(0);
        TLane sumR = zero, sumR2 = zero, sumXR2 = zero, sumE = zero, sumXE = zero, sumX2E = zero;
        for (; i <= end - TLane.Width; i += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[i]) - center;
            TLane x2 = x * x;
            TLane r = TLane.Broadcast(1) / (x2 + q);
            TLane e = LaneMath.Exp(TLane.Max(x2 * minusRate, least));
            TLane u = TLane.Load(in weight[i]) * TComposition.Sensitivity(TLane.MultiplyAdd(depth, e, p * r));
            TLane ur = u * r, ur2 = ur * r, ue = u * e, uxe = ue * x;
            sumR += ur;
            sumR2 += ur2;
            sumXR2 = TLane.MultiplyAdd(ur2, x, sumXR2);
            sumE += ue;
            sumXE += uxe;
            sumX2E = TLane.MultiplyAdd(uxe, x, sumX2E);
        }

        sums.R += TLane.Sum(sumR);
        sums.R2 += TLane.Sum(sumR2);
        sums.XR2 += TLane.Sum(sumXR2);
        sums.E += TLane.Sum(sumE);
        sums.XE += TLane.Sum(sumXE);
        sums.X2E += TLane.Sum(sumX2E);
    }
}

/// <summary>The sums of <see cref="PseudoVoigtGradient"/> over the window of one line.</summary>
internal struct ShapeSums
{
    /// <summary>sum u r.</summary>
    public double R;

    /// <summary>sum u r^2.</summary>
    public double R2;

    /// <summary>sum u x r^2.</summary>
    public double XR2;

    /// <summary>sum u e.</summary>
    public double E;

    /// <summary>sum u x e.</summary>
    public double XE;

    /// <summary>sum u x^2 e.</summary>
    public double X2E;

    /// <summary>The chain rule from the sums to the parameters of the line.</summary>
    public readonly (double Center, double LnAmplitude, double LnSigma, double LnGamma) ToParameters(in LineShape shape)
    {
        double perNumerator = R, perSquare = -shape.LorentzNumerator * R2, perDepth = E, perRate = -shape.GaussDepth * X2E;
        double center = 2 * ((shape.LorentzNumerator * XR2) + (shape.GaussRate * shape.GaussDepth * XE));
        double lnAmplitude = (perNumerator * shape.LorentzNumerator) + (perDepth * shape.GaussDepth);
        return (center, lnAmplitude, Along(shape.PerLnSigma), Along(shape.PerLnGamma));

        double Along(in ShapeDerivative d) =>
            (perNumerator * d.LorentzNumerator) + (perSquare * d.LorentzSquare) + (perDepth * d.GaussDepth) + (perRate * d.GaussRate);
    }
}
