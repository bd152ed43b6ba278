using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// A manifold in a file: its lattice, wavelengths and lines are in memory, the entries and residuals of a node are read when they are needed and
/// verified then. Safe to use from several threads; reads take turns. Disposal closes the file; what was read stays.
/// </summary>
public sealed class StoredManifold : INodeReader, IDisposable
{
    private static readonly string[] ColumnNames = ["/center_shift", "/ln_amplitude", "/ln_sigma", "/ln_gamma"];

    private readonly Hdf5File _file;
    private readonly string _path;
    private readonly Lock _reading = new();
    private readonly long[] _offset;
    private readonly CheckedColumn<int> _lineIndex;
    private readonly CheckedColumn<float>[] _columns;
    private readonly StoredResiduals? _residuals;
    private readonly List<IDisposable> _open = [];
    private (int First, int End) _lines;
    private bool _started;

    internal StoredManifold(Hdf5File file, string path, bool surfaces)
    {
        (_file, _path) = (file, path);
        RectilinearAxes axes = LineManifoldFile.Axes(file, path);
        double[] wavelength = CheckedColumn<double>.ReadAll(file, path, "/wavelength");
        if (wavelength.Length == 0) throw Broken("it holds no wavelength");
        FileHeader.RequireAscending(wavelength, path);
        double[] center = CheckedColumn<double>.ReadAll(file, path, "/line_center");
        _offset = CheckedColumn<long>.ReadAll(file, path, "/node_offset");
        _lineIndex = Opened(new CheckedColumn<int>(file, path, "/line_index"));
        _columns = surfaces
            ? []
            : [.. ColumnNames.Select(name => Opened(new CheckedColumn<float>(file, path, name)))];
        if (_columns.Any(column => column.Length != _lineIndex.Length) || _offset.Length != axes.NodeCount + 1)
            throw new EngineException(ErrorCode.BadInput, $"{path} does not fit together ({axes.NodeCount} nodes, {_offset.Length} offsets, {_lineIndex.Length} entries); make the file again.");
        RequireOffsets(axes);

        // Files of other makers need not say which nodes are present; then a node without entries is a missing one.
        bool[] present = file.ReadStringAttribute("/", BlockChecksums.Attribute) is not null || file.Exists("/node_present")
            ? Array.ConvertAll(CheckedColumn<byte>.ReadAll(file, path, "/node_present"), flag => flag != 0)
            : [.. Enumerable.Range(0, axes.NodeCount).Select(node => _offset[node + 1] > _offset[node])];
        if (file.ReadInt64Attribute("/", "residual") == 1) _residuals = Opened(new StoredResiduals(file, path, axes.NodeCount, wavelength.Length, _reading));
        _lines = (0, center.Length);
        Manifold = new LineManifold(axes, wavelength, center, present, this, MaxShift(), RecipeAttributes.Read(file, path))
        {
            Scheme = LineManifoldFile.Scheme(file, path),
            Residual = _residuals is null ? null : new ResidualTerm(_residuals, _residuals.ErrorBound, _residuals.LineShare),
            Surfaces = surfaces ? ReadSurfaces(axes.Dimensions, center.Length) : null,
            ErrorMap = ErrorMapFile.Read(file, path, axes, wavelength),
        };
    }

    /// <summary>The manifold; usable until disposal, and afterwards as far as it was read.</summary>
    public LineManifold Manifold { get; }

    /// <summary>Bytes of entries read so far, decompressed; with the whole blocks that checksums need.</summary>
    public long EntryBytesRead => _lineIndex.BytesRead + _columns.Sum(column => column.BytesRead);

    /// <summary>Whether the file has checksums for its entries.</summary>
    public bool IsChecked => _lineIndex.IsChecked && _columns.All(column => column.IsChecked);

    /// <summary>
    /// Reads only these lines from now on: the part of the file that a range of wavelengths needs. Once, before anything else is read.
    /// </summary>
    /// <param name="firstLine">First line index.</param>
    /// <param name="endLine">Line index behind the last.</param>
    /// <exception cref="InvalidOperationException">A node was read already.</exception>
    public void Restrict(int firstLine, int endLine)
    {
        lock (_reading)
        {
            if (_started) throw new InvalidOperationException("A node of this manifold was read already.");
            _lines = (Math.Max(0, firstLine), Math.Min(Manifold.LineCenter.Length, endLine));
        }
    }

    /// <inheritdoc/>
    public NodeRun Read(int node)
    {
        try
        {
            return NativeErrors.Guard(_path, () =>
            {
                lock (_reading)
                {
                    _started = true;
                    long begin = _offset[node], end = _offset[node + 1];
                    if (_lines.First > 0) begin = LowerBound(begin, end, _lines.First);
                    if (_lines.End < Manifold.LineCenter.Length) end = LowerBound(begin, end, _lines.End);
                    float[][] column = [.. _columns.Select(c => c.Read(begin, end))];
                    ManifoldEntries entries = column.Length == 0
                        ? new ManifoldEntries(_lineIndex.Read(begin, end), [], [], [], [])
                        : new ManifoldEntries(_lineIndex.Read(begin, end), column[0], column[1], column[2], column[3]);
                    return new NodeRun(entries, 0, entries.LineIndex.Length);
                }
            });
        }
        catch (EngineException failure) when (!failure.Message.Contains(_path, StringComparison.Ordinal))
        {
            throw new EngineException(failure.Code, $"{_path}: {failure.Message}", failure);
        }
    }

