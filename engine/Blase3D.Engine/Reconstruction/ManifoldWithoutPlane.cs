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

    /// <summary>The nodes that can be left out along an axis: present, with present neighbours on both sides.</summary>
    public static int[] LeavableNodes(LineManifold manifold, int axis)
    {
        int length = manifold.Axes.Values(axis).Length, stride = manifold.Axes.Stride(axis);
        return
        [
            .. Enumerable.Range(0, manifold.Axes.NodeCount).Where(node => manifold.NodePresent[node] && manifold.Axes.IndexAlong(node, axis) is var i && i > 0 && i < length - 1
                && manifold.NodePresent[node - stride] && manifold.NodePresent[node + stride]),
        ];
    }

    /// <summary>The number that a node has in the whole manifold.</summary>
    public int Original(int node) => _original[node];

    public void Read(int node, int firstPixel, Span<double> destination) => _whole.Residual!.Reader.Read(_original[node], firstPixel, destination);

    public NodeRun Read(int node) => _whole.Run(_original[node]);
}
