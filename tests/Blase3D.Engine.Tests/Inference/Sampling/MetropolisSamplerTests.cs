using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Inference.Sampling;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Sampling;

public class MetropolisSamplerTests
{
    // Two correlated coordinates of very different scales, and one that does not move.
    private static readonly double[] Covariance = [900, 4.5, 4.5, 0.04];

    [Fact]
    public void Mean_covariance_and_quantiles_of_a_gaussian()
    {
        PosteriorSample sample = MetropolisSampler.Run(Gaussian, [5000, 7, 4], Covariance, [0, 2], 12_000, seed: 3);
        Assert.Equal(12_000, sample.Draws.Count);
        Assert.All(sample.Draws, draw => Assert.Equal(7, draw[1]));
        Assert.True(sample.HasConverged);
        Assert.InRange(sample.AcceptedShare, 0.15, 0.6);
        Assert.InRange(sample.EffectiveSize[0], 600, 12_000);
        Assert.True(double.IsNaN(sample.RHat[1]));
        double error = 1 / Math.Sqrt(sample.EffectiveSize[0]);
        Assert.Equal(5000, sample.Draws.Average(d => d[0]), 5 * 30 * error);
        Assert.Equal(4, sample.Draws.Average(d => d[2]), 5 * 0.2 * error);
        Assert.Equal(30, Math.Sqrt(sample.Draws.Average(d => Math.Pow(d[0] - 5000, 2))), 5 * 30 * error);
        Assert.Equal(0.75, sample.Draws.Average(d => (d[0] - 5000) * (d[2] - 4)) / (30 * 0.2), 0.15);
        Assert.Equal(5030, sample.Quantile(0, 0.8413), 9.0);
    }

    [Fact]
    public void A_wrong_guess_of_the_shape_is_learned_and_a_wall_is_kept()
    {
        PosteriorSample sample = MetropolisSampler.Run(
            p => p[0] > 5000 ? double.NegativeInfinity : Gaussian(p), [4999, 7, 4], [9, 0, 0, 4], [0, 2], 12_000, seed: 4);
        Assert.True(sample.HasConverged);
        Assert.All(sample.Draws, draw => Assert.True(draw[0] <= 5000));

        // The mean of half a Gaussian is sqrt(2 / pi) of its standard deviation from the wall.
        Assert.Equal(5000 - (30 * Math.Sqrt(2 / Math.PI)), sample.Draws.Average(d => d[0]), 3.0);
    }

    [Fact]
    public void Chains_that_never_move_have_not_converged()
    {
        PosteriorSample stuck = MetropolisSampler.Run(p => p[0] == 5000 ? 0 : double.NegativeInfinity, [5000, 7, 4], Covariance, [0, 2], 400, seed: 5);
        Assert.Equal(0, stuck.AcceptedShare);
        Assert.False(stuck.HasConverged);
    }

    [Fact]
    public void The_same_seed_gives_the_same_draws()
    {
        PosteriorSample one = MetropolisSampler.Run(Gaussian, [5000, 7, 4], Covariance, [0, 2], 400, seed: 5);
        Assert.Equal(one.Draws, MetropolisSampler.Run(Gaussian, [5000, 7, 4], Covariance, [0, 2], 400, seed: 5).Draws);
        Assert.NotEqual(one.Draws, MetropolisSampler.Run(Gaussian, [5000, 7, 4], Covariance, [0, 2], 400, seed: 6).Draws);
    }

    [Fact]
    public void Effective_size_of_an_autoregressive_chain_is_the_known_one()
    {
        // x' = a x + noise is worth n (1 - a) / (1 + a) draws.
        const double memory = 0.8;
        const int length = 20_000;
        var random = new Xoshiro256(1);
        double[][] chains = [.. Enumerable.Range(0, 4).Select(_ => new double[length])];
        foreach (double[] chain in chains)
        {
            for (int i = 1; i < length; i++) chain[i] = (memory * chain[i - 1]) + MetropolisSampler.Normal(random);
        }

        double expected = 4 * length * (1 - memory) / (1 + memory);
        Assert.InRange(ChainDiagnostics.EffectiveSampleSize(chains) / expected, 0.85, 1.15);
        Assert.InRange(ChainDiagnostics.SplitRHat(chains), 0.999, 1.01);
        chains[0] = [.. chains[0].Select(x => x + 5)];
        Assert.True(ChainDiagnostics.SplitRHat(chains) > 1.2);
        Assert.InRange(ChainDiagnostics.EffectiveSampleSize(chains), 1, 100);
    }

    private static double Gaussian(double[] p)
    {
        double x = p[0] - 5000, y = p[2] - 4, determinant = (Covariance[0] * Covariance[3]) - (Covariance[1] * Covariance[2]);
        return -0.5 * ((Covariance[3] * x * x) - (2 * Covariance[1] * x * y) + (Covariance[0] * y * y)) / determinant;
    }
}
