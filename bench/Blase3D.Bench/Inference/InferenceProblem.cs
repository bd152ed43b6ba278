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
    /// <param name="rangeAngstrom">How much of the spectrum.</param>
    /// <param name="density">Lines per Angstrom, in units of the published ones.</param>
    /// <param name="resolvingPower">When given, every line is as wide as an instrument of this lambda / FWHM shows it, on three pixels per FWHM.</param>
    public static InferenceProblem Moderate(double rangeAngstrom = HighAngstrom - LowAngstrom, double density = 1, double? resolvingPower = null)
    {
        SyntheticGrid grid = Grid(rangeAngstrom, density);
        double[] wavelength = [.. grid.Wavelength];
        double fwhm = resolvingPower is { } power ? LowAngstrom / power : 0, sigma = fwhm / 2.354820045;
        if (fwhm > 0) wavelength = [.. Enumerable.Range(0, (int)(3 * rangeAngstrom / fwhm)).Select(i => LowAngstrom + (i * fwhm / 3))];
        var recipe = new CloneRecipe
        {
            InputIsNormalized = true,
            Cloning = new CloneOptions { Model = new LineModel(LineProfile.Thompson, Composition.Product), WingPixels = 4 * wavelength.Length },
        };
        SyntheticLines names = grid.TrueLines(grid.Point(0));
        var clones = new LineClones(
            grid.Points, wavelength, [.. Enumerable.Range(0, grid.Points.Count).Select(row => Seen(SyntheticTruth.TrueClone(grid.TrueLines(grid.Point(row)), names), sigma))], recipe);
        return new InferenceProblem(
            FormattableString.Invariant($"true lines of a synthetic grid, {LowAngstrom:0} to {LowAngstrom + rangeAngstrom:0} A{(fwhm > 0 ? $", lines as wide as at R = {resolvingPower}" : string.Empty)}"),
            ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones)),
            null,
            fwhm > 0 ? null : point => grid.TrueNormalizedFlux(new SyntheticPoint(point[0], point[1], point[2]), wavelength));
    }

    /// <summary>A synthetic grid on the published nodes from 8480 A on.</summary>
    public static SyntheticGrid Grid(double rangeAngstrom, double density) => new SynthesisOptions
    {
        LowAngstrom = LowAngstrom,
        HighAngstrom = LowAngstrom + rangeAngstrom,
        Lines = (int)(density * PublishedLines * rangeAngstrom / PublishedRange),
        Seed = 6,
    }.CreateGrid();

    // Gaussian widths add in square; the area of a line stays.
    private static ClonedSpectrum Seen(ClonedSpectrum lines, double sigmaAngstrom)
    {
        for (int j = 0; sigmaAngstrom > 0 && j < lines.Lines.Count; j++)
            lines.Lines.LnSigma[j] = 0.5 * Math.Log(Math.Exp(2 * lines.Lines.LnSigma[j]) + (sigmaAngstrom * sigmaAngstrom));
        return lines;
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
    /// <param name="flux">The flux.</param>
    /// <param name="signalToNoise">The stated errors are one over it; none when it is left out.</param>
    public ObservedTarget Target(double[] flux, double? signalToNoise = null) =>
        ObservedTarget.Normalized(new Spectrum(Manifold.Wavelength, flux, signalToNoise is { } ratio ? [.. flux.Select(_ => 1 / ratio)] : null, "star"));

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
