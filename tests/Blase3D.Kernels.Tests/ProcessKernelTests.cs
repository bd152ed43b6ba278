using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests;

/// <summary>Eight Gaussian processes at once against the textbook, one by one; every variant against every other.</summary>
public sealed class ProcessKernelTests(ITestOutputHelper output)
{
    private const int Dimension = 3;
    private const int Candidates = 7;

    [Fact]
    public void Every_order_gives_the_textbook_likelihood_and_posterior()
    {
        foreach (KernelSet set in KernelSet.All.Where(set => set.IsSupported))
        {
            for (int count = 1; count <= 40; count += count < 18 ? 1 : 11)
            {
                ProcessPack pack = Random(count, new Random(count));
                double[] candidates = Draws(new Random(-count), Candidates * Dimension * ProcessPack.Members);
                double[] means = new double[Candidates * ProcessPack.Members], sigmas = new double[means.Length];
                set.Processes.Condition(pack);
                set.Processes.Predict(pack, candidates, means, sigmas);
                for (int m = 0; m < ProcessPack.Members; m++)
                {
                    var naive = new NaiveProcess(pack, m);
                    Assert.Equal(naive.LogDeterminant, pack.LogDeterminant[m], Tolerances.ProcessRelative * Math.Max(1, Math.Abs(naive.LogDeterminant)));
                    Assert.Equal(naive.Quadratic, pack.Quadratic[m], Tolerances.ProcessRelative * naive.Quadratic);
                    for (int j = 0; j < Candidates; j++)
                    {
                        (double mean, double sigma) = naive.Predict(pack, candidates, j);
                        Assert.Equal(mean, means[(j * ProcessPack.Members) + m], Tolerances.ProcessRelative);
                        Assert.Equal(sigma * sigma, Math.Pow(sigmas[(j * ProcessPack.Members) + m], 2), Tolerances.ProcessRelative);
                    }
                }
            }
        }
    }

    [Fact]
    public void Variants_agree_to_the_last_bit()
    {
        foreach (int count in (int[])[1, 4, 5, 30, 61])
        {
            double[][] results = [.. KernelSet.All.Where(set => set.IsSupported).Select(set => Everything(set, count))];
            foreach (double[] other in results) Assert.Equal(results[0], other);
        }

        output.WriteLine(string.Join(", ", KernelSet.All.Select(set => set.IsSupported ? set.Name : $"NOT RUN: {set.Name}, this processor lacks the instructions")));
    }

    [Fact]
    public void The_likelihoods_gradient_is_its_derivative()
    {
        foreach (int count in (int[])[1, 3, 8, 21])
        {
            ProcessPack pack = Random(count, new Random(count + 100));
            IProcessKernels kernels = KernelSet.Best.Processes;
            double[] gradient = new double[(Dimension + 2) * ProcessPack.Members];
            kernels.Condition(pack);
            kernels.LikelihoodGradient(pack, gradient);
            for (int k = 0; k < Dimension + 2; k++)
            {
                const double step = 1e-5;
                double[] above = Likelihood(Moved(pack, k, step)), below = Likelihood(Moved(pack, k, -step));
                for (int m = 0; m < ProcessPack.Members; m++)
                {
                    double expected = (above[m] - below[m]) / (2 * step), found = gradient[(k * ProcessPack.Members) + m];
                    Assert.Equal(expected, found, Tolerances.FiniteDifferenceRelative * 10 * Math.Max(1, Math.Abs(expected)));
                }
            }
        }

        static double[] Likelihood(ProcessPack pack)
        {
            KernelSet.Best.Processes.Condition(pack);
            return [.. Enumerable.Range(0, ProcessPack.Members).Select(m => -0.5 * (pack.Quadratic[m] + pack.LogDeterminant[m]))];
        }
    }

    [Fact]
    public void The_posteriors_gradient_is_its_derivative_and_its_values_are_those_of_the_block()
    {
        ProcessPack pack = Random(17, new Random(5));
        IProcessKernels kernels = KernelSet.Best.Processes;
        kernels.Condition(pack);
        double[] at = Draws(new Random(6), Dimension * ProcessPack.Members);
        double[] mean = new double[8], sigma = new double[8], byMean = new double[24], bySigma = new double[24], again = new double[8], deviation = new double[8];
        kernels.PredictWithGradient(pack, at, mean, sigma, byMean, bySigma);
        kernels.Predict(pack, at, again, deviation);
        for (int m = 0; m < 8; m++)
        {
            Assert.Equal(again[m], mean[m], Tolerances.ProcessRelative);
            Assert.Equal(deviation[m], sigma[m], Tolerances.ProcessRelative);
        }

        for (int e = 0; e < at.Length; e++)
        {
            const double step = 1e-6;
            double[] above = [.. at], below = [.. at], high = new double[8], low = new double[8], highSigma = new double[8], lowSigma = new double[8];
            above[e] += step;
            below[e] -= step;
            kernels.Predict(pack, above, high, highSigma);
            kernels.Predict(pack, below, low, lowSigma);
            int m = e % 8;
            Assert.Equal((high[m] - low[m]) / (2 * step), byMean[e], Tolerances.FiniteDifferenceRelative * 10);
            Assert.Equal((highSigma[m] - lowSigma[m]) / (2 * step), bySigma[e], Tolerances.FiniteDifferenceRelative * 100);
        }
    }

    [Fact]
    public void A_member_that_cannot_be_factored_spoils_no_other()
    {
        ProcessPack good = Random(12, new Random(3)), bad = Random(12, new Random(3));
        bad.Diagonal[2] = -10;
        double[] all = Everything(KernelSet.Best, good), rest = Everything(KernelSet.Best, bad);
        Assert.False(double.IsFinite(bad.LogDeterminant[2]));
        for (int e = 0; e < all.Length; e++)
        {
            if (e % 8 != 2) Assert.Equal(all[e], rest[e]);
        }
    }

