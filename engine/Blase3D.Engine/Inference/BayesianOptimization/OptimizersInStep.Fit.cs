using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.BayesianOptimization;

// Maximum likelihood of all members in step.
internal sealed partial class OptimizersInStep
{
    private (KernelParameters[] Fitted, double[]?[] Hessians) Fit()
    {
        OptimizerOptions options = members[0].Options;
        NoiseModel noise = options.Noise;
        int d = batch.Dimension;
        (double[] lower, double[] upper) = options.KernelBounds.Logarithms(d, noise);
        FitStart[][] starts = [.. members.Select(member => member.FitStarts())];
        DescentQueue[] queues = Array.ConvertAll(starts, own => new DescentQueue(own.Length, start =>
        {
            var minimizer = new QuasiNewtonTrials(lower, upper);
            return (minimizer, minimizer.From(own[start].Parameters.ToLogarithms(noise), options.FitLimits, own[start].Hessian).GetEnumerator());
        }));
        Array.Fill(jitter, MarginalLikelihood.Jitter);
        for (int p = 0; p < Places; p++) SetParameters(p, starts[owner[p]][0].Parameters);
        Descend(
            queues,
            (place, trial) => SetParameters(place, KernelParameters.FromLogarithms(trial, noise)),
            () =>
            {
                batch.Condition(inside);
                batch.DifferentiateLikelihood(inside);
            },
            (place, descent) => descent.Answer(Likelihood(place, noise, descent.Gradient)));
        var fitted = new KernelParameters[members.Length];
        var hessians = new double[]?[members.Length];
        for (int m = 0; m < members.Length; m++)
        {
            // The first of equals; the default start where no likelihood was finite.
            (double value, double[] point, double[] hessian) = queues[m].Ended.MinBy(end => double.IsFinite(end.Value) ? end.Value : double.PositiveInfinity);
            (fitted[m], hessians[m]) = double.IsFinite(value) ? (KernelParameters.FromLogarithms(point, noise), hessian) : (starts[m][0].Parameters, null);
        }

        return (fitted, hessians);
    }

    // Minus the log likelihood of a place and its slopes.
    private double Likelihood(int place, NoiseModel noise, Span<double> slopes)
    {
        int d = batch.Dimension;
        if (!double.IsFinite(batch.LogDeterminant[place]))
        {
            slopes.Clear();
            return double.PositiveInfinity;
        }

        for (int k = 0; k <= d; k++) slopes[k] = -batch.LikelihoodSlopes[ProcessBatch.At(place, d + 2, k)];
        if (noise == NoiseModel.Fitted)
        {
            // The kernel's derivative is by ln (noise + jitter).
            double diagonal = batch.Diagonal[place];
            slopes[d + 1] = -batch.LikelihoodSlopes[ProcessBatch.At(place, d + 2, d + 1)] * (diagonal - jitter[place]) / diagonal;
        }

        return (0.5 * batch.Quadratic[place]) + (0.5 * batch.LogDeterminant[place]) + (0.5 * batch.Count * Math.Log(2 * Math.PI));
    }
}
