using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Inference;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Reconstruction;

/// <summary>The entries of a cell are summed four at a time, and threads share the lines; neither changes a bit.</summary>
public class SharedCellTests
{
    private static readonly LineManifold Manifold = Create();

    [Theory]
    [InlineData(AbsenceRule.Mask)]
    [InlineData(AbsenceRule.MinusThousand)]
    public void Streamed_entries_give_the_bits_of_line_blends(AbsenceRule rule)
    {
        double[][] points = [[4010, 4.1, -0.4], [4020, 4.3, -0.1], [4100, 4.5, 0], [4150, 4.5, 0], [4010, 4.1, -0.4], [4000, 4.2, -0.3], [4099, 4.4, -0.2]];
        var interpolator = new ManifoldInterpolator(Manifold, rule);
        var actual = new LineTable();
        foreach ((int first, int end) in new[] { (0, Manifold.LineCenter.Length), (100, 5077), (5, 6), (7, 7) })
        {
            foreach (double[] point in points)
            {
                LineTable expected = Blend(point, rule, first, end);
                interpolator.Interpolate(point, first, end, actual);
                Assert.Equal(expected.Clone().Center, actual.Clone().Center);
                Assert.Equal(expected.Clone().LnAmplitude, actual.Clone().LnAmplitude);
                Assert.Equal(expected.Clone().LnSigma, actual.Clone().LnSigma);
                Assert.Equal(expected.Clone().LnGamma, actual.Clone().LnGamma);
            }
        }
    }

    // Corner by corner and entry by entry.
    private static LineTable Blend(double[] point, AbsenceRule rule, int first, int end)
    {
        var cell = new GridCell(Manifold.Axes.Dimensions);
        Manifold.Locate(point, cell);
        var blends = new LineBlend[Manifold.LineCenter.Length];
        for (int c = 0; c < cell.Count; c++)
        {
            NodeRun run = Manifold.Run(cell.Node[c]);
            ManifoldEntries all = run.Columns;
            for (int e = run.Begin; e < run.End; e++)
            {
                double shift = all.CenterShift[e], reference = Manifold.LineCenter[all.LineIndex[e]];
                blends[all.LineIndex[e]].Add(
                    cell.Weight[c], rule == AbsenceRule.Mask ? shift : reference + shift, all.LnAmplitude[e], all.LnSigma[e], all.LnGamma[e]);
            }
        }

        var lines = new LineTable(end - first);
        for (int k = first; k < end; k++)
        {
            if (blends[k].IsEmpty || !blends[k].TryFinish(rule, out double center, out double lnAmplitude, out double lnSigma, out double lnGamma)) continue;
            int row = lines.Count++;
            lines.Center[row] = rule == AbsenceRule.Mask ? Manifold.LineCenter[k] + center : center;
            (lines.LnAmplitude[row], lines.LnSigma[row], lines.LnGamma[row]) = (lnAmplitude, lnSigma, lnGamma);
        }

        return lines;
    }

    [Fact]
    public void Threads_and_batches_give_the_bits_of_a_single_spectrum()
    {
        double[] values = [.. Enumerable.Range(0, 11).SelectMany(i => new[] { 4000 + (19.0 * i), 4 + (0.09 * i), -0.05 * i })];
        var points = new GridPoints(Manifold.Axes.Names, values);
        foreach (ReconstructionOptions options in new[] { new ReconstructionOptions(), ReconstructionOptions.Published })
        {
            var batch = new BatchReconstruction(Manifold, options, KernelSet.Best);
            double[][] spectra = [.. Enumerable.Range(0, points.Count).Select(_ => new double[Manifold.Wavelength.Length])];
            foreach (int threads in new[] { 1, 2, 3, 20 })
            {
                Array.ForEach(spectra, flux => Array.Fill(flux, double.NaN));
                batch.Fill(points, new Workers(threads), spectra);
                for (int n = 0; n < points.Count; n++)
                {
                    var reconstructor = new SpectrumReconstructor(Manifold, options, KernelSet.Best);
                    var flux = new double[Manifold.Wavelength.Length];
                    reconstructor.Reconstruct(points[n], new Workers(threads), flux);
                    Assert.Equal(flux, spectra[n]);
                    Assert.NotEqual(1, flux.Min());
                }
            }
        }
    }

