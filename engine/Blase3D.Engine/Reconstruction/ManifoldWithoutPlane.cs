using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;

namespace Blase3D.Engine.Reconstruction;

/// <summary>A manifold as if one plane of its nodes had never been there; its lines are those of the whole.</summary>
internal sealed class ManifoldWithoutPlane : INodeReader, IResidualReader
{
    private readonly LineManifold _whole;
    private readonly int[] _original;

    public ManifoldWithoutPlane(LineManifold whole, int axis, int index)
    {
        _whole = whole;
        RectilinearAxes axes = whole.Axes.Without(axis, index);
        _original = [.. Enumerable.Range(0, axes.NodeCount).Select(node => whole.Axes.NodeAt(axes.PointOf(node)))];
        Manifold = new LineManifold(
            axes, whole.Wavelength, whole.LineCenter, Array.ConvertAll(_original, node => whole.NodePresent[node]), this, whole.MaxShiftAngstrom, whole.Recipe)
        {
            Scheme = whole.Scheme,
            Surfaces = whole.Surfaces,
            Residual = whole.Residual is { } residual ? residual with { Reader = this } : null,
        };
    }

    public LineManifold Manifold { get; }

    /// <summary>The number that a node has in the whole manifold.</summary>
    public int Original(int node) => _original[node];

    public void Read(int node, int firstPixel, Span<double> destination) => _whole.Residual!.Reader.Read(_original[node], firstPixel, destination);

    public ManifoldEntries Read(int node)
    {
        NodeRun run = _whole.Run(_original[node]);
        return run.Begin == 0 && run.End == run.Columns.LineIndex.Length ? run.Columns : run.Columns.Slice(run.Begin, run.End);
    }
}
