using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Bench.Prediction;

/// <summary>Predicts spectra from those that are kept, in every way that is compared.</summary>
/// <param name="clones">The clones of the kept spectra.</param>
/// <param name="kept">All normalised spectra.</param>
/// <param name="rows">The kept ones, in the order of the clones.</param>
/// <param name="workers">The threads.</param>
/// <param name="oneByOne">Clones of the kept spectra that know nothing of each other, as the paper makes them; null when <paramref name="clones"/> stand for them.</param>
internal sealed class Predictors(LineClones clones, NormalizedGrid kept, int[] rows, Workers workers, LineClones? oneByOne = null)
{
    /// <summary>The way whose errors are mapped.</summary>
    public const string Best = "lines + residual, cubic";

    private readonly LineManifold _tracked = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));

    /// <summary>The manifold of the lines alone.</summary>
    public LineManifold Lines => _tracked;

    /// <summary>The measured share of the lines along every axis, averaged over the wavelengths; null along an axis of two nodes.</summary>
    public float?[] MeanShareByAxis { get; private set; } = [];

    /// <summary>The last manifold of lines and residual as the map of its errors wants it, and its native spectra; the ways in order make it.</summary>
    public (LineManifold Manifold, NodeResiduals Native)? WithErrors { get; private set; }

    /// <summary>The ways, by name.</summary>
    public IEnumerable<(string Name, Func<GridPoints, IReadOnlyList<double[]>> Predict)> All()
    {
        double[][] flux = [.. rows.Select(row => kept.Flux[row])];
        LineClones alone = oneByOne ?? clones;
        LineManifold exact = ManifoldBuilder.Build(alone, ExactAssociation.Associate(alone));
        yield return ("pixels, linear", Pixels(InterpolationScheme.Linear));
        yield return ("pixels, cubic", Pixels(InterpolationScheme.Cubic));
        yield return ("the paper's way (clones one by one, exact, -1000)", points => Reconstruct(exact, points, ReconstructionOptions.Published));
        yield return ("lines, linear", Along(_tracked, InterpolationScheme.Linear));
        yield return ("lines, cubic", Along(_tracked, InterpolationScheme.Cubic));
        yield return ("lines cloned one by one, tracked, cubic", Along(ManifoldBuilder.Build(alone, TrackedAssociation.Associate(alone)), InterpolationScheme.Cubic));
        LineManifold full = WithResidual(_tracked, flux, measured: false), whole = WithResidual(_tracked, flux, measured: true);
        yield return ("lines in full + residual, linear", Along(full, InterpolationScheme.Linear));
        yield return ("lines in full + residual, cubic", Along(full, InterpolationScheme.Cubic));
        yield return ("lines + residual, linear", Along(whole, InterpolationScheme.Linear));
        yield return (Best, Along(whole, InterpolationScheme.Cubic));
        foreach (int degree in new[] { 1, 2 })
            yield return ($"surfaces of degree {degree}", Along(SurfaceFit.Fit(_tracked, degree, workers), InterpolationScheme.Cubic));

        Func<GridPoints, IReadOnlyList<double[]>> Pixels(InterpolationScheme scheme)
        {
            var pixels = new PixelInterpolation(clones.Points, flux, scheme);
            return points => [.. Enumerable.Range(0, points.Count).Select(n => pixels.At(points[n]))];
        }

        Func<GridPoints, IReadOnlyList<double[]>> Along(LineManifold manifold, InterpolationScheme scheme) =>
            points => Reconstruct(manifold, points, new ReconstructionOptions { Scheme = scheme });
    }

    /// <summary>The manifold with the residual term and the measured share of the lines.</summary>
    public LineManifold LinesAndResidual() => WithResidual(_tracked, [.. rows.Select(row => kept.Flux[row])], measured: true);

    private LineManifold WithResidual(LineManifold lines, double[][] flux, bool measured)
    {
        LineManifold normalized = Copy(lines, clones.Recipe with { InputIsNormalized = true }, null);
        var grid = new MemoryGrid(clones.Points, clones.Wavelength, flux);
        float[] share = ResidualTerm.SameShare(1, clones.Wavelength.Length);
        if (measured)
        {
            LineShares shares = LineShareEstimate.Measure(normalized, new NodeResiduals(normalized, grid, KernelSet.Best, share), InterpolationScheme.Cubic, KernelSet.Best, workers);
            share = shares.Least;
            MeanShareByAxis = [.. shares.ByAxis.Select(axis => axis?.Average())];
        }

        var native = new NodeResiduals(normalized, grid, KernelSet.Best, share);
        var coded = new CodedResiduals(native, lines.NodePresent, clones.Wavelength.Length);
        if (measured) WithErrors = (Copy(lines, clones.Recipe, new ResidualTerm(coded, coded.ErrorBound, share), InterpolationScheme.Cubic), native);
        return Copy(lines, clones.Recipe, new ResidualTerm(coded, coded.ErrorBound, share));
    }

    private static LineManifold Copy(LineManifold m, CloneRecipe recipe, ResidualTerm? residual, InterpolationScheme scheme = InterpolationScheme.Linear) =>
        new(m.Axes, m.Wavelength, m.LineCenter, m.NodePresent, m.NodeOffset, m.Entries, recipe) { Residual = residual, Scheme = scheme };

    private IReadOnlyList<double[]> Reconstruct(LineManifold manifold, GridPoints points, ReconstructionOptions options) =>
        BatchReconstruction.Run(manifold, points, options, KernelSet.Best, workers);
}
