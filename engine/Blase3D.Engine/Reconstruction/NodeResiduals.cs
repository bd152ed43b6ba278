using System.Collections.Concurrent;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// The residuals of a manifold's nodes, made from the grid that was cloned: every spectrum normalised by the recipe of the cloning, minus the
/// spectrum of the manifold's lines at that node. Safe to use from several threads; the spectra of the last nodes are kept.
/// </summary>
public sealed class NodeResiduals : IResidualReader
{
    private const long KeptBytes = 1L << 28;

    private readonly LineManifold _manifold;
    private readonly ISpectralGrid _grid;
    private readonly KernelSet _kernels;
    private readonly ConcurrentBag<SpectrumReconstructor> _lines = [];
    private readonly int[] _rowOfNode;
    private readonly int _teffAxis;
    private readonly Lock _reading = new(), _keeping = new();
    private readonly Dictionary<int, Lazy<(double[] Native, double[] Lines)>> _kept = [];
    private readonly Queue<int> _order = new();
    private readonly int _mostKept;
    private readonly float[] _share;

    /// <summary>Finds the grid's spectrum of every present node.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="grid">The grid that its clones were made from.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="lineShare">The share of the lines, see <see cref="ResidualTerm"/>; one per <see cref="ResidualTerm.SharePixels"/>.</param>
    /// <exception cref="EngineException">BadInput: other wavelengths, other axes, a node without a spectrum, or two spectra at one.</exception>
    public NodeResiduals(LineManifold manifold, ISpectralGrid grid, KernelSet kernels, float[] lineShare)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(grid);
        (_manifold, _grid, _kernels, _share) = (manifold, grid, kernels, lineShare);
        _mostKept = (int)Math.Clamp(KeptBytes / (2 * sizeof(double) * Math.Max(1L, manifold.Wavelength.Length)), 8, 256);
        if (!grid.Wavelength.SequenceEqual(manifold.Wavelength))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"The grid has {grid.Wavelength.Count} wavelengths that are not the {manifold.Wavelength.Length} of the clones; give the grid that was cloned.");
        }

        if (!grid.Points.AxisNames.SequenceEqual(manifold.Axes.Names))
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"The grid has the axes {string.Join(", ", grid.Points.AxisNames)}, the clones {string.Join(", ", manifold.Axes.Names)}; give the grid that was cloned.");
        }

        _rowOfNode = new int[manifold.Axes.NodeCount];
        Array.Fill(_rowOfNode, -1);
        for (int row = 0; row < grid.Points.Count; row++)
        {
            int node = manifold.Axes.NodeAt(grid.Points[row]);
            if (node < 0 || !manifold.NodePresent[node]) continue;
            if (_rowOfNode[node] >= 0) throw new EngineException(ErrorCode.BadInput, $"Two spectra of the grid have the point {grid.Points.Describe(row)}; keep one of them.");
            _rowOfNode[node] = row;
        }

        for (int node = 0; node < _rowOfNode.Length; node++)
        {
            if (manifold.NodePresent[node] && _rowOfNode[node] < 0)
                throw new EngineException(ErrorCode.BadInput, $"The grid has no spectrum at {manifold.Axes.Describe(node)}, which was cloned; give the grid that was cloned.");
        }

        _teffAxis = grid.Points.AxisIndex("teff");
    }

    /// <summary>The normalised spectrum of a node, not to be changed.</summary>
    /// <param name="node">A present node.</param>
    public double[] Native(int node) => Spectra(node).Native;

    /// <summary>The spectrum of the manifold's lines at a node, not to be changed.</summary>
    /// <param name="node">A present node.</param>
    public double[] Lines(int node) => Spectra(node).Lines;

    /// <inheritdoc/>
    public void Read(int node, int firstPixel, Span<double> destination)
    {
        (double[] native, double[] lines) = Spectra(node);
        for (int i = 0; i < destination.Length; i++)
        {
            int pixel = firstPixel + i;
            destination[i] = native[pixel] - 1 - (_share[pixel / ResidualTerm.SharePixels] * (lines[pixel] - 1));
        }
    }

    private (double[] Native, double[] Lines) Spectra(int node)
    {
        Lazy<(double[], double[])>? spectra;
        lock (_keeping)
        {
            if (!_kept.TryGetValue(node, out spectra))
            {
                if (_order.Count >= _mostKept) _kept.Remove(_order.Dequeue());
                _order.Enqueue(node);
                _kept[node] = spectra = new Lazy<(double[], double[])>(() => (ReadNative(node), MakeLines(node)));
            }
        }

        return spectra.Value;
    }

    private double[] ReadNative(int node)
    {
        var flux = new double[_manifold.Wavelength.Length];
        lock (_reading) _grid.ReadFlux(_rowOfNode[node], flux);
        return _manifold.Recipe.InputIsNormalized || _teffAxis < 0
            ? flux
            : new Preprocessor(_manifold.Recipe.Preprocessing).Preprocess(_manifold.Wavelength, flux, _manifold.Axes.PointOf(node)[_teffAxis]).Flux;
    }

    private double[] MakeLines(int node)
    {
        if (!_lines.TryTake(out SpectrumReconstructor? lines)) lines = new SpectrumReconstructor(_manifold, new ReconstructionOptions { LinesOnly = true }, _kernels);
        var flux = new double[_manifold.Wavelength.Length];
        lines.Reconstruct(_manifold.Axes.PointOf(node), Workers.OneThread, flux);
        _lines.Add(lines);
        return flux;
    }
}
