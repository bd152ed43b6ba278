using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Kernels.Cpu.Tiles;

namespace Blase3D.Kernels.Cpu;

/// <summary>The exact kernels of the processor, over one lane width. After the first call of a size nothing is allocated.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
internal sealed class CpuLineKernels<TLane> : IStreamedLineKernels
    where TLane : struct, ILane<TLane>
{
    // Fixed pieces, so that the cut does not depend on the number of threads.
    private const int BlocksPerPiece = 8;
    private const int PiecePixels = BlocksPerPiece * TileScratch.BlockPixels;
    private const int LinesPerPiece = 64;

    private readonly LineColumns _table = new();
    private readonly LineIntake<TLane> _intake = new();
    private readonly ScratchPool<TileScratch> _scratch = new();
    private readonly Action<int> _forwardProduct;
    private readonly Action<int> _forwardOpacity;
    private readonly Action<int> _gradientProduct;
    private readonly Action<int> _gradientOpacity;
    private double[] _weight = [];
    private double[] _perRate = [];
    private readonly SortedLines _sorted = new();
    private readonly WindowOrder _tableOrder = new();
    private WindowOrder _order = new();
    private int _longestWindow;

    // The arguments of the call in progress, so that the pieces need no closure.
    private LineColumns _lines = new();
    private LineWindows? _windows;
    private double[] _wavelength = [];
    private double[] _transmission = [];
    private readonly WeakReference<double[]> _last = new([]);
    private bool _isElsewhere;
    private LineGradient? _gradient;
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

    public int StreamedLines => _intake.Taken;

    public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission)
    {
        KernelArguments.Check(lines, windows, wavelength, transmission);
        ArgumentNullException.ThrowIfNull(workers);
        TakeTable(model, lines, windows, workers);
        _transmission = transmission;
        RunForward(model, wavelength, workers);
    }

    public void Forward(LineModel model, ILineSource source, WindowRule rule, double[] wavelength, Workers workers, double[] transmission)
    {
        KernelArguments.Check(source, rule, wavelength, workers, transmission);
        TakeSource(model, source, rule, wavelength, workers);
        _transmission = transmission;
        RunForward(model, wavelength, workers);
    }

    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        KernelArguments.Check(lines, windows, wavelength, data);
        if (weight is not null) KernelArguments.Check(lines, windows, wavelength, weight);
        ArgumentNullException.ThrowIfNull(workers);
        TakeTable(model, lines, windows, workers);
        return Compare(model, wavelength, data, weight, workers);
    }

    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, ILineSource source, WindowRule rule, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        KernelArguments.Check(source, rule, wavelength, workers, data);
        if (weight is not null) KernelArguments.Check(source, rule, wavelength, workers, weight);
        TakeSource(model, source, rule, wavelength, workers);
        return Compare(model, wavelength, data, weight, workers);
    }

    private void TakeTable(LineModel model, LineTable lines, LineWindows windows, Workers workers)
    {
        _table.Fill<TLane>(model.Profile, lines, workers);
        _tableOrder.Sort(windows);
        (_lines, _windows, _order) = (_table, windows, _tableOrder);
    }

    private void TakeSource(LineModel model, ILineSource source, WindowRule rule, double[] wavelength, Workers workers)
    {
        _intake.Take(model.Profile, source, rule, wavelength, workers);
        (_lines, _windows, _order) = (_intake.Lines, _intake.Windows, _intake.PutInOrder());
    }

    private (double Sum, int Pixels) Compare(LineModel model, double[] wavelength, double[] data, double[]? weight, Workers workers)
    {
        int pieces = (wavelength.Length + PiecePixels - 1) / PiecePixels;
        if (_sums.Length < pieces) _sums = new ResidualSum[pieces];
        (_data, _dataWeight) = (data, weight ?? []);
        RunForward(model, wavelength, workers);
        ResidualSum sum = default;
        foreach (ResidualSum part in _sums.AsSpan(0, pieces)) sum += part;
        return (sum.Sum, (int)sum.Pixels);
    }

    private void RunForward(LineModel model, double[] wavelength, Workers workers)
    {
        LineWindows windows = _windows!;
        bool isKept = ReferenceEquals(_lines, _table);
        _longestWindow = 0;
        for (int j = 0; j < windows.Lines; j++) _longestWindow = Math.Max(_longestWindow, windows.Length[j]);
        if (model.Profile != LineProfile.Voigt && wavelength.Length > 0)
        {
            int tile = TileScratch.LanesPerTile * TLane.Width;
            if (model.Composition == Composition.Product) _sorted.Fill<ProductComposition>(_lines, windows, _order.Order, isKept, wavelength, tile);
            else _sorted.Fill<OpacityComposition>(_lines, windows, _order.Order, isKept, wavelength, tile);
        }

        // The array of the call before is in the caches; another one hardly is, as in a batch of many spectra.
        _isElsewhere = !_last.TryGetTarget(out double[]? last) || !ReferenceEquals(last, _transmission);
        _last.SetTarget(_transmission);
        _wavelength = wavelength;
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
        KernelArguments.Check(lines, windows, wavelength, transmission);
        _table.Fill<TLane>(model.Profile, lines, workers);
        if (_perRate.Length < lines.Count) _perRate = new double[lines.Count];
        if (_weight.Length < wavelength.Length) _weight = new double[wavelength.Length];
        WeightPixels(cotangent, transmission, wavelength.Length);
        (_lines, _windows, _wavelength, _gradient) = (_table, windows, wavelength, gradient);
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

    private void Forget() => (_windows, _wavelength, _transmission, _gradient, _data, _dataWeight) = (null, [], [], null, [], []);

    // The lines, in sorted order, whose window may touch the pixels [start, end): the longest window decides.
    private (int From, int To) Candidates(int start, int end) => Candidates(
        _order.First.AsSpan(0, _windows!.Lines), _longestWindow, start, end);

    private static (int From, int To) Candidates(ReadOnlySpan<int> first, int longest, int start, int end) =>
        (WindowOrder.LowerBound(first, start - longest - 1), WindowOrder.LowerBound(first, end));

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
            if (!_isElsewhere) CacheLines.Prefetch(_transmission, start, TileScratch.BlockPixels);
            ForwardBlock<TComposition>(start, end, scratch);
            ReadOnlySpan<double> result = scratch.Accumulator.AsSpan(0, end - start);
            if (_transmission.Length > 0 && _isElsewhere) CacheLines.CopyPast(result, _transmission.AsSpan(start, result.Length));
            else if (_transmission.Length > 0) result.CopyTo(_transmission.AsSpan(start));
            else sum += ResidualSum.Of<TLane>(result, _data.AsSpan(start, end - start), _dataWeight.Length == 0 ? [] : _dataWeight.AsSpan(start, end - start));
        }

        if (_transmission.Length == 0) _sums[piece] = sum;
        else if (_isElsewhere) CacheLines.Fence();
        _scratch.Return(scratch);
    }

    private void ForwardBlock<TComposition>(int start, int end, TileScratch scratch)
        where TComposition : struct, IComposition
    {
        int pixels = end - start;
        scratch.Begin(_wavelength, start, pixels, TComposition.Empty);
        if (_lines.Profile == LineProfile.Voigt)
        {
            AddVoigt<TComposition>(start, pixels, scratch);
        }
        else
        {
            (int from, int to) = Candidates(_sorted.IrregularFirst.AsSpan(0, _sorted.IrregularCount), _sorted.LongestIrregular, start, end);
            if (from < to) TileForward.Distribute<TLane, TComposition>(_sorted.Irregular.AsSpan(from, to - from), _sorted.HasDetachedPixel, start, pixels, scratch);
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
            if (first < stop) _lines.Voigt[line].Add<TLane, TComposition>(scratch.Wavelength, scratch.Accumulator, first, stop);
        }
    }

    private void GradientPiece<TComposition>(int piece)
        where TComposition : struct, IComposition
    {
        LineWindows windows = _windows!;
        LineGradient gradient = _gradient!;
        int start = piece * LinesPerPiece, stop = Math.Min(windows.Lines, start + LinesPerPiece);
        if (_lines.Profile == LineProfile.Voigt)
        {
            for (int j = start; j < stop; j++)
                (gradient.Center[j], gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]) = SumVoigt<TComposition>(j);
            return;
        }

        for (int j = start; j < stop; j += 2) SumPseudo<TComposition>(j, Math.Min(j + 2, stop), gradient);
        _lines.ToParameters<TLane>(_perRate, gradient, start, stop);
    }

    private (double Center, double LnAmplitude, double LnSigma, double LnGamma) SumVoigt<TComposition>(int line)
        where TComposition : struct, IComposition
    {
        (double Center, double LnAmplitude, double LnSigma, double LnGamma) sums = default;
        int first = _windows!.First[line], end = first + _windows.Length[line];
        _lines.Voigt[line].Accumulate<TLane, TComposition>(_wavelength, _weight, first, end, ref sums);
        if (_windows.HasDetachedPixel) _lines.Voigt[line].Accumulate<TLane, TComposition>(_wavelength, _weight, end + 1, end + 2, ref sums);
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
        if (stop - line == 1)
        {
            PseudoVoigtGradient.Accumulate<TLane, TComposition>(_lines, line, _wavelength, _weight, first, end, ref sums[0]);
        }
        else
        {
            int otherFirst = windows.First[line + 1], otherEnd = otherFirst + windows.Length[line + 1];
            PseudoVoigtGradient.AccumulatePair<TLane, TComposition>(
                _lines, line, _wavelength, _weight, first, end, otherFirst, otherEnd, ref sums[0], ref sums[1]);
        }

        for (int j = line; j < stop; j++)
        {
            int detached = windows.First[j] + windows.Length[j] + 1;
            if (windows.HasDetachedPixel)
                PseudoVoigtGradient.Accumulate<TLane, TComposition>(_lines, j, _wavelength, _weight, detached, detached + 1, ref sums[j - line]);
            _perRate[j] = sums[j - line].Store(_lines, j, gradient);
        }
    }
}
