using Blase3D.Engine.Inference.BayesianOptimization;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference.Sampling;

/// <summary>
/// A random-walk Metropolis sampler of four chains, whose proposal is learned in the warm-up and then held: its shape from the chains' covariance
/// (Haario, Saksman and Tamminen 2001), its size from the share of accepted proposals.
/// </summary>
public static class MetropolisSampler
{
    /// <summary>The number of chains.</summary>
    public const int Chains = 4;

    private const double WantedAcceptance = 0.3;
    private const int ShortestWarmup = 100;

    /// <summary>Draws.</summary>
    /// <param name="logDensity">The logarithm of the density but for a constant; NaN or minus infinity where there is none.</param>
    /// <param name="start">A point with a density, near the mode.</param>
    /// <param name="covariance">A guess of the covariance of the moving coordinates, row by row.</param>
    /// <param name="moving">The coordinates that move; the others stay as in the start.</param>
    /// <param name="draws">How many in all, at least 40; rounded up to a multiple of four.</param>
    /// <param name="seed">The same seed, the same draws.</param>
    /// <param name="cancellation">Stops between two evaluations.</param>
    public static PosteriorSample Run(
        Func<double[], double> logDensity, double[] start, double[] covariance, int[] moving, int draws, ulong seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(logDensity);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(covariance);
        ArgumentNullException.ThrowIfNull(moving);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 10 * Chains);
        int n = moving.Length, length = (draws + Chains - 1) / Chains, warmup = Math.Max(ShortestWarmup, length / 2);
        var random = new Xoshiro256(seed);
        Matrix<double> root = Root(Matrix<double>.Build.DenseOfRowMajor(n, n, covariance))
            ?? throw new ArgumentException("The guess of the covariance has a variance that is not positive.", nameof(covariance));
        double lnSize = Math.Log(2.38 / Math.Sqrt(n));
        var state = new (double[] Point, double LogDensity)[Chains];
        for (int c = 0; c < Chains; c++) state[c] = Dispersed();

        var learned = new List<double[]>();
        for (int step = 0; step < warmup; step++)
        {
            for (int c = 0; c < Chains; c++)
            {
                bool accepted = Advance(c);
                lnSize += ((accepted ? 1 : 0) - WantedAcceptance) / Math.Sqrt(step + 1);
                if (step >= warmup / 2) learned.Add(state[c].Point);
            }

            if (step == (3 * warmup / 4) && Shape(learned, moving) is { } better)
            {
                (root, lnSize) = (better, Math.Log(2.38 / Math.Sqrt(n)));
                learned.Clear();
            }
        }

        var chains = new List<double[]>[Chains];
        int hits = 0;
        for (int c = 0; c < Chains; c++) chains[c] = [];
        for (int step = 0; step < length; step++)
        {
            for (int c = 0; c < Chains; c++)
            {
                if (Advance(c)) hits++;
                chains[c].Add(state[c].Point);
            }
        }

        double[] rHat = Diagnose(ChainDiagnostics.SplitRHat), size = Diagnose(ChainDiagnostics.EffectiveSampleSize);
        return new PosteriorSample([.. chains.SelectMany(chain => chain)], rHat, size, hits / (double)(length * Chains));

        double[] Diagnose(Func<IReadOnlyList<double[]>, double> measure) =>
            [.. Enumerable.Range(0, start.Length).Select(d => moving.Contains(d) ? measure([.. chains.Select(chain => chain.Select(p => p[d]).ToArray())]) : double.NaN)];

        // Half as far again as the guess says, so that chains that agree have come from different places.
        (double[], double) Dispersed()
        {
            for (int attempt = 0; attempt < 50; attempt++)
            {
                double[] point = Moved(start, 1.5);
                double density = logDensity(point);
                if (double.IsFinite(density)) return (point, density);
            }

            return (start, logDensity(start));
        }

        bool Advance(int c)
        {
            cancellation.ThrowIfCancellationRequested();
            double[] proposal = Moved(state[c].Point, Math.Exp(lnSize));
            double density = logDensity(proposal), uniform = random.NextUniform();
            if (!(Math.Log(1 - uniform) < density - state[c].LogDensity)) return false;
            state[c] = (proposal, density);
            return true;
        }

        double[] Moved(double[] from, double size)
        {
            Vector<double> step = root * Vector<double>.Build.Dense(n, _ => Normal(random));
            double[] to = [.. from];
            for (int k = 0; k < n; k++) to[moving[k]] += size * step[k];
            return to;
        }
    }

    /// <summary>The next standard normal number (Box and Muller 1958).</summary>
    /// <param name="random">The source of uniform numbers; two are taken.</param>
    public static double Normal(Xoshiro256 random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextUniform()));
        return radius * Math.Cos(2 * Math.PI * random.NextUniform());
    }

    // The root of the covariance of points; null when they do not span all directions.
    private static Matrix<double>? Shape(List<double[]> points, int[] moving)
    {
        double[] mean = [.. moving.Select(d => points.Average(p => p[d]))];
        Matrix<double> covariance = Matrix<double>.Build.Dense(
            moving.Length, moving.Length, (a, b) => points.Sum(p => (p[moving[a]] - mean[a]) * (p[moving[b]] - mean[b])) / (points.Count - 1));
        return Root(covariance);
    }

    // The lower triangular root; null when a variance is not positive. Coordinates that are all but proportional are loosened a little, which only
    // makes the proposal rounder.
    private static Matrix<double>? Root(Matrix<double> covariance)
    {
        const double loosening = 1e-6;
        int n = covariance.RowCount;
        Matrix<double> root = Matrix<double>.Build.Dense(n, n);
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                double sum = covariance[i, j];
                for (int k = 0; k < j; k++) sum -= root[i, k] * root[j, k];
                root[i, j] = i == j ? Math.Sqrt(Math.Max(sum, loosening * covariance[i, i])) : sum / root[j, j];
            }

            if (!(root[j, j] > 0 && double.IsFinite(root[j, j]))) return null;
        }

        return root;
    }
}
