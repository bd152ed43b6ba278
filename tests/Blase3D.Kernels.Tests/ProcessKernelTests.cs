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
                using ProcessBatch pack = Random(set, count, new Random(count));
                double[] candidates = Draws(new Random(-count), Candidates * Dimension * ProcessBatch.Members);
                double[] means = new double[Candidates * ProcessBatch.Members], sigmas = new double[means.Length];
                pack.Condition(Workers.OneThread);
                pack.Predict(candidates, means, sigmas, Workers.OneThread);
                for (int m = 0; m < ProcessBatch.Members; m++)
                {
                    var naive = new NaiveProcess(pack, m);
                    Assert.Equal(naive.LogDeterminant, pack.LogDeterminant[m], Tolerances.ProcessRelative * Math.Max(1, Math.Abs(naive.LogDeterminant)));
                    Assert.Equal(naive.Quadratic, pack.Quadratic[m], Tolerances.ProcessRelative * naive.Quadratic);
                    for (int j = 0; j < Candidates; j++)
                    {
                        (double mean, double sigma) = naive.Predict(pack, candidates, j);
                        Assert.Equal(mean, means[(j * ProcessBatch.Members) + m], Tolerances.ProcessRelative);
                        Assert.Equal(sigma * sigma, Math.Pow(sigmas[(j * ProcessBatch.Members) + m], 2), Tolerances.ProcessRelative);
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
            using ProcessBatch pack = Random(KernelSet.Best, count, new Random(count + 100));
            pack.Condition(Workers.OneThread);
            pack.DifferentiateLikelihood(Workers.OneThread);
            for (int k = 0; k < Dimension + 2; k++)
            {
                const double step = 1e-5;
                double[] above = Likelihood(Moved(pack, k, step)), below = Likelihood(Moved(pack, k, -step));
                for (int m = 0; m < ProcessBatch.Members; m++)
                {
                    double expected = (above[m] - below[m]) / (2 * step), found = pack.LikelihoodSlopes[(k * ProcessBatch.Members) + m];
                    Assert.Equal(expected, found, Tolerances.FiniteDifferenceRelative * 10 * Math.Max(1, Math.Abs(expected)));
                }
            }
        }

        static double[] Likelihood(ProcessBatch pack)
        {
            pack.Condition(Workers.OneThread);
            return [.. Enumerable.Range(0, ProcessBatch.Members).Select(m => -0.5 * (pack.Quadratic[m] + pack.LogDeterminant[m]))];
        }
    }

    [Fact]
    public void The_posteriors_gradient_is_its_derivative_and_its_values_are_those_of_the_block()
    {
        using ProcessBatch pack = Random(KernelSet.Best, 17, new Random(5));
        pack.Condition(Workers.OneThread);
        double[] at = Draws(new Random(6), Dimension * ProcessBatch.Members), again = new double[8], deviation = new double[8];
        at.CopyTo(pack.Candidate, 0);
        pack.PredictWithGradient(Workers.OneThread);
        pack.Predict(at, again, deviation, Workers.OneThread);
        for (int m = 0; m < 8; m++)
        {
            Assert.Equal(again[m], pack.Mean[m], Tolerances.ProcessRelative);
            Assert.Equal(deviation[m], pack.Sigma[m], Tolerances.ProcessRelative);
        }

        for (int e = 0; e < at.Length; e++)
        {
            const double step = 1e-6;
            double[] above = [.. at], below = [.. at], high = new double[8], low = new double[8], highSigma = new double[8], lowSigma = new double[8];
            above[e] += step;
            below[e] -= step;
            pack.Predict(above, high, highSigma, Workers.OneThread);
            pack.Predict(below, low, lowSigma, Workers.OneThread);
            int m = e % 8;
            Assert.Equal((high[m] - low[m]) / (2 * step), pack.MeanSlopes[e], Tolerances.FiniteDifferenceRelative * 10);
            Assert.Equal((highSigma[m] - lowSigma[m]) / (2 * step), pack.SigmaSlopes[e], Tolerances.FiniteDifferenceRelative * 100);
        }
    }

    [Fact]
    public void A_member_that_cannot_be_factored_spoils_no_other()
    {
        using ProcessBatch good = Random(KernelSet.Best, 12, new Random(3)), bad = Random(KernelSet.Best, 12, new Random(3));
        bad.Diagonal[2] = -10;
        double[] all = Everything(good), rest = Everything(bad);
        Assert.False(double.IsFinite(bad.LogDeterminant[2]));
        for (int e = 0; e < all.Length; e++)
        {
            if (e % 8 != 2) Assert.Equal(all[e], rest[e]);
        }
    }

    [Fact]
    public void Many_packs_give_what_each_gives_alone_on_any_number_of_threads()
    {
        foreach (int count in (int[])[3, 9, 30])
        {
            ProcessBatch[] alone = [.. Enumerable.Range(0, 5).Select(q => Random(KernelSet.Best, count, new Random((100 * q) + count)))];
            foreach (int threads in (int[])[1, 3])
            {
                using ProcessBatch together = KernelSet.Best.Processes.Reserve(alone.Length, count + 3, Dimension);
                together.Count = count;
                for (int q = 0; q < alone.Length; q++) Copy(alone[q], together, q);
                for (int q = 0; q < alone.Length; q++)
                {
                    double[] expected = Everything(alone[q], 0, null, q), found = Everything(together, q, new Workers(threads));
                    Assert.Equal(expected, found);
                }
            }
        }
    }

    [Fact]
    public void Packs_that_are_not_wanted_stay_as_they_are()
    {
        using ProcessBatch batch = KernelSet.Best.Processes.Reserve(2, 12, Dimension);
        using ProcessBatch one = Random(KernelSet.Best, 9, new Random(1)), other = Random(KernelSet.Best, 9, new Random(2));
        batch.Count = 9;
        Copy(one, batch, 0);
        Copy(other, batch, 1);
        double[] first = Everything(batch), second = Everything(batch, 1);
        Copy(other, batch, 0);
        Copy(one, batch, 1);
        batch.Wanted[0] = false;
        double[] kept = Everything(batch), changed = Everything(batch, 1);
        int block = 5 * 8;
        Assert.Equal(first[..block], kept[..block]);
        Assert.NotEqual(second[..block], changed[..block]);
    }

    private static double[] Everything(KernelSet set, int count)
    {
        using ProcessBatch pack = Random(set, count, new Random(count));
        return Everything(pack);
    }

    // One pack's results, or those of a pack of many.
    private static double[] Everything(ProcessBatch batch, int pack = 0, Workers? workers = null, int seed = 0)
    {
        Workers threads = workers ?? Workers.OneThread;
        double[] candidates = [.. Enumerable.Range(0, batch.Packs).SelectMany(q => Draws(new Random(1 + seed + q), 5 * Dimension * 8))];
        double[] means = new double[40 * batch.Packs], sigmas = new double[means.Length];
        for (int q = 0; q < batch.Packs; q++) Draws(new Random(1 + seed + q), 5 * Dimension * 8).AsSpan(0, 24).CopyTo(batch.Candidate.AsSpan(24 * q));
        batch.Observe();
        batch.Condition(threads);
        batch.DifferentiateLikelihood(threads);
        batch.Predict(candidates, means, sigmas, threads);
        batch.PredictWithGradient(threads);
        double[][] each =
        [
            batch.LogDeterminant, batch.Quadratic, batch.LikelihoodSlopes, means, sigmas, batch.Mean, batch.Sigma, batch.MeanSlopes, batch.SigmaSlopes,
        ];
        return [.. each.SelectMany(values => values.Skip(values.Length / batch.Packs * pack).Take(values.Length / batch.Packs))];
    }

    private static ProcessBatch Moved(ProcessBatch pack, int parameter, double step)
    {
        ProcessBatch moved = KernelSet.Best.Processes.Reserve(1, pack.Capacity, pack.Dimension);
        moved.Count = pack.Count;
        Copy(pack, moved, 0);
        for (int m = 0; m < ProcessBatch.Members; m++)
        {
            if (parameter == 0) moved.Constant[m] *= Math.Exp(step);
            else if (parameter <= Dimension) moved.InverseLength[((parameter - 1) * ProcessBatch.Members) + m] *= Math.Exp(-step);
            else moved.Diagonal[m] *= Math.Exp(step);
        }

        moved.Observe();
        return moved;
    }

    private static void Copy(ProcessBatch from, ProcessBatch to, int pack)
    {
        from.Points.CopyTo(to.Points, pack * from.Points.Length);
        from.Values.CopyTo(to.Values, pack * from.Values.Length);
        from.InverseLength.CopyTo(to.InverseLength, pack * from.InverseLength.Length);
        from.Constant.CopyTo(to.Constant, pack * ProcessBatch.Members);
        from.Diagonal.CopyTo(to.Diagonal, pack * ProcessBatch.Members);
    }

    private static ProcessBatch Random(KernelSet set, int count, Random random)
    {
        ProcessBatch pack = set.Processes.Reserve(1, count + 3, Dimension);
        pack.Count = count;
        for (int m = 0; m < ProcessBatch.Members; m++)
        {
            for (int k = 0; k < Dimension; k++)
            {
                pack.InverseLength[(k * ProcessBatch.Members) + m] = 0.5 + (3 * random.NextDouble());
                for (int i = 0; i < count; i++) pack.Points[(((k * pack.PointStride) + i) * ProcessBatch.Members) + m] = random.NextDouble();
            }

            for (int i = 0; i < count; i++) pack.Values[(i * ProcessBatch.Members) + m] = random.NextDouble() - 0.5;
            pack.Constant[m] = 0.5 + random.NextDouble();
            pack.Diagonal[m] = 0.01 * (1 + m);
        }

        pack.Observe();
        return pack;
    }

    private static double[] Draws(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];

    /// <summary>One process with plain loops.</summary>
    private sealed class NaiveProcess
    {
        private readonly int member;
        private readonly double[,] lower;
        private readonly double[] weights;

        public NaiveProcess(ProcessBatch pack, int member)
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

                v[i] = pack.Values[(i * ProcessBatch.Members) + member];
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

        public (double Mean, double Sigma) Predict(ProcessBatch pack, double[] candidates, int index)
        {
            double[] at = [.. Enumerable.Range(0, Dimension).Select(k => candidates[(((index * Dimension) + k) * ProcessBatch.Members) + member])];
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

        private double[] Point(ProcessBatch pack, int i) =>
            [.. Enumerable.Range(0, Dimension).Select(k => pack.Points[(((k * pack.PointStride) + i) * ProcessBatch.Members) + member])];

        private double Covariance(ProcessBatch pack, double[] a, double[] b)
        {
            double square = 0;
            for (int k = 0; k < Dimension; k++) square += Math.Pow((a[k] - b[k]) * pack.InverseLength[(k * ProcessBatch.Members) + member], 2);
            double s = Math.Sqrt(5 * square);
            return pack.Constant[member] * (1 + s + (s * s / 3)) * Math.Exp(-s);
        }
    }
}
