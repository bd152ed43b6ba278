using System.Diagnostics;
using Blase3D.Bench.Report;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;

namespace Blase3D.Bench.Inference;

/// <summary>
/// The published tests through the whole path: a synthetic grid on the published nodes is cloned, a manifold built of the clones, and spectra of
/// the grid itself, not of the manifold, are inferred: the published 54 and 210 stars at nodes, and 54 between the nodes, in two passes each.
/// </summary>
/// <param name="report">Receives the tables.</param>
/// <param name="folder">Where the clones are kept, and found again; null to make them anew.</param>
/// <param name="workers">The threads.</param>
internal sealed class PublishedTests(BenchReport report, string? folder, Workers workers)
{
    private const double RangeAngstrom = 40;
    private const int Between = 54;
    private readonly List<IReadOnlyList<string>> _errors = [], _passes = [], _rows = [];

    /// <summary>Clones, builds, infers, and writes the tables.</summary>
    public void Run(PublishedRun[] published)
    {
        SyntheticTruthGrid truth = SyntheticTruthGrid.Create(RangeAngstrom, workers);
        LineClones clones = Clones(truth);
        double rms = ErrorSummary.Middle(clones.Spectra.Select(spectrum => spectrum.Rms));
        Console.Out.WriteLine(FormattableString.Invariant($"{clones.LineCount} lines, median rms {rms:0.00000}"));
        LineManifold lines = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones), InterpolationScheme.Cubic);
        var built = new InferenceProblem("lines + residual", BuiltManifold.Of(lines, clones, truth.Nodes.Flux, measured: true, workers), null, null);
        var alone = new InferenceProblem("lines alone", lines, null, null);

        foreach ((string name, Func<double, bool> isIn) in ClosureStudy.Halves())
        {
            var all = ErrorSummary.Of(published.Where(run => isIn(run.True[0])).Select(run => (run.True, run.Found)));
            _errors.Add(["the published runs", "500 K around the truth", name, $"{all.Count}", ErrorSummary.Text(all.Mean), ErrorSummary.Text(all.Median), ErrorSummary.Text(all.Largest), string.Empty]);
        }

        double[][] nodes = [.. published.Select(run => run.True).DistinctBy(point => (point[0], point[1], point[2]))];
        double[][] nodeStars = [.. nodes.Select(truth.At)];
        double[][] between = built.RandomPoints(Between, 54), betweenStars = [.. between.Select(truth.At)];
        double[][] few = [.. from t in Enumerable.Range(3, 9) from g in (int[])[2, 4, 6] from z in (double[])[-0.5, 0] select new double[] { 1000 * t, g, z }];
        double[][] fewStars = [.. few.Select(truth.At)];
        foreach (InferenceProblem problem in new[] { built, alone })
        {
            Infer("54 at nodes", problem, few, fewStars, published);
            Infer("210 at nodes", problem, nodes, nodeStars, published);
            Infer("54 between nodes", problem, between, betweenStars, published);
        }

        report.Section(
            "The published tests, with clones",
            FormattableString.Invariant($"A synthetic grid on the published nodes ({clones.Points.Count} spectra, {truth.Nodes.Wavelength.Count} pixels over {RangeAngstrom:0} A instead of 338,651 over 4,811 A: 120 times less to decide by, for the sake of time), cloned with the default recipe ({clones.LineCount} lines, median rms {rms:0.00000}) and built with residual term and error map, cubic, as `build --residual` does. ")
            + "The stars are spectra of the grid, without noise: the 54 nodes of the paper (3000 to 11000 K in steps of 1000 K; log g 2, 4, 6; both [Fe/H]), the 210 nodes of the published runs, and for comparison 54 random points (seed 54) between nodes. Each is inferred in two passes with different seeds; errors are those of the first pass. "
            + "With the residual term the nodes are exact, so the stars at nodes say how surely the search finds what is there; the same with the lines alone shows what the errors of the clones do.");
        report.Table(["model", "prior", "stars", "count", "mean error", "median error", "largest error", "per star"], _errors);
        report.Paragraph("Row by row against the published runs of the same star, each pass against each:");
        report.Table(["model", "prior", "nearer in Teff", "at most a tenth of the published error in Teff, of the runs that were wrong", "median |dTeff| published, ours"], _rows);
        report.Paragraph("Two passes over a star, and how the errors compare with the quoted ones (of the first pass; root mean square over the stars whose value is not flagged at an edge):");
        report.Table(["model", "prior", "stars", "equal seeds differ by", "different seeds: largest difference", "beyond the quoted error (of these with a second minimum flagged)", "rms of error / quoted error", "within 1", "within 2"], _passes);
    }

    private LineClones Clones(SyntheticTruthGrid truth)
    {
        string? path = folder is null ? null : Path.Combine(folder, "published-tests.h5");
        if (path is not null && File.Exists(path)) return LineClonesFile.Read(path);
        LineClones clones = new GridCloner(truth.Nodes, new CloneRecipe { InputIsNormalized = true }, KernelSet.Best).Clone(workers);
        if (path is not null) LineClonesFile.Write(path, clones, Provenance.Of("bench inference-study", []));
        return clones;
    }

    private void Infer(string stars, InferenceProblem problem, double[][] truths, double[][] flux, PublishedRun[] published)
    {
        foreach ((string prior, Func<double[], int, ParameterPrior> of) in ClosureStudy.Priors(problem))
        {
            InferenceResult[] first = Pass(problem, truths, flux, of, 1, out double seconds), second = Pass(problem, truths, flux, of, 2, out _);
            foreach ((string half, Func<double, bool> isIn) in ClosureStudy.Halves())
            {
                var own = ErrorSummary.Of(Enumerable.Range(0, truths.Length).Where(n => isIn(truths[n][0])).Select(n => (truths[n], first[n].Value)));
                _errors.Add([problem.Name, prior, $"{stars}, {half}", $"{own.Count}", ErrorSummary.Text(own.Mean), ErrorSummary.Text(own.Median), ErrorSummary.Text(own.Largest), Numbers.Seconds(seconds / truths.Length)]);
                Console.Out.WriteLine(string.Join("  ", _errors[^1]));
            }

            if (truths.Length == published.DistinctBy(run => (run.True[0], run.True[1], run.True[2])).Count()) Compare(problem.Name, prior, truths, [first, second], published);

            // Equal seeds: a tenth of the stars again.
            int again = truths.Length / 10;
            InferenceResult[] repeated = Pass(problem, truths[..again], flux[..again], of, 1, out _);
            double same = Enumerable.Range(0, again).Max(n => Enumerable.Range(0, 3).Max(d => Math.Abs(repeated[n].Value[d] - first[n].Value[d])));
            double[] apart = [.. Enumerable.Range(0, 3).Select(d => Enumerable.Range(0, first.Length).Max(n => Math.Abs(first[n].Value[d] - second[n].Value[d])))];
            int[] beyond = [.. Enumerable.Range(0, first.Length).Where(n => Enumerable.Range(0, 3).Any(d => Math.Abs(first[n].Value[d] - second[n].Value[d]) > first[n].Error[d]))];
            foreach (int n in beyond)
                Console.Out.WriteLine($"  differ: {Text(truths[n])} -> {Text(first[n].Value)} ({first[n].Rms:G4}; {string.Join(';', first[n].Flags)}), {Text(second[n].Value)} ({second[n].Rms:G4}; {string.Join(';', second[n].Flags)}), quoted {Text(first[n].Error)}");
            double[][] pulls = [.. Enumerable.Range(0, 3).Select(d => Enumerable.Range(0, first.Length)
                .Where(n => first[n].Error[d] > 0 && !first[n].Flags.Any(flag => flag.StartsWith(first[n].AxisNames[d], StringComparison.Ordinal)))
                .Select(n => (first[n].Value[d] - truths[n][d]) / first[n].Error[d]).ToArray())];
            int flagged = beyond.Count(n => first[n].Flags.Concat(second[n].Flags).Contains("second_minimum"));
            _passes.Add(
            [
                problem.Name, prior, stars, FormattableString.Invariant($"{same:G3} (K or dex; {again} stars)"), ErrorSummary.Text(apart), $"{beyond.Length} of {first.Length} ({flagged})",
                Join(pulls.Select(some => Math.Sqrt(some.Sum(p => p * p) / some.Length))), Join(pulls.Select(some => some.Count(p => Math.Abs(p) <= 1) / (double)some.Length)), Join(pulls.Select(some => some.Count(p => Math.Abs(p) <= 2) / (double)some.Length)),
            ]);
            Console.Out.WriteLine(string.Join("  ", _passes[^1]));
        }
    }

    private void Compare(string model, string prior, double[][] truths, InferenceResult[][] passes, PublishedRun[] published)
    {
        var seen = new int[truths.Length];
        int nearer = 0, tenth = 0, wrong = 0;
        foreach (PublishedRun run in published)
        {
            int n = Array.FindIndex(truths, point => point.SequenceEqual(run.True));
            double theirs = Math.Abs(run.Found[0] - run.True[0]), ours = Math.Abs(passes[seen[n]++ % passes.Length][n].Value[0] - run.True[0]);
            if (ours < theirs) nearer++;
            if (theirs == 0) continue;
            wrong++;
            if (ours <= 0.1 * theirs) tenth++;
        }

        double median = ErrorSummary.Middle(published.Select(run => Math.Abs(run.Found[0] - run.True[0])));
        double own = ErrorSummary.Middle(passes.SelectMany(pass => pass.Select((result, n) => Math.Abs(result.Value[0] - truths[n][0]))));
        _rows.Add([model, prior, $"{nearer} of {published.Length}", $"{tenth} of {wrong}", FormattableString.Invariant($"{median:G3} K, {own:G3} K")]);
        Console.Out.WriteLine(string.Join("  ", _rows[^1]));
    }

    private static string Text(double[] values) => string.Join(", ", values.Select(value => FormattableString.Invariant($"{value:0.####}")));

    private static string Join(IEnumerable<double> values) => string.Join(", ", values.Select(value => double.IsNaN(value) ? "-" : FormattableString.Invariant($"{value:0.00}")));

    private InferenceResult[] Pass(
        InferenceProblem problem, double[][] truths, double[][] flux, Func<double[], int, ParameterPrior> prior, ulong seed, out double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        InferenceTask[] tasks = [.. flux.Select((star, n) => new InferenceTask(problem.Target(star), prior(truths[n], n)))];
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(problem.Manifold, tasks, new InferenceOptions { Seed = seed }, KernelSet.Best, workers);
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [.. outcomes.Select(outcome => outcome.Result ?? throw outcome.Failure!)];
    }
}
