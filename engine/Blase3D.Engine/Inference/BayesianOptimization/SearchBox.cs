namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// The bounds of the parameters and the map between them and the unit cube.
/// </summary>
public sealed class SearchBox
{
    private readonly double[] lower;
    private readonly double[] upper;

    /// <summary>Takes the bounds.</summary>
    /// <param name="lower">Lower bounds, one per parameter, finite.</param>
    /// <param name="upper">Upper bounds, finite and above the lower ones.</param>
    /// <exception cref="EngineException">BadArguments: no parameter, different lengths, or a bound that is wrong.</exception>
    public SearchBox(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        if (lower.IsEmpty || lower.Length != upper.Length)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"The search has {lower.Length} lower and {upper.Length} upper bounds; give one of each per parameter.");
        }

        for (int k = 0; k < lower.Length; k++)
        {
            if (!double.IsFinite(upper[k] - lower[k]) || !(lower[k] < upper[k]))
            {
                throw new EngineException(
                    ErrorCode.BadArguments,
                    FormattableString.Invariant($"Parameter {k} is bounded by {lower[k]} and {upper[k]}; ")
                        + "both must be finite, the second above the first.");
            }
        }

        this.lower = lower.ToArray();
        this.upper = upper.ToArray();
    }

    /// <summary>Number of parameters.</summary>
    public int Dimension => lower.Length;

    /// <summary>Lower bounds.</summary>
    public ReadOnlySpan<double> Lower => lower;

    /// <summary>Upper bounds.</summary>
    public ReadOnlySpan<double> Upper => upper;

    /// <summary>Maps a point of the unit cube to the parameters, clipped to the bounds.</summary>
    /// <param name="unit">Coordinates in [0, 1].</param>
    /// <returns>Parameters within the bounds.</returns>
    public double[] FromUnit(ReadOnlySpan<double> unit)
    {
        var point = new double[Dimension];
        for (int k = 0; k < Dimension; k++)
        {
            point[k] = Math.Clamp(lower[k] + (unit[k] * (upper[k] - lower[k])), lower[k], upper[k]);
        }

        return point;
    }

    /// <summary>Maps parameters to the unit cube.</summary>
    /// <param name="point">Parameters within the bounds.</param>
    /// <returns>Coordinates in [0, 1].</returns>
    /// <exception cref="EngineException">BadArguments: a wrong length; OutOfRange: a parameter outside of its bounds.</exception>
    public double[] ToUnit(ReadOnlySpan<double> point)
    {
        if (point.Length != Dimension)
        {
            throw new EngineException(
                ErrorCode.BadArguments, $"A point has {point.Length} coordinates; the search has {Dimension} parameters: give as many.");
        }

        var unit = new double[Dimension];
        for (int k = 0; k < Dimension; k++)
        {
            if (!(point[k] >= lower[k] && point[k] <= upper[k]))
            {
                throw new EngineException(
                    ErrorCode.OutOfRange,
                    FormattableString.Invariant($"Parameter {k} of a point is {point[k]}; the bounds are {lower[k]} to {upper[k]}: ")
                        + "leave the point out or widen the bounds.");
            }

            unit[k] = (point[k] - lower[k]) / (upper[k] - lower[k]);
        }

        return unit;
    }
}
