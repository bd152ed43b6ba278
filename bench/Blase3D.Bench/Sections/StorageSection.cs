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

    private static string Text(double value, string format) => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
}
