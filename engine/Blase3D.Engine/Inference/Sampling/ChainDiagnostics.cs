namespace Blase3D.Engine.Inference.Sampling;

/// <summary>Whether chains have converged and how much they are worth (Gelman et al., Bayesian Data Analysis, 3rd ed., sections 11.4 and 11.5).</summary>
public static class ChainDiagnostics
{
    /// <summary>The potential scale reduction of chains split into halves; near 1 when they agree.</summary>
    /// <param name="chains">One array of draws per chain, all of one length, at least 4.</param>
    /// <returns>NaN when nothing moves.</returns>
    public static double SplitRHat(IReadOnlyList<double[]> chains)
    {
        (double within, double total, _, _) = Variances(Halves(chains));
        return Math.Sqrt(total / within);
    }

    /// <summary>The number of independent draws that the chains are worth, over halves, with Geyer's initial positive sequence of autocorrelations.</summary>
    /// <param name="chains">As above.</param>
    /// <returns>At most the number of draws times its logarithm; NaN when nothing moves.</returns>
    public static double EffectiveSampleSize(IReadOnlyList<double[]> chains)
    {
        double[][] halves = Halves(chains);
        int length = halves[0].Length;
        (double within, double total, double[] mean, _) = Variances(halves);
        if (!(total > 0)) return double.NaN;
        double sum = 0, least = double.PositiveInfinity;
        for (int lag = 0; lag + 1 < length; lag += 2)
        {
            // Pairs of lags: their sum is positive and falls for any reversible chain.
            double pair = Correlation(lag) + Correlation(lag + 1);
            if (pair <= 0) break;
            least = Math.Min(least, pair);
            sum += least;
        }

        double draws = (double)halves.Length * length, time = Math.Max((2 * sum) - 1, 1 / Math.Log10(draws));
        return draws / time;

        double Correlation(int lag)
        {
            double covariance = 0;
            for (int c = 0; c < halves.Length; c++)
            {
                double product = 0;
                for (int i = lag; i < length; i++) product += (halves[c][i] - mean[c]) * (halves[c][i - lag] - mean[c]);
                covariance += product / (length - 1);
            }

            return 1 - ((within - (covariance / halves.Length)) / total);
        }
    }

    private static double[][] Halves(IReadOnlyList<double[]> chains)
    {
        ArgumentNullException.ThrowIfNull(chains);
        int half = chains[0].Length / 2;
        ArgumentOutOfRangeException.ThrowIfLessThan(half, 2, nameof(chains));
        return [.. chains.SelectMany(chain => new[] { chain[..half], chain[^half..] })];
    }

    // The mean variance within chains, and that of all draws as one sample would estimate it.
    private static (double Within, double Total, double[] Mean, double Between) Variances(double[][] chains)
    {
        int length = chains[0].Length;
        double[] mean = [.. chains.Select(chain => chain.Average())];
        double within = Enumerable.Range(0, chains.Length).Average(c => chains[c].Sum(x => (x - mean[c]) * (x - mean[c])) / (length - 1));
        double grand = mean.Average(), between = mean.Sum(m => (m - grand) * (m - grand)) / (chains.Length - 1);
        return (within, (within * (length - 1) / length) + between, mean, between);
    }
}
