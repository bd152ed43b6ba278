using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// How wrong the manifold is in the cell around a point: planes of nodes next to the point are predicted as if they had never been there, at the point's own
/// place along the other axes, and the errors are scaled to the middle of the cell.
/// </summary>
/// <remarks>
/// The residual of a fit does not show all of this error: what of it looks like a change of the star's parameters has gone into them.
/// A plane left out opens a gap H and lies at the share t' of it. Its error times 1/4 h / (t' (1 - t') H), with h the width of the cell, is that in the middle: as
/// if errors went with the width of the gap. Of smooth spectra they go with its square or faster, but real ones are not smooth in Teff (molecular bands,
/// models that converged by different paths): planes of PHOENIX that were left out were wrong by three times what a second derivative said.
/// The last plane of an axis cannot be left out, so the error in the cell at the end is extrapolated: there it counts as it is, without the smaller step.
/// Up to four planes are left out, the nearest: of one or two a mean square says little. Where an axis has a single one, it is left out at the nodes of the
/// cell along the longest other axis too.
/// Of an axis of two nodes nothing can be left out. There what is known is that ways to go from one node to the other differ: interpolated flux, lines
/// interpolated in the logarithms of their parameters, and depths of pixels interpolated in their logarithm (a weak line goes with the abundance, which is the
/// logarithm of it; a line that a node lacks is lost to the clones, but not to its pixels). The samples are what the prediction differs from each of them by.
/// </remarks>
internal sealed class EmulatorError
{
    private const int EnoughPlanes = 4;

    // What a residual term keeps of a spectrum: a depth that a node does not show can be anything below.
    private const double LeastDepth = 1e-5;

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
    /// <returns>One for every axis that has samples.</returns>
    public static List<AxisError> Samples(
        LineManifold manifold, double[] point, ReconstructionOptions options, KernelSet kernels, double[] wavelength, Workers workers)
    {
        var error = new EmulatorError(manifold, point, options, kernels, wavelength, workers);
        return [.. Enumerable.Range(0, manifold.Axes.Dimensions).Select(error.OfAxis).OfType<AxisError>()];
    }

    private AxisError? OfAxis(int axis)
    {
        double[] nodes = _manifold.Axes.Values(axis).ToArray();
        if (nodes.Length < 2) return null;
        int above = CellOf(nodes, _point[axis]);
        double step = nodes[above] - nodes[above - 1], share = Math.Clamp((_point[axis] - nodes[above - 1]) / step, 0, 1);
        List<double[]> samples = nodes.Length == 2 ? BetweenTwo(axis, nodes) : LeftOut(axis, nodes, above);
        return samples.Count == 0 ? null : new AxisError(axis, step, share, samples, AreWays: nodes.Length == 2);
    }

    private static int CellOf(double[] nodes, double value)
    {
        int above = 1;
        while (above < nodes.Length - 1 && nodes[above] < value) above++;
        return above;
    }

    private List<double[]> LeftOut(int axis, double[] nodes, int above)
    {
        var samples = new List<double[]>();
        double step = nodes[above] - nodes[above - 1], middle = above - 0.5;
        bool isEnd = above == 1 || above == nodes.Length - 1;
        int[] planes = [.. Enumerable.Range(1, nodes.Length - 2).OrderBy(plane => Math.Abs(plane - middle)).Take(EnoughPlanes)];
        IEnumerable<double[]> places = planes.Length == 1 ? [_point, .. BesideAlongLongest(axis)] : [_point];
        foreach (int plane in planes)
        {
            double below = nodes[plane] - nodes[plane - 1], beyond = nodes[plane + 1] - nodes[plane], scale = 0.25 * step * (below + beyond) / (below * beyond);
            var without = new SpectrumReconstructor(new ManifoldWithoutPlane(_manifold, axis, plane).Manifold, _options, _kernels, _wavelength);
            foreach (double[] place in places)
            {
                double[] at = [.. place], truth = new double[_wavelength.Length], predicted = new double[_wavelength.Length];
                at[axis] = nodes[plane];
                if (!TryReconstruct(_whole, at, truth) || !TryReconstruct(without, at, predicted)) continue;
                for (int i = 0; i < truth.Length; i++) predicted[i] = (isEnd ? Math.Max(scale, 1) : scale) * (predicted[i] - truth[i]);
                samples.Add(predicted);
            }
        }

        return samples;
    }

    // The nodes of the point's cell along the longest of the other axes; none where the others are fixed.
    private IEnumerable<double[]> BesideAlongLongest(int axis)
    {
        int longest = Enumerable.Range(0, _point.Length).Where(other => other != axis).OrderByDescending(other => _manifold.Axes.Values(other).Length).FirstOrDefault(-1);
        if (longest < 0 || _manifold.Axes.Values(longest).Length < 2) yield break;
        double[] nodes = _manifold.Axes.Values(longest).ToArray();
        int above = CellOf(nodes, _point[longest]);
        foreach (double node in nodes[(above - 1)..(above + 1)])
        {
            double[] place = [.. _point];
            place[longest] = node;
            if (node != _point[longest]) yield return place;
        }
    }

    // Prediction minus the other ways, in the middle. A way that the prediction itself goes is no sample.
    private List<double[]> BetweenTwo(int axis, double[] nodes)
    {
        int pixels = _wavelength.Length;
        double[] middle = new double[pixels], low = new double[pixels], high = new double[pixels];
        if (!TryBetween(_whole, axis, nodes, middle, low, high)) return [];
        double[] fromFlux = new double[pixels], fromDepth = new double[pixels], fromLines = new double[pixels];
        for (int i = 0; i < pixels; i++)
        {
            fromFlux[i] = middle[i] - (0.5 * (low[i] + high[i]));
            double depth = Math.Sqrt((Math.Max(0, 1 - low[i]) + LeastDepth) * (Math.Max(0, 1 - high[i]) + LeastDepth)) - LeastDepth;
            double rise = 0.5 * (Math.Min(0, 1 - low[i]) + Math.Min(0, 1 - high[i]));
            fromDepth[i] = middle[i] - (1 - depth - rise);
        }

        if (_manifold.Residual is null || _options.LinesOnly) return [fromFlux, fromDepth];
        _lines ??= new SpectrumReconstructor(_manifold, _options with { LinesOnly = true }, _kernels, _wavelength);
        if (!TryBetween(_lines, axis, nodes, middle, low, high)) return [fromFlux, fromDepth];
        for (int i = 0; i < pixels; i++) fromLines[i] = fromFlux[i] - (middle[i] - (0.5 * (low[i] + high[i])));
        return [fromFlux, fromDepth, fromLines];
    }

    private bool TryBetween(SpectrumReconstructor reconstructor, int axis, double[] nodes, double[] middle, double[] low, double[] high)
    {
        double[] at = [.. _point];
        foreach ((double value, double[] spectrum) in new[] { (0.5 * (nodes[0] + nodes[1]), middle), (nodes[0], low), (nodes[1], high) })
        {
            at[axis] = value;
            if (!TryReconstruct(reconstructor, at, spectrum)) return false;
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
