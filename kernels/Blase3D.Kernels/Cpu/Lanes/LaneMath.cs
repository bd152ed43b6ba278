using System.Runtime.CompilerServices;

namespace Blase3D.Kernels.Cpu.Lanes;

/// <summary>Elementary functions over lanes.</summary>
internal static class LaneMath
{
    /// <summary>The most negative argument that <see cref="Exp{T}"/> takes; exp of it is 1e-304.</summary>
    public const double MinArgument = -700.0;

    // n = round(x / ln 2) by adding 1.5 * 2^52, which leaves n in the low bits of the mantissa.
    private const double RoundingShift = 6755399441055744.0;

    // ln 2 in two parts: the first has 21 trailing zero bits, so n * Ln2High is exact for |n| < 2^20.
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>
    /// exp(x) for x in [-700, 700]; relative error below 4e-16.
    /// </summary>
    /// <remarks>
    /// exp(x) = 2^n exp(r) with |r| at most ln 2 / 2; exp(r) by its Taylor polynomial of degree 13, whose remainder r^14/14! is 4e-18.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : struct, ILane<T>
    {
        T shifted = T.MultiplyAdd(x, T.Broadcast(1.4426950408889634), T.Broadcast(RoundingShift));
        T n = shifted - T.Broadcast(RoundingShift);
        T r = T.MultiplyAdd(n, T.Broadcast(-Ln2High), x);
        r = T.MultiplyAdd(n, T.Broadcast(-Ln2Low), r);
        T p = T.Broadcast(1.0 / 6227020800.0);
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 479001600.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 39916800.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 3628800.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 362880.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 40320.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 5040.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 720.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 120.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 24.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0 / 6.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(0.5));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0));
        return T.ScaleByPowerOfTwo(p, shifted);
    }
}
