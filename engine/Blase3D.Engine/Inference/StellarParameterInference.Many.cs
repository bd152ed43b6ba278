using System.Diagnostics;
using Blase3D.Engine.Inference.Batches;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Reconstruction.Resident;
using Blase3D.Kernels;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native;

namespace Blase3D.Engine.Inference;

/// <summary>A spectrum and where to search.</summary>
/// <param name="Target">The spectrum, within the manifold's wavelengths.</param>
/// <param name="Prior">The prior.</param>
public sealed record InferenceTask(ObservedTarget Target, ParameterPrior Prior);

/// <summary>What became of one of many spectra.</summary>
/// <param name="Result">The result, or null when the spectrum failed.</param>
/// <param name="Failure">Why it failed, or null.</param>
public sealed record InferenceOutcome(InferenceResult? Result, EngineException? Failure);

// Many stars: searched in step, finished side by side.
public static partial class StellarParameterInference
{
    /// <summary>A place for a manifold on a device, where it stays from one call of <see cref="InferMany"/> to the next; dispose of it after the last.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">Those of the calls.</param>
    /// <param name="kernels">Those of the calls.</param>
    public static ManifoldResidence Reside(LineManifold manifold, InferenceOptions options, KernelSet kernels) => new(manifold, Reconstruction(options), kernels);

    /// <summary>
    /// Infers the parameters of many spectra together: their searches, each by the star's own likelihood, share reconstructions and fit their
    /// Gaussian processes by the eight (<see cref="BatchSearch"/>); then each is finished on its own, on all threads side by side.
    /// </summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="tasks">The spectra; in memory all the time.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <param name="note">Receives a sentence about the memory of a device before it is used, or why it is not.</param>
    /// <param name="residence">Keeps the manifold on a device for the next spectra too (<see cref="Reside"/>); null for these alone.</param>
    /// <returns>
    /// One outcome per task. A result depends on its own spectrum, prior and the options, not on the other spectra or the threads; its seconds
    /// are the time of the whole batch over the number of spectra. A spectrum that fails, for whatever reason, is an outcome and stops no other:
    /// when a search of all in step ends by a mistake, each is searched on its own, and the mistake costs the spectrum that it belongs to.
    /// </returns>
    /// <exception cref="EngineException">BadArguments: the options; MissingLibrary: a device or a library is missing.</exception>
    /// <exception cref="ComputeDeviceException">The device fails.</exception>
    /// <exception cref="OperationCanceledException">The stop signal came.</exception>
    public static IReadOnlyList<InferenceOutcome> InferMany(
        LineManifold manifold,
        IReadOnlyList<InferenceTask> tasks,
        InferenceOptions options,
        KernelSet kernels,
        Workers workers,
        Action<double>? progress = null,
        Action<string>? note = null,
        ManifoldResidence? residence = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        options.Validate();
        long start = Stopwatch.GetTimestamp();
        var outcomes = new InferenceOutcome[tasks.Count];
        var noise = new PixelNoise?[tasks.Count];
        int[] sound = [.. Enumerable.Range(0, tasks.Count).Where(n => IsSound(n))];
        if (sound.Length > 0)
        {
            IReadOnlyList<Evaluation>?[] searched = SearchAll(sound);
            sound = [.. sound.Where(n => outcomes[n].Failure is null)];
            bool sideBySide = sound.Length >= workers.Threads;
            int done = 0;
            (sideBySide ? workers : workers.Alone).For(sound.Length, index =>
            {
                outcomes[sound[index]] = Outcome(() => Finish(sound[index], searched[sound[index]]!, sideBySide ? workers.Alone : workers));
                progress?.Invoke(0.5 + (0.5 * Interlocked.Increment(ref done) / sound.Length));
            });
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / Math.Max(1, tasks.Count);
        return [.. outcomes.Select(outcome => outcome with { Result = outcome.Result is null ? null : outcome.Result with { Seconds = seconds } })];

        // What each has been found to be like, by task.
        IReadOnlyList<Evaluation>?[] SearchAll(int[] stars)
        {
            var found = new IReadOnlyList<Evaluation>?[tasks.Count];
            try
            {
                IReadOnlyList<IReadOnlyList<Evaluation>> all = Search(stars, share => progress?.Invoke(0.5 * share));
                for (int k = 0; k < stars.Length; k++) found[stars[k]] = all[k];
            }
            catch (Exception failure) when (BelongsToOne(failure))
            {
                foreach (int n in stars)
                {
                    outcomes[n] = Outcome(() =>
                    {
                        found[n] = Search([n], null)[0];
                        return null;
                    });
                }
            }

            return found;
        }

        IReadOnlyList<IReadOnlyList<Evaluation>> Search(int[] stars, Action<double>? tell)
        {
            using var objective = new ReconstructedObjectives(
                manifold, [.. stars.Select(n => tasks[n].Target)], Reconstruction(options), kernels, [.. stars.Select(n => noise[n]?.Weight)], residence) { Note = note };
            return BatchSearch.Run(objective, manifold.Axes, [.. stars.Select(n => tasks[n].Prior)], options, kernels, workers, tell);
        }

        // What is wrong with one spectrum alone must not reach the batch.
        bool IsSound(int n)
        {
            outcomes[n] = Outcome(() =>
            {
                ObservedTarget target = tasks[n].Target;
                int teff = manifold.Axes.Names.ToList().IndexOf("teff");
                if (teff < 0 && target.DependsOnTeff) throw SpectrumObjective.NoTeffAxis(manifold);
                SpectrumReconstructor.RequireCovered(manifold.Wavelength, target.Wavelength);
                noise[n] = PixelNoise.Of(target, options);
                double[] flux = target.FluxAt(teff < 0 ? 0 : tasks[n].Prior.Center[teff], new double[target.Wavelength.Length]);
                double[]? weight = noise[n]?.Weight;
                return Enumerable.Range(0, flux.Length).Any(i => !double.IsNaN(flux[i]) && weight?[i] is not <= 0) ? null : throw SpectrumObjective.NoPixels();
            });
            return outcomes[n].Failure is null;
        }

        InferenceResult Finish(int n, IReadOnlyList<Evaluation> searched, Workers inside)
        {
            var objective = new SpectrumObjective(manifold, tasks[n].Target, Reconstruction(options), kernels, inside);
            var finish = new StarFinish(manifold, noise[n], objective, tasks[n].Prior, options, inside);
            InferenceResult result = finish.Run(searched.Select(evaluation => (evaluation.Point, evaluation.Value)), start);
            noise[n] = null;
            return result with { Evaluations = searched.Count + result.Evaluations };
        }

        static InferenceOutcome Outcome(Func<InferenceResult?> work)
        {
            try
            {
                return new InferenceOutcome(work(), null);
            }
            catch (Exception failure) when (BelongsToOne(failure))
            {
                return new InferenceOutcome(null, failure as EngineException ?? new EngineException(
                    ErrorCode.BadInput,
                    $"The spectrum cannot be inferred ({failure.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.')}); leave it out, and report it as a bug of blase3d.",
                    failure));
            }
        }

        // A stop, a device or a library that is missing, and memory that is used up concern all of them.
        static bool BelongsToOne(Exception failure) =>
            failure is not (OperationCanceledException or OutOfMemoryException or ComputeDeviceException or NativeLibraryMissingException or EngineException { Code: ErrorCode.MissingLibrary });
    }
}
