using System.Collections.Concurrent;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Lets many optimisers ask at once: their Gaussian processes are fitted and searched in step, eight side by side in the lanes of the vectors
/// and as many eights in a call as the kernels want (<see cref="IProcessKernels.PacksInStep"/>); groups of that size on different threads.
/// </summary>
/// <remarks>
/// What an optimiser proposes depends on its own history alone, not on who else is in the fleet, on threads or on the kernel variant. It is not
/// the proposal of <see cref="BayesianOptimizer.Ask()"/> to the last bit, since sums are taken in another order; whoever asks a fleet once
/// should go on so. Members may have any number of observations; those with the same number share an eight. For one caller at a time.
/// </remarks>
/// <param name="kernels">The kernels to use.</param>
public sealed class OptimizerFleet(IProcessKernels kernels) : IDisposable
{
    private readonly ConcurrentBag<OptimizersInStep> spare = [];

    /// <summary>One proposal for each optimiser, kept pending until it is told.</summary>
    /// <param name="optimizers">Different optimisers.</param>
    /// <param name="workers">The threads.</param>
    /// <returns>Parameters within each optimiser's bounds, in the order of the optimisers.</returns>
    /// <exception cref="EngineException">OutOfRange: the bounds of an optimiser hold no further point.</exception>
    public double[][] Ask(IReadOnlyList<BayesianOptimizer> optimizers, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(optimizers);
        ArgumentNullException.ThrowIfNull(workers);
        var points = new double[optimizers.Count][];

        // Design points cost nothing; with points on their way the lies of the single optimiser are needed.
        int[] alone = [.. Enumerable.Range(0, points.Length).Where(n => !optimizers[n].IsReadyToPropose)];
        workers.For(alone.Length, index => points[alone[index]] = optimizers[alone[index]].Ask());
        List<int[]> groups = Groups(optimizers, alone);
        bool sideBySide = groups.Count >= workers.Threads;
        (sideBySide ? workers : workers.Alone).For(groups.Count, index =>
        {
            if (!spare.TryTake(out OptimizersInStep? group)) group = new OptimizersInStep(kernels);
            double[][] proposed = group.Propose([.. groups[index].Select(n => optimizers[n])], sideBySide ? workers.Alone : workers);
            for (int m = 0; m < proposed.Length; m++) points[groups[index][m]] = proposed[m];
            spare.Add(group);
        });
        return points;
    }

    /// <summary>Gives back the memory of a device.</summary>
    public void Dispose()
    {
        while (spare.TryTake(out OptimizersInStep? group)) group.Dispose();
    }

    private List<int[]> Groups(IReadOnlyList<BayesianOptimizer> optimizers, int[] alone)
    {
        var groups = new List<int[]>();
        foreach (IGrouping<(int, int, OptimizerOptions), int> like in Enumerable.Range(0, optimizers.Count)
            .Except(alone)
            .GroupBy(n => (optimizers[n].ObservationCount, optimizers[n].Dimension, optimizers[n].Options)))
        {
            groups.AddRange(like.Chunk(ProcessBatch.Members * kernels.PacksInStep));
        }

        return groups;
    }
}
