using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Blase3D.Bench.Measuring;

/// <summary>What one core can do at most, in vector instructions per second.</summary>
/// <param name="Variant">The kernel variant that uses this width (sse: none does).</param>
/// <param name="Width">Doubles per vector.</param>
/// <param name="MultiplyAdds">Fused multiply-adds.</param>
/// <param name="Adds">Additions.</param>
/// <param name="Mixed">Three multiply-adds to two additions: the mix of the direct product form, counted together.</param>
/// <param name="Divisions">Divisions.</param>
internal sealed record PeakRates(string Variant, int Width, double MultiplyAdds, double Adds, double Mixed, double Divisions)
{
    // Enough to cover latency times throughput of current cores (about 4 cycles times 2 to 4 units).
    private const int Accumulators = 15;
    private const int Rounds = 200_000;

    /// <summary>
    /// The least time of one (line, pixel) evaluation when ln S comes from products of numerators and denominators and nothing else: a difference,
    /// a square plus gamma^2, a difference, two multiplications, in seconds.
    /// </summary>
    public double DirectFloorSeconds => 5 / Mixed / Width;

    /// <summary>The least time of one division per evaluation, in seconds.</summary>
    public double DivisionFloorSeconds => 1 / Divisions / Width;

    /// <summary>Measures every width that this processor has.</summary>
    public static IReadOnlyList<PeakRates> Measure(Repetition repetition)
    {
        var rates = new List<PeakRates>();
        if (Vector512.IsHardwareAccelerated) rates.Add(Measure<Pack8>("avx512", repetition));
        if (Vector256.IsHardwareAccelerated) rates.Add(Measure<Pack4>("avx2", repetition));
        if (Vector128.IsHardwareAccelerated) rates.Add(Measure<Pack2>(AdvSimd.IsSupported ? "neon" : "sse", repetition));
        rates.Add(Measure<Pack1>("scalar", repetition));
        return rates;
    }

    private static PeakRates Measure<T>(string variant, Repetition repetition)
        where T : struct, IPack<T>
    {
        double sink = 0;
        double multiplyAdds = Rate(() => sink += MultiplyAddLoop<T>(Rounds, 0.999, 1e-3), Accumulators);
        double adds = Rate(() => sink += AddLoop<T>(Rounds, 1e-9), Accumulators);
        double mixed = Rate(() => sink += MixedLoop<T>(Rounds, 0.999, 1e-3), Accumulators);
        double divisions = Rate(() => sink += DivideLoop<T>(Rounds / 4, 1.5), Accumulators / 4.0);
        return double.IsFinite(sink)
            ? new PeakRates(variant, T.Width, multiplyAdds, adds, mixed, divisions)
            : throw new InvalidOperationException("The peak loops left the range of a double.");

        double Rate(Action body, double perRound) => Rounds * perRound / repetition.Measure(body).MinSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MultiplyAddLoop<T>(int rounds, double factor, double term)
        where T : struct, IPack<T>
    {
        T x = T.Of(factor), y = T.Of(term);
        T a = T.Of(1), b = T.Of(2), c = T.Of(3), d = T.Of(4), e = T.Of(5), f = T.Of(6), g = T.Of(7), h = T.Of(8);
        T i = T.Of(9), j = T.Of(10), k = T.Of(11), l = T.Of(12), m = T.Of(13), n = T.Of(14), o = T.Of(15);
        for (int round = 0; round < rounds; round++)
        {
            a = T.MultiplyAdd(a, x, y);
            b = T.MultiplyAdd(b, x, y);
            c = T.MultiplyAdd(c, x, y);
            d = T.MultiplyAdd(d, x, y);
            e = T.MultiplyAdd(e, x, y);
            f = T.MultiplyAdd(f, x, y);
            g = T.MultiplyAdd(g, x, y);
            h = T.MultiplyAdd(h, x, y);
            i = T.MultiplyAdd(i, x, y);
            j = T.MultiplyAdd(j, x, y);
            k = T.MultiplyAdd(k, x, y);
            l = T.MultiplyAdd(l, x, y);
            m = T.MultiplyAdd(m, x, y);
            n = T.MultiplyAdd(n, x, y);
            o = T.MultiplyAdd(o, x, y);
        }

        return T.First(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double AddLoop<T>(int rounds, double term)
        where T : struct, IPack<T>
    {
        T y = T.Of(term);
        T a = T.Of(1), b = T.Of(2), c = T.Of(3), d = T.Of(4), e = T.Of(5), f = T.Of(6), g = T.Of(7), h = T.Of(8);
        T i = T.Of(9), j = T.Of(10), k = T.Of(11), l = T.Of(12), m = T.Of(13), n = T.Of(14), o = T.Of(15);
        for (int round = 0; round < rounds; round++)
        {
            a += y;
            b += y;
            c += y;
            d += y;
            e += y;
            f += y;
            g += y;
            h += y;
            i += y;
            j += y;
            k += y;
            l += y;
            m += y;
            n += y;
            o += y;
        }

        return T.First(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double MixedLoop<T>(int rounds, double factor, double term)
        where T : struct, IPack<T>
    {
        T x = T.Of(factor), y = T.Of(term);
        T a = T.Of(1), b = T.Of(2), c = T.Of(3), d = T.Of(4), e = T.Of(5), f = T.Of(6), g = T.Of(7), h = T.Of(8);
        T i = T.Of(9), j = T.Of(10), k = T.Of(11), l = T.Of(12), m = T.Of(13), n = T.Of(14), o = T.Of(15);
        for (int round = 0; round < rounds; round++)
        {
            a = T.MultiplyAdd(a, x, y);
            b += y;
            c = T.MultiplyAdd(c, x, y);
            d += y;
            e = T.MultiplyAdd(e, x, y);
            f = T.MultiplyAdd(f, x, y);
            g += y;
            h = T.MultiplyAdd(h, x, y);
            i += y;
            j = T.MultiplyAdd(j, x, y);
            k = T.MultiplyAdd(k, x, y);
            l += y;
            m = T.MultiplyAdd(m, x, y);
            n += y;
            o = T.MultiplyAdd(o, x, y);
        }

        return T.First(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double DivideLoop<T>(int rounds, double divisor)
        where T : struct, IPack<T>
    {
        T x = T.Of(divisor);
        T a = T.Of(1), b = T.Of(2), c = T.Of(3), d = T.Of(4), e = T.Of(5), f = T.Of(6), g = T.Of(7), h = T.Of(8);
        T i = T.Of(9), j = T.Of(10), k = T.Of(11), l = T.Of(12), m = T.Of(13), n = T.Of(14), o = T.Of(15);
        for (int round = 0; round < rounds; round++)
        {
            a = x / a;
            b = x / b;
            c = x / c;
            d = x / d;
            e = x / e;
            f = x / f;
            g = x / g;
            h = x / h;
            i = x / i;
            j = x / j;
            k = x / k;
            l = x / l;
            m = x / m;
            n = x / n;
            o = x / o;
        }

        return T.First(a + b + c + d + e + f + g + h + i + j + k + l + m + n + o);
    }
}
