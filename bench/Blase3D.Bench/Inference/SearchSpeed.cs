using System.Diagnostics;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Batches;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Inference;

/// <summary>How long searches take: one star as published, and many at once.</summary>
internal sealed class SearchSpeed(BenchReport report, Workers workers)
{
    private const double PublishedSeconds = 200;
    private const int PublishedEvaluations = 120;

    /// <summary>The published search of one star on a manifold of the published size.</summary>
    public void OneStar(InferenceProblem paper)
    {
        double[] flux = paper.Stars([ManifoldProblem.Point], workers)[0];
        ParameterPrior prior = paper.Around(ManifoldProblem.Point[0], 500);
        var rows = new List<IReadOnlyList<string>>();
        foreach (int threads in new[] { 1, workers.Threads }.Distinct())
        {
            InferenceOptions options = InferenceOptions.Published with { WindowPixels = 1000 };
            var lent = new Workers(threads);
            Add("the whole inference", threads, () => StellarParameterInference.Infer(paper.Manifold, paper.Target(flux), prior, options, KernelSet.Best, lent));
            AddPart("its reconstructions alone", threads, () => Compare(paper, flux, prior, lent));
            AddPart("its optimiser alone", threads, () => Guide(prior, options, lent));
        }

        void AddPart(string name, int threads, Func<string> work)
        {
            (double seconds, double busy, string what) = Best(work);
            rows.Add([name, $"{threads}", Numbers.Seconds(seconds), Numbers.Seconds(busy), string.Empty, what]);
        }

        void Add(string name, int threads, Func<InferenceResult> work)
        {
            (double seconds, double busy, InferenceResult result) = Best(work);
            rows.Add([name, $"{threads}", Numbers.Seconds(seconds), Numbers.Seconds(busy), FormattableString.Invariant($"{PublishedSeconds / seconds:0} x"), FormattableString.Invariant($"{result.Evaluations} evaluations, {result.Value[0] - ManifoldProblem.Point[0]:+0.0;-0.0} K")]);
        }

        report.Section(
            "One star as published",
            $"100 random and 20 guided evaluations (hedge of EI, LCB and PI, fitted noise), 338,651 pixels, window 1,000, {paper.Name}; with the errors' derivatives. The published runs took about {PublishedSeconds:0} s.");
        report.Table(["search", "threads", "time", "processor time", "against the published 200 s", "result"], rows);
    }

    // As many comparisons as the search makes, at random points of its prior.
    private static string Compare(InferenceProblem paper, double[] flux, ParameterPrior prior, Workers lent)
    {
        var objective = new SpectrumObjective(
            paper.Manifold, paper.Target(flux), ReconstructionOptions.Published with { WindowPixels = paper.WindowPixels }, KernelSet.Best, lent);
        var random = new Random(1);
        for (int i = 0; i < PublishedEvaluations; i++)
            objective.Rms([.. prior.Lower.Zip(prior.Upper, (low, high) => low + ((high - low) * random.NextDouble()))]);
        return $"{objective.Evaluations} comparisons, {objective.Pixels} pixels";
    }

    // The same search of a function that costs nothing.
    private static string Guide(ParameterPrior prior, InferenceOptions options, Workers lent)
    {
        var optimizer = new BayesianOptimizer(new SearchBox([0, 0, 0], [1, 1, 1]), options.Seed, options.Optimizer with { InitialPoints = options.InitialEvaluations });
        using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
        for (int i = 0; i < PublishedEvaluations; i++)
        {
            double[] point = fleet.Ask([optimizer], lent)[0];
            optimizer.Tell(point, Objective(point));
        }

        return $"{options.InitialEvaluations} random and {options.GuidedEvaluations} guided points of {prior.FreeAxes.Length} parameters";
    }

    /// <summary>Many stars in one batch, and how it scales.</summary>
    public void ManyStars(InferenceProblem problem, int stars)
    {
        double[][] flux = problem.Stars(problem.RandomPoints(stars, 1000), workers);
        var rows = new List<IReadOnlyList<string>>();
        foreach ((int initial, int guided) in new[] { (100, 0), (32, 8), (100, 20), (100, 60) })
        {
            foreach (int count in guided == 20 ? new[] { stars / 10, stars } : [guided > 20 ? stars / 50 : stars])
            {
                var options = new InferenceOptions { InitialEvaluations = initial, GuidedEvaluations = guided, WindowPixels = problem.WindowPixels };
                var objective = new ReconstructedObjectives(
                    problem.Manifold, [.. flux.Take(count).Select(star => problem.Target(star))], new ReconstructionOptions { WindowPixels = problem.WindowPixels }, KernelSet.Best);
                ParameterPrior[] priors = [.. Enumerable.Repeat(ParameterPrior.WholeRange(problem.Manifold.Axes), count)];
                (double seconds, double busy) = Once(() => BatchSearch.Run(objective, problem.Manifold.Axes, priors, options, KernelSet.Best, workers));
                rows.Add([$"{count}", $"{initial} + {guided}", Numbers.Seconds(seconds), Numbers.Seconds(busy), FormattableString.Invariant($"{count / seconds:0.0}"), $"{objective.Reconstructions}"]);
                Console.Out.WriteLine(string.Join("  ", rows[^1]));
            }
        }

        report.Section(
            "Many stars in step: " + problem.Name,
            $"{problem.Manifold.Wavelength.Length} pixels, {problem.Manifold.LineCenter.Length} lines, prior: the whole grid; the search alone, without the finish, {workers.Threads} threads. Stars of one prior share the first evaluations.");
        report.Table(["stars", "evaluations (shared + guided)", "time", "processor time", "stars per second", "reconstructions"], rows);
    }

