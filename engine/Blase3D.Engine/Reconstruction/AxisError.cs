namespace Blase3D.Engine.Reconstruction;

/// <summary>How wrong a manifold is between its nodes along one axis: samples for the middle of the cell that a point lies in.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Step">The width of the cell, in units of the axis.</param>
/// <param name="Share">The point's place in the cell, 0 to 1.</param>
/// <param name="Samples">Prediction minus truth in the middle of the cell, length P each; at least one.</param>
/// <param name="AreWays">
/// Whether the samples are known ways to go between the nodes, of which the one that differs most counts, and not errors of one kind, of which the mean square does.
/// </param>
public sealed record AxisError(int Axis, double Step, double Share, IReadOnlyList<double[]> Samples, bool AreWays)
{
    /// <summary>The error at a place in the cell over that in its middle: 4 t (1 - t), 0 at the nodes.</summary>
    /// <param name="share">t, 0 to 1.</param>
    public static double ReachAt(double share) => 4 * share * (1 - share);

    /// <summary>The mean square of the samples, at the point's own place.</summary>
    public double MeanSquare => ReachAt(Share) * ReachAt(Share) * Samples.Average(sample => sample.Average(error => error * error));
}
