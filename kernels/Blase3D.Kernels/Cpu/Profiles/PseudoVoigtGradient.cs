using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>The adjoint of the pseudo-Voigt forward model: weighted sums over the pixels of one line.</summary>
/// <remarks>
/// With u = -(dLoss/dS) S (-d ln S/dV), r = 1 / (x^2 + q), e = exp(-h x^2) and G = Q e:
/// dLoss/dP = sum u r, /dq = -P sum u r^2, /dQ = sum u e, /dh = -Q sum u x^2 e, /dcentre = 2 sum u x (P r^2 + h G).
/// In the wings u r^2 = w / (q' (q' - P)) with q' = x^2 + q, and with z = q' - P / 2 the divisor is z^2 - P^2 / 4: two operations instead of three. Where the
/// line is at most nine tenths deep that loses no more than a digit. The sum of u r is then that of u r^2 z, and P / 2 times that of u r^2.
/// </remarks>
internal static class PseudoVoigtGradient
{
    /// <summary>What is deeper belongs to the core.</summary>
    public const double LargestWingDepth = 0.9;

    // Packs of pixels that are summed together.
    private const int PacksPerStep = 2;

    // Beyond these, products of squares leave the range of a double.
    private const double LargestFarSquare = 1e30;
    private const double LargestDistance = 1e15;

    /// <summary>Sums over the pixels of one line.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="line">The line.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="weight">-(dLoss/dS) S, length P at least.</param>
    /// <param name="start">First pixel.</param>
    /// <param name="end">Pixel behind the last.</param>
    /// <param name="sums">The sums are added here.</param>
    public static void Accumulate<TLane, TComposition>(
        LineColumns lines, int line, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        (int coreStart, int coreEnd) = Core(lines, line, wavelength, start, end);
        WingRun<TLane, TComposition>(lines, line, wavelength, weight, start, coreStart, ref sums);
        CoreRun<TLane, TComposition>(lines, line, wavelength, weight, coreStart, coreEnd, ref sums);
        WingRun<TLane, TComposition>(lines, line, wavelength, weight, coreEnd, end, ref sums);
    }

    /// <summary>Sums over the pixels of a line and the one behind it, which share loads and divisions where they share pixels.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="line">The one line.</param>
    /// <param name="wavelength">Length P.</param>
    /// <param name="weight">-(dLoss/dS) S, length P at least.</param>
    /// <param name="startA">First pixel of the one.</param>
    /// <param name="endA">Pixel behind its last.</param>
    /// <param name="startB">First pixel of the other.</param>
    /// <param name="endB">Pixel behind its last.</param>
    /// <param name="sumsA">The one's sums are added here.</param>
    /// <param name="sumsB">The other's.</param>
    public static void AccumulatePair<TLane, TComposition>(
        LineColumns lines,
        int line,
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
        (int coreStartA, int coreEndA) = Core(lines, line, wavelength, startA, endA);
        (int coreStartB, int coreEndB) = Core(lines, line + 1, wavelength, startB, endB);
        Wings<TLane, TComposition>(lines, line, wavelength, weight, startA, coreStartA, startB, coreStartB, ref sumsA, ref sumsB);
        CoreRun<TLane, TComposition>(lines, line, wavelength, weight, coreStartA, coreEndA, ref sumsA);
        CoreRun<TLane, TComposition>(lines, line + 1, wavelength, weight, coreStartB, coreEndB, ref sumsB);
        Wings<TLane, TComposition>(lines, line, wavelength, weight, coreEndA, endA, coreEndB, endB, ref sumsA, ref sumsB);
    }

    private static (int Start, int End) Core(LineColumns lines, int line, double[] wavelength, int start, int end)
    {
        double halfWidth = CorePixels.HalfWidth(lines.Numerator[line], lines.Square[line], lines.CoreHalfWidth[line], LargestWingDepth);
        if (!(lines.Square[line] < LargestFarSquare && Math.Abs(lines.Center[line]) < LargestDistance)) halfWidth = double.PositiveInfinity;
        return CorePixels.Find(lines.Center[line], halfWidth, wavelength, start, end);
    }

