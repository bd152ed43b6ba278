using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Reconstruction.Resident;

/// <summary>
/// Spectra of many points at once where the manifold is in the memory of a device. This side finds the nodes of a point and their weights; lines and
/// spectra stay there. For one caller at a time.
/// </summary>
internal sealed class ResidentReconstruction : IDisposable
{
    private readonly ResidentManifold _resident;
    private readonly IResidentSpectra _spectra;
    private readonly ResidualSpectrum? _residual;
    private readonly CellStencil _stencil;
    private readonly double[] _nodeWeight;
    private readonly int _modelAxes;
    private readonly SortedDictionary<int, IResidentColumn> _residualOf = [];

    /// <summary>Prepares reconstructions.</summary>
    /// <param name="resident">The manifold.</param>
    /// <param name="options">How; see <see cref="ResidentManifold.Serves"/>.</param>
    /// <param name="wavelength">As of <see cref="SpectrumReconstructor"/>.</param>
    /// <exception cref="ComputeDeviceException">The device has no room, or fails.</exception>
    public ResidentReconstruction(ResidentManifold resident, ReconstructionOptions options, double[] wavelength)
    {
        LineManifold manifold = resident.Manifold;
        InterpolationScheme scheme = options.Scheme ?? manifold.Scheme;
        SpectrumReconstructor.RequireCovered(manifold.Wavelength, wavelength);
        (_resident, _stencil) = (resident, new CellStencil(manifold.Axes, scheme));
        _nodeWeight = new double[_stencil.Node.Length];
        _modelAxes = scheme == InterpolationScheme.Cubic ? manifold.Axes.Dimensions : 0;
        if (manifold.Residual is not null && !options.LinesOnly) _residual = new ResidualSpectrum(manifold, scheme, wavelength);
        ResidualTaps? taps = _residual?.Taps();
        if (taps is null) _residual = null;
        (int first, int end) = SpectrumReconstructor.LinesInReach(manifold, options, wavelength);
        int window = Math.Min(options.WindowPixels ?? manifold.Recipe.Cloning.WingPixels, Math.Max(manifold.Wavelength.Length, 2));
        _spectra = resident.Rows.Prepare(new ResidentFrame(manifold.Recipe.Cloning.Model, first, end, manifold.Wavelength, window, wavelength, taps, options.WindowTolerance));
    }

    private int MostPoints => _spectra.MostPoints;

    /// <summary>What the memory of the device will be used for.</summary>
    public string Prediction => FormattableString.Invariant(
        $"The manifold stays on the device ({_resident.Rows.Bytes / 1e6:0.#} MB); a point takes {_spectra.BytesPerPoint / 1e6:0.##} MB there, and up to {MostPoints} are made at a time.");

    /// <summary>The nodes that points need, ascending.</summary>
    /// <exception cref="EngineException">OutOfRange: a point is outside of the grid or its cell lacks a node.</exception>
    public static int[] NodesOf(LineManifold manifold, InterpolationScheme scheme, IEnumerable<double[]> points)
    {
        var stencil = new CellStencil(manifold.Axes, scheme);
        var nodes = new SortedSet<int>();
        foreach (double[] point in points)
        {
            stencil.Locate(point, manifold.NodePresent);
            nodes.UnionWith(stencil.Node.Take(stencil.Count));
        }

        return [.. nodes];
    }

    /// <summary>Whether a point can be reconstructed.</summary>
    public bool IsInside(double[] point)
    {
        try
        {
            _stencil.Locate(point, _resident.Manifold.NodePresent);
            return true;
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }
    }

