using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu;

/// <summary>The exact kernels of the processor, over one lane width. After the first call of a size nothing is allocated.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
internal sealed class CpuLineKernels<TLane> : ILineKernels
    where TLane : struct, ILane<TLane>
{
    // Fixed pieces, so that the cut does not depend on the number of threads.
    private const int BlocksPerPiece = 8;
    private const int PiecePixels = BlocksPerPiece * TileScratch.BlockPixels;
    private const int LinesPerPiece = 64;

    private readonly LineShapeTable _shapes = new();
    private readonly ScratchPool<TileScratch> _scratch = new();
    private readonly Action<int> _forwardProduct;
    private readonly Action<int> _forwardOpacity;
    private readonly Action<int> _gradientProduct;
    private readonly Action<int> _gradientOpacity;
    private VoigtProfile[] _voigts = [];
    private double[] _weight = [];
    private readonly SortedLines _sorted = new();
    private readonly WindowOrder _order = new();
    private int _longestWindow;

    // The arguments of the call in progress, so that the pieces need no closure.
    private LineWindows? _windows;
    private double[] _wavelength = [];
    private double[] _transmission = [];
    private LineGradient? _gradient;
    private bool _isVoigt;
    private double[] _data = [];
    private double[] _dataWeight = [];
    private ResidualSum[] _sums = [];

    public CpuLineKernels(string name)
    {
        Name = name;
        _forwardProduct = ForwardPiece<ProductComposition>;
        _forwardOpacity = ForwardPiece<OpacityComposition>;
        _gradientProduct = GradientPiece<ProductComposition>;
        _gradientOpacity = GradientPiece<OpacityComposition>;
    }

    public string Name { get; }

    public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission)
    {
        Check(lines, windows, wavelength, transmission);
        ArgumentNullException.ThrowIfNull(workers);
        _transmission = transmission;
        RunForward(model, lines, windows, wavelength, workers);
    }

    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(data);
        Check(lines, windows, wavelength, data);
        if (weight is not null) Check(lines, windows, wavelength, weight);
        ArgumentNullException.ThrowIfNull(workers);
        int pieces = (wavelength.Length + PiecePixels - 1) / PiecePixels;
        if (_sums.Length < pieces) _sums = new ResidualSum[pieces];
        (_data, _dataWeight) = (data, weight ?? []);
        RunForward(model, lines, windows, wavelength, workers);
        ResidualSum sum = default;
        foreach (ResidualSum part in _sums.AsSpan(0, pieces)) sum += part;
        return (sum.Sum, (int)sum.Pixels);
    }

    private void RunForward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers)
    {
        Prepare(model, lines, workers);
        _order.Sort(windows);
        _longestWindow = 0;
        for (int j = 0; j < windows.Lines; j++) _longestWindow = Math.Max(_longestWindow, windows.Length[j]);
        if (!_isVoigt && wavelength.Length > 0)
        {
            const int tile = TileScratch.LanesPerTile;
            if (model.Composition == Composition.Product) _sorted.Fill<ProductComposition>(_shapes, windows, _order.Order, wavelength, tile * TLane.Width);
            else _sorted.Fill<OpacityComposition>(_shapes, windows, _order.Order, wavelength, tile * TLane.Width);
        }

        (_windows, _wavelength) = (windows, wavelength);
        workers.For((wavelength.Length + PiecePixels - 1) / PiecePixels, model.Composition == Composition.Product ? _forwardProduct : _forwardOpacity);
        Forget();
    }

    public void Gradient(
        LineModel model,
        LineTable lines,
        LineWindows windows,
        double[] wavelength,
        double[] transmission,
        double[] cotangent,
        Workers workers,
        LineGradient gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(cotangent);
        ArgumentNullException.ThrowIfNull(workers);
        Check(lines, windows, wavelength, transmission);
        Prepare(model, lines, workers);
        if (_weight.Length < wavelength.Length) _weight = new double[wavelength.Length];
        WeightPixels(cotangent, transmission, wavelength.Length);
        (_windows, _wavelength, _gradient) = (windows, wavelength, gradient);
        workers.For((windows.Lines + LinesPerPiece - 1) / LinesPerPiece, model.Composition == Composition.Product ? _gradientProduct : _gradientOpacity);
        Forget();
    }

    private void WeightPixels(double[] cotangent, double[] transmission, int pixels)
    {
        TLane zero = TLane.Broadcast(0);
        int i = 0;
        for (; i <= pixels - TLane.Width; i += TLane.Width)
            TLane.Store(zero - (TLane.Load(in cotangent[i]) * TLane.Load(in transmission[i])), ref _weight[i]);
        for (; i < pixels; i++) _weight[i] = 0 - (cotangent[i] * transmission[i]);
    }

    private static void Check(LineTable lines, LineWindows windows, double[] wavelength, double[] transmission)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(transmission);
        if (windows.Lines != lines.Count) throw new ArgumentException($"{windows.Lines} windows for {lines.Count} lines.", nameof(windows));
        if (transmission.Length < wavelength.Length)
            throw new ArgumentException($"{transmission.Length} values for {wavelength.Length} pixels.", nameof(transmission));
    }

    private void Forget() => (_windows, _wavelength, _transmission, _gradient, _data, _dataWeight) = (null, [], [], null, [], []);

    private void Prepare(LineModel model, LineTable lines, Workers workers)
    {
        _isVoigt = model.Profile == LineProfile.Voigt;
        if (!_isVoigt)
        {
            _shapes.Fill<TLane>(model.Profile, lines, workers);
            return;
        }

        if (_voigts.Length < lines.Count) _voigts = new VoigtProfile[lines.Count];
        for (int j = 0; j < lines.Count; j++)
        {
            _voigts[j] = ILineKernels.IsDegenerate(lines, j)
                ? default
                : new VoigtProfile(lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
        }
    }

    // The lines, in sorted order, whose window may touch the pixels [start, end): the longest window decides.
    private (int From, int To) Candidates(int start, int end) => Candidates(
        _order.First.AsSpan(0, _windows!.Lines), _longestWindow, start, end);

    private static (int From, int To) Candidates(ReadOnlySpan<int> first, int longest, int start, int end) =>
        (LowerBound(first, start - longest - 1), LowerBound(first, end));

    private static int LowerBound(ReadOnlySpan<int> values, int value)
    {
        int low = 0, high = values.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (values[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void ForwardPiece<TComposition>(int piece)
        where TComposition : struct, IComposition
    {
        TileScratch scratch = _scratch.Rent();
        ResidualSum sum = default;
        for (int block = 0; block < BlocksPerPiece; block++)
        {
            int start = ((piece * BlocksPerPiece) + block) * TileScratch.BlockPixels, end = Math.Min(_wavelength.Length, start + TileScratch.BlockPixels);
            if (start >= end) break;
            CacheLines.Prefetch(_wavelength, end, TileScratch.BlockPixels);
            CacheLines.Prefetch(_transmission, start, TileScratch.BlockPixels);
            ForwardBlock<TComposition>(start, end, scratch);
            ReadOnlySpan<double> result = scratch.Accumulator.AsSpan(0, end - start);
            if (_transmission.Length > 0) result.CopyTo(_transmission.AsSpan(start));
            else sum += ResidualSum.Of<TLane>(result, _data.AsSpan(start, end - start), _dataWeight.Length == 0 ? [] : _dataWeight.AsSpan(start, end - start));
        }

        if (_transmission.Length == 0) _sums[piece] = sum;

        _scratch.Return(scratch);
    }

    private void ForwardBlock<TComposition>(int start, int end, TileScratch scratch)
        where TComposition : struct, IComposition
    {
        int pixels = end - start;
        scratch.Begin(_wavelength, start, pixels, TComposition.Empty);
        if (_isVoigt)
        {
            AddVoigt<TComposition>(start, pixels, scratch);
        }
        else
        {
            (int from, int to) = Candidates(_sorted.IrregularFirst.AsSpan(0, _sorted.IrregularCount), _sorted.LongestIrregular, start, end);
            if (from < to) TileForward.Distribute<TLane, TComposition>(_shapes, _windows!, _sorted.Irregular.AsSpan(from, to - from), start, pixels, scratch);
            TileForward.AddTiles<TLane, TComposition>(_sorted, start, pixels, scratch);
            CoreForward.Add<TLane, TComposition>(_sorted, start, pixels, scratch);
        }

        TComposition.Finish(scratch.Accumulator.AsSpan(0, pixels));
    }

    private void AddVoigt<TComposition>(int start, int pixels, TileScratch scratch)
        where TComposition : struct, IComposition
    {
        LineWindows windows = _windows!;
        (int from, int to) = Candidates(start, start + pixels);
        for (int k = from; k < to; k++)
        {
            int line = _order.Order is { } order ? order[k] : k;
            int first = windows.First[line] - start, stop = first + windows.Length[line];
            AddRun(line, Math.Max(first, 0), Math.Min(stop, pixels));
            if (windows.HasDetachedPixel) AddRun(line, Math.Max(stop + 1, 0), Math.Min(stop + 2, pixels));
        }

        void AddRun(int line, int first, int stop)
        {
            if (first < stop) _voigts[line].Add<TLane, TComposition>(scratch.Wavelength, scratch.Accumulator, first, stop);
        }
    }

    private void GradientPiece<TComposition>(int piece)
        where TComposition : struct, IComposition
    {
        LineWindows windows = _windows!;
        LineGradient gradient = _gradient!;
        int stop = Math.Min(windows.Lines, (piece + 1) * LinesPerPiece);
        for (int j = piece * LinesPerPiece; j < stop && !_isVoigt; j += 2) SumPseudo<TComposition>(j, Math.Min(j + 2, stop), gradient);
        for (int j = piece * LinesPerPiece; j < stop && _isVoigt; j++)
        {
            int first = windows.First[j], end = first + windows.Length[j];
            (gradient.Center[j], gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]) = SumVoigt<TComposition>(j, first, end);
        }
    }

    private (double Center, double LnAmplitude, double LnSigma, double LnGamma) SumVoigt<TComposition>(int line, int first, int end)
        where TComposition : struct, IComposition
    {
        (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums = default;
        _voigts[line].Accumulate<TLane, TComposition>(_wavelength, _weight, first, end, ref sums);
        if (_windows!.HasDetachedPixel) _voigts[line].Accumulate<TLane, TComposition>(_wavelength, _weight, end + 1, end + 2, ref sums);
        return sums;
    }

    // One line, or two neighbours together.
    private void SumPseudo<TComposition>(int line, int stop, LineGradient gradient)
        where TComposition : struct, IComposition
    {
        LineWindows windows = _windows!;
        Span<ShapeSums> sums = stackalloc ShapeSums[2];
        sums.Clear();
        int first = windows.First[line], end = first + windows.Length[line];
        LineShape shape = _shapes[line];
        if (stop - line == 1)
        {
            PseudoVoigtGradient.Accumulate<TLane, TComposition>(shape, _wavelength, _weight, first, end, ref sums[0]);
        }
        else
        {
            int otherFirst = windows.First[line + 1], otherEnd = otherFirst + windows.Length[line + 1];
            PseudoVoigtGradient.Accumulate<TLane, TComposition>(
                shape, _shapes[line + 1], _wavelength, _weight, first, end, otherFirst, otherEnd, ref sums[0], ref sums[1]);
        }

        for (int j = line; j < stop; j++)
        {
            LineShape own = j == line ? shape : _shapes[j];
            int detached = windows.First[j] + windows.Length[j] + 1;
            if (windows.HasDetachedPixel)
                PseudoVoigtGradient.Accumulate<TLane, TComposition>(own, _wavelength, _weight, detached, detached + 1, ref sums[j - line]);
            (gradient.Center[j], gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]) = sums[j - line].ToParameters(own);
        }
    }
}
