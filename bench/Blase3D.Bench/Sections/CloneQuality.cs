using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;

namespace Blase3D.Bench.Sections;

/// <summary>How well clones fit and how well manifolds predict what they have not seen, on the real spectra of the mini-grid.</summary>
internal static class CloneQuality
{
    // The held-out interior planes, as in the demo.
    private static readonly double[] HeldOutTeff = [3400, 3900];

    // Where the published recipe fits at all: it leaves 60 A out at both ends.
    private const double MarginAngstrom = 60;

    /// <summary>Compares the two recipes, the two associations and plain pixel interpolation.</summary>
    public static void Run(BenchReport report, Workers workers)
    {
        using StoredSpectra grid = SpectraFile.Open(RepositoryFiles.MiniGrid);
        int[] heldOut = [.. Enumerable.Range(0, grid.Points.Count).Where(row => HeldOutTeff.Contains(grid.Points[row][0]))];
        int[] kept = [.. Enumerable.Range(0, grid.Points.Count).Except(heldOut)];
        report.Section(
            "Held-out spectra of the mini-grid",
            $"{kept.Length} real PHOENIX spectra {grid.Wavelength[0]:0} to {grid.Wavelength[^1]:0} A are cloned, {heldOut.Length} (teff {string.Join(" and ", HeldOutTeff)} K) are predicted. "
            + "Errors are rms in units of the continuum, medians over the spectra: \"clone rms\" over the pixels of the recipe's own loss, \"whole\" over all pixels, \"inner\" more than 60 A away from both ends, "
            + "where the published recipe has lines and a loss. \"published reconstruction\": windows of 1,000 pixels and absent lines as -1000. Every recipe is judged against spectra normalised its own way.");
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, CloneRecipe recipe) in Recipes())
        {
            LineClones clones = new GridCloner(new GridSelection(grid, kept), recipe, KernelSet.Best).Clone(workers);
            double[][] truth = [.. heldOut.Select(row => Normalized(grid, row, recipe))];
            string rms = Number(Median(clones.Spectra.Select(clone => clone.Rms)));
            LineManifold tracked = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones)), exact = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
            AddPrediction("tracked", tracked, new ReconstructionOptions());
            AddPrediction("exact", exact, new ReconstructionOptions());
            AddPrediction("exact, published reconstruction", exact, ReconstructionOptions.Published);

            var pixels = new PixelInterpolation(grid.Points.Select(kept), [.. kept.Select(row => Normalized(grid, row, recipe))]);
            double[][] interpolated = [.. heldOut.Select(row => pixels.At(grid.Points[row]))];
            rows.Add([name, "pixel interpolation", string.Empty, string.Empty, string.Empty, .. Errors(grid.Wavelength, interpolated, truth)]);
            Console.Out.WriteLine($"{name}: {string.Join("; ", rows.TakeLast(4).Select(row => string.Join(" ", row.Skip(1))))}");

            void AddPrediction(string association, LineManifold manifold, ReconstructionOptions options)
            {
                IReadOnlyList<double[]> predicted = BatchReconstruction.Run(manifold, grid.Points.Select(heldOut), options, KernelSet.Best, workers);
                rows.Add([name, association, $"{clones.LineCount}", $"{manifold.LineCenter.Length}", rms, .. Errors(grid.Wavelength, predicted, truth)]);
            }
        }

        report.Table(["recipe", "association", "lines in clones", "lines in manifold", "clone rms", "whole", "inner"], rows);
    }

    private static (string Name, CloneRecipe Recipe)[] Recipes() =>
    [
        ("default", new CloneRecipe()),
        ("default, one sweep", new CloneRecipe { Return = false }),
        ("default, independent", new CloneRecipe { Continuation = false }),
        ("Adam", CloneRecipe.Adam),
        ("default, window 1000", new CloneRecipe { Cloning = new CloneOptions { WingPixels = 1000 } }),
        ("published", CloneRecipe.Published),
    ];

    private static string[] Errors(IReadOnlyList<double> wavelength, IReadOnlyList<double[]> predicted, double[][] truth) =>
    [
        Number(Median(truth.Select((flux, k) => Rms(predicted[k], flux, 0, flux.Length)))),
        Number(Median(truth.Select((flux, k) =>
        {
            int first = 0, end = flux.Length;
            while (wavelength[first] <= wavelength[0] + MarginAngstrom) first++;
            while (wavelength[end - 1] >= wavelength[^1] - MarginAngstrom) end--;
            return Rms(predicted[k], flux, first, end);
        }))),
    ];

    private static double[] Normalized(StoredSpectra grid, int row, CloneRecipe recipe)
    {
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(row, flux);
        return new Preprocessor(recipe.Preprocessing).Preprocess([.. grid.Wavelength], flux, grid.Points[row][0]).Flux;
    }

    private static double Rms(double[] left, double[] right, int first, int end)
    {
        double sum = 0;
        for (int i = first; i < end; i++) sum += (left[i] - right[i]) * (left[i] - right[i]);
        return Math.Sqrt(sum / (end - first));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }

    private static string Number(double value) => FormattableString.Invariant($"{value:0.00000}");
}
