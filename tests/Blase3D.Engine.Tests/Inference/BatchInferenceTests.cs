using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Batches;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Inference;

/// <summary>Many stars at once: the same answers, whoever else is in the batch.</summary>
public sealed class BatchInferenceTests(ITestOutputHelper output)
{
    private static readonly LineManifold Manifold = ToyManifold.Whole;
    private static readonly double[] Width = [500, 1, 0.5];
    private static readonly InferenceOptions Short = new() { InitialEvaluations = 24, GuidedEvaluations = 8 };

    [Fact]
    public void Values_are_those_of_single_comparisons_and_shared_points_are_made_once()
    {
        ObservedTarget[] targets = [.. Stars(5).Select(flux => ObservedTarget.Normalized(ToyManifold.Named(flux)))];
        targets[1] = ObservedTarget.Normalized(ToyManifold.Named([.. Stars(5)[1].Select((f, i) => i % 7 == 0 ? double.NaN : f)]));
        targets[4] = ObservedTarget.Normalized(new(ToyManifold.Wavelength[200..900], Stars(5)[4][200..900], null, "cut"));
        double[][] points = [[4000, 4, -0.5], [4123, 4.4, -0.2], [4200, 4.5, 0], [4500, 5, 0], [4333, 4.9, -0.4]];
        ObjectiveRequest[] requests = [.. from star in Enumerable.Range(0, 5).Reverse() from point in points select new ObjectiveRequest(star, [.. point])];
        double[][] found = [.. Enumerable.Range(1, 3).Select(threads =>
        {
            var batch = new ReconstructedObjectives(Manifold, targets, new ReconstructionOptions(), KernelSet.Best);
            var values = new double[requests.Length];
            batch.Evaluate(requests, new Workers(threads), values);
            Assert.Equal(2 * points.Length, batch.Reconstructions);
            return values;
        })];
        Assert.Equal(found[0], found[1]);
        Assert.Equal(found[0], found[2]);
        for (int r = 0; r < requests.Length; r++)
        {
            var single = new SpectrumObjective(Manifold, targets[requests[r].Star], new ReconstructionOptions(), KernelSet.Best, Workers.OneThread);
            Assert.Equal(single.Rms(requests[r].Point), found[0][r], 1e-14);
        }
    }

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void Every_star_is_judged_by_its_own_weights_whether_its_points_are_shared_or_not(InterpolationScheme scheme)
    {
        var random = new Random(4);
        var options = new ReconstructionOptions { Scheme = scheme };
        ObservedTarget[] targets = [.. Stars(4).Select(flux => ObservedTarget.Normalized(ToyManifold.Named([.. flux.Select(f => random.Next(9) == 0 ? double.NaN : f)])))];
        double[]?[] weights = [.. targets.Select((_, n) => n == 2 ? null : ToyManifold.Wavelength.Select((_, i) => i % 5 == n ? 0 : 1e3 * (1 + random.NextDouble())).ToArray())];

        // Two points in one cell, so that its nodes are merged, and one alone.
        double[][] points = [[4050, 4.1, -0.4], [4111, 4.2, -0.3], [4333, 4.9, -0.4]];
        foreach (bool isShared in new[] { true, false })
        {
            ObjectiveRequest[] requests = [.. from point in points from star in Enumerable.Range(0, 4) select new ObjectiveRequest(star, [.. point], isShared)];
            double[][] found = [.. Enumerable.Range(1, 2).Select(threads =>
            {
                var batch = new ReconstructedObjectives(Manifold, targets, options, KernelSet.Best, weights);
                var values = new double[requests.Length];
                batch.Evaluate(requests, new Workers(threads), values);
                Assert.Equal(isShared ? points.Length : requests.Length, batch.Reconstructions);
                return values;
            })];
            Assert.Equal(found[0], found[1]);
            for (int r = 0; r < requests.Length; r++)
            {
                var single = new SpectrumObjective(Manifold, targets[requests[r].Star], options, KernelSet.Best, Workers.OneThread) { Weight = weights[requests[r].Star] };
                Assert.Equal(single.Rms(requests[r].Point), found[0][r], 1e-14);
            }
        }
    }

