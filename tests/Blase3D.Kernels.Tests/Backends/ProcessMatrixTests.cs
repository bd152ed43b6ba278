using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>Small Gaussian processes on every backend against the scalar reference.</summary>
public class ProcessMatrixTests(ITestOutputHelper output)
{
    private const int Packs = 3;
    private const int Places = Packs * ProcessBatch.Members;

    public static TheoryData<string> Names => [.. Backend.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Likelihoods_posteriors_and_their_derivatives(string backend)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        foreach ((int count, int dimension, int candidates) in ((int, int, int)[])[(1, 1, 1), (2, 3, 5), (3, 2, 64), (4, 3, 65), (5, 8, 3), (13, 3, 130), (63, 3, 7), (64, 2, 1), (65, 3, 66), (131, 4, 70)])
        {
            using ProcessBatch reference = Fill(KernelSet.Find("scalar")!, count, dimension), found = Fill(set, count, dimension);
            Near(Everything(reference, candidates), Everything(found, candidates), $"{count} observations, {dimension} inputs, {candidates} candidates");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Observations_that_come_later_count_and_unwanted_packs_stay_as_they_are(string backend)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        using ProcessBatch reference = Fill(KernelSet.Find("scalar")!, 9, 3), found = Fill(set, 9, 3);
        foreach (ProcessBatch batch in new[] { reference, found })
        {
            Everything(batch, 6);
            batch.Count = 11;
            batch.Observe();
            batch.Wanted[1] = false;
            foreach (double[] results in new[] { batch.LogDeterminant, batch.LikelihoodSlopes, batch.MeanSlopes }) Array.Fill(results, -77, results.Length / Packs, results.Length / Packs);
        }

        Near(Everything(reference, 6), Everything(found, 6), backend);
        Assert.All(Enumerable.Range(ProcessBatch.Members, ProcessBatch.Members), place => Assert.Equal(-77, found.LogDeterminant[place]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_process_that_cannot_be_factored_is_not_finite_and_spoils_no_other(string backend)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        using ProcessBatch good = Fill(set, 12, 3), bad = Fill(set, 12, 3);
        bad.Diagonal[10] = -10;
        Everything(good, 5);
        Everything(bad, 5);
        Assert.False(double.IsFinite(bad.LogDeterminant[10]));
        for (int place = 0; place < Places; place++)
        {
            if (place != 10) Assert.Equal(good.LogDeterminant[place], bad.LogDeterminant[place]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_call_gives_the_same_bits_in_any_place(string backend)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        using ProcessBatch one = Fill(set, 30, 3), other = Fill(set, 30, 3, swapped: true);
        Everything(one, 5);
        Everything(other, 5);
        for (int place = 0; place < Places; place++)
        {
            Assert.Equal(one.LogDeterminant[place], other.LogDeterminant[Places - 1 - place]);
            for (int k = 0; k < 3; k++) Assert.Equal(one.SigmaSlopes[ProcessBatch.At(place, 3, k)], other.SigmaSlopes[ProcessBatch.At(Places - 1 - place, 3, k)]);
        }
    }

    [Fact]
    public void Processes_that_have_no_room_on_the_device_go_to_the_processor_and_it_is_said()
    {
        if (Backend.Device("opencl", output) is null) return;
        using IComputeDevice small = Engine.Devices.DeviceCatalog.Open("opencl", null, 100_000);
        var notes = new List<string>();
        KernelSet set = GpuKernelSet.Create(small, GpuPrecision.Binary64, notes.Add);
        using ProcessBatch reference = Fill(KernelSet.Find("scalar")!, 30, 3), found = Fill(set, 30, 3);
        Near(Everything(reference, 5), Everything(found, 5), "a small device");
        Assert.Contains("computed on the processor", Assert.Single(notes), StringComparison.Ordinal);
    }

    // Whoever searches with more evaluations than the device's text has room for is told once, however many batches there are.
    [Fact]
    public void Processes_that_are_too_large_for_the_device_go_to_the_processor_and_it_is_said_once()
    {
        if (Backend.Device("opencl", output) is null) return;
        using IComputeDevice device = Engine.Devices.DeviceCatalog.Open("opencl", null, null);
        var notes = new List<string>();
        KernelSet set = GpuKernelSet.Create(device, GpuPrecision.Binary64, notes.Add);
        Assert.Equal(512, set.Processes.MostObservations);
        using (ProcessBatch fits = set.Processes.Reserve(1, 512, 8)) Assert.Equal(512, fits.Capacity);
        Assert.Empty(notes);
        foreach ((int capacity, int dimension) in new[] { (513, 3), (600, 3), (20, 9) })
        {
            using ProcessBatch large = set.Processes.Reserve(1, capacity, dimension);
            Assert.Equal(capacity, large.Capacity);
        }

        Assert.Contains("from 513 observations or 9 free parameters on", Assert.Single(notes), StringComparison.Ordinal);
    }

    private static double[] Everything(ProcessBatch batch, int candidates)
    {
        int d = batch.Dimension;
        double[] asked = new double[candidates * d * Places], means = new double[candidates * Places], sigmas = new double[candidates * Places];
        for (int place = 0; place < Places; place++)
        {
            var random = new Random(candidates);
            for (int e = 0; e < candidates * d; e++) asked[ProcessBatch.At(place, candidates * d, e)] = random.NextDouble();
            for (int k = 0; k < d; k++) batch.Candidate[ProcessBatch.At(place, d, k)] = random.NextDouble();
        }

        batch.Condition(Workers.OneThread);
        batch.DifferentiateLikelihood(Workers.OneThread);
        batch.Predict(asked, means, sigmas, Workers.OneThread);
        batch.PredictWithGradient(Workers.OneThread);
        return [.. batch.LogDeterminant, .. batch.Quadratic, .. batch.LikelihoodSlopes, .. means, .. sigmas.Select(sigma => sigma * sigma), .. batch.Mean, .. batch.Sigma, .. batch.MeanSlopes, .. batch.SigmaSlopes];
    }

    private static ProcessBatch Fill(KernelSet set, int count, int dimension, bool swapped = false)
    {
        ProcessBatch batch = set.Processes.Reserve(Packs, count + 3, dimension);
        batch.Count = count;
        for (int place = 0; place < Places; place++)
        {
            var random = new Random(swapped ? Places - 1 - place : place);
            for (int k = 0; k < dimension; k++)
            {
                batch.InverseLength[ProcessBatch.At(place, dimension, k)] = 0.5 + (3 * random.NextDouble());
                for (int i = 0; i < count + 3; i++) batch.Points[ProcessBatch.At(place, dimension * batch.PointStride, (k * batch.PointStride) + i)] = random.NextDouble();
            }

            for (int i = 0; i < count + 3; i++) batch.Values[ProcessBatch.At(place, batch.PointStride, i)] = random.NextDouble() - 0.5;
            batch.Constant[place] = 0.5 + random.NextDouble();
            batch.Diagonal[place] = 0.01 * (1 + random.NextDouble());
        }

        batch.Observe();
        return batch;
    }

    private static void Near(double[] expected, double[] found, string what)
    {
        for (int e = 0; e < expected.Length; e++)
            Assert.True(Math.Abs(expected[e] - found[e]) <= Tolerances.ProcessRelative * Math.Max(1, Math.Abs(expected[e])), $"{what}, number {e}: {found[e]} instead of {expected[e]}");
    }
}
