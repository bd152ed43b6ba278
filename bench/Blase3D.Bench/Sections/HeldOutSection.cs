using Blase3D.Bench.Prediction;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
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
        if (Wanted("planes") || Wanted("scans"))
        {
            ISpectralGrid grid = Open(options.Grid);
            LineClones clones = options.Clones is null
                ? new GridCloner(grid, new CloneRecipe(), KernelSet.Best).Clone(workers)
                : LineClonesFile.Read(options.Clones);
            if (!clones.Points.Values.SequenceEqual(grid.Points.Values) || !clones.Wavelength.SequenceEqual(grid.Wavelength))
                throw new EngineException(ErrorCode.BadInput, $"{options.Clones} was not made from the grid: points or wavelengths differ; clone the grid again.");
            if (Wanted("planes"))
            {
                // A spectrum begins with the lines of its neighbour, so what is to be held out must be so while the others are cloned.
                Func<int[], LineClones>? without = options.Clones is null
                    ? rows => new GridCloner(new GridSelection(grid, rows), clones.Recipe, KernelSet.Best).Clone(workers)
                    : null;
                HeldOutPlanes.Run(report, "Held-out planes of real spectra", grid, clones, without, axis: 0, workers);
            }
            if (Wanted("scans")) NodeScans.Run(report, clones, workers);
        }

        if (Wanted("synthetic")) SyntheticTruth.Run(report, workers);
        if (Wanted("storage")) StorageSection.Run(report);
        report.Write(options.Out, "held-out");

        bool Wanted(string part) => !options.Only.Any() || options.Only.Contains(part);
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