    [Fact]
    public void A_batch_weighs_pixels_as_a_single_star_does()
    {
        // Half of the pixels are worthless and would lead elsewhere; a search without guided points shows what the design was judged by.
        double[] truth = [4123, 4.3, -0.4], other = [4450, 4.9, -0.05];
        double[] mixed = [.. ToyManifold.Star(Manifold, truth).Zip(ToyManifold.Star(Manifold, other), (a, b) => (a, b)).Select((pair, i) => i % 300 < 150 ? pair.a : pair.b)];
        double[] sigma = [.. mixed.Select((_, i) => i % 300 < 150 ? 0.001 : 0.2)];
        var target = ObservedTarget.Normalized(ToyManifold.Named(mixed) with { Sigma = sigma });
        InferenceOptions gp = Short with { Method = InferenceMethod.Gp, GuidedEvaluations = 16 };
        InferenceResult many = StellarParameterInference.InferMany(Manifold, [new(target, ParameterPrior.WholeRange(Manifold.Axes))], gp, KernelSet.Best, Workers.OneThread)[0].Result!;
        Assert.InRange(many.Value[0], truth[0] - 30, truth[0] + 30);
        InferenceTask worthless = new(ObservedTarget.Normalized(ToyManifold.Named(mixed) with { Sigma = [.. mixed.Select(_ => 0.0)] }), ParameterPrior.WholeRange(Manifold.Axes));
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(Manifold, [worthless, new(target, worthless.Prior)], gp, KernelSet.Best, Workers.OneThread);
        Assert.Contains("No pixel", outcomes[0].Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(many.Value, outcomes[1].Result!.Value);
    }

    [Fact]
    public void A_point_whose_cell_lacks_a_node_is_not_a_number_and_the_others_are()
    {
        LineManifold holed = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], point => point[0] < 4400 || point[1] < 4.9);
        var batch = new ReconstructedObjectives(holed, [ObservedTarget.Normalized(ToyManifold.Named(Stars(1)[0]))], new ReconstructionOptions(), KernelSet.Best);
        var values = new double[3];
        batch.Evaluate([new(0, [4400, 4.8, -0.1]), new(0, [4100, 4.8, -0.1]), new(0, [4400, 4.2, -0.1])], Workers.OneThread, values);
        Assert.Equal([true, false, false], values.Select(double.IsNaN));
    }

    [Fact]
    public void Stars_are_recovered_and_no_result_depends_on_the_batch()
    {
        var random = new Random(2);
        double[][] truths = [.. Enumerable.Range(0, 12).Select(_ => new[] { 4000 + (500 * random.NextDouble()), 4 + random.NextDouble(), -0.5 * random.NextDouble() })];
        InferenceTask[] tasks = [.. truths.Select(truth => Task(ToyManifold.Star(Manifold, truth)))];
        InferenceResult[] together = Infer(tasks, 2);
        double worst = 0;
        for (int n = 0; n < tasks.Length; n++)
        {
            for (int d = 0; d < 3; d++) worst = Math.Max(worst, Math.Abs(together[n].Value[d] - truths[n][d]) / Width[d]);
            Assert.True(together[n].Evaluations >= 32 && together[n].Seconds > 0);
        }

        output.WriteLine(FormattableString.Invariant($"largest error {worst:E2} of the prior"));
        Assert.InRange(worst, 0, 1e-4);
        InferenceResult[][] others = [[Infer([tasks[3]], 1)[0]], [Infer([tasks[3]], 2)[0]], [Infer([.. tasks[1..4]], 3)[2]]];
        foreach (InferenceResult other in others.Select(result => result[0]))
        {
            Assert.Equal(together[3].Value, other.Value);
            Assert.Equal(together[3].Error, other.Error);
            Assert.Equal(together[3].Evaluations, other.Evaluations);
        }
    }

    [Fact]
    public void A_spectrum_that_fails_stops_no_other()
    {
        double[] star = ToyManifold.Star(Manifold, [4111, 4.7, -0.2]);
        InferenceTask empty = Task([.. star.Select(_ => double.NaN)]), good = Task(star);
        InferenceTask outside = new(ObservedTarget.Normalized(new([8000, 8001], [1, 1], null, "far")), good.Prior);
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(Manifold, [empty, good, outside], Short, KernelSet.Best, Workers.OneThread);
        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.Failure is not null));
        Assert.Contains("No pixel", outcomes[0].Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("8000", outcomes[2].Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(4111, outcomes[1].Result!.Value[0], 1);
        Assert.Empty(StellarParameterInference.InferMany(Manifold, [], Short, KernelSet.Best, Workers.OneThread));
    }

    [Fact]
    public void A_mistake_that_nobody_foresaw_costs_the_star_it_belongs_to()
    {
        // A prior of another grid, with an axis too few, passes all checks and breaks the search of the whole batch; errors for one pixel break the check itself.
        InferenceTask[] good = [.. Stars(3).Select(Task)];
        InferenceTask broken = good[1] with { Prior = ParameterPrior.WholeRange(new RectilinearAxes(["teff", "logg"], [[4000, 4500], [4, 5]])) };
        InferenceTask cut = good[0] with { Target = ObservedTarget.Normalized(ToyManifold.Named(Stars(1)[0]) with { Sigma = [0.01] }) };
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(Manifold, [good[0], broken, good[2], cut], Short, KernelSet.Best, new Workers(2));
        Assert.Contains("2 values", outcomes[1].Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("report it as a bug", outcomes[3].Failure!.Message, StringComparison.Ordinal);
        InferenceResult[] expected = Infer(good, 1);
        Assert.Equal(expected[0].Value, outcomes[0].Result!.Value);
        Assert.Equal(expected[2].Value, outcomes[2].Result!.Value);
    }

    [Theory]
    [InlineData(InferenceMethod.Gp)]
    [InlineData(InferenceMethod.Gradient)]
    public void Other_methods_and_fixed_axes_work_in_batches(InferenceMethod method)
    {
        double[] truth = [4321, 4.5, -0.13];
        InferenceTask task = Task(ToyManifold.Star(Manifold, truth)) with { Prior = ParameterPrior.Parse(Manifold.Axes, ["logg=4.5", "teff=4250:4400"]) };
        InferenceTask pinned = task with { Prior = ParameterPrior.Parse(Manifold.Axes, ["logg=4.5", "teff=4321", "feh=-0.13"]) };
        IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(
            Manifold, [task, pinned], Short with { Method = method }, KernelSet.Best, Workers.OneThread);
        Assert.InRange(outcomes[0].Result!.Value[0], 4320, 4322);
        Assert.Equal(4.5, outcomes[0].Result!.Value[1]);
        Assert.Equal(truth, outcomes[1].Result!.Value);
        Assert.InRange(outcomes[1].Result!.Rms, 0, 1e-12);
    }

    [Fact]
    public void The_shared_design_lies_in_the_prior_and_is_shared_where_priors_overlap()
    {
        ParameterPrior whole = ParameterPrior.WholeRange(Manifold.Axes), half = ParameterPrior.Parse(Manifold.Axes, ["teff=4200:4500"]);
        IReadOnlyList<double[]> all = SharedDesign.Points(Manifold.Axes, whole, 64, 3), some = SharedDesign.Points(Manifold.Axes, half, 20, 3);
        Assert.Equal(64, all.Count);
        Assert.Equal(20, some.Count);
        Assert.All(some, point => Assert.InRange(point[0], 4200, 4500));
        Assert.Equal(some, all.Where(point => point[0] >= 4200).Take(20));
        Assert.All(SharedDesign.Points(Manifold.Axes, ParameterPrior.Parse(Manifold.Axes, ["feh=0"]), 10, 3), point => Assert.Equal(0, point[2]));
        Assert.Empty(SharedDesign.Points(Manifold.Axes, ParameterPrior.Parse(Manifold.Axes, ["feh=0", "teff=4000", "logg=4"]), 10, 3));
    }

    private static List<double[]> Stars(int count) =>
        [.. Enumerable.Range(0, count).Select(n => ToyManifold.Star(Manifold, [4010 + (90 * n), 4.1 + (0.2 * n), -0.45 + (0.1 * n)]))];

    private static InferenceTask Task(double[] flux) => new(ObservedTarget.Normalized(ToyManifold.Named(flux)), ParameterPrior.WholeRange(Manifold.Axes));

    private static InferenceResult[] Infer(InferenceTask[] tasks, int threads) =>
        [.. StellarParameterInference.InferMany(Manifold, tasks, Short, KernelSet.Best, new Workers(threads)).Select(outcome => outcome.Result!)];
}
