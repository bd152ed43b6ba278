using Blase3D.Bench.Prediction;
using Blase3D.Bench.Problems;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Inference;

/// <summary>A manifold on the published axes and the stars that are made of it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Manifold">The manifold.</param>
/// <param name="WindowPixels">Pixels of a line's window in every reconstruction, or null for the manifold's own.</param>
/// <param name="Truth">The spectrum of a point as the grid itself would have it, not the manifold; null where that is not known.</param>
internal sealed record InferenceProblem(string Name, LineManifold Manifold, int? WindowPixels, Func<double[], double[]>? Truth)
{
    private const double LowAngstrom = 8480;
    private const double HighAngstrom = 8560;
    private const double PublishedLines = 128_723;
    private const double PublishedRange = 12849 - 8038;

    /// <summary>The paper's nodes and density of lines over 80 A, made of the true lines of a synthetic grid.</summary>
    public static InferenceProblem Moderate()
    {
        SyntheticGrid grid = new SynthesisOptions
        {
            LowAngstrom = LowAngstrom,
            HighAngstrom = HighAngstrom,
            Lines = (int)(PublishedLines * (HighAngstrom - LowAngstrom) / PublishedRange),
            Seed = 6,
        }.CreateGrid();
        double[] wavelength = [.. grid.Wavelength];
        var recipe = new CloneRecipe
        {
            InputIsNormalized = true,
            Cloning = new CloneOptions { Model = new LineModel(LineProfile.Thompson, Composition.Product), WingPixels = 4 * wavelength.Length },
        };
        SyntheticLines names = grid.TrueLines(grid.Point(0));
        var clones = new LineClones(
            grid.Points, wavelength, [.. Enumerable.Range(0, grid.Points.Count).Select(row => SyntheticTruth.TrueClone(grid.TrueLines(grid.Point(row)), names))], recipe);
        return new InferenceProblem(
            FormattableString.Invariant($"true lines of a synthetic grid, {LowAngstrom:0} to {HighAngstrom:0} A"),
            ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones)),
            null,
            point => grid.TrueNormalizedFlux(new SyntheticPoint(point[0], point[1], point[2]), wavelength));
    }

    /// <summary>The manifold of the published size, windows of 1,000 pixels.</summary>
    public static InferenceProblem Paper() => new("manifold of the published size", ManifoldProblem.Create(), 1000, null);

    /// <summary>The spectra that the manifold gives at points.</summary>
    public double[][] Stars(IReadOnlyList<double[]> points, Workers workers)
    {
        var options = new ReconstructionOptions { WindowPixels = WindowPixels };
        return [.. BatchReconstruction.Run(Manifold, new GridPoints(Manifold.Axes.Names, [.. points.SelectMany(p => p)]), options, KernelSet.Best, workers)];
    }

    /// <summary>A spectrum on the manifold's wavelengths as a target.</summary>
    public ObservedTarget Target(double[] flux) => ObservedTarget.Normalized(new Spectrum(Manifold.Wavelength, flux, null, "star"));

    /// <summary>Within a distance of a centre in teff and everywhere else on the other axes, cut to the grid.</summary>
    public ParameterPrior Around(double teff, double half) => ParameterPrior.Parse(
        Manifold.Axes, [FormattableString.Invariant($"teff={Math.Max(2300, teff - half)}:{Math.Min(12000, teff + half)}")]);

    /// <summary>Random points within the grid, with seeds.</summary>
    public double[][] RandomPoints(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 3).Select(d =>
        {
            ReadOnlySpan<double> nodes = Manifold.Axes.Values(d);
            return nodes[0] + (random.NextDouble() * (nodes[^1] - nodes[0]));
        }).ToArray())];
    }

    /// <summary>The spectrum with white noise of 1/SNR of the continuum; none for an infinite ratio.</summary>
    public static double[] Noisy(double[] flux, double signalToNoise, int seed)
    {
        if (double.IsInfinity(signalToNoise)) return flux;
        var random = new Random(seed);
        return Array.ConvertAll(flux, value => value + (LineProblem.NextNormal(random) / signalToNoise));
    }
}
