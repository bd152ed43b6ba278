using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu.Tangents;

/// <summary>The tangent over one lane width: block by block, the lines that reach into it, one after the other.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
internal sealed class CpuLineTangent<TLane> : ILineTangent
    where TLane : struct, ILane<TLane>
{
    // Fixed pieces, so that the cut does not depend on the number of threads.
    private const int BlocksPerPiece = 8;

    private readonly LineColumns _columns = new();
    private readonly ScratchPool<TangentScratch> _scratch = new();
    private readonly Action<int> _product;
    private readonly Action<int> _opacity;
    private LineShape[] _shape = [];
    private double[] _coefficient = [];
    private int[] _order = [];
    private int[] _sortedFirst = [];
    private int _longestWindow;

    // The arguments of the call in progress, so that the pieces need no closure.
    private LineWindows? _windows;
    private double[] _wavelength = [];
    private double[] _transmission = [];
    private IReadOnlyList<double[]> _derivatives = [];
    private bool _isVoigt;
    private int _lines;

    public CpuLineTangent() => (_product, _opacity) = (Piece<ProductComposition>, Piece<OpacityComposition>);

    public void Evaluate(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        IReadOnlyList<LineTable> directions,
        Workers workers,
        IReadOnlyList<double[]> derivatives)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(transmission);
        ArgumentNullException.ThrowIfNull(directions);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(derivatives);
        if (windows.Lines != lines.Count) throw new ArgumentException($"{windows.Lines} windows for {lines.Count} lines.", nameof(windows));
        if (transmission.Length < wavelength.Length) throw new ArgumentException($"{transmission.Length} values for {wavelength.Length} pixels.", nameof(transmission));
        if (derivatives.Count != directions.Count || derivatives.Any(column => column.Length < wavelength.Length))
            throw new ArgumentException($"{directions.Count} directions of {wavelength.Length} pixels need as many arrays of that length.", nameof(derivatives));
        if (directions.FirstOrDefault(table => table.Count != lines.Count) is { } odd)
            throw new ArgumentException($"A direction has {odd.Count} lines, the spectrum {lines.Count}.", nameof(directions));
        if (directions.Count == 0) return;
        _lines = lines.Count;
        Prepare(model, lines, directions, workers);
        Sort(windows, lines.Count);
        (_windows, _wavelength, _transmission, _derivatives) = (windows, wavelength, transmission, derivatives);
        const int piece = BlocksPerPiece * TangentScratch.BlockPixels;
        workers.For((wavelength.Length + piece - 1) / piece, model.Composition == Composition.Product ? _product : _opacity);
        (_windows, _wavelength, _transmission, _derivatives) = (null, [], [], []);
    }

    // What all pixels of a line share: its constants, and the coefficients of every direction, [line, direction, term].
    private void Prepare(LineModel model, LineTable lines, IReadOnlyList<LineTable> directions, Workers workers)
    {
        const int terms = TangentScratch.MostTerms;
        int count = lines.Count, stride = directions.Count * terms;
        if (_coefficient.Length < count * stride) _coefficient = new double[count * stride];
        _isVoigt = model.Profile == LineProfile.Voigt;
        _columns.Fill<TLane>(model.Profile, lines, workers);
        if (!_isVoigt && _shape.Length < count) _shape = new LineShape[count];
        for (int j = 0; j < count; j++)
        {
            bool degenerate = _columns.IsDegenerate[j];
            if (!_isVoigt) _shape[j] = _columns[j];
            for (int d = 0; d < directions.Count; d++)
            {
                Span<double> coefficient = _coefficient.AsSpan((j * stride) + (d * terms), terms);
                if (degenerate) coefficient.Clear();
                else if (_isVoigt) VoigtTangent.Coefficients(_columns.Voigt[j], directions[d], j, coefficient);
                else PseudoVoigtTangent.Coefficients(_shape[j], directions[d], j, coefficient);
            }
        }
    }

    // Blocks find their lines by binary search, which needs windows in ascending order.
    private void Sort(LineWindows windows, int count)
    {
        if (_order.Length < count) (_order, _sortedFirst) = (new int[count], new int[count]);
        _longestWindow = 0;
        bool sorted = true;
        for (int j = 0; j < count; j++)
        {
            (_order[j], _sortedFirst[j]) = (j, windows.First[j]);
            _longestWindow = Math.Max(_longestWindow, windows.Length[j]);
            sorted &= j == 0 || windows.First[j] >= windows.First[j - 1];
        }

        if (!sorted) Array.Sort(_sortedFirst, _order, 0, count);
    }

    private void Piece<TComposition>(int piece)
        where TComposition : struct, IComposition
    {
        TangentScratch scratch = _scratch.Rent();
        const int pixels = TangentScratch.BlockPixels;
        for (int start = piece * BlocksPerPiece * pixels; start < Math.Min(_wavelength.Length, (piece + 1) * BlocksPerPiece * pixels); start += pixels)
            Block<TComposition>(start, Math.Min(_wavelength.Length, start + pixels), scratch);
        _scratch.Return(scratch);
    }

    private void Block<TComposition>(int start, int end, TangentScratch scratch)
        where TComposition : struct, IComposition
    {
        LineWindows windows = _windows!;
        int directions = _derivatives.Count;
        scratch.Begin(directions);
        ReadOnlySpan<int> firsts = _sortedFirst.AsSpan(0, _lines);
        int to = firsts.BinarySearch(new Bound(end)), from = firsts.BinarySearch(new Bound(start - _longestWindow - 1));
        for (int k = ~from; k < ~to; k++)
        {
            int line = _order[k], first = windows.First[line], stop = first + windows.Length[line];
            AddRun<TComposition>(line, Math.Max(first, start), Math.Min(stop, end), start, scratch);
            if (windows.HasDetachedPixel) AddRun<TComposition>(line, Math.Max(stop + 1, start), Math.Min(stop + 2, end), start, scratch);
        }

        for (int d = 0; d < directions; d++)
        {
            double[] derivative = _derivatives[d];
            ReadOnlySpan<double> sums = scratch.Sums.AsSpan(d * TangentScratch.BlockPixels, end - start);
            for (int i = 0; i < sums.Length; i++) derivative[start + i] = -_transmission[start + i] * sums[i];
        }
    }

    private void AddRun<TComposition>(int line, int first, int stop, int origin, TangentScratch scratch)
        where TComposition : struct, IComposition
    {
        if (first >= stop) return;
        double[] terms = scratch.Terms;
        if (_isVoigt)
        {
            if (_columns.Voigt[line].Norm == 0) return;
            VoigtTangent.Fill<TComposition>(_columns.Voigt[line], _wavelength, first, stop, origin, terms);
            Combine(line, VoigtTangent.Terms, first - origin, stop - origin, scratch);
            return;
        }

        ref readonly LineShape shape = ref _shape[line];
        (int coreStart, int coreEnd) = PseudoVoigtTangent.Core(shape, _wavelength, first, stop);
        Wing<TComposition>(shape, first, coreStart, origin, terms);
        Wing<TComposition>(shape, coreEnd, stop, origin, terms);
        int i = coreStart;
        PseudoVoigtTangent.CoreRun<TLane, TComposition>(shape, _wavelength, ref i, coreEnd, origin, terms);
        PseudoVoigtTangent.CoreRun<Lane1, TComposition>(shape, _wavelength, ref i, coreEnd, origin, terms);
        Combine(line, PseudoVoigtTangent.WingTerms, first - origin, coreStart - origin, scratch);
        Combine(line, TangentScratch.MostTerms, coreStart - origin, coreEnd - origin, scratch);
        Combine(line, PseudoVoigtTangent.WingTerms, coreEnd - origin, stop - origin, scratch);
    }

    private void Wing<TComposition>(in LineShape shape, int first, int stop, int origin, double[] terms)
        where TComposition : struct, IComposition
    {
        int i = first;
        PseudoVoigtTangent.Wing<TLane, TComposition>(shape, _wavelength, ref i, stop, origin, terms);
        PseudoVoigtTangent.Wing<Lane1, TComposition>(shape, _wavelength, ref i, stop, origin, terms);
    }

    private void Combine(int line, int count, int first, int stop, TangentScratch scratch)
    {
        const int terms = TangentScratch.MostTerms;
        int directions = _derivatives.Count;
        for (int d = 0; d < directions; d++)
        {
            ReadOnlySpan<double> coefficient = _coefficient.AsSpan(((line * directions) + d) * terms, count);
            int i = first;
            TermSum.Add<TLane>(coefficient, scratch.Terms, scratch.Sums, d * TangentScratch.BlockPixels, ref i, stop);
            TermSum.Add<Lane1>(coefficient, scratch.Terms, scratch.Sums, d * TangentScratch.BlockPixels, ref i, stop);
        }
    }

    // Places itself before all equal values, so that the complement of what BinarySearch says is the lower bound.
    private readonly struct Bound(int value) : IComparable<int>
    {
        public int CompareTo(int other) => value <= other ? -1 : 1;
    }
}
