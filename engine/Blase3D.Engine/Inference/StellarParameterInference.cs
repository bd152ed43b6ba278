using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>Finds the stellar parameters whose reconstruction is nearest to a spectrum (paper section 4).</summary>
public static partial class StellarParameterInference
{
    /// <summary>Infers the parameters of one spectrum: a batch of one.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="target">The spectrum, within the manifold's wavelengths.</param>
    /// <param name="prior">Where to search.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <returns>The result; the same for the same seed on any number of threads (but for the seconds).</returns>
    /// <exception cref="EngineException">No point of the prior has a complete cell, or the spectrum has no usable pixel.</exception>
    public static InferenceResult Infer(
        LineManifold manifold,
        ObservedTarget target,
        ParameterPrior prior,
        InferenceOptions options,
        KernelSet kernels,
        Workers workers,
        Action<double>? progress = null)
    {
        InferenceOutcome outcome = InferMany(manifold, [new InferenceTask(target, prior)], options, kernels, workers, progress)[0];
        return outcome.Result ?? throw new EngineException(outcome.Failure!.Code, outcome.Failure.Message, outcome.Failure);
    }

    private static ReconstructionOptions Reconstruction(InferenceOptions options)
    {
        ReconstructionOptions reconstruction = (options.IsPublished ? ReconstructionOptions.Published : new ReconstructionOptions()) with { Scheme = options.Scheme };
        return options.WindowPixels is { } window ? reconstruction with { WindowPixels = window } : reconstruction;
    }
}
