using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels;

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
        var tallies = new Dictionary<string, ErrorTally>();
        foreach ((string name, Func<GridPoints, IReadOnlyList<double[]>> predict) in new Predictors(clones, normalized, [.. Enumerable.Range(0, grid.Points.Count)], workers).All())
        {
            IReadOnlyList<double[]> predicted = predict(points);
            tallies[name] = new ErrorTally();
            for (int n = 0; n < Points; n++) tallies[name].Add(predicted[n], truth.Flux[n]);
        }

        HeldOutPlanes.Report(report, title, tallies);
    }
}