    [Fact]
    public void A_batch_into_given_memory_allocates_nothing_per_spectrum()
    {
        double[] values = [.. Enumerable.Range(0, 60).SelectMany(i => new[] { 4000 + (3.0 * i), 4.2, -0.3 })];
        var points = new GridPoints(Manifold.Axes.Names, values);
        var batch = new BatchReconstruction(Manifold, new ReconstructionOptions(), KernelSet.Best);
        var flux = new double[Manifold.Wavelength.Length];
        double[][] spectra = [.. Enumerable.Repeat(flux, points.Count)];
        batch.Fill(points, Workers.OneThread, spectra);
        long before = GC.GetAllocatedBytesForCurrentThread();
        batch.Fill(points, Workers.OneThread, spectra);

        // The order of the points and the list of pieces, a few words per point.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 * points.Count);
    }

    [Fact]
    public void The_squared_residual_is_that_of_the_spectrum()
    {
        double[] point = [4033, 4.2, -0.3];
        double[] data = [.. Manifold.Wavelength.Select((_, i) => i % 9 == 0 ? double.NaN : 0.9)];
        foreach (ReconstructionOptions options in new[] { new ReconstructionOptions(), ReconstructionOptions.Published, new ReconstructionOptions { WindowTolerance = 1e-6 } })
        {
            var reconstructor = new SpectrumReconstructor(Manifold, options, KernelSet.Best);
            var flux = new double[data.Length];
            reconstructor.Reconstruct(point, Workers.OneThread, flux);
            double expected = 0;
            for (int i = 0; i < data.Length; i++) expected += double.IsNaN(data[i]) ? 0 : (data[i] - flux[i]) * (data[i] - flux[i]);
            (double sum, int pixels) = reconstructor.SquaredResidual(point, Workers.OneThread, data);
            Assert.Equal(data.Count(d => !double.IsNaN(d)), pixels);
            Assert.Equal(expected, sum, 1e-9);
        }
    }

    // More lines than one part takes; every node lacks some of them.
    private static LineManifold Create()
    {
        const int lines = 9000;
        var axes = new RectilinearAxes(["teff", "logg", "feh"], [[4000, 4100, 4200], [4, 4.5, 5], [-0.5, 0]]);
        double[] wavelength = [.. Enumerable.Range(0, 6000).Select(i => 8500 + (0.01 * i))];
        double[] center = [.. Enumerable.Range(0, lines).Select(k => 8500 + (k * 60.0 / lines))];
        var random = new Random(1);
        var offset = new long[axes.NodeCount + 1];
        var rows = new List<(int Line, float Shift, float A, float S, float G)>();
        for (int node = 0; node < axes.NodeCount; node++)
        {
            for (int k = 0; k < lines; k++)
            {
                if (random.Next(3) == 0) continue;
                rows.Add((k, (float)(0.02 * random.NextDouble()), (float)(-6 + random.NextDouble()), (float)(-4 + random.NextDouble()), (float)(-4 + random.NextDouble())));
            }

            offset[node + 1] = rows.Count;
        }

        var entries = new ManifoldEntries(
            [.. rows.Select(r => r.Line)], [.. rows.Select(r => r.Shift)], [.. rows.Select(r => r.A)], [.. rows.Select(r => r.S)], [.. rows.Select(r => r.G)]);
        return new LineManifold(axes, wavelength, center, [.. Enumerable.Repeat(true, axes.NodeCount)], offset, entries, ToyManifold.Whole.Recipe);
    }
}
