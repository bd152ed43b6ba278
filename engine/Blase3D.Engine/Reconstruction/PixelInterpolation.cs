using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Reconstruction;

/// <summary>The plain alternative that a manifold is measured against: every pixel's flux interpolated between the nodes.</summary>
public sealed class PixelInterpolation
{
    private readonly RectilinearAxes _axes;
    private readonly double[]?[] _fluxOfNode;
    private readonly bool[] _present;
    private readonly InterpolationScheme _scheme;

    /// <summary>Keeps the spectra of all nodes.</summary>
    /// <param name="points">The points, N rows.</param>
    /// <param name="flux">N spectra of one length, about 1 between lines.</param>
    /// <param name="scheme">Linear, or cubic by <see cref="CellStencil"/>.</param>
    public PixelInterpolation(GridPoints points, IReadOnlyList<double[]> flux, InterpolationScheme scheme = InterpolationScheme.Linear)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(flux);
        _scheme = scheme;
        _axes = RectilinearAxes.Enclosing(points);
        _fluxOfNode = new double[]?[_axes.NodeCount];
        for (int n = 0; n < points.Count; n++) _fluxOfNode[_axes.NodeAt(points[n])] = flux[n];
        _present = Array.ConvertAll(_fluxOfNode, spectrum => spectrum is not null);
    }

    /// <summary>The interpolated spectrum of a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <exception cref="EngineException">OutOfRange: outside of the grid, or a corner of the cell is missing.</exception>
    public double[] At(ReadOnlySpan<double> point)
    {
        var stencil = new CellStencil(_axes, _scheme);
        stencil.Locate(point, _present);
        var weight = new double[stencil.Count];
        stencil.Weights(weight, []);
        var result = new double[_fluxOfNode[stencil.Node[0]]!.Length];
        for (int n = 0; n < stencil.Count; n++)
        {
            double[] node = _fluxOfNode[stencil.Node[n]]!;
            for (int i = 0; i < node.Length; i++) result[i] += weight[n] * node[i];
        }

        return result;
    }
}
