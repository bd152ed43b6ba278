namespace Blase3D.Engine.Inference.BayesianOptimization;

// What an OptimizerFleet sees of a member: it does the linear algebra of eight members at once, everything else stays here.
public sealed partial class BayesianOptimizer
{
    internal OptimizerOptions Options => options;

    internal int Dimension => box.Dimension;

    internal int ObservationCount => units.Count;

    // The next point is the model's, and nothing is on its way.
    internal bool IsReadyToPropose => pending.Count == 0 && Best is not null && units.Count >= options.InitialPoints;

    internal IReadOnlyList<double[]> Units => units;

    internal double[][] RewardPoints => hedge.Proposals;

    internal void Accept(KernelParameters fitted, double[]? hessian, ReadOnlySpan<double> rewardMeans)
    {
        Record(fitted, hessian);
        model = null;
        hedge.Reward(rewardMeans);
    }

    internal double[] Propose(ProposalRound round)
    {
        double[] point = box.FromUnit(Settle(round));
        pending.Add(new PendingPoint(point, box.ToUnit(point), Guided: true));
        return [.. point];
    }
}
