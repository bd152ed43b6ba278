namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>What a candidate is judged by.</summary>
public enum AcquisitionKind
{
    /// <summary>Expected improvement (Jones, Schonlau and Welch 1998, equation 15).</summary>
    ExpectedImprovement,

    /// <summary>Lower confidence bound, mean - kappa sigma (Cox and John 1992).</summary>
    LowerConfidenceBound,

    /// <summary>Probability of improvement (Kushner 1964).</summary>
    ProbabilityOfImprovement,

    /// <summary>Logarithm of the expected improvement, usable where the improvement itself underflows (Ament et al. 2023).</summary>
    LogExpectedImprovement,
}

/// <summary>
/// Turns the posterior at a candidate into a cost: the smaller, the better the candidate. The cost is -EI, the confidence bound,
/// -PI or -ln EI, with improvements counted below best - xi.
/// </summary>
/// <param name="Kind">What is computed.</param>
/// <param name="Xi">Least improvement that counts, 0 or above: in the units of the values, or a fraction of |best| when relative.</param>
/// <param name="Kappa">Number of standard deviations of the confidence bound, 0 or above.</param>
/// <param name="XiIsRelative">Whether xi is a fraction of the best value's size.</param>
public sealed record Acquisition(AcquisitionKind Kind, double Xi = 0.01, double Kappa = 1.96, bool XiIsRelative = false)
{
    /// <summary>Cost of a candidate.</summary>
    /// <param name="prediction">Posterior at the candidate.</param>
    /// <param name="best">Lowest value seen.</param>
    /// <returns>The cost; where sigma is 0 the improvement counts as none: 0, or positive infinity for its logarithm.</returns>
    public double Cost(Prediction prediction, double best) => Cost(prediction, best, out _, out _);

    /// <summary>A bound that the cost is never below, for a fraction of its price: most of many candidates need no more.</summary>
    /// <param name="prediction">Posterior at the candidate.</param>
    /// <param name="best">Lowest value seen.</param>
    /// <returns>At most <see cref="Cost(Prediction, double)"/>; negative infinity where no cheap bound is known.</returns>
    /// <remarks>
    /// For z below 0 the improvement in units of sigma, h(z) = density(z) + z cumulative(z), is less than the density, and the cumulative less than
    /// density(z) / -z (Abramowitz and Stegun 26.2.13).
    /// </remarks>
    public double LeastCost(Prediction prediction, double best)
    {
        if (Kind == AcquisitionKind.LowerConfidenceBound || !(prediction.Sigma > 0)) return double.NegativeInfinity;
        double z = (best - (XiIsRelative ? Xi * Math.Abs(best) : Xi) - prediction.Mean) / prediction.Sigma;
        if (!(z < 0)) return double.NegativeInfinity;

        // 1 / sqrt(2 pi) from above and ln sqrt(2 pi) from below, by more than the rounding of the costs.
        const double densityAtZero = 0.39895, logSqrtTwoPi = 0.9189;
        return Kind switch
        {
            AcquisitionKind.LogExpectedImprovement => (0.5 * z * z) + logSqrtTwoPi - Math.Log(prediction.Sigma),
            AcquisitionKind.ExpectedImprovement => -prediction.Sigma * densityAtZero * Math.Exp(-0.5 * z * z),
            _ => densityAtZero * Math.Exp(-0.5 * z * z) / z,
        };
    }

    /// <summary>Cost of a candidate and its derivatives; by the chain rule they give the gradient in the coordinates.</summary>
    /// <param name="prediction">Posterior at the candidate.</param>
    /// <param name="best">Lowest value seen.</param>
    /// <param name="byMean">d cost / d mean.</param>
    /// <param name="bySigma">d cost / d sigma.</param>
    /// <returns>The cost.</returns>
    public double Cost(Prediction prediction, double best, out double byMean, out double bySigma)
    {
        if (Kind == AcquisitionKind.LowerConfidenceBound)
        {
            byMean = 1;
            bySigma = -Kappa;
            return prediction.Mean - (Kappa * prediction.Sigma);
        }

        double improvement = best - (XiIsRelative ? Xi * Math.Abs(best) : Xi) - prediction.Mean;
        if (!(prediction.Sigma > 0))
        {
            // What is known already counts as no improvement, as in the published code: such a point is not asked for again.
            byMean = 0;
            bySigma = 0;
            return Kind == AcquisitionKind.LogExpectedImprovement ? double.PositiveInfinity : 0;
        }

        double z = improvement / prediction.Sigma;
        switch (Kind)
        {
            case AcquisitionKind.ExpectedImprovement:
                byMean = NormalTail.Cumulative(z);
                bySigma = -NormalTail.Density(z);
                return -prediction.Sigma * NormalTail.Improvement(z);
            case AcquisitionKind.ProbabilityOfImprovement:
                double density = NormalTail.Density(z);
                byMean = density / prediction.Sigma;
                bySigma = density * z / prediction.Sigma;
                return -NormalTail.Cumulative(z);
            default:
                double value = NormalTail.LogImprovement(z, out double slope);
                byMean = slope / prediction.Sigma;
                bySigma = ((slope * z) - 1) / prediction.Sigma;
                return -Math.Log(prediction.Sigma) - value;
        }
    }

    /// <summary>Cost and its gradient in the coordinates of a candidate.</summary>
    /// <param name="process">The posterior.</param>
    /// <param name="best">Lowest value seen.</param>
    /// <param name="point">d coordinates of the candidate.</param>
    /// <param name="gradient">Destination of the d derivatives.</param>
    /// <returns>The cost.</returns>
    public double Cost(GaussianProcess process, double best, ReadOnlySpan<double> point, Span<double> gradient)
    {
        Span<double> sigmaGradient = stackalloc double[point.Length];
        Prediction prediction = process.Predict(point, gradient, sigmaGradient);
        double cost = Cost(prediction, best, out double byMean, out double bySigma);
        for (int k = 0; k < gradient.Length; k++)
        {
            gradient[k] = (byMean * gradient[k]) + (bySigma * sigmaGradient[k]);
        }

        return cost;
    }
}
