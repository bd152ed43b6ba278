using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// An axis of the manifold that goes on beyond its last node: the logarithm of the flux at rest, pixel by pixel, goes on along the straight line through the last two nodes,
/// so that flux stays positive and lines that become deeper approach zero. A stopgap for stars just outside of a grid, and flagged as such.
/// </summary>
/// <param name="Axis">The name of the axis, as of the manifold.</param>
/// <param name="To">Where it ends: above its highest or below its lowest node, by <see cref="MostSteps"/> of the last steps at most.</param>
public sealed record AxisContinuation(string Axis, double To)
{
    /// <summary>The farthest that an axis goes on, in units of its last step.</summary>
    public const double MostSteps = 4;

    /// <summary>Where an axis of some lattice is continued.</summary>
    /// <param name="axes">The axes of a manifold.</param>
    /// <returns>Null when the lattice has no such axis, or reaches <see cref="To"/> itself.</returns>
    /// <exception cref="EngineException">OutOfRange: the axis has one value, or would go on too far.</exception>
    public AxisEnd? EndOf(RectilinearAxes axes)
    {
        int axis = axes.Names.ToList().IndexOf(Axis);
        if (axis < 0) return null;
        ReadOnlySpan<double> nodes = axes.Values(axis);
        if (To >= nodes[0] && To <= nodes[^1]) return null;
        if (nodes.Length < 2)
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"The axis {Axis} has the one value {nodes[0]} and cannot be continued to {To}; give a manifold with two."));
        AxisEnd end = To > nodes[^1] ? new(axis, nodes[^1], nodes[^2], To) : new(axis, nodes[0], nodes[1], To);
        if (!(end.StepsTo(To) <= MostSteps))
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"The axis {Axis} ends at {end.Edge} with a step of {Math.Abs(end.Edge - end.Inner):0.######}; continuing it to {To} is farther than {MostSteps} steps, give {end.Edge + (MostSteps * (end.Edge - end.Inner)):0.######} at most."));
        return end;
    }
}

/// <summary>The end of an axis that goes on.</summary>
/// <param name="Axis">Its index.</param>
/// <param name="Edge">The last node.</param>
/// <param name="Inner">The one before it.</param>
/// <param name="To">Where the axis ends now.</param>
public sealed record AxisEnd(int Axis, double Edge, double Inner, double To)
{
    /// <summary>How many of the last steps a value lies beyond the edge; 0 or negative inside.</summary>
    /// <param name="value">On the axis.</param>
    public double StepsTo(double value) => (value - Edge) / (Edge - Inner);

    /// <summary>The nodes of the axis with the new end.</summary>
    /// <param name="nodes">Those of the manifold.</param>
    public double[] Extended(ReadOnlySpan<double> nodes) => To > Edge ? [.. nodes, To] : [To, .. nodes];
}
