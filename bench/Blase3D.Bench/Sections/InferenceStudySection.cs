using Blase3D.Bench.Inference;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;

namespace Blase3D.Bench.Sections;

/// <summary>Inference: what is found, how surely, how fast.</summary>
internal static class InferenceStudySection
{
    // Of the coverage: a spectrograph as they are used for stellar parameters.
    private const double ResolvingPower = 55_000;

    /// <summary>Runs the parts that are asked for and writes the results.</summary>
    public static void Run(BenchReport report, InferenceStudyOptions options)
    {
        var workers = new Workers(options.Threads ?? Environment.ProcessorCount);
        if (options.Only.SequenceEqual(["held-out"]))
        {
            ISpectralGrid grid = HeldOutSection.Open(options.Grid);
            LineClones? given = options.Clones is null ? null : LineClonesFile.Read(options.Clones);
            var recipe = given?.Recipe ?? new CloneRecipe();
            // A spectrum begins with the lines of its neighbour, so what is to be held out must be so while the others are cloned.
            Func<int[], LineClones> without = given is null
                ? rows => HeldOutSection.CloneWithout(grid, rows, recipe, options.Keep, workers)
                : rows => given with { Points = given.Points.Select(rows), Spectra = [.. rows.Select(row => given.Spectra[row])] };
            new HeldOutStars(report, grid, recipe, without, given is null, workers).Run();
            report.Write(options.Out, options.Name);
            return;
        }

        InferenceProblem problem = options.Paper ? InferenceProblem.Paper() : InferenceProblem.Moderate();
        var speed = new SearchSpeed(report, workers);
        if (options.Only.Contains("one-star")) speed.OneStar(InferenceProblem.Paper());
        if (options.Only.Contains("scaling")) speed.Scaling(options.Stars / 10);
        if (options.Only.Contains("many-stars")) speed.ManyStars(problem, options.Stars);
        if (Wanted("speed"))
        {
            speed.Processes();
            speed.OneStar(options.Paper ? problem : InferenceProblem.Paper());
            speed.ManyStars(problem, options.Stars);
        }

        string runs = options.Published ?? Path.Combine(RepositoryFiles.Root, "..", "shared", "data", "blase", "inference_results_420.csv");
        if (options.Only.Contains("tests")) new PublishedTests(report, options.Keep, workers).Run(PublishedRun.Read(runs));

        var closure = new ClosureStudy(report, problem, workers);
        if (Wanted("published")) closure.AgainstPublished(PublishedRun.Read(runs));
        if (Wanted("noise")) closure.NoiseLadder(54);
        if (Wanted("nodes")) closure.BetweenNodes(54);
        if (Wanted("seeds")) closure.Repeatability(54);
        if (Wanted("coverage")) new ClosureStudy(report, InferenceProblem.Moderate(resolvingPower: ResolvingPower), workers).Coverage(options.Injections);
        // Times want a quiet machine, the rest only patience: apart they are files apart.
        report.Write(options.Out, options.Name);

        bool Wanted(string part) => !options.Only.Any() || options.Only.Contains(part);
    }
}
