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
internal sealed class Predictors(LineClones clones, NormalizedGrid kept, int[] rows, Workers workers)
{
    private readonly LineManifold _tracked = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));

    /// <summary>The measured share of the lines along every axis, averaged over the wavelengths; null along an axis of two nodes.</summary>
    public float?[] MeanShareByAxis { get; private set; } = [];

    /// <summary>The ways, by name.</summary>
    public IEnumerable<(string Name, Func<GridPoints, IReadOnlyList<double[]>> Predict)> All()
    {
        double[][] flux = [.. rows.Select(row => kept.Flux[row])];
        LineManifold exact = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        yield return ("pixels, linear", Pixels(InterpolationScheme.Linear));
        yield return ("pixels, cubic", Pixels(InterpolationScheme.Cubic));
        yield return ("the paper's way (exact, -1000)", points => Reconstruct(exact, points, ReconstructionOptions.Published));
        yield return ("lines, linear", Lines(_tracked, InterpolationScheme.Linear));
        yield return ("lines, cubic", Lines(_tracked, InterpolationScheme.Cubic));
        yield return ("lines, exact association, cubic", Lines(exact, InterpolationScheme.Cubic));
        LineManifold full = WithResidual(_tracked, flux, measured: false), whole = WithResidual(_tracked, flux, measured: true);
        yield return ("lines in full + residual, linear", Lines(full, InterpolationScheme.Linear));
        yield return ("lines in full + residual, cubic", Lines(full, InterpolationScheme.Cubic));
        yield return ("lines + residual, linear", Lines(whole, InterpolationScheme.Linear));
        yield return ("lines + residual, cubic", Lines(whole, InterpolationScheme.Cubic));
        foreach (int degree in new[] { 1, 2, 3 })
            yield return ($"surfaces of degree {degree}", Lines(SurfaceFit.Fit(_tracked, degree, workers), InterpolationScheme.Cubic));

        Func<GridPoints, IReadOnlyList<double[]>> Pixels(InterpolationScheme scheme)
        {
            var pixels = new PixelInterpolation(clones.Points, flux, scheme);
            return points => [.. Enumerable.Range(0, points.Count).Select(n => pixels.At(points[n]))];
        }

        Func<GridPoints, IReadOnlyList<double[]>> Lines(LineManifold manifold, InterpolationScheme scheme) =>
            points => Reconstruct(manifold, points, new ReconstructionOptions { Scheme = scheme });
    }

    private LineManifold WithResidual(LineManifold lines, double[][] flux, bool measured)
    {
        LineManifold normalized = Copy(lines, clones.Recipe with { InputIsNormalized = true }, null);
        var grid = new MemoryGrid(clones.Points, clones.Wavelength, flux);
        float[] share = new float[ResidualCode.BlocksOf(clones.Wavelength.Length)];
        Array.Fill(share, 1);
        if (measured)
        {
            LineShares shares = LineShareEstimate.Measure(normalized, new NodeResiduals(normalized, grid, KernelSet.Best, share), InterpolationScheme.Cubic, KernelSet.Best, workers);
            share = shares.Least;
            MeanShareByAxis = [.. shares.ByAxis.Select(axis => axis?.Average())];
        }

        var coded = new CodedResiduals(new NodeResiduals(normalized, grid, KernelSet.Best, share), lines.NodePresent, clones.Wavelength.Length);
        return Copy(lines, clones.Recipe, new ResidualTerm(coded, coded.ErrorBound, share));
    }

    private static LineManifold Copy(LineManifold m, CloneRecipe recipe, ResidualTerm? residual) =>
        new(m.Axes, m.Wavelength, m.LineCenter, m.NodePresent, m.NodeOffset, m.Entries, recipe) { Residual = residual };

    private IReadOnlyList<double[]> Reconstruct(LineManifold manifold, GridPoints points, ReconstructionOptions options) =>
        BatchReconstruction.Run(manifold, points, options, KernelSet.Best, workers);
}
