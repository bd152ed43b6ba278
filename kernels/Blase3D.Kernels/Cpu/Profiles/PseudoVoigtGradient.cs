using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    // Beyond these, products of squares leave the range of a double.
    private const double LargestFarSquare = 1e30;
    private const double LargestDistance = 1e15;

    /// <summary>Sums over the pixels of one line.</summary>
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
        (int coreStart, int coreEnd) = Core(shape, wavelength, start, end);
        WingRun<TLane, TComposition>(shape, wavelength, weight, start, coreStart, ref sums);
        CoreRun<TLane, TComposition>(shape, wavelength, weight, coreStart, coreEnd, ref sums);
        WingRun<TLane, TComposition>(shape, wavelength, weight, coreEnd, end, ref sums);
    }

    /// <summary>Sums over the pixels of two lines, which share loads and divisions where they share pixels.</summary>
    /// <param name="a">One line.</param>
    /// <param name="b">The other.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="weight">-(dLoss/dS) S, length P at least.</param>
    /// <param name="startA">First pixel of the one.</param>
    /// <param name="endA">Pixel behind its last.</param>
    /// <param name="startB">First pixel of the other.</param>
    /// <param name="endB">Pixel behind its last.</param>
    /// <param name="sumsA">The one's sums are added here.</param>
    /// <param name="sumsB">The other's.</param>
    public static void Accumulate<TLane, TComposition>(
        in LineShape a,
        in LineShape b,
        double[] wavelength,
        double[] weight,
        int startA,
        int endA,
        int startB,
        int endB,
        ref ShapeSums sumsA,
        ref ShapeSums sumsB)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        (int coreStartA, int coreEndA) = Core(a, wavelength, startA, endA);
        (int coreStartB, int coreEndB) = Core(b, wavelength, startB, endB);
        Wings<TLane, TComposition>(a, b, wavelength, weight, startA, coreStartA, startB, coreStartB, ref sumsA, ref sumsB);
        CoreRun<TLane, TComposition>(a, wavelength, weight, coreStartA, coreEndA, ref sumsA);
        CoreRun<TLane, TComposition>(b, wavelength, weight, coreStartB, coreEndB, ref sumsB);
        Wings<TLane, TComposition>(a, b, wavelength, weight, coreEndA, endA, coreEndB, endB, ref sumsA, ref sumsB);
    }

    // The core reaches as far as the Gaussian, and as far as the line may be deeper than the clamp or its square very small.
    private static (int Start, int End) Core(in LineShape shape, double[] wavelength, int start, int end)
    {
        double needed = Math.Max(shape.LorentzNumerator / LineModel.MaxDepth, SmallestFarSquare) - shape.LorentzSquare;
        double halfWidth = Math.Max(shape.CoreHalfWidth, needed > 0 ? Math.Sqrt(needed) * (1 + 1e-12) : 0);
        if (!(shape.LorentzSquare < LargestFarSquare && Math.Abs(shape.Center) < LargestDistance)) halfWidth = double.PositiveInfinity;
        return CorePixels.Find(shape.Center, halfWidth, wavelength, start, end);
    }

    // The pixels that both have, then what is left of each.
    private static void Wings<TLane, TComposition>(
        in LineShape a, in LineShape b, double[] wavelength, double[] weight, int startA, int endA, int startB, int endB, ref ShapeSums sumsA, ref ShapeSums sumsB)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int start = Math.Max(startA, startB), i = start;
        PairRun<TLane, TComposition>(a, b, wavelength, weight, ref i, Math.Min(endA, endB), ref sumsA, ref sumsB);
        Rest(a, startA, endA, ref sumsA);
        Rest(b, startB, endB, ref sumsB);

        void Rest(in LineShape shape, int first, int end, ref ShapeSums sums)
        {
            if (i == start)
            {
                WingRun<TLane, TComposition>(shape, wavelength, weight, first, end, ref sums);
                return;
            }

            WingRun<TLane, TComposition>(shape, wavelength, weight, first, start, ref sums);
            WingRun<TLane, TComposition>(shape, wavelength, weight, i, end, ref sums);
        }
    }

    // One division for both lines: 1/a = b / (a b). A division for four lines, or for two packs of two lines, was measured to be a sixth slower:
    // the products that share it cost more than it does.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PairRun<TLane, TComposition>(
        in LineShape a, in LineShape b, double[] wavelength, double[] weight, ref int i, int end, ref ShapeSums sumsA, ref ShapeSums sumsB)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - TLane.Width) return;
        TLane centerA = TLane.Broadcast(a.Center), pA = TLane.Broadcast(a.LorentzNumerator), qA = TLane.Broadcast(a.LorentzSquare);
        TLane centerB = TLane.Broadcast(b.Center), pB = TLane.Broadcast(b.LorentzNumerator), qB = TLane.Broadcast(b.LorentzSquare);
        ref double w = ref MemoryMarshal.GetArrayDataReference(wavelength);
        ref double u = ref MemoryMarshal.GetArrayDataReference(weight);
        TLane one = TLane.Broadcast(1), zero = TLane.Broadcast(0);
        TLane rA = zero, r2A = zero, xr2A = zero, rB = zero, r2B = zero, xr2B = zero;
        int at = i;
        for (; at <= end - TLane.Width; at += TLane.Width)
        {
            TLane here = TLane.Load(in Unsafe.Add(ref w, at)), own = TLane.Load(in Unsafe.Add(ref u, at));
            TLane x = here - centerA, y = here - centerB;
            TLane xq = TLane.MultiplyAdd(x, x, qA), yq = TLane.MultiplyAdd(y, y, qB);
            TLane xd = TComposition.FarDivisor(xq, pA), yd = TComposition.FarDivisor(yq, pB);
            TLane inverse = own / (xd * yd);
            TLane s = yd * inverse, t = xd * inverse;
            rA = TLane.MultiplyAdd(s, xq, rA);
            rB = TLane.MultiplyAdd(t, yq, rB);
            r2A += s;
            r2B += t;
            xr2A = TLane.MultiplyAdd(s, x, xr2A);
            xr2B = TLane.MultiplyAdd(t, y, xr2B);
        }

        i = at;
        sumsA.R += TLane.Sum(rA);
        sumsA.R2 += TLane.Sum(r2A);
        sumsA.XR2 += TLane.Sum(xr2A);
        sumsB.R += TLane.Sum(rB);
        sumsB.R2 += TLane.Sum(r2B);
        sumsB.XR2 += TLane.Sum(xr2B);
    }

    // What does not fill a lane is a lane with a mask.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WingRun<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (start >= end) return;
        if (wavelength.Length < TLane.Width)
        {
            WingRun<Lane1, TComposition>(shape, wavelength, weight, start, end, ref sums);
            return;
        }

        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        TLane zero = TLane.Broadcast(0), sumR = zero, sumR2 = zero, sumXR2 = zero;
        ref double w = ref MemoryMarshal.GetArrayDataReference(wavelength);
        ref double u = ref MemoryMarshal.GetArrayDataReference(weight);
        int last = wavelength.Length - TLane.Width;
        for (int i = start; i < end; i += TLane.Width)
        {
            int at = Math.Min(i, last);
            TLane x = TLane.Load(in Unsafe.Add(ref w, at)) - center;
            TLane xq = TLane.MultiplyAdd(x, x, q);
            TLane r2 = TLane.Load(in Unsafe.Add(ref u, at)) / TComposition.FarDivisor(xq, p);
            if (i > end - TLane.Width) r2 = TLane.KeepRange(r2, i - at, end - at);
            sumR = TLane.MultiplyAdd(r2, xq, sumR);
            sumR2 += r2;
            sumXR2 = TLane.MultiplyAdd(r2, x, sumXR2);
        }

        sums.R += TLane.Sum(sumR);
        sums.R2 += TLane.Sum(sumR2);
        sums.XR2 += TLane.Sum(sumXR2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CoreRun<TLane, TComposition>(in LineShape shape, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (start >= end) return;
        if (wavelength.Length < TLane.Width)
        {
            CoreRun<Lane1, TComposition>(shape, wavelength, weight, start, end, ref sums);
            return;
        }

        TLane center = TLane.Broadcast(shape.Center), p = TLane.Broadcast(shape.LorentzNumerator), q = TLane.Broadcast(shape.LorentzSquare);
        TLane depth = TLane.Broadcast(shape.GaussDepth), minusRate = TLane.Broadcast(-shape.GaussRate);
        TLane least = TLane.Broadcast(LaneMath.MinArgument);
        TLane zero = TLane.Broadcast(0);
        TLane sumR = zero, sumR2 = zero, sumXR2 = zero, sumE = zero, sumXE = zero, sumX2E = zero;
        int last = wavelength.Length - TLane.Width;
        for (int i = start; i < end; i += TLane.Width)
        {
            int at = Math.Min(i, last);
            TLane x = TLane.Load(in wavelength[at]) - center;
            TLane x2 = x * x;
            TLane r = TLane.Broadcast(1) / (x2 + q);
            TLane e = LaneMath.Exp(TLane.Max(least, x2 * minusRate));
            TLane u = TLane.Load(in weight[at]) * TComposition.Sensitivity(TLane.MultiplyAdd(depth, e, p * r));
            if (i > end - TLane.Width) u = TLane.KeepRange(u, i - at, end - at);
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
