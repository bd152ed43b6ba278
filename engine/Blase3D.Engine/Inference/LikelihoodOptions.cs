namespace Blase3D.Engine.Inference;

/// <summary>What makes a point likely.</summary>
public enum LikelihoodKind
{
    /// <summary>Chi-square when the spectrum has errors, else the root mean square.</summary>
    Auto,

    /// <summary>The root mean square of the residual, as in the paper: all pixels count the same, whatever their errors.</summary>
    Rms,

    /// <summary>Chi-square with the errors of the pixels and the model's.</summary>
    ChiSquare,
}

/// <summary>How data and model are compared.</summary>
public sealed record LikelihoodOptions
{
    /// <summary>What makes a point likely.</summary>
    public LikelihoodKind Kind { get; init; } = LikelihoodKind.Auto;

    /// <summary>
    /// The standard deviation of the model's own error in units of the continuum, added in square to the errors of the pixels (chi-square); 0 for none.
    /// Null to measure it: on the star's residuals (<see cref="PixelNoise.LearnFloor"/>), and on nodes of the manifold that are left out
    /// (<see cref="Reconstruction.EmulatorError"/>), whose shifts of the parameters become part of the errors.
    /// </summary>
    public double? ModelError { get; init; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="EngineException">BadArguments.</exception>
    public void Validate()
    {
        if (ModelError is not null and not (>= 0 and <= 1))
            throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The model error is {ModelError}; give 0 to 1 in units of the continuum, or leave it out."));
    }
}
