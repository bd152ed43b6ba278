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
}

/// <summary>The adjoint of <see cref="NearForward"/>.</summary>
internal static class NearGradient
{
    /// <summary>Adds the sums over a near run, in the same packs as the forward evaluation.</summary>
    /// <remarks>The sums are local variables while the loop runs: a structure of more than four fields would live in memory.</remarks>
    /// <param name="lines">All lines.</param>
    /// <param name="run">The pixels.</param>
    /// <param name="wavelength">Padded by a pack.</param>
    /// <param name="origin">The first pixel of the piece.</param>
    /// <param name="weight">-(dLoss/dS) S, padded by a pack.</param>
    /// <param name="total">The sums are added here.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Accumulate<T, TComposition, TFar>(
        LineColumns lines, in NearRun run, double[] wavelength, int origin, double[] weight, ref LineSums<T> total)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
        where TFar : struct, IFarField
    {
        int j = run.Line, start = run.Start, end = run.End, coreStart = run.CoreStart - T.Width, coreEnd = run.CoreEnd;
        if (run.CoreStart == run.CoreEnd) coreEnd = 0;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        T sumR = total.R, sumR2 = total.R2, sumXR2 = total.XR2, sumE = total.E, sumXE = total.XE, sumX2E = total.X2E;
        for (int i = start - ((start - origin) & (T.Width - 1)); i < end; i += T.Width)
        {
            T x = T.Load(in wavelength[i]) - center, x2 = x * x, square = x2 + q;
            T w = T.Load(in weight[i]);
            if (i < start || i > end - T.Width) w = T.KeepRange(w, start - i, end - i);
            T ur2;
            if (i > coreStart && i < coreEnd)
            {
                T r = T.Broadcast(1) / square, e = LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), x2 * minusRate));
                T u = w * TComposition.Sensitivity(T.MultiplyAdd(depth, e, p * r)), ue = u * e, uxe = ue * x;
                ur2 = u * r * r;
                sumE += ue;
                sumXE += uxe;
                sumX2E = T.MultiplyAdd(uxe, x, sumX2E);
            }
            else
            {
                ur2 = TFar.SensitivityPerSquare(w, p, square);
            }

            sumR = T.MultiplyAdd(ur2, square, sumR);
            sumR2 += ur2;
            sumXR2 = T.MultiplyAdd(ur2, x, sumXR2);
        }

        (total.R, total.R2, total.XR2) = (sumR, sumR2, sumXR2);
        (total.E, total.XE, total.X2E) = (sumE, sumXE, sumX2E);
    }
}
