using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Measures the <see cref="ErrorMap"/> of a manifold: every node that has neighbours on both sides of an axis is predicted as if its plane had never been
/// there, and compared with its native spectrum.
/// </summary>
/// <remarks>
/// The error at a node is that of the manifold itself there: what the clones miss, or next to nothing with a residual term. What a left-out node is wrong by
/// beyond that is due to interpolation over the gap H = g + g' that it leaves; in the middle of a cell of width h it is smaller by h^2 / (4 g g'), as for an
/// interpolation of second order, so rather too large than too small for smooth spectra. A cell takes the mean square of its corners.
/// Fitted surfaces have seen every node, so of a manifold of them only the residual term is left out.
/// </remarks>
public static class ErrorMapEstimate
{
    /// <summary>Measures the map.</summary>
    /// <param name="manifold">The manifold as it will be used, with its residual term when it has one.</param>
    /// <param name="native">Gives the native spectra of its nodes.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Receives the share done, ascending to 1; one call at a time.</param>
    /// <param name="regionPixels">The pixels of a region.</param>
    public static ErrorMap Measure(
        LineManifold manifold, NodeResiduals native, KernelSet kernels, Workers workers, Action<double>? progress = null, int regionPixels = ErrorMap.DefaultRegionPixels)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(native);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(regionPixels, 1);
        RectilinearAxes axes = manifold.Axes;
        int regions = ErrorMap.RegionsOf(manifold.Wavelength.Length, regionPixels), axis = -1;
        float[] atNode = new float[axes.NodeCount * regions], between = new float[ErrorMap.CellsOf(axes) * axes.Dimensions * regions];
        Array.Fill(atNode, float.NaN);
        Array.Fill(between, float.NaN);
        int[][] leavable = [.. Enumerable.Range(0, axes.Dimensions).Select(d => ManifoldWithoutPlane.LeavableNodes(manifold, d))];
        int[] present = [.. Enumerable.Range(0, axes.NodeCount).Where(node => manifold.NodePresent[node])];
        int todo = present.Length + leavable.Sum(nodes => nodes.Length), done = 0;
        Lock counting = new();
        ForColumns(present, 0, node => Compare(manifold, node, atNode.AsSpan(node * regions, regions)));
        for (axis = 0; axis < axes.Dimensions; axis++)
        {
            if (leavable[axis].Length == 0) continue;
            var leftOut = new float[atNode.Length];
            Array.Fill(leftOut, float.NaN);
            ForColumns(leavable[axis], axis, node => Compare(new ManifoldWithoutPlane(manifold, axis, axes.IndexAlong(node, axis)).Manifold, node, leftOut.AsSpan(node * regions, regions)));
            Spread(axes, axis, regions, atNode, leftOut, between);
        }

        return new ErrorMap(axes, manifold.Wavelength, regionPixels, atNode, between);

        // Nodes of a column share the spectra of their neighbours.
        void ForColumns(int[] nodes, int along, Action<int> compare)
        {
            int[][] columns = [.. nodes.GroupBy(node => node - (axes.IndexAlong(node, along) * axes.Stride(along))).Select(column => column.ToArray())];
            workers.For(columns.Length, c =>
            {
                foreach (int node in columns[c])
                {
                    compare(node);
                    if (progress is null) continue;
                    lock (counting) progress((double)++done / todo);
                }
            });
        }

        void Compare(LineManifold predicting, int node, Span<float> error)
        {
            double[] predicted = new double[manifold.Wavelength.Length], truth = native.Native(node);
            new SpectrumReconstructor(predicting, new ReconstructionOptions(), kernels).Reconstruct(axes.PointOf(node), workers.Alone, predicted);
            for (int r = 0; r < error.Length; r++)
            {
                int first = r * regionPixels, end = Math.Min(truth.Length, first + regionPixels);
                double square = 0;
                for (int i = first; i < end; i++) square += (predicted[i] - truth[i]) * (predicted[i] - truth[i]);
                error[r] = (float)Math.Sqrt(square / (end - first));
            }
        }
    }

    // From the nodes that were left out to the cells beside them.
    private static void Spread(RectilinearAxes axes, int axis, int regions, float[] atNode, float[] leftOut, float[] between)
    {
        ReadOnlySpan<double> nodes = axes.Values(axis);
        var corners = new List<int>();
        var lower = new int[axes.Dimensions];
        for (long cell = 0, cells = ErrorMap.CellsOf(axes); cell < cells; cell++)
        {
            long rest = cell;
            corners.Clear();
            corners.Add(0);
            for (int d = axes.Dimensions - 1; d >= 0; d--)
            {
                int steps = Math.Max(1, axes.Values(d).Length - 1);
                lower[d] = (int)(rest % steps);
                rest /= steps;
                for (int c = 0, count = corners.Count; c < count; c++)
                {
                    corners[c] += lower[d] * axes.Stride(d);
                    if (axes.Values(d).Length > 1) corners.Add(corners[c] + axes.Stride(d));
                }
            }

            double step = nodes[lower[axis] + 1] - nodes[lower[axis]];
            Span<float> target = between.AsSpan((int)((cell * axes.Dimensions) + axis) * regions, regions);
            for (int r = 0; r < regions; r++)
            {
                double sum = 0;
                int count = 0;
                foreach (int node in corners)
                {
                    double error = leftOut[(node * regions) + r], own = atNode[(node * regions) + r];
                    if (double.IsNaN(error)) continue;
                    int at = axes.IndexAlong(node, axis);
                    double scale = step * step / (4 * (nodes[at] - nodes[at - 1]) * (nodes[at + 1] - nodes[at]));
                    sum += Math.Max(0, (error * error) - (own * own)) * scale * scale;
                    count++;
                }

                if (count > 0) target[r] = (float)Math.Sqrt(sum / count);
            }
        }
    }
}
