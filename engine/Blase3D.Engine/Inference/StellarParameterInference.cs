using System.Diagnostics;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>Finds the stellar parameters whose reconstruction is nearest to a spectrum (paper section 4).</summary>
public static partial class StellarParameterInference
{
    private const int GradientStarts = 3;
    private const int PollRounds = 4;
    private const double PoorFitRms = 0.05;

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
        List<(double[] Point, double Rms)> found = prior.FreeAxes.Length == 0
            ? [(prior.Center, objective.Rms(prior.Center))]
            : Search(objective, prior, options, workers, progress);
        InferenceResult result = Conclude(manifold, objective, prior, options, workers, found);
        progress?.Invoke(1);
        return result with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
    }

    private static ReconstructionOptions Reconstruction(InferenceOptions options)
    {
        ReconstructionOptions reconstruction = (options.IsPublished ? ReconstructionOptions.Published : new ReconstructionOptions()) with { Scheme = options.Scheme };
        return options.WindowPixels is { } window ? reconstruction with { WindowPixels = window } : reconstruction;
    }

    // From the points of the search to the result, but for the seconds.
    private static InferenceResult Conclude(
        LineManifold manifold,
        SpectrumObjective objective,
        ParameterPrior prior,
        InferenceOptions options,
        Workers workers,
        List<(double[] Point, double Rms)> found)
    {
        var finish = new GradientFinish(objective, prior, manifold.Axes);
        found = [.. found.Where(candidate => double.IsFinite(candidate.Rms)).OrderBy(candidate => candidate.Rms)];
        if (found.Count == 0)
        {
            throw new EngineException(
                ErrorCode.OutOfRange,
                $"No point of the prior lies in a complete cell of the manifold ({manifold.Axes.DescribeRange()}, {manifold.MissingNodes.Count()} nodes missing); widen the prior.");
        }

        (double[] best, double rms) = found[0];
        if (options.Method != InferenceMethod.Gp && prior.FreeAxes.Length > 0)
        {
            Improve(Spread(found, prior));
            for (int round = 0; round < PollRounds && Improve(Around(best, prior, manifold.Axes)); round++)
            {
            }
        }

        double[] error = finish.StandardErrors(best);
        return new InferenceResult
        {
            AxisNames = manifold.Axes.Names,
            Value = best,
            Error = error,
            Rms = rms,
            Evaluations = objective.Evaluations,
            Seconds = double.NaN,
            Flags = FlagsOf(manifold.Axes, prior, best, rms, error),
            Pixels = objective.Pixels,
        };

        // Descends from every point and keeps the lowest end; whether it is lower than before.
        bool Improve(IEnumerable<double[]> starts)
        {
            bool improved = false;
            foreach (double[] point in starts)
            {
                workers.Cancellation.ThrowIfCancellationRequested();
                (double[] end, double endRms) = finish.Descend(point);
                if (!(endRms < rms * (1 - 1e-6))) continue;
                (best, rms, improved) = (end, endRms, true);
            }

            return improved;
        }
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
            double[] reduced = optimizer.Ask();
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

    // The best point and the next ones that are at least a tenth of the prior away from those taken.
    private static List<double[]> Spread(List<(double[] Point, double Rms)> found, ParameterPrior prior)
    {
        var taken = new List<double[]>();
        foreach ((double[] point, _) in found)
        {
            if (taken.TrueForAll(other => prior.FreeAxes.Any(d => Math.Abs(other[d] - point[d]) > 0.1 * (prior.Upper[d] - prior.Lower[d]))))
                taken.Add(point);
            if (taken.Count == GradientStarts) break;
        }

        return taken;
    }

    // Half a cell to both sides along every axis: behind a crease there may be a lower valley, into which no descent from here leads.
    private static List<double[]> Around(double[] best, ParameterPrior prior, RectilinearAxes axes)
    {
        var starts = new List<double[]>();
        foreach (int d in prior.FreeAxes)
        {
            ReadOnlySpan<double> nodes = axes.Values(d);
            int above = 1;
            while (above < nodes.Length - 1 && nodes[above] < best[d]) above++;
            double half = 0.5 * (nodes[above] - nodes[above - 1]);
            foreach (double value in new[] { best[d] - half, best[d] + half })
            {
                double[] start = [.. best];
                start[d] = Math.Clamp(value, prior.Lower[d], prior.Upper[d]);
                if (start[d] != best[d]) starts.Add(start);
            }
        }

        return starts;
    }

    private static List<string> FlagsOf(RectilinearAxes axes, ParameterPrior prior, double[] best, double rms, double[] error)
    {
        var flags = new List<string>();
        foreach (int d in prior.FreeAxes)
        {
            double near = 1e-3 * (prior.Upper[d] - prior.Lower[d]);
            bool low = best[d] <= prior.Lower[d] + near, high = best[d] >= prior.Upper[d] - near;
            bool gridEdge = (low && prior.Lower[d] <= axes.Values(d)[0]) || (high && prior.Upper[d] >= axes.Values(d)[^1]);
            if (low || high) flags.Add($"{axes.Names[d]}_at_{(gridEdge ? "grid" : "prior")}_edge");
            if (double.IsNaN(error[d])) flags.Add($"{axes.Names[d]}_unconstrained");
        }

        if (rms > PoorFitRms) flags.Add("poor_fit");
        return flags;
    }
}
