using System.Diagnostics;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;

namespace Blase3D.Bench.Sections;

/// <summary>A manifold of the published size on disk: sizes, opening, first spectrum, parts.</summary>
internal static class StorageSection
{
    /// <summary>Writes the manifold in every form into a folder of its own and reads it again.</summary>
    public static void Run(BenchReport report)
    {
        string folder = Directory.CreateTempSubdirectory("blase3d-bench-").FullName;
        try
        {
            LineManifold manifold = ManifoldProblem.Create();
            var workers = new Workers(Environment.ProcessorCount);
            report.Section(
                "A manifold of the published size on disk",
                $"{manifold.Axes.NodeCount} nodes, {manifold.LineCenter.Length:#,0} lines, {manifold.Entries.LineIndex.Length:#,0} (node, line) pairs, {manifold.Wavelength.Length:#,0} pixels, seeded random parameters; "
                + "the file is in the page cache, the process is warm. \"first spectrum\": from the closed file to the spectrum of one point between the nodes (window 1,000, exact), all threads; \"20 A\": only the wavelengths 9000 to 9020 A.");
            var rows = new List<IReadOnlyList<string>>
            {
                Row("plain", manifold, compress: false),
                Row("compressed", LineManifoldFile.Rounded(manifold), compress: true),
                Row("surfaces of degree 1", SurfaceFit.Fit(manifold, 1, workers), compress: false),
                Row("surfaces of degree 2", SurfaceFit.Fit(manifold, 2, workers), compress: false),
            };
            report.Table(["form", "size MB", "bytes per pair", "writing s", "first spectrum, linear s", "first spectrum, cubic s", "MB of entries read, linear / cubic", "20 A, linear s", "MB read", "all of it, verified, s"], rows);

            int entries = manifold.Entries.LineIndex.Length;
            report.Paragraph(FormattableString.Invariant(
                $"The plain form is 20 bytes per pair by contract, of which the four parameters are {16e-6 * entries:0.0} MB and the index (the line of every pair) {4e-6 * entries:0.0} MB; wavelengths, lines, offsets and checksums are the rest. For 12 million pairs that is 192 MB and 48 MB of index."));
            report.Table(
                ["scheme", "single point, 1 thread ms", $"single point, {workers.Threads} threads ms", $"batch of 60, {workers.Threads} threads, per spectrum ms"],
                new[] { InterpolationScheme.Linear, InterpolationScheme.Cubic }.Select(scheme => Rates(manifold, scheme, workers)));

            IReadOnlyList<string> Row(string name, LineManifold form, bool compress)
            {
                string path = Path.Combine(folder, "m.h5");
                long start = Stopwatch.GetTimestamp();
                LineManifoldFile.Write(path, form, Provenance.Of("bench held-out", []), compress);
                double writing = Stopwatch.GetElapsedTime(start).TotalSeconds;
                double size = new FileInfo(path).Length;
                double[] range = [.. form.Wavelength.Where(w => w is >= 9000 and <= 9020)];
                double linearBytes = 0, cubicBytes = 0, partBytes = 0;
                Timing linear = new Repetition(1).Measure(() => linearBytes = First(InterpolationScheme.Linear, null));
                Timing cubic = new Repetition(1).Measure(() => cubicBytes = First(InterpolationScheme.Cubic, null));
                Timing part = new Repetition(1).Measure(() => partBytes = First(InterpolationScheme.Linear, range));
                Timing all = new Repetition(1).Measure(() => _ = LineManifoldFile.Read(path));
                string[] row =
                [
                    name, Text(size / 1e6, "0.0"), Text(size / manifold.Entries.LineIndex.Length, "0.00"), Text(writing, "0.0"), Text(linear.MinSeconds, "0.000"), Text(cubic.MinSeconds, "0.000"),
                    $"{Text(linearBytes / 1e6, "0.00")} / {Text(cubicBytes / 1e6, "0.00")}", Text(part.MinSeconds, "0.000"), Text(partBytes / 1e6, "0.00"), Text(all.MinSeconds, "0.000"),
                ];
                Console.Out.WriteLine(string.Join("  ", row));
                return row;

                double First(InterpolationScheme scheme, double[]? wavelength)
                {
                    using StoredManifold stored = LineManifoldFile.Open(path);
                    var options = new ReconstructionOptions { WindowPixels = 1000, Scheme = scheme };
                    double[] wanted = wavelength ?? stored.Manifold.Wavelength;
                    (int first, int end) = SpectrumReconstructor.LinesInReach(stored.Manifold, options, wanted);
                    stored.Restrict(first, end);
                    var flux = new double[wanted.Length];
                    new SpectrumReconstructor(stored.Manifold, options, KernelSet.Best, wavelength).Reconstruct(ManifoldProblem.Point, workers, flux);
                    return stored.EntryBytesRead;
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Rates(LineManifold manifold, InterpolationScheme scheme, Workers workers)
    {
        var options = new ReconstructionOptions { WindowPixels = 1000, Scheme = scheme };
        var reconstructor = new SpectrumReconstructor(manifold, options, KernelSet.Best);
        var flux = new double[manifold.Wavelength.Length];
        var batch = new BatchReconstruction(manifold, options, KernelSet.Best);
        GridPoints points = ManifoldProblem.Batch(60);
        double[][] spectra = [.. Enumerable.Range(0, points.Count).Select(_ => new double[flux.Length])];
        double[] there = [5123.4, 4.2, -0.3];
        double Single(Workers threads) => 500 * new Repetition(1).Measure(() =>
        {
            reconstructor.Reconstruct(there, threads, flux);
            reconstructor.Reconstruct(ManifoldProblem.Point, threads, flux);
        }).MinSeconds;
        string[] row =
        [
            $"{scheme}".ToLowerInvariant(), Text(Single(Workers.OneThread), "0.00"), Text(Single(workers), "0.00"),
            Text(1000 * new Repetition(1).Measure(() => batch.Fill(points, workers, spectra)).MinSeconds / points.Count, "0.00"),
        ];
        Console.Out.WriteLine(string.Join("  ", row));
        return row;
    }

    private static string Text(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
