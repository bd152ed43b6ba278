using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// Sums of one line for the adjoint. With u = weight * (-d ln S / dV), r = 1 / (x^2 + q), e = exp(-h x^2):
/// dLoss/dP = sum u r, /dq = -P sum u r^2, /dQ = sum u e, /dh = -Q sum u x^2 e, /dcentre = 2 sum u x (P r^2 + h Q e).
/// </summary>
internal struct LineSums<T>
    where T : struct, ILane<T>
{
    /// <summary>sum u r.</summary>
    public T R;

    /// <summary>sum u r^2.</summary>
    public T R2;

    /// <summary>sum u x r^2.</summary>
    public T XR2;

    /// <summary>sum u e.</summary>
    public T E;

    /// <summary>sum u x e.</summary>
    public T XE;

    /// <summary>sum u x^2 e.</summary>
    public T X2E;
}

/// <summary>The adjoint of <see cref="NearForward"/>, line by line.</summary>
/// <remarks>The sums are local variables while the loops run: a structure of more than four fields would live in memory.</remarks>
internal static class NearGradient
{
    /// <summary>Adds the sums over the rational parts: all packs of the line's runs but those of its core.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="lines">All lines.</param>
    /// <param name="tree">The pixels.</param>
    /// <param name="j">The line.</param>
    /// <param name="weight">-(dLoss/dS) S, padded by a pack.</param>
    /// <param name="total">The sums are added here.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddWings<T, TFar>(HierarchicalPlan plan, LineColumns lines, WavelengthTree tree, int j, double[] weight, ref LineSums<T> total)
        where T : struct, ILane<T>
        where TFar : struct, IFarField
    {
        ref double wave = ref MemoryMarshal.GetArrayDataReference(tree.Wavelength);
        ref double w = ref MemoryMarshal.GetArrayDataReference(weight);
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T sumR = total.R, sumR2 = total.R2, sumXR2 = total.XR2;
        for (int r = plan.RunStart[j]; r < plan.RunStart[j + 1]; r++)
        {
            ref readonly NearRun run = ref plan.Runs[r];
            (int coreStart, int coreEnd) = CorePacks<T>(run, tree.Pieces[run.Piece].First);
            int start = run.Start, end = run.End, i = start - ((start - tree.Pieces[run.Piece].First) & (T.Width - 1));
            for (; i < end; i += T.Width)
            {
                if (i == coreStart) i = coreEnd;
                if (i >= end) break;
                T x = T.Load(in Unsafe.Add(ref wave, i)) - center, square = T.MultiplyAdd(x, x, q);
                T ur2 = TFar.SensitivityPerSquare(T.Load(in Unsafe.Add(ref w, i)), p, square);
                if (i < start || i > end - T.Width) ur2 = T.KeepRange(ur2, start - i, end - i);
                sumR = T.MultiplyAdd(ur2, square, sumR);
                sumR2 += ur2;
                sumXR2 = T.MultiplyAdd(ur2, x, sumXR2);
            }
        }

        (total.R, total.R2, total.XR2) = (sumR, sumR2, sumXR2);
    }

    /// <summary>Adds the sums over the core of a run, in the same packs as the forward evaluation.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="run">The pixels.</param>
    /// <param name="wavelength">Padded by a pack.</param>
    /// <param name="origin">The first pixel of the piece.</param>
    /// <param name="weight">-(dLoss/dS) S, padded by a pack.</param>
    /// <param name="total">The sums are added here.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void AddCore<T, TComposition>(
        LineColumns lines, in NearRun run, double[] wavelength, int origin, double[] weight, ref LineSums<T> total)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, start = run.Start, end = run.End;
        (int coreStart, int coreEnd) = CorePacks<T>(run, origin);
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        T sumR = total.R, sumR2 = total.R2, sumXR2 = total.XR2, sumE = total.E, sumXE = total.XE, sumX2E = total.X2E;
        for (int i = coreStart; i < coreEnd; i += T.Width)
        {
            T x = T.Load(in wavelength[i]) - center, x2 = x * x, r = T.Broadcast(1) / (x2 + q);
            T e = LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), x2 * minusRate));
            T u = T.Load(in weight[i]) * TComposition.Sensitivity(T.MultiplyAdd(depth, e, p * r));
            if (i < start || i > end - T.Width) u = T.KeepRange(u, start - i, end - i);
            T ue = u * e, uxe = ue * x, ur = u * r, ur2 = ur * r;
            sumE += ue;
            sumXE += uxe;
            sumX2E = T.MultiplyAdd(uxe, x, sumX2E);
            sumR += ur;
            sumR2 += ur2;
            sumXR2 = T.MultiplyAdd(ur2, x, sumXR2);
        }

        (total.R, total.R2, total.XR2) = (sumR, sumR2, sumXR2);
        (total.E, total.XE, total.X2E) = (sumE, sumXE, sumX2E);
    }

    // The packs, counted from the piece's first pixel, that the core touches; none when there is no core.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Start, int End) CorePacks<T>(in NearRun run, int origin)
        where T : struct, ILane<T>
        => run.CoreStart == run.CoreEnd
            ? (-1, -1)
            : (origin + ((run.CoreStart - origin) & -T.Width), origin + ((run.CoreEnd - origin + T.Width - 1) & -T.Width));
}
