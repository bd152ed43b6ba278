using System.Globalization;
using Blase3D.Bench.Prediction;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;

namespace Blase3D.Bench.Sections;

/// <summary>How well manifolds predict spectra that they were built without.</summary>
internal static class HeldOutSection
{
    /// <summary>Runs the parts that are asked for and writes the results.</summary>
    public static void Run(BenchReport report, HeldOutOptions options)
    {
        var workers = new Workers(Environment.ProcessorCount);
        if (Wanted("planes") || Wanted("scans") || Wanted("sun"))
        {
            ISpectralGrid grid = Open(options.Grid);
            LineClones clones = options.Clones is null
                ? CloneWithout(grid, [.. Enumerable.Range(0, grid.Points.Count)], new CloneRecipe(), options.Keep, workers)
                : LineClonesFile.Read(options.Clones);
            if (!clones.Points.Values.SequenceEqual(grid.Points.Values) || !clones.Wavelength.SequenceEqual(grid.Wavelength))
                throw new EngineException(ErrorCode.BadInput, $"{options.Clones} was not made from the grid: points or wavelengths differ; clone the grid again.");
            LineClones oneByOne = CloneWithout(grid, [.. Enumerable.Range(0, grid.Points.Count)], new CloneRecipe { Continuation = false }, options.Keep, workers);
            if (Wanted("planes"))
            {
                // A spectrum begins with the lines of its neighbour, so what is to be held out must be so while the others are cloned.
                Func<int[], LineClones>? without = options.Clones is null
                    ? rows => CloneWithout(grid, rows, clones.Recipe, options.Keep, workers)
                    : null;
                HeldOutPlanes.Run(report, "Held-out planes of real spectra", grid, clones, without, oneByOne, axis: 0, workers);
            }

            if (Wanted("sun"))
                SunComparison.Run(report, clones, Path.Combine(RepositoryFiles.Root, "..", "shared", "data", "blase", "reconstruction_demo_5772_4.4374_0.0.fits.gz"), workers);
            if (Wanted("scans")) NodeScans.Run(report, clones, oneByOne, new NormalizedGrid(grid, clones.Recipe, workers), options.Out, workers);
        }

        if (Wanted("synthetic")) SyntheticTruth.Run(report, workers);
        if (Wanted("storage")) StorageSection.Run(report);
        report.Write(options.Out, options.Name);

        bool Wanted(string part) => !options.Only.Any() || options.Only.Contains(part);
    }

    /// <summary>Clones of some rows that know nothing of the others.</summary>
    /// <remarks>Minutes for every plane: with a folder, an interrupted run finds those again that it had finished.</remarks>
    public static LineClones CloneWithout(ISpectralGrid grid, int[] rows, CloneRecipe recipe, string? folder, Workers workers)
    {
        double[] without = [.. Enumerable.Range(0, grid.Points.Count).Except(rows).Select(row => grid.Points[row][0]).Distinct()];
        string? path = folder is null ? null : Path.Combine(folder, $"{(recipe.Continuation ? "without" : "one-by-one")}-{string.Join("-", without.Select(value => value.ToString(CultureInfo.InvariantCulture)))}.h5");
        if (path is not null && File.Exists(path)) return LineClonesFile.Read(path);
        LineClones clones = new GridCloner(new GridSelection(grid, rows), recipe, KernelSet.Best).Clone(workers);
        if (path is not null) LineClonesFile.Write(path, clones, Provenance.Of("bench held-out", []));
        return clones;
    }

    /// <summary>The grid of a file, or else the real spectra beside the repository, or else those of the mini-grid.</summary>
    public static ISpectralGrid Open(string? path)
    {
        if (path is not null) return SpectraFile.Open(path);
        string folder = Path.Combine(RepositoryFiles.Root, "..", "shared", "data", "welter");
        if (Directory.Exists(folder))
            return GridImporter.Import([.. Directory.GetFiles(folder, "phoenix_grid_8000-10028_mh*.fits.gz").Order()], new GridImportOptions()).Grid;
        Console.Out.WriteLine("shared/data/welter is not here; the mini-grid of the repository takes its place.");
        return SpectraFile.Open(RepositoryFiles.MiniGrid);
    }
}
