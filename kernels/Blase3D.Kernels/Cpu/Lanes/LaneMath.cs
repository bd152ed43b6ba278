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

        // Pairs of terms first, because a chain of thirteen operations would wait for itself; the two largest terms last, for the rounding.
        T r2 = r * r, r4 = r2 * r2;
        T a = Pair<T>(r, 1.0 / 2, 1.0 / 6), b = Pair<T>(r, 1.0 / 24, 1.0 / 120), c = Pair<T>(r, 1.0 / 720, 1.0 / 5040);
        T d = Pair<T>(r, 1.0 / 40320, 1.0 / 362880), e = Pair<T>(r, 1.0 / 3628800, 1.0 / 39916800), f = Pair<T>(r, 1.0 / 479001600, 1.0 / 6227020800);
        a = T.MultiplyAdd(b, r2, a);
        c = T.MultiplyAdd(d, r2, c);
        e = T.MultiplyAdd(f, r2, e);
        T p = T.MultiplyAdd(T.MultiplyAdd(e, r4, c), r4, a);
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0));
        p = T.MultiplyAdd(p, r, T.Broadcast(1.0));
        return T.ScaleByPowerOfTwo(p, shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Pair<T>(T r, double constant, double factor)
        where T : struct, ILane<T>
        => T.MultiplyAdd(T.Broadcast(factor), r, T.Broadcast(constant));
}
