using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction.Resident;

/// <summary>Nodes of a manifold in the memory of a device, brought there once.</summary>
internal sealed class ResidentManifold : IDisposable
{
    private readonly int[] _rowOf;

    /// <summary>Brings nodes to the device.</summary>
    /// <param name="manifold">The manifold; of one that is read node by node these alone are read.</param>
    /// <param name="kernels">Kernels that have a device.</param>
    /// <param name="nodes">Present nodes, ascending.</param>
    /// <exception cref="Kernels.Gpu.Devices.ComputeDeviceException">The device has no room, or fails.</exception>
    public ResidentManifold(LineManifold manifold, KernelSet kernels, IReadOnlyList<int> nodes)
    {
        Manifold = manifold;
        _rowOf = new int[manifold.NodePresent.Length];
        Array.Fill(_rowOf, -1);
        var offset = new int[nodes.Count + 1];
        for (int row = 0; row < nodes.Count; row++)
        {
            _rowOf[nodes[row]] = row;
            offset[row + 1] = checked(offset[row] + manifold.Run(nodes[row]).Count);
        }

        ManifoldEntries all = ManifoldEntries.Allocate(offset[^1]);
        for (int row = 0; row < nodes.Count; row++)
        {
            NodeRun run = manifold.Run(nodes[row]);
            run.Columns.Slice(run.Begin, run.End).CopyTo(all, offset[row]);
        }

        Rows = kernels.Upload(new SparseLineRows(manifold.LineCenter, offset, all.LineIndex, all.CenterShift, all.LnAmplitude, all.LnSigma, all.LnGamma))
            ?? throw new ArgumentException($"The {kernels.Name} kernels have no device.", nameof(kernels));
    }

    /// <summary>The manifold.</summary>
    public LineManifold Manifold { get; }

    /// <summary>The rows on the device.</summary>
    public IResidentRows Rows { get; }

    /// <summary>Whether a device can make such reconstructions: lines at nodes, and not by the published rules.</summary>
    public static bool Serves(LineManifold manifold, ReconstructionOptions options, KernelSet kernels) =>
        kernels.HasResidentRows && manifold.Surfaces is null && !options.IsPublished && manifold.LineCenter.Length > 0;

    /// <summary>The row of a node; -1 when it is not there.</summary>
    public int RowOf(int node) => _rowOf[node];

    /// <inheritdoc/>
    public void Dispose() => Rows.Dispose();
}
