using Blase3D.Bench.Measuring;
using Blase3D.Bench.Report;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>Small Gaussian processes on a device beside the processor.</summary>
internal static class DeviceProcesses
{
    private const int Dimension = 3;
    private const int Observations = 120;
    private const int Candidates = 1000;

    /// <summary>Factor, likelihood, posterior and derivatives of a few processes, one number after the other.</summary>
    public static double[] Evaluate(KernelSet set)
    {
        using ProcessBatch batch = Fill(set, 2, Observations);
        double[] candidates = Draws(1, 70 * Dimension * batch.Constant.Length), means = new double[70 * batch.Constant.Length], sigmas = new double[means.Length];
        Draws(2, batch.Candidate.Length).CopyTo(batch.Candidate, 0);
        batch.Condition(Workers.OneThread);
        batch.DifferentiateLikelihood(Workers.OneThread);
        batch.Predict(candidates, means, sigmas, Workers.OneThread);
        batch.PredictWithGradient(Workers.OneThread);
        return [.. batch.LogDeterminant, .. batch.Quadratic, .. batch.LikelihoodSlopes, .. means, .. sigmas, .. batch.Mean, .. batch.MeanSlopes, .. batch.SigmaSlopes];
    }

    /// <summary>Measures.</summary>
    /// <param name="report">Where the results go.</param>
    /// <param name="sets">The kernels, the processor's first.</param>
    /// <param name="repetition">How long.</param>
    /// <param name="processes">How many in step; a multiple of 8.</param>
    /// <param name="workers">The threads of the processor.</param>
    public static void Run(BenchReport report, IEnumerable<KernelSet> sets, Repetition repetition, int processes, Workers workers)
    {
        report.Section("Gaussian processes", $"{processes} processes of {Observations} observations in step; microseconds per process, all threads of the processor. Posterior: at {Candidates} candidates each.");
        var rows = new List<IReadOnlyList<string>>();
        foreach (KernelSet set in sets)
        {
            using ProcessBatch batch = Fill(set, processes / ProcessBatch.Members, Observations);
            double[] candidates = Draws(1, Candidates * Dimension * processes), means = new double[Candidates * processes], sigmas = new double[means.Length];
            rows.Add(
            [
                set.Name, Micro(() => batch.Condition(workers)), Micro(() => batch.DifferentiateLikelihood(workers)), Micro(() => batch.Predict(candidates, means, sigmas, workers)),
                Micro(() => batch.PredictWithGradient(workers)),
            ]);
            Console.Out.WriteLine(string.Join("  ", rows[^1]));
        }

        report.Table(["kernels", "factor and weights", "derivatives of the likelihood", "posterior", "posterior and its derivatives at one point"], rows);

        string Micro(Action body) => FormattableString.Invariant($"{1e6 * repetition.Measure(body).MinSeconds / processes:G3}");
    }

    private static ProcessBatch Fill(KernelSet set, int packs, int count)
    {
        ProcessBatch batch = set.Processes.Reserve(packs, count, Dimension);
        batch.Count = count;
        Draws(3, batch.Points.Length).CopyTo(batch.Points, 0);
        Draws(4, batch.Values.Length).CopyTo(batch.Values, 0);
        Draws(5, batch.InverseLength.Length).CopyTo(batch.InverseLength, 0);
        for (int e = 0; e < batch.InverseLength.Length; e++) batch.InverseLength[e] = 0.5 + (3 * batch.InverseLength[e]);
        Array.Fill(batch.Constant, 1);
        Array.Fill(batch.Diagonal, 0.01);
        batch.Observe();
        return batch;
    }

    private static double[] Draws(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
    }
}
