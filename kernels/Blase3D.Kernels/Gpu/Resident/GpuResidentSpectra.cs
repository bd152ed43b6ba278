using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu.Resident;

/// <summary>Spectra of points as blends of resident rows: lines, order, constants, spectra, residuals and comparisons, all on the device.</summary>
internal sealed class GpuResidentSpectra : IResidentSpectra
{
    // Enough to keep a large card busy; more would only take memory.
    private const int LargestBatch = 128;

    // Pairs whose sums come back together.
    private const int PairsPerRead = 512;
    private const int SumsPerPair = 3;
    private const int BlendedColumns = 5;

    // The zero pixel, the lines before, first pixel, end and kind; one more by which adaptive windows are searched.
    private const int IntColumns = 5;

    private readonly GpuResidentRows _rows;
    private readonly IComputeCommands _commands;
    private readonly KernelProgram _program;
    private readonly ResidentFrame _frame;
    private readonly int _count;
    private readonly int _pixels;
    private readonly int _tiles;
    private readonly int _windowPixels;
    private readonly int _windowLength;
    private readonly List<DeviceReals> _reals = [];
    private readonly List<DeviceInts> _ints = [];
    private readonly DeviceReals _ownHigh, _ownLow, _high, _low, _share, _tap;
    private readonly DeviceReals _cornerWeight, _modelStep, _blended, _largestShift, _lines, _spectra, _spectrum, _useWeight, _sums, _results, _tolerance, _level;
    private readonly DeviceInts _targetFirst, _targetEnd, _longest, _tapAt;
    private readonly DeviceInts _cornerCount, _cornerRow, _modelRow, _zero, _before, _classBegin, _first, _end, _kind, _search, _usePoint;
    private int _points;

    public GpuResidentSpectra(GpuResidentRows rows, ResidentFrame frame)
    {
        (_rows, _commands, _frame) = (rows, rows.Commands, frame);
        _program = KernelProgram.Lines(rows.Precision, frame.Model.Composition, frame.Model.Profile == LineProfile.Voigt);
        (_count, _pixels) = (Math.Max(0, frame.EndLine - frame.FirstLine), frame.Wavelength.Length);
        _tiles = (_pixels + KernelProgram.TilePixels - 1) / KernelProgram.TilePixels;


        // Windows that follow the strength of lines are made of the finished lines; until then every window is the whole spectrum.
        _windowPixels = frame.WindowTolerance is null ? frame.WindowPixels : frame.Cloned.Length;
        _windowLength = Math.Min(_windowPixels, frame.Cloned.Length);
        (_ownHigh, _ownLow, _high, _low, _share, _tap) = (Reals(), Reals(), Reals(), Reals(), Reals(), Reals());
        (_cornerWeight, _modelStep, _blended, _largestShift, _lines) = (Reals(), Reals(), Reals(), Reals(), Reals());
        (_spectra, _spectrum, _useWeight, _sums, _results) = (Reals(), Reals(), Reals(), Reals(), Reals());
        (_targetFirst, _targetEnd, _longest, _tapAt) = (Ints(), Ints(), Ints(), Ints());
        (_cornerCount, _cornerRow, _modelRow, _zero, _before) = (Ints(), Ints(), Ints(), Ints(), Ints());
        (_classBegin, _first, _end, _kind, _search, _usePoint) = (Ints(), Ints(), Ints(), Ints(), Ints(), Ints());
        (_tolerance, _level) = (Reals(), Reals());
        WriteFrame();
        int real = rows.Precision == GpuPrecision.Binary32 ? sizeof(float) : sizeof(double);
        BytesPerPoint = ((long)_count * (((KernelProgram.LineColumns + BlendedColumns) * real) + ((IntColumns + (frame.WindowTolerance is null ? 0 : 1)) * sizeof(int)))) + ((long)_pixels * real);

        // Half of the memory is for the batch; the rest for rows, residuals and data.
        long most = Math.Min(LargestBatch, _commands.Device.MemoryBytes / 2 / Math.Max(BytesPerPoint, 1));
        most = Math.Min(most, int.MaxValue / Math.Max(1, Math.Max((long)_pixels, (long)KernelProgram.LineColumns * _count)));
        MostPoints = (int)Math.Max(1, most);
    }

    public int MostPoints { get; private set; }

    public long BytesPerPoint { get; }

    public IResidentColumn Upload(ReadOnlySpan<double> values)
    {
        var column = new DeviceReals(_commands, _rows.Precision);
        column.Write(values);
        return new Column(column, values.Length);
    }

