namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>One proposal on its way: where candidates come from, the candidates, and what each acquisition wants.</summary>
/// <param name="Lower">Lower ends of the box that most candidates come from, in the unit cube.</param>
/// <param name="Upper">Upper ends.</param>
/// <param name="Candidates">Row-major, in the unit cube.</param>
/// <param name="Chosen">The acquisition that was drawn.</param>
/// <param name="PolishLimits">When the polish of a candidate stops.</param>
internal sealed record ProposalRound(double[] Lower, double[] Upper, double[] Candidates, int Chosen, QuasiNewtonLimits PolishLimits)
{
    /// <summary>The wishes of every acquisition, the best first.</summary>
    public List<List<double[]>> Ranked { get; } = [];

    /// <summary>A copy of one candidate.</summary>
    public double[] Candidate(int index) => Candidates.AsSpan(index * Lower.Length, Lower.Length).ToArray();
}