    private static double[] Everything(KernelSet set, int count) => Everything(set, Random(count, new Random(count)));

    private static double[] Everything(KernelSet set, ProcessPack pack)
    {
        double[] candidates = Draws(new Random(1), 5 * Dimension * 8), means = new double[40], sigmas = new double[40], gradient = new double[40];
        double[] mean = new double[8], sigma = new double[8], byMean = new double[24], bySigma = new double[24];
        set.Processes.Condition(pack);
        set.Processes.LikelihoodGradient(pack, gradient);
        set.Processes.Predict(pack, candidates, means, sigmas);
        set.Processes.PredictWithGradient(pack, candidates.AsSpan(0, 24), mean, sigma, byMean, bySigma);
        return [.. pack.LogDeterminant, .. pack.Quadratic, .. gradient, .. means, .. sigmas, .. mean, .. sigma, .. byMean, .. bySigma];
    }

    private static ProcessPack Moved(ProcessPack pack, int parameter, double step)
    {
        var moved = new ProcessPack(pack.Capacity, pack.Dimension) { Count = pack.Count };
        pack.Points.CopyTo(moved.Points, 0);
        pack.Values.CopyTo(moved.Values, 0);
        pack.InverseLength.CopyTo(moved.InverseLength, 0);
        pack.Constant.CopyTo(moved.Constant, 0);
        pack.Diagonal.CopyTo(moved.Diagonal, 0);
        for (int m = 0; m < ProcessPack.Members; m++)
        {
            if (parameter == 0) moved.Constant[m] *= Math.Exp(step);
            else if (parameter <= Dimension) moved.InverseLength[((parameter - 1) * ProcessPack.Members) + m] *= Math.Exp(-step);
            else moved.Diagonal[m] *= Math.Exp(step);
        }

        return moved;
    }

    private static ProcessPack Random(int count, Random random)
    {
        var pack = new ProcessPack(count + 3, Dimension) { Count = count };
        for (int m = 0; m < ProcessPack.Members; m++)
        {
            for (int k = 0; k < Dimension; k++)
            {
                pack.InverseLength[(k * ProcessPack.Members) + m] = 0.5 + (3 * random.NextDouble());
                for (int i = 0; i < count; i++) pack.Points[(((k * pack.PointStride) + i) * ProcessPack.Members) + m] = random.NextDouble();
            }

            for (int i = 0; i < count; i++) pack.Values[(i * ProcessPack.Members) + m] = random.NextDouble() - 0.5;
            pack.Constant[m] = 0.5 + random.NextDouble();
            pack.Diagonal[m] = 0.01 * (1 + m);
        }

        return pack;
    }

    private static double[] Draws(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];

    /// <summary>One process with plain loops.</summary>
    private sealed class NaiveProcess
    {
        private readonly int member;
        private readonly double[,] lower;
        private readonly double[] weights;

        public NaiveProcess(ProcessPack pack, int member)
        {
            this.member = member;
            int n = pack.Count;
            lower = new double[n, n];
            double[] v = new double[n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double sum = Covariance(pack, Point(pack, i), Point(pack, j)) + (i == j ? pack.Diagonal[member] : 0);
                    for (int k = 0; k < j; k++) sum -= lower[i, k] * lower[j, k];
                    lower[i, j] = i == j ? Math.Sqrt(sum) : sum / lower[j, j];
                }

                v[i] = pack.Values[(i * ProcessPack.Members) + member];
                for (int k = 0; k < i; k++) v[i] -= lower[i, k] * v[k];
                v[i] /= lower[i, i];
                LogDeterminant += 2 * Math.Log(lower[i, i]);
                Quadratic += v[i] * v[i];
            }

            weights = v;
            for (int i = n - 1; i >= 0; i--)
            {
                for (int k = i + 1; k < n; k++) weights[i] -= lower[k, i] * weights[k];
                weights[i] /= lower[i, i];
            }
        }

        public double LogDeterminant { get; }

        public double Quadratic { get; }

        public (double Mean, double Sigma) Predict(ProcessPack pack, double[] candidates, int index)
        {
            double[] at = [.. Enumerable.Range(0, Dimension).Select(k => candidates[(((index * Dimension) + k) * ProcessPack.Members) + member])];
            double mean = 0, explained = 0;
            double[] v = new double[pack.Count];
            for (int i = 0; i < v.Length; i++)
            {
                double covariance = Covariance(pack, at, Point(pack, i));
                mean += covariance * weights[i];
                v[i] = covariance;
                for (int k = 0; k < i; k++) v[i] -= lower[i, k] * v[k];
                v[i] /= lower[i, i];
                explained += v[i] * v[i];
            }

            return (mean, Math.Sqrt(Math.Max(0, pack.Constant[member] - explained)));
        }

        private double[] Point(ProcessPack pack, int i) =>
            [.. Enumerable.Range(0, Dimension).Select(k => pack.Points[(((k * pack.PointStride) + i) * ProcessPack.Members) + member])];

        private double Covariance(ProcessPack pack, double[] a, double[] b)
        {
            double square = 0;
            for (int k = 0; k < Dimension; k++) square += Math.Pow((a[k] - b[k]) * pack.InverseLength[(k * ProcessPack.Members) + member], 2);
            double s = Math.Sqrt(5 * square);
            return pack.Constant[member] * (1 + s + (s * s / 3)) * Math.Exp(-s);
        }
    }
}
