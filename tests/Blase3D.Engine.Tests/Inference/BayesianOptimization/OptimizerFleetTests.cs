using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class OptimizerFleetTests
{
    private static readonly OptimizerOptions Quick = OptimizerOptions.Default with { CandidateCount = 201, InitialPoints = 5, InitialDesign = InitialDesign.Sobol };

    public static TheoryData<bool> Modes => [true, false];

    [Theory]
    [MemberData(nameof(Modes))]
    public void What_is_proposed_depends_on_no_other_member_thread_or_variant(bool published)
    {
        OptimizerOptions options = published ? OptimizerOptions.Published with { CandidateCount = 201, InitialPoints = 5 } : Quick;
        string[] traces = Run(19, options, KernelSet.Best, 1);
        Assert.Equal(traces, Run(19, options, KernelSet.Best, 3));
        Assert.Equal(traces[..1], Run(1, options, KernelSet.Best, 1));
        Assert.Equal(traces[..3], Run(3, options, KernelSet.Best, 1));
        foreach (KernelSet set in KernelSet.All.Where(set => set.IsSupported)) Assert.Equal(traces[..9], Run(9, options, set, 2));
        Assert.Equal(19, traces.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Many_packs_in_step_propose_what_one_pack_after_the_other_does(bool published)
    {
        OptimizerOptions options = published ? OptimizerOptions.Published with { CandidateCount = 201, InitialPoints = 5 } : Quick;
        string[] traces = Run(19, options, KernelSet.Best, 1);
        Assert.Equal(traces, Run(19, options, KernelSet.Best, 2, new InStep(3)));
        Assert.Equal(traces[..9], Run(9, options, KernelSet.Best, 1, new InStep(64)));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void The_first_proposal_is_that_of_a_single_optimiser_but_for_rounding(bool published)
    {
        OptimizerOptions options = published ? OptimizerOptions.Published : OptimizerOptions.Default;
        for (ulong seed = 0; seed < 5; seed++)
        {
            BayesianOptimizer alone = Star(seed, options with { InitialPoints = 12 }), member = Star(seed, options with { InitialPoints = 12 });
            alone.Minimize(Objective, 12);
            member.Minimize(Objective, 12);
            using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
            double[] expected = alone.Ask(), proposed = fleet.Ask([member], Workers.OneThread)[0];
            for (int k = 0; k < 3; k++) Assert.Equal(expected[k], proposed[k], 1e-3);
        }
    }

    [Fact]
    public void Members_may_differ_in_everything()
    {
        // Other dimensions, other histories, failures, points on their way, nothing told at all.
        BayesianOptimizer line = new(new SearchBox([0], [1]), 1, Quick), failed = Star(2, Quick), busy = Star(3, Quick), fresh = Star(4, Quick);
        line.Minimize(point => point[0], 9);
        failed.Minimize(point => point[0] > 0.5 ? double.NaN : point[1], 8);
        busy.Minimize(Objective, 8);
        busy.AddPending([0.5, 0.5, 0.5]);
        using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
        double[][] asked = fleet.Ask([line, failed, busy, fresh], new Workers(2));
        Assert.Equal([1, 3, 3, 3], asked.Select(point => point.Length));
        Assert.Equal([1, 1, 2, 1], new[] { line, failed, busy, fresh }.Select(optimizer => optimizer.Pending.Count));
        Assert.All(asked, point => Assert.All(point, value => Assert.InRange(value, 0, 1)));
    }

    [Fact]
    public void A_member_that_is_stored_goes_on_to_the_last_bit()
    {
        BayesianOptimizer whole = Star(6, Quick), parted = Star(6, Quick);
        using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
        for (int i = 0; i < 16; i++)
        {
            if (i is 3 or 7 or 12) parted = BayesianOptimizer.Resume(OptimizerState.FromJson(parted.Save().ToJson()), Quick);
            double[][] asked = fleet.Ask([whole, parted], Workers.OneThread);
            Assert.Equal(asked[0], asked[1]);
            whole.Tell(asked[0], Objective(asked[0]));
            parted.Tell(asked[1], Objective(asked[1]));
        }
    }

    // With a point on its way a member is asked alone, with a model of its own that the fleet did not leave it.
    [Fact]
    public void A_member_that_is_stored_between_two_points_of_a_batch_goes_on_to_the_last_bit()
    {
        BayesianOptimizer whole = Star(6, Quick), parted = Star(6, Quick);
        using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
        for (int i = 0; i < 12; i++)
        {
            double[][] first = fleet.Ask([whole, parted], Workers.OneThread);
            parted = BayesianOptimizer.Resume(OptimizerState.FromJson(parted.Save().ToJson()), Quick);
            double[][] second = fleet.Ask([whole, parted], Workers.OneThread);
            Assert.Equal(first[0], first[1]);
            Assert.Equal(second[0], second[1]);
            foreach (double[] point in new[] { first[0], second[0] })
            {
                whole.Tell(point, Objective(point));
                parted.Tell(point, Objective(point));
            }
        }
    }

    [Fact]
    public void Equal_values_and_equal_points_are_no_obstacle()
    {
        BayesianOptimizer optimizer = Star(8, Quick);
        for (int i = 0; i < 12; i++) optimizer.Tell([0.25, 0.5, 0.75], 3);
        using var fleet = new OptimizerFleet(KernelSet.Best.Processes);
        double[] asked = fleet.Ask([optimizer], Workers.OneThread)[0];
        Assert.NotEqual([0.25, 0.5, 0.75], asked);
    }

    private static string[] Run(int members, OptimizerOptions options, KernelSet kernels, int threads, IProcessKernels? processes = null)
    {
        BayesianOptimizer[] optimizers = [.. Enumerable.Range(0, members).Select(seed => Star((ulong)seed, options))];
        using var fleet = new OptimizerFleet(processes ?? kernels.Processes);
        for (int round = 0; round < 14; round++)
        {
            double[][] asked = fleet.Ask(optimizers, new Workers(threads));
            for (int n = 0; n < members; n++) optimizers[n].Tell(asked[n], Objective(asked[n]));
        }

        return [.. optimizers.Select(optimizer => string.Join(
            ";", optimizer.History.Select(entry => FormattableString.Invariant($"{entry.Point[0]:R},{entry.Point[1]:R},{entry.Point[2]:R}"))))];
    }

    // Kernels that want more packs in a call, as those of a device do.
    private sealed class InStep(int packs) : IProcessKernels
    {
        public int PacksInStep => packs;

        public ProcessBatch Reserve(int packs, int capacity, int dimension) => KernelSet.Best.Processes.Reserve(packs, capacity, dimension);
    }

    private static BayesianOptimizer Star(ulong seed, OptimizerOptions options) => new(new SearchBox([0, 0, 0], [1, 1, 1]), seed, options);

    private static double Objective(double[] point) =>
        Math.Sqrt(1e-4 + Math.Pow(point[0] - 0.4, 2) + (0.5 * Math.Pow(point[1] - 0.7, 2)) + (0.1 * Math.Pow(point[2] - 0.2, 2)));
}
