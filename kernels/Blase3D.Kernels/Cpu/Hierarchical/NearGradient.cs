using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

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

    /// <summary>Adds the wing on a pack of points, given u r^2 and q' = 1 / r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddWing(T x, T q, T ur2)
    {
        R = T.MultiplyAdd(ur2, q, R);
        R2 += ur2;
        XR2 = T.MultiplyAdd(ur2, x, XR2);
    }
}

/// <summary>The adjoint of <see cref="NearForward"/>.</summary>
internal static class NearGradient
{
    /// <summary>Adds the sums over a near run.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="run">The pixels.</param>
    /// <param name="wavelength">Padded by a pack.</param>
    /// <param name="weight">-(dLoss/dS) S, padded by a pack.</param>
    /// <param name="sums">The sums are added here.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<T, TComposition>(
        LineColumns lines, in NearRun run, double[] wavelength, double[] weight, ref LineSums<T> sums)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, i = run.Start, end = run.End;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        for (; i <= run.CoreStart - T.Width; i += T.Width)
            Wing<T, TComposition>(T.Load(in wavelength[i]) - center, T.Load(in weight[i]), p, q, ref sums);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        for (; i < run.CoreEnd && run.CoreStart < run.CoreEnd; i += T.Width)
            Core<T, TComposition>(T.Load(in wavelength[i]) - center, Weight<T>(weight, i, end), p, q, depth, minusRate, ref sums);
        for (; i < end; i += T.Width)
            Wing<T, TComposition>(T.Load(in wavelength[i]) - center, Weight<T>(weight, i, end), p, q, ref sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Weight<T>(double[] weight, int i, int end)
        where T : struct, ILane<T>
        => i <= end - T.Width ? T.Load(in weight[i]) : T.Load(in weight[i]) * LaneMask.First<T>(end - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Wing<T, TComposition>(T x, T weight, T p, T q, ref LineSums<T> sums)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        T square = T.MultiplyAdd(x, x, q), r = T.Broadcast(1) / square;
        T ur = weight * TComposition.Sensitivity(p * r) * r, ur2 = ur * r;
        sums.R += ur;
        sums.R2 += ur2;
        sums.XR2 = T.MultiplyAdd(ur2, x, sums.XR2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Core<T, TComposition>(T x, T weight, T p, T q, T depth, T minusRate, ref LineSums<T> sums)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        T x2 = x * x, r = T.Broadcast(1) / (x2 + q);
        T e = LaneMath.Exp(T.Max(x2 * minusRate, T.Broadcast(LaneMath.MinArgument)));
        T u = weight * TComposition.Sensitivity(T.MultiplyAdd(depth, e, p * r));
        T ur = u * r, ur2 = ur * r, ue = u * e, uxe = ue * x;
        sums.R += ur;
        sums.R2 += ur2;
        sums.XR2 = T.MultiplyAdd(ur2, x, sums.XR2);
        sums.E += ue;
        sums.XE += uxe;
        sums.X2E = T.MultiplyAdd(uxe, x, sums.X2E);
    }
}