    /// <summary>Makes the spectra of points, as many at a time as fit, and does something with each batch while it is on the device.</summary>
    /// <param name="points">Points whose nodes are resident.</param>
    /// <param name="body">
    /// Receives the first point of a batch and the one behind its last. When the memory does not suffice it is called again with less.
    /// </param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="EngineException">OutOfRange: a point is outside of the grid or its cell lacks a node.</exception>
    /// <exception cref="ComputeDeviceException">The device has no room even for one point, or fails.</exception>
    public void ForBatches(IReadOnlyList<double[]> points, Action<int, int> body, CancellationToken cancellation)
    {
        int most = MostPoints;
        for (int from = 0; from < points.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            int to = Math.Min(points.Count, from + most);
            try
            {
                Evaluate([.. points.Skip(from).Take(to - from)]);
                body(from, to);
                from = to;
            }
            catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory && to - from > 1)
            {
                most = (to - from) / 2;
            }
        }
    }

    private void Evaluate(IReadOnlyList<double[]> points)
    {
        var blends = new LineBlends(points.Count, 1 << _resident.Manifold.Axes.Dimensions, _modelAxes);
        var uses = new SortedDictionary<int, List<(int Point, double Weight)>>();
        for (int n = 0; n < points.Count; n++)
        {
            _stencil.Locate(points[n], _resident.Manifold.NodePresent);
            Describe(n, blends);
            if (_residual is null) continue;
            _stencil.Weights(_nodeWeight, []);
            for (int s = 0; s < _stencil.Count; s++)
            {
                if (_nodeWeight[s] == 0) continue;
                if (!uses.TryGetValue(_stencil.Node[s], out List<(int Point, double Weight)>? own)) uses.Add(_stencil.Node[s], own = []);
                own.Add((n, _nodeWeight[s]));
            }
        }

        _spectra.Evaluate(blends);
        if (_residual is not null) AddResiduals(uses);
    }

    /// <summary>Copies the spectrum of one of the last points.</summary>
    public void Read(int point, double[] flux) => _spectra.Read(point, flux);

    /// <summary>Brings data to the device; when there is no room, kept residuals make way.</summary>
    public IResidentColumn Upload(ReadOnlySpan<double> values)
    {
        try
        {
            return _spectra.Upload(values);
        }
        catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory && _residualOf.Count > 0)
        {
            Forget();
            return _spectra.Upload(values);
        }
    }

    /// <summary>See <see cref="IResidentSpectra.Compare"/>.</summary>
    public void Compare(IReadOnlyList<(int Point, IResidentColumn Data, IResidentColumn? Weight)> pairs, Span<double> sums) => _spectra.Compare(pairs, sums);

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        _spectra.Dispose();
    }

    private void Describe(int n, LineBlends blends)
    {
        blends.CornerCount[n] = _stencil.CornerCount;
        for (int c = 0; c < _stencil.CornerCount; c++)
        {
            int at = (n * blends.Corners) + c;
            CellCorner corner = _stencil.Corners[c];
            blends.CornerRow[at] = _resident.RowOf(_stencil.Node[c]);
            blends.CornerWeight[at] = corner.Weight;
            for (int d = 0; d < _modelAxes; d++)
            {
                int model = 3 * ((at * _modelAxes) + d);
                AxisModel axis = corner.Model[d];
                blends.ModelRow[model] = axis.Near < 0 ? -1 : _resident.RowOf(_stencil.Node[axis.Near]);
                blends.ModelRow[model + 1] = axis.Far < 0 ? -1 : _resident.RowOf(_stencil.Node[axis.Far]);
                blends.ModelRow[model + 2] = axis.IsEnd ? 1 : 0;
                blends.ModelStep[model] = axis.NearStep;
                blends.ModelStep[model + 1] = axis.FarStep;
                blends.ModelStep[model + 2] = axis.Offset;
            }
        }
    }

    private void AddResiduals(SortedDictionary<int, List<(int Point, double Weight)>> uses)
    {
        var points = new List<int>();
        var weights = new List<double>();
        var rows = new List<(IResidentColumn Residual, int From, int To)>();
        foreach ((int node, List<(int Point, double Weight)> own) in uses)
        {
            int from = points.Count;
            foreach ((int point, double weight) in own)
            {
                points.Add(point);
                weights.Add(weight);
            }

            rows.Add((ResidualOf(node, uses), from, points.Count));
        }

        _spectra.AddResiduals(rows, [.. points], [.. weights]);
    }

    // Kept from batch to batch; where memory runs short, those that this batch does not need make way.
    private IResidentColumn ResidualOf(int node, SortedDictionary<int, List<(int Point, double Weight)>> needed)
    {
        if (_residualOf.TryGetValue(node, out IResidentColumn? known)) return known;
        double[] row = _residual!.RowOf(node);
        try
        {
            known = _spectra.Upload(row);
        }
        catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
        {
            int[] idle = [.. _residualOf.Keys.Where(other => !needed.ContainsKey(other))];
            if (idle.Length == 0) throw;
            foreach (int other in idle)
            {
                _residualOf[other].Dispose();
                _residualOf.Remove(other);
            }

            known = _spectra.Upload(row);
        }

        _residualOf.Add(node, known);
        return known;
    }

    private void Forget()
    {
        foreach (IResidentColumn column in _residualOf.Values) column.Dispose();
        _residualOf.Clear();
    }
}
