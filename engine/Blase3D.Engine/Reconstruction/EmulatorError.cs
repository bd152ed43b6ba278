using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// How wrong the manifold is around a point: the planes of nodes next to the point are predicted as if they had never been there, at the point's own
/// place along the other axes, and the errors are scaled to the point's place between its nodes.
/// </summary>
/// <remarks>
/// The residual of a fit does not show this error: what of it looks like a change of the star's parameters has gone into them.
/// Between nodes a step h apart, at the share t, an interpolation of second order is wrong by h^2 t (1 - t) / 2 times a second derivative. A plane left out
/// lies at the share t' of the gap H that it leaves; its error times h^2 t (1 - t) / (H^2 t' (1 - t')) is that at the point. A scheme of higher order is
/// better than that, so the errors are rather too large than too small.
/// The last plane of an axis cannot be left out, so the error in the cell at the end is extrapolated: that of the plane beside it without its smaller step,
/// 4 t (1 - t) times what it was (real spectra do not become smooth as fast as a second derivative says; held-out ones in such cells were wrong by 2 to
/// 4 times the scaled error), or, when that is larger, what the cubic scheme leaves out there: a parabola through the last three nodes is wrong by the
/// third divided difference, here of the last four, times (x - x0)(x - x1)(x - x2).
/// Of an axis of two nodes nothing can be left out. There what is known is that two ways to go from one node to the other differ: interpolated lines (the
/// curve of growth bends) and interpolated flux. The truth may be either, so the error is the prediction's distance from the one that is farther away.
/// </remarks>
internal sealed class EmulatorError
{
    private const int OneSidedNodes = 4;

    private readonly LineManifold _manifold;
    private readonly double[] _point;
    private readonly ReconstructionOptions _options;
    private readonly KernelSet _kernels;
    private readonly double[] _wavelength;
    private readonly Workers _workers;
    private readonly SpectrumReconstructor _whole;
    private SpectrumReconstructor? _lines;

    private EmulatorError(LineManifold manifold, double[] point, ReconstructionOptions options, KernelSet kernels, double[] wavelength, Workers workers)
    {
        (_manifold, _point, _options, _kernels, _wavelength, _workers) = (manifold, point, options, kernels, wavelength, workers);
        _whole = new SpectrumReconstructor(manifold, options, kernels, wavelength);
    }

    /// <summary>Estimates the error, axis by axis.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="point">One value per axis.</param>
    /// <param name="options">How it is reconstructed.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="wavelength">Where, length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>Up to two samples, one at the end of an axis and of an axis of two nodes (prediction minus truth, scaled, length P).</returns>
    public static List<List<double[]>> Samples(
        LineManifold manifold, double[] point, ReconstructionOptions options, KernelSet kernels, double[] wavelength, Workers workers)
    {
        var error = new EmulatorError(manifold, point, options, kernels, wavelength, workers);
        return [.. Enumerable.Range(0, manifold.Axes.Dimensions).Select(error.OfAxis).Where(samples => samples.Count > 0)];
    }

    private List<double[]> OfAxis(int axis)
    {
        var samples = new List<double[]>();
        double[] nodes = _manifold.Axes.Values(axis).ToArray();
        int length = nodes.Length;
        if (length < 2) return samples;
        if (length == 2)
        {
            if (BetweenTwo(axis, nodes) is { } bend) samples.Add(bend);
            return samples;
        }

        int above = 1;
        while (above < length - 1 && nodes[above] < _point[axis]) above++;
        double reach = (_point[axis] - nodes[above - 1]) * (nodes[above] - _point[axis]), step = nodes[above] - nodes[above - 1];
        bool isEnd = above == 1 || above == length - 1;
        foreach (int index in new[] { above - 1, above }.Where(i => i > 0 && i < length - 1))
        {
            double gap = (nodes[index] - nodes[index - 1]) * (nodes[index + 1] - nodes[index]);
            if (LeftOut(axis, index, isEnd ? Math.Max(reach / gap, 4 * reach / (step * step)) : reach / gap) is { } error) samples.Add(error);
        }

        bool isCubic = (_options.Scheme ?? _manifold.Scheme) == InterpolationScheme.Cubic;
        if (!isEnd || !isCubic || length < OneSidedNodes) return samples;
        if (OneSided(axis, above == 1 ? nodes[..OneSidedNodes] : [.. nodes[^OneSidedNodes..].Reverse()]) is { } last) samples.Add(last);
        return samples.Count < 2 ? samples : [samples.MaxBy(sample => sample.Sum(e => e * e))!];
    }

