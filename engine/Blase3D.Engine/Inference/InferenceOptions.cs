using Blase3D.Engine.Inference.BayesianOptimization;

namespace Blase3D.Engine.Inference;

/// <summary>The search for the best point.</summary>
public enum InferenceMethod
{
    /// <summary>The Gaussian-process optimiser alone.</summary>
    Gp,

    /// <summary>Levenberg-Marquardt alone, from the best of a few points spread over the prior.</summary>
    Gradient,

    /// <summary>The Gaussian-process optimiser, then Levenberg-Marquardt from its best points.</summary>
    GpGradient,
}

/// <summary>How stellar parameters are inferred.</summary>
public sealed record InferenceOptions
{
    /// <summary>The published search: 100 random points and 20 guided by the hedge of EI, LCB and PI; the best of the 120 (paper section 4).</summary>
    public static InferenceOptions Published { get; } = new() { Method = InferenceMethod.Gp, Optimizer = OptimizerOptions.Published, IsPublished = true };

    /// <summary>The search.</summary>
    public InferenceMethod Method { get; init; } = InferenceMethod.GpGradient;

    /// <summary>Points spread over the prior before the model of the objective guides the search, at least 2.</summary>
    public int InitialEvaluations { get; init; } = 100;

    /// <summary>Guided points, at least 0.</summary>
    public int GuidedEvaluations { get; init; } = 20;

    /// <summary>Seed of everything random; the same seed gives the same result.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The settings of the Gaussian-process optimiser; its initial points are drawn here.</summary>
    public OptimizerOptions Optimizer { get; init; } = OptimizerOptions.Default;

    /// <summary>Whether spectra are reconstructed and normalised as the published code does.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Linear or cubic between the nodes, or null for the manifold's own; the published search is linear.</summary>
    public Grids.InterpolationScheme? Scheme { get; init; }

    /// <summary>Pixels of a line's window on the manifold's wavelengths, or null for the default.</summary>
    public int? WindowPixels { get; init; }

    /// <summary>How data and model are compared; the published search has its own.</summary>
    public LikelihoodOptions Likelihood { get; init; } = new();

    /// <summary>How many of the lines that decided the result are named, at least 0.</summary>
    public int DecidingLines { get; init; } = 10;

    /// <summary>Draws from the posterior; 0 for none.</summary>
    public int PosteriorDraws { get; init; }

    /// <summary>Whether the result comes with what its page shows.</summary>
    public bool WithPage { get; init; }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="EngineException">BadArguments.</exception>
    public void Validate()
    {
        Likelihood.Validate();
        if (PosteriorDraws is not 0 and not (>= 40 and <= 10_000_000))
            throw new EngineException(ErrorCode.BadArguments, $"The posterior has {PosteriorDraws} draws; give 40 to 10,000,000, or 0 for none.");
        if (InitialEvaluations is < 2 or > 100_000 || GuidedEvaluations is < 0 or > 100_000)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"The search has {InitialEvaluations} initial and {GuidedEvaluations} guided evaluations; give 2 to 100,000 and 0 to 100,000.");
        }
    }
}
