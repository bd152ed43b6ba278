using System.Diagnostics;
using Blase3D.Bench.Report;
using Blase3D.Engine.Inference;
using Blase3D.Kernels;

namespace Blase3D.Bench.Inference;

/// <summary>What is found of stars whose parameters are known.</summary>
internal sealed class ClosureStudy(BenchReport report, InferenceProblem problem, Workers workers)
{
    private static readonly double[] Ladder = [double.PositiveInfinity, 300, 100, 50, 20, 10];
    private const double PublishedHalf = 500;
    private const double Offset = 300;
    private const double Hot = 7000;

    /// <summary>The published stars again, row by row, with the published prior, an offset one and the full range.</summary>
    public void AgainstPublished(PublishedRun[] published)
    {
        PublishedRun[] first = [.. published.DistinctBy(run => (run.True[0], run.True[1], run.True[2]))];
        double[][] truths = Array.ConvertAll(first, run => run.True), stars = problem.Stars(truths, workers);
        report.Section(
            "The published runs",
            $"{published.Length} published runs on {first.Length} stars at nodes (120 evaluations each, median {Numbers.Seconds(ErrorSummary.Middle(published.Select(run => run.Seconds)))}) against ours on the same stars, spectra made by the manifold ({problem.Name}). "
            + "Mean absolute errors in Teff, logg, [Fe/H]. Our prior is the published one (500 K around the truth), the same moved by 300 K, and the full range.");
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, Func<double, bool> isIn) in Halves())
            rows.Add(["published", name, .. Cells(ErrorSummary.Of(published.Where(run => isIn(run.True[0])).Select(run => (run.True, run.Found)))), string.Empty]);
        var better = new Dictionary<string, int>();
        foreach ((string name, Func<double[], int, ParameterPrior> prior) in Priors(problem))
        {
            InferenceResult[] results = Infer(stars, n => prior(truths[n], n), new InferenceOptions { WindowPixels = problem.WindowPixels }, out double seconds);
            foreach ((string half, Func<double, bool> isIn) in Halves())
            {
                var own = ErrorSummary.Of(Enumerable.Range(0, first.Length).Where(n => isIn(truths[n][0])).Select(n => (truths[n], results[n].Value)));
                rows.Add([name, half, .. Cells(own), FormattableString.Invariant($"{seconds / first.Length:0.0000} s per star, {results.Average(r => r.Evaluations):0} evaluations")]);
            }

            better[name] = published.Count(run =>
            {
                int n = Array.FindIndex(first, other => other.True.SequenceEqual(run.True));
                return Math.Abs(results[n].Value[0] - run.True[0]) < Math.Abs(run.Found[0] - run.True[0]);
            });
        }

        report.Table(["prior", "stars", "mean error", "median error", "largest error", "cost"], rows);
        foreach ((string name, int count) in better) report.Paragraph($"Row by row, {name}: nearer in Teff than the published run in {count} of {published.Length}.");
        PublishedRun[] passes = published;
        double[] between = [.. first.Select(run => passes.Where(other => other.True.SequenceEqual(run.True)).ToArray()).Where(pair => pair.Length == 2)
            .Select(pair => Math.Abs(pair[0].Found[0] - pair[1].Found[0]))];
        report.Paragraph(FormattableString.Invariant($"Two published passes over a star differ by {ErrorSummary.Middle(between):0.#} K in the median."));
    }

    /// <summary>Noise: errors, quoted errors and flags.</summary>
    public void NoiseLadder(int starCount)
    {
        double[][] truths = problem.RandomPoints(starCount, 54), clean = problem.Stars(truths, workers);
        report.Section(
            "Signal to noise",
            $"{starCount} random points between the nodes (seed 54), spectra made by the manifold with white noise of 1/SNR of the continuum, prior: the whole grid. Errors are absolute.");
        var rows = new List<IReadOnlyList<string>>();
        foreach (double ratio in Ladder)
        {
            InferenceResult[] results = Infer([.. clean.Select((flux, n) => InferenceProblem.Noisy(flux, ratio, n))], _ => Whole, new InferenceOptions { WindowPixels = problem.WindowPixels }, out double seconds);
            var errors = ErrorSummary.Of(truths.Zip(results, (truth, result) => (truth, result.Value)));
            double[] quoted = [.. Enumerable.Range(0, 3).Select(d => ErrorSummary.Middle(results.Select(r => r.Error[d])))];
            rows.Add([FormattableString.Invariant($"{ratio}"), ErrorSummary.Text(errors.Median), ErrorSummary.Text(quoted), ErrorSummary.Text(errors.Largest), ErrorSummary.Share(results, "edge"), Numbers.Seconds(seconds / starCount)]);
        }

        report.Table(["SNR", "median error", "median quoted error", "largest error", "at an edge", "per star"], rows);
    }

    /// <summary>Stars of the grid itself between its nodes, where the manifold is not exact.</summary>
    public void BetweenNodes(int starCount)
    {
        if (problem.Truth is null) return;
        double[][] truths = problem.RandomPoints(starCount, 210);
        InferenceResult[] results = Infer(Array.ConvertAll(truths, point => problem.Truth(point)), _ => Whole, new InferenceOptions { WindowPixels = problem.WindowPixels }, out _);
        var errors = ErrorSummary.Of(truths.Zip(results, (truth, result) => (truth, result.Value)));
        report.Section(
            "Between the nodes",
            $"{starCount} random points (seed 210), spectra computed there by the grid instead of the manifold, without noise, prior: the whole grid. What is left is the manifold's error of interpolation.");
        report.Table(["median error", "mean error", "largest error", "at an edge"], [[ErrorSummary.Text(errors.Median), ErrorSummary.Text(errors.Mean), ErrorSummary.Text(errors.Largest), ErrorSummary.Share(results, "edge")]]);
    }

    /// <summary>Equal and different seeds.</summary>
    public void Repeatability(int starCount)
    {
        double[][] truths = problem.RandomPoints(starCount, 420);
        double[][] stars = [.. problem.Stars(truths, workers).Select((flux, n) => InferenceProblem.Noisy(flux, 100, 1000 + n))];
        InferenceResult[][] passes = [.. new ulong[] { 1, 1, 2, 3 }.Select(seed => Infer(stars, _ => Whole, new InferenceOptions { Seed = seed, WindowPixels = problem.WindowPixels }, out _))];
        double same = Largest(passes[0], passes[1], (a, b, _) => Math.Abs(a - b));
        double inErrors = Math.Max(Largest(passes[0], passes[2], Ratio), Largest(passes[0], passes[3], Ratio));
        int apart = Enumerable.Range(0, starCount).Count(n => Enumerable.Range(0, 3).Any(d => Math.Abs(passes[0][n].Value[d] - passes[2][n].Value[d]) > passes[0][n].Error[d]));
        report.Section("Repeatability", $"{starCount} random points (seed 420) at SNR 100, the whole grid, four passes.");
        report.Table(
            ["seeds", "largest difference"],
            [["equal", FormattableString.Invariant($"{same:G3} (K or dex)")], ["different", FormattableString.Invariant($"{inErrors:G3} quoted errors; {apart} of {starCount} stars by more than one")]]);

        static double Ratio(double a, double b, double error) => Math.Abs(a - b) / error;

        static double Largest(InferenceResult[] left, InferenceResult[] right, Func<double, double, double, double> measure) =>
            Enumerable.Range(0, left.Length).Max(n => Enumerable.Range(0, 3).Max(d => measure(left[n].Value[d], right[n].Value[d], left[n].Error[d])));
    }

    /// <summary>Whether quoted errors are the scatter, and the scatter the least there can be.</summary>
    public void Coverage(int injections)
    {
        const double Ratio = 100;
        double[][] truths = [.. problem.RandomPoints(injections / 10, 1000).SelectMany(point => Enumerable.Repeat(point, 10))];
        double[][] stars = [.. problem.Stars(truths, workers).Select((flux, n) => InferenceProblem.Noisy(flux, Ratio, 5000 + n))];
        report.Section(
            $"Coverage: {problem.Name}",
            $"{truths.Length} injections at S/N 100 per pixel ({problem.Manifold.Wavelength.Length} pixels): ten noises on each of {truths.Length / 10} random points (seed 1000), prior 500 K around the truth. Pull = (estimate - truth) / quoted error; results with a flag are left out. "
            + "The quoted error of a chi-square fit without a model error is the Cramer-Rao bound at the estimate, so that the first three pulls are the scatter in units of the bound.");
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, double? noise, double? modelError) in new (string, double?, double?)[] { ("chi-square, model error 0", Ratio, 0), ("chi-square, model error measured", Ratio, null), ("root mean square", null, null) })
        {
            var options = new InferenceOptions { WindowPixels = problem.WindowPixels, Likelihood = new LikelihoodOptions { ModelError = modelError } };
            InferenceResult[] results = Infer(stars, n => problem.Around(truths[n][0], PublishedHalf), options, out double seconds, noise);
            for (int d = 0; d < 3; d++)
            {
                double[] pulls = [.. Enumerable.Range(0, results.Length).Where(n => results[n].Flags.Count == 0 && results[n].Error[d] > 0).Select(n => (results[n].Value[d] - truths[n][d]) / results[n].Error[d])];
                double mean = pulls.Average(), deviation = Math.Sqrt(pulls.Average(p => (p - mean) * (p - mean)));
                rows.Add([name, results[0].AxisNames[d], $"{pulls.Length}", FormattableString.Invariant($"{mean:0.00}"), FormattableString.Invariant($"{deviation:0.00}"), FormattableString.Invariant($"{pulls.Count(p => Math.Abs(p) < 1) / (double)pulls.Length:0.00}"), FormattableString.Invariant($"{pulls.Count(p => Math.Abs(p) < 2) / (double)pulls.Length:0.00}"), Numbers.Seconds(seconds / results.Length)]);
            }
        }

        report.Table(["likelihood", "axis", "injections", "mean pull", "std of the pulls", "within 1", "within 2", "per star"], rows);
    }

    private ParameterPrior Whole => ParameterPrior.WholeRange(problem.Manifold.Axes);

    /// <summary>The stars below and above 7000 K.</summary>
    public static (string Name, Func<double, bool> IsIn)[] Halves() => [("below 7000 K", teff => teff < Hot), ("7000 K and above", teff => teff >= Hot)];

    /// <summary>The priors: the published one, one moved by 300 K (up and down in turn), and the whole grid.</summary>
    public static (string Name, Func<double[], int, ParameterPrior> Prior)[] Priors(InferenceProblem problem) =>
    [
        ("ours, 500 K around the truth", (truth, _) => problem.Around(truth[0], PublishedHalf)),
        ("ours, moved by 300 K", (truth, n) => problem.Around(truth[0] + (n % 2 == 0 ? Offset : -Offset), PublishedHalf)),
        ("ours, the full range", (_, _) => ParameterPrior.WholeRange(problem.Manifold.Axes)),
    ];

    private static string[] Cells(ErrorSummary errors) => [ErrorSummary.Text(errors.Mean), ErrorSummary.Text(errors.Median), ErrorSummary.Text(errors.Largest)];

    private InferenceResult[] Infer(double[][] stars, Func<int, ParameterPrior> prior, InferenceOptions options, out double seconds, double? signalToNoise = null)
    {
        long start = Stopwatch.GetTimestamp();
        InferenceTask[] tasks = [.. stars.Select((flux, n) => new InferenceTask(problem.Target(flux, signalToNoise), prior(n)))];
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(problem.Manifold, tasks, options, KernelSet.Best, workers);
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [.. outcomes.Select(outcome => outcome.Result ?? throw outcome.Failure!)];
    }
}