    private double[]? LeftOut(int axis, int index, double scale)
    {
        double[] truth = new double[_wavelength.Length], predicted = new double[_wavelength.Length];
        double[] at = [.. _point];
        at[axis] = _manifold.Axes.Values(axis)[index];
        var without = new SpectrumReconstructor(new ManifoldWithoutPlane(_manifold, axis, index).Manifold, _options, _kernels, _wavelength);
        if (!TryReconstruct(_whole, at, truth) || !TryReconstruct(without, at, predicted)) return null;
        for (int i = 0; i < truth.Length; i++) predicted[i] = scale * (predicted[i] - truth[i]);
        return predicted;
    }

    // Minus the error of the parabola through the first three nodes, from the end of the axis inward.
    private double[]? OneSided(int axis, double[] nodes)
    {
        double[] sum = new double[_wavelength.Length], spectrum = new double[_wavelength.Length], at = [.. _point];
        double product = nodes[..^1].Aggregate(-1.0, (all, node) => all * (_point[axis] - node));
        foreach (double node in nodes)
        {
            at[axis] = node;
            if (!TryReconstruct(_whole, at, spectrum)) return null;
            double share = product / nodes.Where(other => other != node).Aggregate(1.0, (all, other) => all * (node - other));
            for (int i = 0; i < sum.Length; i++) sum[i] += share * spectrum[i];
        }

        return sum;
    }

    // Prediction minus interpolated flux, or minus interpolated lines: the larger one. What both have at the nodes cancels.
    private double[]? BetweenTwo(int axis, double[] nodes)
    {
        double share = (_point[axis] - nodes[0]) / (nodes[1] - nodes[0]);
        if (share is <= 0 or >= 1) return null;
        _lines ??= _manifold.Residual is null ? _whole : new SpectrumReconstructor(_manifold, _options with { LinesOnly = true }, _kernels, _wavelength);
        double[] fromFlux = new double[_wavelength.Length], fromLines = new double[_wavelength.Length];
        if (!TryAddBend(_whole, axis, nodes, share, 1, fromFlux) || !TryAddBend(_lines, axis, nodes, share, -1, fromLines)) return null;
        for (int i = 0; i < fromLines.Length; i++) fromLines[i] += fromFlux[i];
        return fromLines.Sum(e => e * e) > fromFlux.Sum(e => e * e) ? fromLines : fromFlux;
    }

    // Adds the spectrum at the point minus what lies between the spectra at the two nodes.
    private bool TryAddBend(SpectrumReconstructor reconstructor, int axis, double[] nodes, double share, double factor, double[] sum)
    {
        double[] at = [.. _point], spectrum = new double[sum.Length];
        foreach ((double value, double weight) in new[] { (_point[axis], 1.0), (nodes[0], share - 1), (nodes[1], -share) })
        {
            at[axis] = value;
            if (!TryReconstruct(reconstructor, at, spectrum)) return false;
            for (int i = 0; i < sum.Length; i++) sum[i] += factor * weight * spectrum[i];
        }

        return true;
    }

    private bool TryReconstruct(SpectrumReconstructor reconstructor, double[] at, double[] spectrum)
    {
        try
        {
            reconstructor.Reconstruct(at, _workers, spectrum);
            return true;
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }
    }
}
