using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Blase3D.Kernels;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Weighted sums of the entries of several nodes over a run of line indices that stays in the cache: one pass over every node, no search and no
/// merging. The sums run over the nodes in the order of the calls with one rounding per multiplication and addition, as
/// <see cref="LineBlend.Add"/> does.
/// </summary>
internal sealed class CornerSums
{
    /// <summary>Lines of a run.</summary>
    public const int Lines = 512;

    private const int Parameters = 4;
    private const int LinesPerWord = 64;
    private const int EntriesPerCacheLine = 16;

    private readonly double[] _weight = new double[Lines];
    private readonly int[] _present = new int[Lines];

    // Centre, ln a, ln sigma, ln gamma of a line side by side.
    private readonly double[] _sum = new double[Parameters * Lines];

    /// <summary>Adds the entries of a node that belong to the run, and says where the next run begins.</summary>
    /// <param name="run">The node.</param>
    /// <param name="from">The first entry that may belong to the run.</param>
    /// <param name="first">The run's first line.</param>
    /// <param name="end">The line behind its last.</param>
    /// <param name="weight">The node's weight.</param>
    /// <param name="reference">When given, the centres' reference values, which are added to the shifts before they are weighted.</param>
    /// <returns>The first entry behind the run.</returns>
    public int Add(in NodeRun run, int from, int first, int end, double weight, double[]? reference)
    {
        ManifoldEntries entries = run.Columns;
        ReadOnlySpan<int> index = entries.LineIndex.AsSpan(0, run.End);
        int e = from;
        if (Avx.IsSupported) e = AddFours(entries, index, e, first, end, weight, reference);
        for (; e < index.Length && index[e] < end; e++)
        {
            int line = index[e], at = Parameters * (line - first);
            double shift = entries.CenterShift[e];
            _weight[line - first] += weight;
            _sum[at] += weight * (reference is null ? shift : reference[line] + shift);
            _sum[at + 1] += weight * entries.LnAmplitude[e];
            _sum[at + 2] += weight * entries.LnSigma[e];
            _sum[at + 3] += weight * entries.LnGamma[e];
        }

        // The next run will be about as long; until it comes, the other nodes are read.
        int expected = e - from + EntriesPerCacheLine;
        CacheLines.Prefetch(entries.LineIndex, e, expected);
        CacheLines.Prefetch(entries.CenterShift, e, expected);
        CacheLines.Prefetch(entries.LnAmplitude, e, expected);
        CacheLines.Prefetch(entries.LnSigma, e, expected);
        CacheLines.Prefetch(entries.LnGamma, e, expected);
        return e;
    }

    /// <summary>The lines of the run that any node has, ascending.</summary>
    public ReadOnlySpan<int> Present()
    {
        int count = 0;
        for (int word = 0; word < Lines / LinesPerWord; word++)
        {
            for (ulong bits = PresentBits(word); bits != 0; bits &= bits - 1)
                _present[count++] = (word * LinesPerWord) + BitOperations.TrailingZeroCount(bits);
        }

        return _present.AsSpan(0, count);
    }

    private ulong PresentBits(int word)
    {
        ulong bits = 0;
        ref double weight = ref _weight[word * LinesPerWord];
        for (int k = 0; k < LinesPerWord; k += Vector256<double>.Count)
        {
            Vector256<double> isAbsent = Vector256.Equals(Vector256.LoadUnsafe(ref Unsafe.Add(ref weight, k)), Vector256<double>.Zero);
            bits |= (ulong)isAbsent.ExtractMostSignificantBits() << k;
        }

        return ~bits;
    }

    /// <summary>The sums of a line of the run, which is then empty again.</summary>
    /// <param name="line">0 to <see cref="Lines"/> - 1.</param>
    public LineBlend Take(int line)
    {
        Span<double> sum = _sum.AsSpan(Parameters * line, Parameters);
        var blend = new LineBlend(_weight[line], sum[0], sum[1], sum[2], sum[3]);
        sum.Clear();
        _weight[line] = 0;
        return blend;
    }

