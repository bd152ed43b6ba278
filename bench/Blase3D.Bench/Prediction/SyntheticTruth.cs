using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Prediction;

/// <summary>A synthetic grid whose truth is known between its nodes too.</summary>
internal static class SyntheticTruth
{
    private const int Points = 1000;

    /// <summary>Clones the grid and predicts 1,000 random points between its nodes.</summary>
    public static void Run(BenchReport report, Workers workers)
    {
        var options = new SynthesisOptions
        {
            Teff = AxisSpecification.Parse("teff", "3400:4600:200"),
            Logg = AxisSpecification.Parse("logg", "3.5:5:0.5"),
            Feh = AxisSpecification.Parse("feh", "-1:0.5:0.5"),
            LowAngstrom = 8480,
            HighAngstrom = 8600,
            Lines = 60_000,
            Seed = 5,
        };
        SyntheticGrid grid = options.CreateGrid();
        LineClones clones = new GridCloner(grid, new CloneRecipe(), KernelSet.Best).Clone(workers);
        var random = new Random(1000);
        double[] values = [.. Enumerable.Range(0, Points).SelectMany(_ => new[]
        {
            3400 + (1200 * random.NextDouble()), 3.5 + (1.5 * random.NextDouble()), -1 + (1.5 * random.NextDouble()),
        })];
        var points = new GridPoints(["teff", "logg", "feh"], values);
        var truth = new NormalizedGrid((options with { Points = points }).CreateGrid(), clones.Recipe, workers);
        var normalized = new NormalizedGrid(grid, clones.Recipe, workers);
        double[] rms = [.. clones.Spectra.Select(s => s.Rms).Order()];
        const string title = "Random points of a synthetic grid";
        report.Section(title, FormattableString.Invariant(
            $"{grid.Points.Count} synthetic spectra ({grid.Points.DescribeRange()}, steps 200 K, 0.5 and 0.5 dex), {normalized.Wavelength[0]:0} to {normalized.Wavelength[^1]:0} A, {normalized.Wavelength.Length} pixels, as {clones.LineCount} lines; rms of the clones: median {rms[rms.Length / 2]:0.00000}. {Points} random points (seed 1000) with the truth computed there."));
        Predict(report, title, new Predictors(clones, normalized, [.. Enumerable.Range(0, grid.Points.Count)], workers), points, truth);
        WithTrueLines(report, grid, points, workers);
    }

    // What is left when the decomposition is perfect: the grid's own lines take the place of the clones.
    private static void WithTrueLines(BenchReport report, SyntheticGrid grid, GridPoints points, Workers workers)
    {
        double[] wavelength = [.. grid.Wavelength];
        var recipe = new CloneRecipe
        {
            InputIsNormalized = true,
            Cloning = new CloneOptions { Model = new LineModel(LineProfile.Thompson, Composition.Product), WingPixels = 4 * wavelength.Length },
        };
        SyntheticLines names = grid.TrueLines(grid.Point(0));
        ClonedSpectrum[] spectra = [.. Enumerable.Range(0, grid.Points.Count).Select(row => TrueClone(grid.TrueLines(grid.Point(row)), names))];
        var clones = new LineClones(grid.Points, wavelength, spectra, recipe);
        const string title = "The same with the true lines in place of clones";
        report.Section(title, "What the decomposition costs: the clones are replaced by the lines that the spectra were made of, and the spectra are not divided by a continuum. Lines are born and die as in the grid.");
        NormalizedGrid Flux(GridPoints at, Func<int, SyntheticPoint> point) => new(
            new MemoryGrid(at, wavelength, [.. Enumerable.Range(0, at.Count).Select(n => grid.TrueNormalizedFlux(point(n), wavelength))]), recipe, workers);
        Predict(report, title, new Predictors(clones, Flux(grid.Points, grid.Point), [.. Enumerable.Range(0, grid.Points.Count)], workers), points, Flux(points, n => new SyntheticPoint(points[n][0], points[n][1], points[n][2])));
    }

    /// <summary>The lines that a spectrum was made of, in the place of its clone.</summary>
    internal static ClonedSpectrum TrueClone(SyntheticLines lines, SyntheticLines names)
    {
        int[] order = [.. Enumerable.Range(0, lines.Present.Length).Where(j => lines.Present[j]).OrderBy(j => names.CenterAngstrom[j])];
        return new ClonedSpectrum
        {
            Lines = new LineTable(
                Array.ConvertAll(order, j => lines.CenterAngstrom[j]), Array.ConvertAll(order, j => lines.LnAmplitude[j]), Array.ConvertAll(order, j => lines.LnSigma[j]), Array.ConvertAll(order, j => lines.LnGamma[j])),
            InitialCenter = Array.ConvertAll(order, j => names.CenterAngstrom[j]),
            Rms = 0,
        };
    }

    private static void Predict(BenchReport report, string title, Predictors predictors, GridPoints points, NormalizedGrid truth)
    {
        var tallies = new Dictionary<string, ErrorTally>();
        foreach ((string name, Func<GridPoints, IReadOnlyList<double[]>> predict) in predictors.All())
        {
            IReadOnlyList<double[]> predicted = predict(points);
            tallies[name] = new ErrorTally();
            for (int n = 0; n < points.Count; n++) tallies[name].Add(predicted[n], truth.Flux[n]);
        }

        HeldOutPlanes.Report(report, title, tallies);
        report.Paragraph($"Measured share of the lines along the axes: {string.Join(", ", predictors.MeanShareByAxis.Select(share => FormattableString.Invariant($"{share:0.00}")))}.");
    }
}
