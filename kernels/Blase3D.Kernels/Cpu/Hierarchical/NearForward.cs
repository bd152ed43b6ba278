using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>Puts pseudo-Voigt lines into the pixels of their near runs, exactly.</summary>
/// <remarks>
/// <para>V = P' / q' with q' = x^2 + q and, in the core, P' = P + Q q' exp(-h x^2), clamped: the numerators q' - P' and the denominators of
/// many runs are multiplied apart and divided once. Lines for which these products are not safe are divided one by one.</para>
/// <para>All packs start at multiples of their width from the piece's first pixel, so that the packs of overlapping lines are the same
/// memory: a pack that overlaps two just written ones would wait for both to reach the cache.</para>
/// </remarks>
internal static class NearForward
{
    // Between flushes products stay within 2^+-MostBits; a line may put in at most LargestBits, which is 1e-9 to 4e9 A^2.
    private const int MostBits = 1000;
    private const int LargestBits = 33;
    private const int ExponentBias = 1023;
    private const int MantissaBits = 52;

    /// <summary>Adds the near runs of a piece.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="lines">All lines.</param>
    /// <param name="index">The number of the piece.</param>
    /// <param name="wavelength">Padded by a pack.</param>
    /// <param name="origin">The piece's first pixel.</param>
    /// <param name="scratch">Memory; its accumulators hold <see cref="IComposition.Empty"/> and receive the lines.</param>
    public static void Add<T, TComposition>(HierarchicalPlan plan, LineColumns lines, int index, double[] wavelength, int origin, NearScratch scratch)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int bits = 0, first = int.MaxValue, end = 0;
        if (plan.PieceRunStart[index] == plan.PieceRunStart[index + 1]) return;
        double low = wavelength[origin], high = wavelength[origin + scratch.Pixels - 1];
        for (int i = plan.PieceRunStart[index]; i < plan.PieceRunStart[index + 1]; i++)
        {
            ref readonly NearRun run = ref plan.Runs[plan.PieceRun[i]];
            int own = Bits<TComposition>(lines, run.Line, low, high);
            if (own > LargestBits)
            {
                AddDivided<T, TComposition>(lines, run, wavelength, origin, scratch);
                continue;
            }

            if ((bits += own) > MostBits)
            {
                Flush<T, TComposition>(first - origin, end - origin, scratch);
                (bits, first, end) = (own, int.MaxValue, 0);
            }

            AddMultiplied<T, TComposition>(lines, run, wavelength, origin, scratch);
            (first, end) = (Math.Min(first, run.Start), Math.Max(end, run.End));
        }

        if (bits > 0) Flush<T, TComposition>(first - origin, end - origin, scratch);
    }

    // How many powers of two a line may move a product of numerators or of denominators, upward or downward. A numerator that is clamped
    // because the line is black in its core moves it farther down: to a transmission below 1e-200, or to 0.
    private static int Bits<TComposition>(LineColumns lines, int line, double low, double high)
        where TComposition : struct, IComposition
    {
        double center = lines.Center[line], square = lines.Square[line], numerator = lines.Numerator[line];
        if (!(square >= TileForward.LeastSquare<TComposition>(numerator))) return int.MaxValue;
        double farthest = Math.Max(Math.Abs(low - center), Math.Abs(high - center));
        return 1 + Math.Max(Exponent((farthest * farthest) + square), -Exponent(square - numerator));
    }

    private static int Exponent(double positive) => (int)(BitConverter.DoubleToInt64Bits(positive) >> MantissaBits) - ExponentBias;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddMultiplied<T, TComposition>(LineColumns lines, in NearRun run, double[] wavelength, int origin, NearScratch scratch)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, start = run.Start - origin, end = run.End - origin;
        int coreStart = run.CoreStart - origin - T.Width, coreEnd = run.CoreStart == run.CoreEnd ? int.MinValue : run.CoreEnd - origin;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        ref double wave = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(wavelength), origin);
        ref double numerator = ref scratch.Numerator;
        ref double denominator = ref scratch.Denominator;
        for (int i = start & -T.Width; i < end; i += T.Width)
        {
            T x = T.Load(in Unsafe.Add(ref wave, i)) - center, square = T.MultiplyAdd(x, x, q), own = p;
            if (i > coreStart && i < coreEnd)
            {
                T e = LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), x * x * minusRate));
                own = TComposition.ClampNumerator(T.MultiplyAdd(depth * square, e, p), square);
            }

            if (i < start || i > end - T.Width) own = T.KeepRange(own, start - i, end - i);
            ref double above = ref Unsafe.Add(ref numerator, i);
            ref double below = ref Unsafe.Add(ref denominator, i);
            T d = T.Load(in below);
            T.Store(TComposition.FarStep(T.Load(in above), d, square, own), ref above);
            T.Store(d * square, ref below);
        }
    }

    // Divides the pixels that the last runs touched, and begins anew.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Flush<T, TComposition>(int first, int end, NearScratch scratch)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        T none = TComposition.FarNumerator<T>(), one = T.Broadcast(1);
        ref double accumulator = ref scratch.Accumulator;
        ref double numerator = ref scratch.Numerator;
        ref double denominator = ref scratch.Denominator;
        for (int i = first & -T.Width; i < end; i += T.Width)
        {
            ref double own = ref Unsafe.Add(ref accumulator, i);
            ref double above = ref Unsafe.Add(ref numerator, i);
            ref double below = ref Unsafe.Add(ref denominator, i);
            T.Store(TComposition.FarFinish(T.Load(in own), T.Load(in above) / T.Load(in below)), ref own);
            T.Store(none, ref above);
            T.Store(one, ref below);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddDivided<T, TComposition>(LineColumns lines, in NearRun run, double[] wavelength, int origin, NearScratch scratch)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, start = run.Start, end = run.End, coreStart = run.CoreStart - T.Width, coreEnd = run.CoreEnd;
        if (run.CoreStart == run.CoreEnd) coreEnd = 0;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        ref double wave = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(wavelength), origin);
        ref double accumulator = ref scratch.Accumulator;
        for (int i = start - ((start - origin) & (T.Width - 1)); i < end; i += T.Width)
        {
            T x = T.Load(in Unsafe.Add(ref wave, i - origin)) - center, x2 = x * x;
            T v = p / (x2 + q);
            if (i > coreStart && i < coreEnd)
                v = T.MultiplyAdd(depth, LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), x2 * minusRate)), v);
            if (i < start || i > end - T.Width) v = T.KeepRange(v, start - i, end - i);
            ref double own = ref Unsafe.Add(ref accumulator, i - origin);
            T.Store(TComposition.Add(T.Load(in own), v), ref own);
        }
    }
}
