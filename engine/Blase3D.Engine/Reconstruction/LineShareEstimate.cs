using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Measures how much of what the lines say between the nodes is true (<see cref="ResidualTerm.LineShare"/>): nodes are left out with their whole
/// plane, and the error of interpolating the native flux is regressed on what the lines say beyond interpolating their own flux.
/// </summary>
public static class LineShareEstimate
{
    /// <summary>The most nodes left out along an axis; evenly spread when there are more.</summary>
    public const int NodesPerAxis = 48;

    /// <summary>Measures the shares.</summary>
    /// <param name="manifold">The manifold of lines.</param>
    /// <param name="native">Gives the native spectra of its nodes.</param>
    /// <param name="scheme">How values between the nodes are interpolated.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <returns>Zero without an axis of three nodes.</returns>
    public static LineShares Measure(LineManifold manifold, NodeResiduals native, InterpolationScheme scheme, KernelSet kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(native);
        ArgumentNullException.ThrowIfNull(workers);
        int blocks = ResidualCode.BlocksOf(manifold.Wavelength.Length);
        float[]? least = null;
        var byAxis = new float[]?[manifold.Axes.Dimensions];
        for (int axis = 0; axis < manifold.Axes.Dimensions; axis++)
        {
            int length = manifold.Axes.Values(axis).Length;
            if (length < 3) continue;
            var (along, square) = (new double[blocks], new double[blocks]);
            int d = axis;
            int[] all =
            [
                .. Enumerable.Range(0, manifold.Axes.NodeCount).Where(node => manifold.NodePresent[node] && manifold.Axes.IndexAlong(node, d) is var i && i > 0 && i < length - 1
                    && manifold.NodePresent[node - manifold.Axes.Stride(d)] && manifold.NodePresent[node + manifold.Axes.Stride(d)]),
            ];
            int count = Math.Min(NodesPerAxis, all.Length);
            foreach (IGrouping<int, int> plane in Enumerable.Range(0, count).Select(k => all[(int)((k + 0.5) * all.Length / count)]).GroupBy(node => manifold.Axes.IndexAlong(node, d)))
                AddPlane(manifold, native, scheme, kernels, workers, d, plane.Key, [.. plane], along, square);
            if (count == 0) continue;
            float[] share = [.. along.Zip(square, (a, s) => s > 0 ? (float)Math.Clamp(a / s, 0, 1) : 0)];
            byAxis[axis] = share;
            least = least is null ? share : [.. least.Zip(share, Math.Min)];
        }

        return new LineShares(least ?? new float[blocks], byAxis);
    }

    private static void AddPlane(
        LineManifold manifold,
        NodeResiduals native,
        InterpolationScheme scheme,
        KernelSet kernels,
        Workers workers,
        int axis,
        int index,
        int[] nodes,
        double[] along,
        double[] square)
    {
        var without = new ManifoldWithoutPlane(manifold, axis, index);
        var reconstructor = new SpectrumReconstructor(without.Manifold, new ReconstructionOptions { Scheme = scheme, LinesOnly = true }, kernels);
        var stencil = new CellStencil(without.Manifold.Axes, scheme);
        var weight = new double[stencil.Node.Length];
        foreach (int node in nodes)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            double[] point = manifold.Axes.PointOf(node), said = new double[manifold.Wavelength.Length], missed = native.Native(node);
            reconstructor.Reconstruct(point, workers, said);
            stencil.Locate(point, without.Manifold.NodePresent);
            stencil.Weights(weight, []);
            for (int n = 0; n < stencil.Count; n++)
            {
                if (weight[n] == 0) continue;
                int original = without.Original(stencil.Node[n]);
                double[] flux = native.Native(original), lines = native.Lines(original);
                for (int i = 0; i < flux.Length; i++)
                {
                    missed[i] -= weight[n] * flux[i];
                    said[i] -= weight[n] * lines[i];
                }
            }

            for (int i = 0; i < said.Length; i++)
            {
                along[i / ResidualCode.BlockPixels] += said[i] * missed[i];
                square[i / ResidualCode.BlockPixels] += said[i] * said[i];
            }
        }
    }
}

/// <summary>Measured shares of the lines, 0 to 1, one per block of pixels.</summary>
/// <param name="Least">That of the axis where it is least, since a point may lie between the nodes of any axis.</param>
/// <param name="ByAxis">Those of every axis; null for an axis of less than three nodes.</param>
public sealed record LineShares(float[] Least, float[]?[] ByAxis);