    /// <summary>Reads everything into memory and verifies it.</summary>
    /// <returns>A manifold that no longer needs the file.</returns>
    /// <exception cref="EngineException">BadInput: something is damaged or does not fit together.</exception>
    public LineManifold ReadAll()
    {
        try
        {
            return NativeErrors.Guard(_path, () =>
            {
                LineManifold m = Manifold;
                var entries = new ManifoldEntries(_lineIndex.ReadAll(), All(0), All(1), All(2), All(3));
                CodedResiduals? residuals = _residuals is null ? null : new CodedResiduals(_residuals, m.NodePresent, m.Wavelength.Length, _residuals.ErrorBound);
                return new LineManifold(m.Axes, m.Wavelength, m.LineCenter, m.NodePresent, _offset, entries, m.Recipe, m.MaxShiftAngstrom)
                {
                    Scheme = m.Scheme,
                    Residual = residuals is null ? null : m.Residual! with { Reader = residuals },
                    Surfaces = m.Surfaces,
                    ErrorMap = m.ErrorMap,
                };
            });
        }
        catch (EngineException failure) when (!failure.Message.Contains(_path, StringComparison.Ordinal))
        {
            throw new EngineException(ErrorCode.BadInput, $"{_path}: {failure.Message}", failure);
        }

        float[] All(int column) => _columns.Length == 0 ? [] : _columns[column].ReadAll();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_reading)
        {
            foreach (IDisposable opened in _open) opened.Dispose();
            _file.Dispose();
        }
    }

    private TColumn Opened<TColumn>(TColumn column)
        where TColumn : IDisposable
    {
        _open.Add(column);
        return column;
    }

    // Block by block from the middle: a handful of small reads instead of the whole node.
    private long LowerBound(long low, long high, int line)
    {
        const int block = BlockChecksums.BlockElements;
        while (high - low > block)
        {
            long middle = low + ((high - low) / 2 / block * block);
            if (middle == low) break;
            if (_lineIndex.Read(middle, middle + 1)[0] < line) low = middle + 1;
            else high = middle;
        }

        foreach (int index in _lineIndex.Read(low, high))
        {
            if (index >= line) break;
            low++;
        }

        return low;
    }

    private double MaxShift()
    {
        if (_file.ReadDoubleAttribute("/", "max_shift_angstrom") is { } known)
            return double.IsFinite(known) && known >= 0 ? known : throw Broken(FormattableString.Invariant($"its max_shift_angstrom is {known}"));
        double largest = 0;
        if (_columns.Length > 0)
        {
            foreach (float shift in _columns[0].ReadAll()) largest = Math.Max(largest, Math.Abs(shift));
        }

        return largest;
    }

    private void RequireOffsets(RectilinearAxes axes)
    {
        if (_offset[0] != 0 || _offset[^1] != _lineIndex.Length)
            throw Broken($"the offsets run from {_offset[0]} to {_offset[^1]}, the entries to {_lineIndex.Length}");
        for (int node = 0; node < axes.NodeCount; node++)
        {
            if (_offset[node + 1] < _offset[node] || _offset[node + 1] > _offset[^1])
                throw Broken($"the offset {_offset[node + 1]} after node {node} does not lie between the one before it and the end");
        }
    }

    private LineSurfaces ReadSurfaces(int dimensions, int lines)
    {
        long degree = _file.ReadInt64Attribute("/", "surface_degree") ?? -1;
        if (degree is < 0 or > LineSurfaces.LargestDegree) throw Broken($"its surface_degree is {degree}");
        int terms = LineSurfaces.Exponents(dimensions, (int)degree).Length;
        return new LineSurfaces((int)degree, Block("/surface/box", [lines, dimensions, 2]), Block("/surface/coefficient", [lines, 4, terms]));

        float[] Block(string name, long[] shape)
        {
            using Hdf5Dataset dataset = FileHeader.Dataset(_file, _path, name, 3);
            if (!dataset.Shape.SequenceEqual(shape)) throw Broken($"{name} has the shape [{string.Join(", ", dataset.Shape)}] instead of [{string.Join(", ", shape)}]");
            float[] values = dataset.ReadAll<float>();
            BlockChecksums.Verify<float>(_file, _path, name, values);
            return Array.TrueForAll(values, float.IsFinite) ? values : throw Broken($"{name} has a value that is not finite");
        }
    }

    private EngineException Broken(string what) => new(ErrorCode.BadInput, $"{_path} does not fit together: {what}; make the file again.");
}
