using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Kernels;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class BayesianOptimizerTests
{
    // Few candidates: these tests are about the rules, not about how good the proposals are.
    private static readonly OptimizerOptions Quick = OptimizerOptions.Default with { CandidateCount = 200, InitialPoints = 4 };
    private static readonly OptimizerOptions QuickPublished = OptimizerOptions.Published with { CandidateCount = 200, InitialPoints = 4 };

    public static TheoryData<bool> Modes => [true, false];

    [Fact]
    public void Proposals_stay_within_any_bounds()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Seed, int Dimension, bool Published)>(),
            drawn =>
            {
                var random = new Random(drawn.Seed);
                int dimension = 1 + (int)((uint)drawn.Dimension % 4);
                double Scale() => Math.Pow(10, random.Next(-6, 7));
                double[] lower = [.. Enumerable.Range(0, dimension).Select(_ => (random.NextDouble() - 0.5) * Scale())];
                double[] upper = [.. lower.Select(low => low + ((random.NextDouble() + 1e-3) * Scale()))];
                OptimizerOptions options = drawn.Published ? QuickPublished : Quick;
                var optimizer = new BayesianOptimizer(new SearchBox(lower, upper), (ulong)drawn.Seed, options);
                optimizer.Minimize(point => point[0] - upper[0], 12);
                return optimizer.History.All(
                    entry => Enumerable.Range(0, dimension).All(k => entry.Point[k] >= lower[k] && entry.Point[k] <= upper[k]));
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_same_seed_gives_the_same_proposals_on_any_threads()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int Seed, bool Published)>(),
            drawn =>
            {
                var runs = new string[3];
                Parallel.For(0, 3, run =>
                {
                    // 600 candidates are two pieces of work; every run is lent another number of threads.
                    BayesianOptimizer optimizer = Square((ulong)drawn.Seed, (drawn.Published ? QuickPublished : Quick) with { CandidateCount = 600 });
                    var workers = new Workers(1 + run);
                    for (int i = 0; i < 10; i++)
                    {
                        double[] point = optimizer.Ask(workers);
                        optimizer.Tell(point, SquareValue(point));
                    }

                    runs[run] = Trace(optimizer);
                });
                return runs[0] == runs[1] && runs[1] == runs[2];
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Another_seed_gives_other_proposals() =>
        Assert.NotEqual(Square(1, Quick).Ask(), Square(2, Quick).Ask());

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_stored_run_goes_on_to_the_last_bit(bool published)
    {
        OptimizerOptions options = (published ? QuickPublished : Quick) with { InitialDesign = InitialDesign.Sobol };
        for (int pause = 0; pause <= 12; pause++)
        {
            BayesianOptimizer whole = Square(9, options);
            BayesianOptimizer parted = Square(9, options);
            for (int i = 0; i < 14; i++)
            {
                // Two are always on their way, one of them failed.
                double[] first = whole.Ask(), second = parted.Ask();
                Assert.Equal(first, second);
                if (i == pause)
                {
                    parted = BayesianOptimizer.Resume(OptimizerState.FromJson(parted.Save().ToJson()), options);
                    Assert.Equal(whole.Best?.Point, parted.Best?.Point);
                }

                double[] told = whole.Pending[0];
                double value = i == 5 ? double.NaN : SquareValue(told);
                if (i > 0)
                {
                    whole.Tell(told, value);
                    parted.Tell(told, value);
                }
            }

            Assert.Equal(Trace(whole), Trace(parted));
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_batch_has_different_points_that_stay_pending_until_told(bool published)
    {
        BayesianOptimizer optimizer = Square(3, published ? QuickPublished : Quick);
        optimizer.Minimize(SquareValue, 8);
        double[][] batch = optimizer.Ask(6);
        Assert.Equal(6, optimizer.Pending.Count);
        Assert.Equal(6, batch.DistinctBy(point => (point[0], point[1])).Count());
        foreach (double[] point in batch.Reverse())
        {
            optimizer.Tell(point, SquareValue(point));
        }

        Assert.Empty(optimizer.Pending);
        Assert.Equal(14, optimizer.History.Count);
    }

    [Theory]
    [InlineData(ConstantLiar.Minimum)]
    [InlineData(ConstantLiar.Mean)]
    [InlineData(ConstantLiar.Maximum)]
    public void Proposals_keep_away_from_what_is_pending(ConstantLiar liar)
    {
        OptimizerOptions options = OptimizerOptions.Default with { Liar = liar, TrustRegion = null };
        BayesianOptimizer alone = Square(3, options), told = Square(3, options);
        for (int i = 0; i < 12; i++)
        {
            double[] point = alone.Ask();
            alone.Tell(point, SquareValue(point));
            Assert.Equal(point, told.Ask());
            told.Tell(point, SquareValue(point));
        }

        double[] wanted = alone.Ask();
        told.AddPending(wanted);
        double[] other = told.Ask();
        Assert.True(Math.Max(Math.Abs(wanted[0] - other[0]), Math.Abs(wanted[1] - other[1])) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Failed_evaluations_do_not_poison_the_search(bool published)
    {
        // Half of the square fails in one of three ways.
        double[] failures = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        int calls = 0;
        OptimizerOptions options = published ? OptimizerOptions.Published : OptimizerOptions.Default;
        BayesianOptimizer optimizer = Square(5, options with { InitialPoints = 8 });
        Evaluation? best = optimizer.Minimize(
            point => point[0] > 0.6 ? failures[calls++ % 3] : SquareValue(point), 30);
        Assert.True(calls > 0);
        Assert.NotNull(best);
        Assert.True(best.Value < 0.02, $"best {best.Value}");
    }

    [Fact]
    public void Without_a_finite_value_the_search_goes_on_at_random()
    {
        BayesianOptimizer optimizer = Square(5, Quick);
        Assert.Null(optimizer.Minimize(_ => double.NaN, 10));
        Assert.Null(optimizer.Best);
        Assert.Equal(10, optimizer.History.Count);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Equal_values_one_dimension_and_one_point_are_enough(bool published)
    {
        OptimizerOptions options = published ? QuickPublished : Quick;
        var line = new BayesianOptimizer(new SearchBox([-1], [2]), 1, options with { InitialPoints = 1 });
        line.Tell([0.5], 7);
        for (int i = 0; i < 15; i++)
        {
            double[] point = line.Ask();
            line.Tell(point, 7);
        }

        Assert.Equal(16, line.History.DistinctBy(entry => entry.Point[0]).Count());
        Assert.Equal(0.5, line.Best!.Point[0]);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_point_told_twice_is_no_obstacle_and_is_not_proposed_again(bool published)
    {
        BayesianOptimizer optimizer = Square(2, published ? QuickPublished : Quick);
        for (int i = 0; i < 6; i++)
        {
            optimizer.Tell([0.25, 0.25], 1 + (0.1 * i));
        }

        optimizer.Minimize(SquareValue, 10);
        Assert.Equal(1 + 10, optimizer.History.DistinctBy(entry => (entry.Point[0], entry.Point[1])).Count());
    }

    [Fact]
    public void A_search_that_has_converged_still_finds_new_points()
    {
        // One dimension and a kink-free optimum at a bound: every acquisition wants the bound itself again and again.
        var optimizer = new BayesianOptimizer(new SearchBox([0], [1]), 4, QuickPublished);
        optimizer.Minimize(point => point[0], 40);
        Assert.Equal(40, optimizer.History.DistinctBy(entry => entry.Point[0]).Count());
        Assert.Equal(0, optimizer.Best!.Point[0], 1e-3);
    }

    [Fact]
    public void The_trust_region_shrinks_on_failure_grows_on_success_and_holds_the_proposals()
    {
        BayesianOptimizer optimizer = Square(7, Quick with { TrustRegion = new TrustRegionOptions(FreeShare: 0) });
        optimizer.Tell([0.5, 0.5], 0);
        for (int i = 0; i < 3; i++)
        {
            // Told without having been asked for: no success and no failure.
            optimizer.Tell([0.1, 0.2 * (i + 1)], 1);
        }

        double side = 0.8;
        Assert.Equal(side, optimizer.Save().TrustRegionSide);
        for (int shrink = 0; shrink < 3; shrink++, side /= 2)
        {
            for (int failure = 0; failure < 3; failure++)
            {
                double[] point = optimizer.Ask();

                // The box is stretched at most fourfold.
                Assert.All(point, value => Assert.InRange(value, 0.5 - (2 * side), 0.5 + (2 * side)));
                Assert.Equal(side, optimizer.Save().TrustRegionSide);
                optimizer.Tell(point, failure == 1 ? double.NaN : 2);
            }
        }

        for (int success = 0; success < 3; success++)
        {
            Assert.Equal(side, optimizer.Save().TrustRegionSide);
            optimizer.Tell(optimizer.Ask(), -1 - success);
        }

        Assert.Equal(2 * side, optimizer.Save().TrustRegionSide);
    }

    [Fact]
    public void Bounds_that_hold_no_further_point_are_reported()
    {
        double low = 1e6, high = Math.BitIncrement(Math.BitIncrement(low));
        var optimizer = new BayesianOptimizer(new SearchBox([low], [high]), 4, Quick);
        optimizer.Minimize(point => point[0], 3);
        Assert.Equal(3, optimizer.History.DistinctBy(entry => entry.Point[0]).Count());
        Assert.Equal(ErrorCode.OutOfRange, Code(() => optimizer.Ask()));
    }

    [Fact]
    public void Stop_rules_stop()
    {
        Assert.Single(Run(StopWhen.Deadline(TimeSpan.Zero)).History);
        BayesianOptimizer reached = Run(StopWhen.Threshold(0.05));
        Assert.True(reached.History[^1].Value <= 0.05 && reached.History.SkipLast(1).All(entry => entry.Value > 0.05));
        Assert.Equal(6, Run(StopWhen.Stall(5, 1e9)).History.Count);
        Assert.Single(Run(StopWhen.Any(StopWhen.Threshold(-1), StopWhen.Deadline(TimeSpan.Zero))).History);
        Assert.Equal(12, Run(StopWhen.Threshold(-1)).History.Count);
    }

    [Fact]
    public void Mistakes_are_answered_with_a_sentence()
    {
        Assert.Equal(ErrorCode.BadArguments, Code(() => _ = new SearchBox([0], [0])));
        Assert.Equal(ErrorCode.BadArguments, Code(() => _ = new SearchBox([double.NaN], [0])));
        Assert.Equal(ErrorCode.BadArguments, Code(() => _ = new SearchBox([0, 0], [1])));
        Assert.Equal(ErrorCode.BadArguments, Code(() => _ = new SearchBox([], [])));
        Assert.Equal(ErrorCode.OutOfRange, Code(() => Square(1, Quick).Tell([0.5, 1.5], 0)));
        Assert.Equal(ErrorCode.OutOfRange, Code(() => Square(1, Quick).Tell([0.5, double.NaN], 0)));
        Assert.Equal(ErrorCode.BadArguments, Code(() => Square(1, Quick).Tell([0.5], 0)));
        Assert.Equal(ErrorCode.BadArguments, Code(() => Square(1, Quick).Ask(0)));
        Assert.Equal(ErrorCode.BadArguments, Code(() => Square(1, Quick).Minimize(_ => 0, 0)));
        Assert.Equal(ErrorCode.BadArguments, Code(() => Square(1, Quick with { CandidateCount = 0 })));
        Assert.Equal(ErrorCode.BadArguments, Code(() => Square(1, Quick with { KernelBounds = new KernelBounds(LengthLow: 0) })));
        Assert.Equal(ErrorCode.BadArguments, Code(() => StopWhen.Stall(0, 1)));
        Assert.Equal(ErrorCode.BadInput, Code(() => OptimizerState.FromJson("{}")));
        Assert.Equal(ErrorCode.BadInput, Code(() => BayesianOptimizer.Resume(Square(1, Quick).Save(), QuickPublished)));
    }

    private static BayesianOptimizer Run(StopRule rule)
    {
        BayesianOptimizer optimizer = Square(6, Quick);
        optimizer.Minimize(SquareValue, 12, rule);
        return optimizer;
    }

    private static ErrorCode Code(Action action) => Assert.Throws<EngineException>(action).Code;

    private static BayesianOptimizer Square(ulong seed, OptimizerOptions options) => new(new SearchBox([0, 0], [1, 1]), seed, options);

    private static double SquareValue(double[] point) =>
        ((point[0] - 0.4) * (point[0] - 0.4)) + (2 * (point[1] - 0.7) * (point[1] - 0.7));

    private static string Trace(BayesianOptimizer optimizer) => string.Join(
        ";", optimizer.History.Select(entry => FormattableString.Invariant($"{entry.Point[0]:R},{entry.Point[1]:R},{entry.Value:R}")));
}
