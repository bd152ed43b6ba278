using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>
/// How wrong the manifold is around a point: its nodes next to the point are predicted as if their plane had never been there, and the errors are
/// scaled to the point's own place between its nodes.
/// </summary>
/// <remarks>
/// The residual of a fit does not show this error: what of it looks like a change of the star's parameters has gone into them.
/// Between nodes a step h apart, at the share t, an interpolation of second order is wrong by h^2 t (1 - t) / 2 times a second derivative. A node left out
/// lies at the share t' of the gap H that it leaves; its error times h^2 t (1 - t) / (H^2 t' (1 - t')) is that at the point. A scheme of higher order is
/// better than that, so the errors are rather too large than too small.
/// </remarks>
internal static class EmulatorError
{
    /// <summary>Estimates the error, axis by axis.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="point">One value per axis.</param>
    /// <param name="options">How it is reconstructed.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="wavelength">Where, length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Up to two samples (prediction minus truth, scaled, length P) for every axis that has interior nodes beside the point.</returns>
    public static List<List<double[]>> Samples(
        LineManifold manifold, double[] point, ReconstructionOptions options, KernelSet kernels, double[] wavelength, Workers workers)
    {
        var samples = new List<List<double[]>>();
        var whole = new SpectrumReconstructor(manifold, options, kernels, wavelength);
        for (int axis = 0; axis < manifold.Axes.Dimensions; axis++)
        {
            ReadOnlySpan<double> nodes = manifold.Axes.Values(axis);
            int length = nodes.Length;
            if (length < 3) continue;
            int above = 1;
            while (above < length - 1 && nodes[above] < point[axis]) above++;
            double step = nodes[above] - nodes[above - 1], share = (point[axis] - nodes[above - 1]) / step, reach = step * step * share * (1 - share);
            var ofAxis = new List<double[]>();

            // Where the point's cell is at the end of the axis, its one interior node stands for both.
            foreach (int index in new[] { above - 1, above }.Where(i => i > 0 && i < length - 1))
            {
                double gap = (nodes[index] - nodes[index - 1]) * (nodes[index + 1] - nodes[index]);
                if (Sample(manifold, whole, Node(manifold.Axes, point, axis, index), axis, index, options, kernels, wavelength, workers) is not { } error) continue;
                for (int i = 0; i < error.Length; i++) error[i] *= reach / gap;
                ofAxis.Add(error);
            }

            if (ofAxis.Count > 0) samples.Add(ofAxis);
        }

        return samples;
    }

    private static double[]? Sample(
        LineManifold manifold, SpectrumReconstructor whole, double[] node, int axis, int index, ReconstructionOptions options, KernelSet kernels, double[] wavelength, Workers workers)
    {
        double[] truth = new double[wavelength.Length], predicted = new double[wavelength.Length];
        try
        {
            whole.Reconstruct(node, workers, truth);
            new SpectrumReconstructor(new ManifoldWithoutPlane(manifold, axis, index).Manifold, options, kernels, wavelength).Reconstruct(node, workers, predicted);
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return null;
        }

        for (int i = 0; i < truth.Length; i++) predicted[i] -= truth[i];
        return predicted;
    }

    // The node of a plane that is nearest to the point along the other axes.
    private static double[] Node(RectilinearAxes axes, double[] point, int axis, int index)
    {
        var node = new double[point.Length];
        for (int d = 0; d < node.Length; d++)
        {
            double[] values = axes.Values(d).ToArray();
            node[d] = d == axis ? values[index] : values.MinBy(value => Math.Abs(value - point[d]));
        }

        return node;
    }
}
