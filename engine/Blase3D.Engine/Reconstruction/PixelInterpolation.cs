using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Reconstruction;

/// <summary>The plain alternative that a manifold is measured against: every pixel's flux interpolated linearly between the nodes.</summary>
public sealed class PixelInterpolation
{
    private readonly RectilinearAxes _axes;
    private readonly double[]?[] _fluxOfNode;

    /// <summary>Keeps the spectra of all nodes.</summary>
    /// <param name="points">The points, N rows.</param>
    /// <param name="flux">N spectra of one length, about 1 between lines.</param>
    public PixelInterpolation(GridPoints points, IReadOnlyList<double[]> flux)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(flux);
        _axes = RectilinearAxes.Enclosing(points);
        _fluxOfNode = new double[]?[_axes.NodeCount];
        for (int n = 0; n < points.Count; n++) _fluxOfNode[_axes.NodeAt(points[n])] = flux[n];
    }

    /// <summary>The interpolated spectrum of a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <exception cref="EngineException">OutOfRange: outside of the grid, or a corner of the cell is missing.</exception>
    public double[] At(ReadOnlySpan<double> point)
    {
        var cell = new GridCell(_axes.Dimensions);
        _axes.Locate(point, cell);
        double[]? result = null;
        for (int c = 0; c < cell.Count; c++)
        {
            double[] corner = _fluxOfNode[cell.Node[c]]
                ?? throw new EngineException(ErrorCode.OutOfRange, $"The node {_axes.Describe(cell.Node[c])} is missing; take a point of a complete cell.");
            result ??= new double[corner.Length];
            for (int i = 0; i < corner.Length; i++) result[i] += cell.Weight[c] * corner[i];
        }

        return result!;
    }
}