    /// <summary>The sums of four lines of the run, which are then empty again: what <see cref="Take"/> gives, transposed.</summary>
    /// <param name="lines">Four lines.</param>
    /// <returns>Their weights, and the four sums.</returns>
    public (Vector256<double> Weight, Vector256<double> Center, Vector256<double> LnAmplitude, Vector256<double> LnSigma, Vector256<double> LnGamma) TakeFour(
        ReadOnlySpan<int> lines)
    {
        int i0 = lines[0], i1 = lines[1], i2 = lines[2], i3 = lines[3];
        var weight = Vector256.Create(_weight[i0], _weight[i1], _weight[i2], _weight[i3]);
        _weight[i0] = _weight[i1] = _weight[i2] = _weight[i3] = 0;
        Vector256<double> v0 = TakeRow(i0), v1 = TakeRow(i1), v2 = TakeRow(i2), v3 = TakeRow(i3);
        Vector256<double> cs0 = Avx.UnpackLow(v0, v1), ag0 = Avx.UnpackHigh(v0, v1), cs1 = Avx.UnpackLow(v2, v3), ag1 = Avx.UnpackHigh(v2, v3);
        return (
            weight,
            Avx.Permute2x128(cs0, cs1, 0x20),
            Avx.Permute2x128(ag0, ag1, 0x20),
            Avx.Permute2x128(cs0, cs1, 0x31),
            Avx.Permute2x128(ag0, ag1, 0x31));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> TakeRow(int line)
    {
        ref double sum = ref _sum[Parameters * line];
        var row = Vector256.LoadUnsafe(ref sum);
        Vector256<double>.Zero.StoreUnsafe(ref sum);
        return row;
    }

    // Four entries of the columns become, transposed, the four parameters of four lines.
    private int AddFours(ManifoldEntries entries, ReadOnlySpan<int> index, int from, int first, int end, double weight, double[]? reference)
    {
        ref int line = ref MemoryMarshal.GetReference(index);
        ref float shift = ref MemoryMarshal.GetArrayDataReference(entries.CenterShift), lnAmplitude = ref MemoryMarshal.GetArrayDataReference(entries.LnAmplitude);
        ref float lnSigma = ref MemoryMarshal.GetArrayDataReference(entries.LnSigma), lnGamma = ref MemoryMarshal.GetArrayDataReference(entries.LnGamma);
        var w = Vector256.Create(weight);
        int e = from;
        for (; e + 3 < index.Length && Unsafe.Add(ref line, e + 3) < end; e += 4)
        {
            int i0 = Unsafe.Add(ref line, e), i1 = Unsafe.Add(ref line, e + 1), i2 = Unsafe.Add(ref line, e + 2), i3 = Unsafe.Add(ref line, e + 3);
            Vector256<double> c = Load(ref shift, e);
            if (reference is not null) c = Vector256.Create(reference[i0], reference[i1], reference[i2], reference[i3]) + c;
            c *= w;
            Vector256<double> a = Load(ref lnAmplitude, e) * w, s = Load(ref lnSigma, e) * w, g = Load(ref lnGamma, e) * w;
            Vector256<double> ca0 = Avx.UnpackLow(c, a), ca1 = Avx.UnpackHigh(c, a), sg0 = Avx.UnpackLow(s, g), sg1 = Avx.UnpackHigh(s, g);
            AddTo(i0 - first, Avx.Permute2x128(ca0, sg0, 0x20), weight);
            AddTo(i1 - first, Avx.Permute2x128(ca1, sg1, 0x20), weight);
            AddTo(i2 - first, Avx.Permute2x128(ca0, sg0, 0x31), weight);
            AddTo(i3 - first, Avx.Permute2x128(ca1, sg1, 0x31), weight);
        }

        return e;

        static Vector256<double> Load(ref float column, int at) => Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref Unsafe.Add(ref column, at)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTo(int line, Vector256<double> parameters, double weight)
    {
        _weight[line] += weight;
        ref double sum = ref _sum[Parameters * line];
        (Vector256.LoadUnsafe(ref sum) + parameters).StoreUnsafe(ref sum);
    }
}