    // The pixels that both have, then what is left of each.
    private static void Wings<TLane, TComposition>(
        LineColumns lines, int line, double[] wavelength, double[] weight, int startA, int endA, int startB, int endB, ref ShapeSums sumsA, ref ShapeSums sumsB)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int start = Math.Max(startA, startB), i = start;
        PairRun<TLane, TComposition>(lines, line, wavelength, weight, ref i, Math.Min(endA, endB), ref sumsA, ref sumsB);
        Rest(line, startA, endA, ref sumsA);
        Rest(line + 1, startB, endB, ref sumsB);

        void Rest(int own, int first, int end, ref ShapeSums sums)
        {
            if (i == start)
            {
                WingRun<TLane, TComposition>(lines, own, wavelength, weight, first, end, ref sums);
                return;
            }

            WingRun<TLane, TComposition>(lines, own, wavelength, weight, first, start, ref sums);
            WingRun<TLane, TComposition>(lines, own, wavelength, weight, i, end, ref sums);
        }
    }

    // One division for both lines: 1/a = b / (a b). A division for four lines, or for two packs of two lines, was measured to be a sixth slower:
    // the products that share it cost more than it does. Without any division at all the loop takes eleven hundredths less.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PairRun<TLane, TComposition>(
        LineColumns lines, int line, double[] wavelength, double[] weight, ref int i, int end, ref ShapeSums sumsA, ref ShapeSums sumsB)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (i > end - (PacksPerStep * TLane.Width)) return;
        double halfA = TComposition.HalfNumerator(lines.Numerator[line]), halfB = TComposition.HalfNumerator(lines.Numerator[line + 1]);
        TLane centerA = TLane.Broadcast(lines.Center[line]), qA = TLane.Broadcast(lines.Square[line] - halfA), minusA = TLane.Broadcast(-halfA * halfA);
        TLane centerB = TLane.Broadcast(lines.Center[line + 1]), qB = TLane.Broadcast(lines.Square[line + 1] - halfB), minusB = TLane.Broadcast(-halfB * halfB);
        ref double w = ref MemoryMarshal.GetArrayDataReference(wavelength);
        ref double u = ref MemoryMarshal.GetArrayDataReference(weight);
        TLane zero = TLane.Broadcast(0);
        TLane rA = zero, r2A = zero, xr2A = zero, rB = zero, r2B = zero, xr2B = zero;
        int at = i;
        for (; at <= end - (PacksPerStep * TLane.Width); at += PacksPerStep * TLane.Width)
        {
            TLane w0 = TLane.Load(in Unsafe.Add(ref w, at)), w1 = TLane.Load(in Unsafe.Add(ref w, at + TLane.Width));
            TLane u0 = TLane.Load(in Unsafe.Add(ref u, at)), u1 = TLane.Load(in Unsafe.Add(ref u, at + TLane.Width));
            TLane xA0 = w0 - centerA, xB0 = w0 - centerB, xA1 = w1 - centerA, xB1 = w1 - centerB;
            TLane zA0 = TLane.MultiplyAdd(xA0, xA0, qA), zB0 = TLane.MultiplyAdd(xB0, xB0, qB);
            TLane zA1 = TLane.MultiplyAdd(xA1, xA1, qA), zB1 = TLane.MultiplyAdd(xB1, xB1, qB);
            TLane dA0 = TLane.MultiplyAdd(zA0, zA0, minusA), dB0 = TLane.MultiplyAdd(zB0, zB0, minusB);
            TLane dA1 = TLane.MultiplyAdd(zA1, zA1, minusA), dB1 = TLane.MultiplyAdd(zB1, zB1, minusB);
            TLane inverse0 = u0 / (dA0 * dB0), inverse1 = u1 / (dA1 * dB1);
            TLane sA0 = dB0 * inverse0, sB0 = dA0 * inverse0, sA1 = dB1 * inverse1, sB1 = dA1 * inverse1;
            rA = TLane.MultiplyAdd(sA1, zA1, TLane.MultiplyAdd(sA0, zA0, rA));
            rB = TLane.MultiplyAdd(sB1, zB1, TLane.MultiplyAdd(sB0, zB0, rB));
            r2A = r2A + sA0 + sA1;
            r2B = r2B + sB0 + sB1;
            xr2A = TLane.MultiplyAdd(sA1, xA1, TLane.MultiplyAdd(sA0, xA0, xr2A));
            xr2B = TLane.MultiplyAdd(sB1, xB1, TLane.MultiplyAdd(sB0, xB0, xr2B));
        }

        i = at;
        sumsA.AddWing(halfA, TLane.Sum(rA), TLane.Sum(r2A), TLane.Sum(xr2A));
        sumsB.AddWing(halfB, TLane.Sum(rB), TLane.Sum(r2B), TLane.Sum(xr2B));
    }

    // What does not fill a lane is a lane with a mask.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WingRun<TLane, TComposition>(LineColumns lines, int line, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (start >= end) return;
        if (wavelength.Length < TLane.Width)
        {
            WingRun<Lane1, TComposition>(lines, line, wavelength, weight, start, end, ref sums);
            return;
        }

        double half = TComposition.HalfNumerator(lines.Numerator[line]);
        TLane center = TLane.Broadcast(lines.Center[line]), q = TLane.Broadcast(lines.Square[line] - half), minus = TLane.Broadcast(-half * half);
        TLane zero = TLane.Broadcast(0), sumR = zero, sumR2 = zero, sumXR2 = zero;
        ref double w = ref MemoryMarshal.GetArrayDataReference(wavelength);
        ref double u = ref MemoryMarshal.GetArrayDataReference(weight);
        int last = wavelength.Length - TLane.Width;
        for (int i = start; i < end; i += TLane.Width)
        {
            int at = Math.Min(i, last);
            TLane x = TLane.Load(in Unsafe.Add(ref w, at)) - center;
            TLane z = TLane.MultiplyAdd(x, x, q);
            TLane r2 = TLane.Load(in Unsafe.Add(ref u, at)) / TLane.MultiplyAdd(z, z, minus);
            if (i > end - TLane.Width) r2 = TLane.KeepRange(r2, i - at, end - at);
            sumR = TLane.MultiplyAdd(r2, z, sumR);
            sumR2 += r2;
            sumXR2 = TLane.MultiplyAdd(r2, x, sumXR2);
        }

        sums.AddWing(half, TLane.Sum(sumR), TLane.Sum(sumR2), TLane.Sum(sumXR2));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CoreRun<TLane, TComposition>(LineColumns lines, int line, double[] wavelength, double[] weight, int start, int end, ref ShapeSums sums)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        if (start >= end) return;
        if (wavelength.Length < TLane.Width)
        {
            CoreRun<Lane1, TComposition>(lines, line, wavelength, weight, start, end, ref sums);
            return;
        }

        TLane center = TLane.Broadcast(lines.Center[line]), p = TLane.Broadcast(lines.Numerator[line]), q = TLane.Broadcast(lines.Square[line]);
        TLane depth = TLane.Broadcast(lines.Depth[line]), minusRate = TLane.Broadcast(-lines.Rate[line]);
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

    /// <summary>Adds the sums over a wing.</summary>
    /// <param name="half">What z leaves out of q'.</param>
    /// <param name="z">sum u r^2 z.</param>
    /// <param name="r2">sum u r^2.</param>
    /// <param name="xr2">sum u x r^2.</param>
    public void AddWing(double half, double z, double r2, double xr2)
    {
        R += z + (half * r2);
        R2 += r2;
        XR2 += xr2;
    }

    /// <summary>
    /// The derivatives by the line's constants: by P, q and Q in the columns of ln a, ln sigma and ln gamma, for
    /// <see cref="LineColumns.ToParameters{T}"/>, and by the centre.
    /// </summary>
    /// <param name="lines">All lines.</param>
    /// <param name="line">The line.</param>
    /// <param name="gradient">Receives the derivatives.</param>
    /// <returns>The derivative by h.</returns>
    public readonly double Store(LineColumns lines, int line, LineGradient gradient)
    {
        double p = lines.Numerator[line], depth = lines.Depth[line];
        gradient.Center[line] = 2 * ((p * XR2) + (depth * (lines.Rate[line] * XE)));
        gradient.LnAmplitude[line] = R;
        gradient.LnSigma[line] = -p * R2;
        gradient.LnGamma[line] = E;
        return -depth * X2E;
    }
}