    /// <summary>How the time of a batch goes with pixels and lines.</summary>
    public void Scaling(int stars)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach ((double range, double density) in new[] { (20.0, 1.0), (40, 1), (80, 1), (40, 0.5), (40, 2) })
        {
            var problem = InferenceProblem.Moderate(range, density);
            double[][] flux = problem.Stars(problem.RandomPoints(stars, 1000), workers);
            InferenceTask[] tasks = [.. flux.Select(star => new InferenceTask(problem.Target(star, 100), ParameterPrior.WholeRange(problem.Manifold.Axes)))];
            IReadOnlyList<InferenceOutcome> outcomes = [];
            (double seconds, double busy) = Once(() => outcomes = StellarParameterInference.InferMany(problem.Manifold, tasks, new InferenceOptions(), KernelSet.Best, workers));
            rows.Add([$"{problem.Manifold.Wavelength.Length}", $"{problem.Manifold.LineCenter.Length}", FormattableString.Invariant($"{outcomes.Average(outcome => outcome.Result!.Evaluations):0}"), Numbers.Seconds(seconds / stars), Numbers.Seconds(busy / stars), FormattableString.Invariant($"{stars / seconds:0.0}")]);
            Console.Out.WriteLine(string.Join("  ", rows[^1]));
        }

        report.Section("Pixels and lines", $"{stars} stars in one batch, 100 + 20 evaluations and the finish, linear manifold, chi-square, prior: the whole grid, {workers.Threads} threads.");
        report.Table(["pixels", "lines", "evaluations per star", "time per star", "processor time per star", "stars per second"], rows);
    }

    /// <summary>The Gaussian processes alone.</summary>
    public void Processes()
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (int count in new[] { 20, 40, 60, 80, 120 })
        {
            BayesianOptimizer[] Members() => [.. Enumerable.Range(0, 64).Select(seed =>
            {
                var optimizer = new BayesianOptimizer(new SearchBox([0, 0, 0], [1, 1, 1]), (ulong)seed, OptimizerOptions.Default with { InitialPoints = count, InitialDesign = InitialDesign.Sobol });
                optimizer.Minimize(Objective, count);
                return optimizer;
            })];
            BayesianOptimizer[] alone = Members(), together = Members();
            using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
            double single = Rounds(() =>
            {
                foreach (BayesianOptimizer optimizer in alone) Tell(optimizer, optimizer.Ask());
            });
            double batched = Rounds(() =>
            {
                double[][] asked = fleet.Ask(together, Workers.OneThread);
                for (int n = 0; n < asked.Length; n++) Tell(together[n], asked[n]);
            });
            (double factor, double gradient) = Kernel(count);
            rows.Add([$"{count}", Numbers.Seconds(single / alone.Length), Numbers.Seconds(batched / alone.Length), FormattableString.Invariant($"{single / batched:0.0} x"), Numbers.Seconds(factor), Numbers.Seconds(gradient), FormattableString.Invariant($"{Math.Pow(count, 3) / 3 / factor / 1e9:0.0}")]);
        }

        report.Section("Gaussian processes by the eight", "One proposal (fit, 2,000 candidates, polish) in three dimensions, per optimiser, one thread, first five after the given number of observations; and the kernel alone: covariance and factor, and the gradient of the likelihood, per process.");
        report.Table(["observations", "one by one", "fleet of 64", "gain", "covariance and factor", "gradient", "GFlop/s of the factor"], rows);

        static double Rounds(Action round)
        {
            round();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 4; i++) round();
            return Stopwatch.GetElapsedTime(start).TotalSeconds / 4;
        }

        static void Tell(BayesianOptimizer optimizer, double[] point) => optimizer.Tell(point, Objective(point));
    }

    private static (double Factor, double Gradient) Kernel(int count)
    {
        var random = new Random(count);
        using ProcessBatch pack = KernelSet.Best.Processes.Reserve(1, count, 3);
        pack.Count = count;
        for (int e = 0; e < pack.Points.Length; e++) pack.Points[e] = random.NextDouble();
        Array.Fill(pack.InverseLength, 2.0);
        Array.Fill(pack.Constant, 1.0);
        Array.Fill(pack.Diagonal, 1e-6);
        for (int e = 0; e < pack.Values.Length; e++) pack.Values[e] = random.NextDouble() - 0.5;
        pack.Observe();
        return (Time(() => pack.Condition(Workers.OneThread)), Time(() => pack.DifferentiateLikelihood(Workers.OneThread)));

        static double Time(Action work)
        {
            double least = double.PositiveInfinity;
            for (int repeat = 0; repeat < 50; repeat++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < 20; i++) work();
                least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds / 20 / ProcessBatch.Members);
            }

            return least;
        }
    }

    private static double Objective(double[] point) =>
        Math.Sqrt(1e-4 + Math.Pow(point[0] - 0.4, 2) + (0.5 * Math.Pow(point[1] - 0.7, 2)) + (0.1 * Math.Pow(point[2] - 0.2, 2)));

    private static (double Seconds, double Busy) Once(Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static (double Seconds, double Busy, T Result) Best<T>(Func<T> work)
    {
        double least = double.PositiveInfinity, leastBusy = double.PositiveInfinity;
        T result = work();
        for (int repeat = 0; repeat < 3; repeat++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            result = work();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
            leastBusy = Math.Min(leastBusy, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        return (least, leastBusy, result);
    }
}
