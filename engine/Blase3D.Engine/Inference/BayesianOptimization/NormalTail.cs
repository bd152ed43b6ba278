using MathNet.Numerics;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>Functions of the standard normal distribution that stay accurate far in its lower tail.</summary>
internal static class NormalTail
{
    // Below this the continued fraction of the Mills ratio has converged to rounding with the number of terms used.
    private const double TailStart = -4;
    private const int FractionTerms = 24;
    private static readonly double LogSqrtTwoPi = 0.5 * Math.Log(2 * Math.PI);

    /// <summary>exp(-z^2/2) / sqrt(2 pi).</summary>
    public static double Density(double z) => Math.Exp((-0.5 * z * z) - LogSqrtTwoPi);

    /// <summary>Probability of a value below z.</summary>
    public static double Cumulative(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    /// <summary>h(z) = density(z) + z cumulative(z), the expected improvement in units of sigma.</summary>
    public static double Improvement(double z) =>
        z > TailStart ? Density(z) + (z * Cumulative(z)) : Density(z) * TailRatio(z, out _);

    /// <summary>ln h(z) and its derivative cumulative(z) / h(z); finite for every finite z whose square does not overflow.</summary>
    public static double LogImprovement(double z, out double derivative)
    {
        if (z > TailStart)
        {
            double improvement = Density(z) + (z * Cumulative(z));
            derivative = Cumulative(z) / improvement;
            return Math.Log(improvement);
        }

        double ratio = TailRatio(z, out double tail);
        derivative = 1 / tail;
        return (-0.5 * z * z) - LogSqrtTwoPi + Math.Log(ratio);
    }

    // With t = -z the Mills ratio is m = 1/(t + c), c = 1/(t + 2/(t + 3/(t + ...))) (Abramowitz and Stegun 26.2.14), so that
    // h/density = 1 - t m = c/(t + c) and h/cumulative = c have no cancellation (the aim of Ament et al. 2023, arXiv:2310.20708).
    private static double TailRatio(double z, out double tail)
    {
        double t = -z;
        double fraction = t;
        for (int k = FractionTerms; k >= 2; k--)
        {
            fraction = t + (k / fraction);
        }

        tail = 1 / fraction;
        return tail / (t + tail);
    }
}
