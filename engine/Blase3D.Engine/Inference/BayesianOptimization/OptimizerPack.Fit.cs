namespace Blase3D.Engine.Inference.BayesianOptimization;

// Maximum likelihood of all members in step.
internal sealed partial class OptimizerPack
{
    private KernelParameters[] Fit()
    {
        OptimizerOptions options = members[0].Options;
        NoiseModel noise = options.Noise;
        int d = pack.Dimension;
        (double[] lower, double[] upper) = options.KernelBounds.Logarithms(d, noise);
        KernelParameters[][] starts = [.. members.Select(member => member.FitStarts())];
        DescentQueue[] queues = Array.ConvertAll(starts, own => new DescentQueue(own.Length, start =>
        {
            var minimizer = new QuasiNewtonTrials(lower, upper);
            return (minimizer, minimizer.From(own[start].ToLogarithms(noise), options.FitLimits).GetEnumerator());
        }));
        var gradient = new double[(d + 2) * Places];
        Array.Fill(jitter, MarginalLikelihood.Jitter);
        for (int p = 0; p < Places; p++) SetParameters(p, starts[owner[p]][0]);
        Descend(
            queues,
            (place, trial) => SetParameters(place, KernelParameters.FromLogarithms(trial, noise)),
            () =>
            {
                kernels.Condition(pack);
                kernels.LikelihoodGradient(pack, gradient);
            },
            (place, descent) => descent.Answer(Likelihood(place, gradient, noise, descent.Gradient)));
        return [.. queues.Select((queue, m) =>
        {
            // The first of equals; the default start where no likelihood was finite.
            (double value, double[] point) = queue.Ended.MinBy(end => double.IsFinite(end.Value) ? end.Value : double.PositiveInfinity);
            return double.IsFinite(value) ? KernelParameters.FromLogarithms(point, noise) : starts[m][0];
        })];
    }

    // Minus the log likelihood of a place and its slopes.
    private double Likelihood(int place, double[] gradient, NoiseModel noise, Span<double> slopes)
    {
        int d = pack.Dimension;
        if (!double.IsFinite(pack.LogDeterminant[place]))
        {
            slopes.Clear();
            return double.PositiveInfinity;
        }

        for (int k = 0; k <= d; k++) slopes[k] = -gradient[(k * Places) + place];
        if (noise == NoiseModel.Fitted)
        {
            // The kernel's derivative is by ln (noise + jitter).
            double diagonal = pack.Diagonal[place];
            slopes[d + 1] = -gradient[((d + 1) * Places) + place] * (diagonal - jitter[place]) / diagonal;
        }

        return (0.5 * pack.Quadratic[place]) + (0.5 * pack.LogDeterminant[place]) + (0.5 * pack.Count * Math.Log(2 * Math.PI));
    }
}
