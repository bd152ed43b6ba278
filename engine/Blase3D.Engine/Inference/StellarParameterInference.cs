using System.Diagnostics;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>Finds the stellar parameters whose reconstruction is nearest to a spectrum (paper section 4).</summary>
public static partial class StellarParameterInference
{
    /// <summary>Infers the parameters of one spectrum.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="target">The spectrum, within the manifold's wavelengths.</param>
    /// <param name="prior">Where to search.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
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
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        options.Validate();
        long start = Stopwatch.GetTimestamp();
        var objective = new SpectrumObjective(manifold, target, Reconstruction(options), kernels, workers);
        var finish = new StarFinish(manifold, target, objective, prior, options, workers);
        List<(double[] Point, double Rms)> found = prior.FreeAxes.Length == 0
            ? [(prior.Center, objective.Rms(prior.Center))]
            : Search(objective, prior, options, workers, progress);
        InferenceResult result = finish.Run(found, start);
        progress?.Invoke(1);
        return result;
    }

    private static ReconstructionOptions Reconstruction(InferenceOptions options)
    {
        ReconstructionOptions reconstruction = (options.IsPublished ? ReconstructionOptions.Published : new ReconstructionOptions()) with { Scheme = options.Scheme };
        return options.WindowPixels is { } window ? reconstruction with { WindowPixels = window } : reconstruction;
    }

    private static List<(double[] Point, double Rms)> Search(
        SpectrumObjective objective, ParameterPrior prior, InferenceOptions options, Workers workers, Action<double>? progress)
    {
        int[] free = prior.FreeAxes;
        var box = new SearchBox([.. free.Select(d => prior.Lower[d])], [.. free.Select(d => prior.Upper[d])]);
        bool guided = options.Method != InferenceMethod.Gradient;
        int initial = guided ? options.InitialEvaluations : Math.Min(options.InitialEvaluations, 8 * free.Length);
        int budget = initial + (guided ? options.GuidedEvaluations : 0);
        var optimizer = new BayesianOptimizer(
            box,
            options.Seed,
            options.Optimizer with { InitialPoints = initial, InitialDesign = options.IsPublished ? InitialDesign.Random : InitialDesign.Sobol });
        for (int i = 0; i < budget; i++)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            double[] reduced = optimizer.Ask(workers);
            optimizer.Tell(reduced, objective.Rms(Whole(reduced)));
            progress?.Invoke((i + 1.0) / (budget + 1));
        }

        return [.. optimizer.History.Select(evaluation => (Whole(evaluation.Point), evaluation.Value))];

        double[] Whole(double[] reduced)
        {
            double[] point = prior.Center;
            for (int k = 0; k < free.Length; k++) point[free[k]] = reduced[k];
            return point;
        }
    }
}