    public void Evaluate(LineBlends blends)
    {
        ArgumentNullException.ThrowIfNull(blends);
        ArgumentOutOfRangeException.ThrowIfZero(blends.Points);
        if (blends.Points > MostPoints) throw new ArgumentException($"{blends.Points} points for room for {MostPoints}.", nameof(blends));
        _points = blends.Points;
        if (_pixels == 0) return;
        Reserve();
        _cornerCount.Write(blends.CornerCount);
        _cornerRow.Write(blends.CornerRow);
        _cornerWeight.Write(blends.CornerWeight);
        _modelRow.Write(blends.ModelRow);
        _modelStep.Write(blends.ModelStep);
        int groups = _points * ((_count + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize);
        if (groups > 0)
        {
            Run("blend_lines", groups,
            [
                _count, _frame.FirstLine, blends.Axes, blends.Corners, _frame.Cloned.Length, _windowPixels, _windowLength, _rows.Blocks,
                _rows.BlockBegin, _rows.Line, _rows.Value, _cornerCount.Buffer, _cornerRow.Buffer, _cornerWeight.Buffer, _modelRow.Buffer, _modelStep.Buffer,
                _rows.ReferenceHigh, _rows.ReferenceLow, _ownHigh.Buffer, _ownLow.Buffer, _targetFirst.Buffer, _targetEnd.Buffer, _blended.Buffer, _zero.Buffer,
            ]);
        }

        Run("count_lines", _points,
        [
            _count, _frame.FirstLine, _rows.ReferenceHigh, _rows.ReferenceLow, _blended.Buffer, _zero.Buffer, _before.Buffer, _classBegin.Buffer, _largestShift.Buffer,
        ]);
        if (groups > 0)
        {
            Run("place_lines", groups,
            [
                _count, _frame.FirstLine, _windowLength, _frame.Model.Profile == LineProfile.Thompson ? 1 : 0, _rows.ReferenceHigh, _rows.ReferenceLow,
                _blended.Buffer, _zero.Buffer, _before.Buffer, _largestShift.Buffer, _targetFirst.Buffer, _targetEnd.Buffer,
                _first.Buffer, _end.Buffer, _kind.Buffer, _lines.Buffer,
            ]);
        }

        bool isAdaptive = _frame.WindowTolerance is not null;
        if (isAdaptive) Adapt(groups);
        Run("resident_spectra", _points * _tiles,
        [
            _pixels, _count, _tiles, isAdaptive ? 1 : 0, _classBegin.Buffer, _longest.Buffer, isAdaptive ? _search.Buffer : _first.Buffer, _first.Buffer, _end.Buffer, _kind.Buffer, _lines.Buffer,
            _high.Buffer, _low.Buffer, _spectra.Buffer,
        ]);
    }

    private void Adapt(int groups)
    {
        Run("adapt_level", _points, [_pixels, _count, _tolerance.Buffer, _classBegin.Buffer, _kind.Buffer, _lines.Buffer, _high.Buffer, _low.Buffer, _level.Buffer]);
        if (groups > 0) Run("adapt_windows", groups, [_pixels, _count, _classBegin.Buffer, _kind.Buffer, _lines.Buffer, _level.Buffer, _high.Buffer, _low.Buffer, _first.Buffer, _end.Buffer]);
        Run("search_windows", _points, [_count, _classBegin.Buffer, _first.Buffer, _end.Buffer, _search.Buffer, _longest.Buffer]);
    }

    public void AddResiduals(IReadOnlyList<(IResidentColumn Residual, int From, int To)> uses, int[] point, double[] weight)
    {
        ArgumentNullException.ThrowIfNull(uses);
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(weight);
        if (_frame.Residual is null) throw new InvalidOperationException("The frame has no residuals.");
        if (_pixels == 0) return;
        _usePoint.Write(point);
        _useWeight.Write(weight);
        int chunks = (_pixels + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize;
        Run("take_share", _points * chunks, [_pixels, _share.Buffer, _spectra.Buffer]);
        foreach ((IResidentColumn residual, int from, int to) in uses)
            Run("add_row", chunks, [_pixels, from, to, _usePoint.Buffer, _useWeight.Buffer, _tapAt.Buffer, _tap.Buffer, ((Column)residual).Buffer, _spectra.Buffer]);
    }

    public void Compare(IReadOnlyList<(int Point, IResidentColumn Data, IResidentColumn? Weight)> pairs, Span<double> sums)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (sums.Length != SumsPerPair * pairs.Count) throw new ArgumentException($"{sums.Length} sums for {pairs.Count} pairs.", nameof(sums));
        if (_pixels == 0)
        {
            sums.Clear();
            return;
        }

        for (int from = 0; from < pairs.Count; from += PairsPerRead)
        {
            int number = Math.Min(PairsPerRead, pairs.Count - from);
            _sums.Reserve((long)SumsPerPair * number * _tiles);
            _results.Reserve(SumsPerPair * number);
            for (int n = 0; n < number; n++)
            {
                (int point, IResidentColumn data, IResidentColumn? weight) = pairs[from + n];
                ComputeBuffer values = ((Column)data).Buffer;
                Run("compare_spectrum", _tiles, [_pixels, _tiles, point, n, weight is null ? 0 : 1, values, weight is null ? values : ((Column)weight).Buffer, _spectra.Buffer, _sums.Buffer]);
            }

            Run("add_tiles", number, [_tiles, _sums.Buffer, _results.Buffer]);
            _results.Read(sums.Slice(SumsPerPair * from, SumsPerPair * number));
        }
    }

    public void Read(int point, Span<double> spectrum)
    {
        if (_pixels == 0) return;
        _spectrum.Reserve(_pixels);
        Run("take_spectrum", (_pixels + KernelProgram.GroupSize - 1) / KernelProgram.GroupSize, [_pixels, point, _spectra.Buffer, _spectrum.Buffer]);
        _spectrum.Read(spectrum[.._pixels]);
    }

    public void Dispose()
    {
        foreach (DeviceReals column in _reals) column.Release();
        foreach (DeviceInts column in _ints) column.Release();
    }

    private void WriteFrame()
    {
        ReadOnlySpan<double> own = _frame.Cloned, wanted = _frame.Wavelength;
        _ownHigh.Write(own);
        _ownLow.WriteRest(own);
        _high.Write(wanted);
        _low.WriteRest(wanted);
        int[] first = new int[own.Length], end = new int[own.Length];
        for (int i = 0; i < own.Length; i++)
        {
            first[i] = LineWindows.SearchSortedFrom(wanted, own[i], i == 0 ? 0 : first[i - 1]);
            end[i] = LineWindows.SearchSortedFrom(wanted, Math.BitIncrement(own[i]), i == 0 ? 0 : end[i - 1]);
        }

        int longest = 0;
        for (int zero = 0; zero + _windowLength <= own.Length && _windowLength > 0; zero++) longest = Math.Max(longest, end[zero + _windowLength - 1] - first[zero]);
        _targetFirst.Write(first);
        _targetEnd.Write(end);
        _longest.Write([longest]);
        _tolerance.Write([_frame.WindowTolerance ?? 0]);
        if (_frame.Residual is not { } residual) return;
        _share.Write(residual.Share);
        _tapAt.Write(residual.At);
        _tap.Write(residual.Weight);
    }

    // A batch that does not fit is halved by whoever asks again.
    private void Reserve()
    {
        try
        {
            _blended.Reserve((long)BlendedColumns * _count * _points);
            _lines.Reserve((long)KernelProgram.LineColumns * _count * _points);
            _spectra.Reserve((long)_pixels * _points);
            _largestShift.Reserve(_points);
            foreach (DeviceInts column in new[] { _zero, _before, _first, _end, _kind }) column.Reserve(_count * _points);
            _classBegin.Reserve(2 * _points);
            if (_frame.WindowTolerance is null) return;
            _search.Reserve(_count * _points);
            _longest.Reserve(_points);
            _level.Reserve(_points);
        }
        catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
        {
            MostPoints = Math.Max(1, _points / 2);
            foreach (DeviceReals column in new[] { _blended, _lines, _spectra }) column.Release();
            foreach (DeviceInts column in new[] { _zero, _before, _first, _end, _kind, _search }) column.Release();
            throw;
        }
    }

    private void Run(string kernel, int groups, ReadOnlySpan<ComputeArgument> arguments) => _commands.Run(_commands.Kernel(_program, kernel), groups, arguments);

    private DeviceReals Reals()
    {
        var column = new DeviceReals(_commands, _rows.Precision);
        _reals.Add(column);
        return column;
    }

    private DeviceInts Ints()
    {
        var column = new DeviceInts(_commands);
        _ints.Add(column);
        return column;
    }

    private sealed class Column(DeviceReals values, int count) : IResidentColumn
    {
        public int Count => count;

        public ComputeBuffer Buffer => values.Buffer;

        public void Dispose() => values.Release();
    }
}
