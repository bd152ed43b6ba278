namespace Blase3D.Engine.Inference;

/// <summary>What was inferred from one spectrum.</summary>
public sealed record InferenceResult
{
    /// <summary>The axis names.</summary>
    public required IReadOnlyList<string> AxisNames { get; init; }

    /// <summary>The best point, one value per axis.</summary>
    public required double[] Value { get; init; }

    /// <summary>
    /// The standard error of every value; NaN for a fixed axis and where the spectrum does not constrain it. From the covariance
    /// (J'J)^-1 [sum over blocks of (J_b' r_b)(J_b' r_b)'] (J'J)^-1 with J the derivative of the residual r: residuals that are correlated
    /// within a block of pixels, as the errors of a model are, count as what they are.
    /// </summary>
    public required double[] Error { get; init; }

    /// <summary>Root mean square of spectrum minus model at the best point, in units of the continuum.</summary>
    public required double Rms { get; init; }

    /// <summary>Reconstructions made.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What to look at before using the result, for example <c>teff_at_prior_edge</c>; empty when there is nothing.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Pixels that entered.</summary>
    public required int Pixels { get; init; }
}
