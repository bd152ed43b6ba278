using System.Diagnostics;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>Reconstructions from a manifold of the published size.</summary>
internal static class ManifoldSection
{
    /// <summary>The name in the CSV file.</summary>
    public const string Name = "manifold";

    /// <summary>The operation of one spectrum.</summary>
    public const string SinglePoint = "single point";

    /// <summary>The operation of many spectra, times per spectrum, into memory that is used again.</summary>
    public const string Batch = "batch of 60, per spectrum";

    private const string FreshBatch = "batch of 60 in new memory, per spectrum";

    /// <summary>The case that does what the published reconstruction does.</summary>
    public const string PublishedCase = "published rules, window 1000";

    private const int BatchPoints = 60;

    /// <summary>Measures interpolation, single points and a batch.</summary>
    public static void Run(BenchReport report, Repetition repetition)
    {
        LineManifold manifold = ManifoldProblem.Create();
        using Process self = Process.GetCurrentProcess();
        report.Section(
            "Manifold",
            $"73 x 9 x 2 nodes, {Numbers.Count(manifold.LineCenter.Length)} lines, {Numbers.Count(manifold.Entries.LineIndex.Length)} entries "
            + $"({Numbers.Count(manifold.Entries.LineIndex.Length / (double)manifold.Axes.NodeCount)} lines at a node), seeded made-up parameters, 338,651 PHOENIX pixels. "
            + $"The single point is {GridPoints.Describe(manifold.Axes.Names, ManifoldProblem.Point)}; the batch has {BatchPoints} points within 500 K of it. "
            + "A single point is timed in turn with another one of a distant cell, so that nothing of one serves the other, and half of the time of both is given.");
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            var workers = new Workers(threads);
            if (threads == 1) report.Add(Interpolation(manifold, repetition));
            foreach ((string name, ReconstructionOptions options) in Options()) AddReconstructions(report, repetition, manifold, name, options, workers);
        }

        report.Table(
            ["case", "operation", "kernel", "threads", "min", "median", "note"],
            from row in report.Rows
            where row.Section == Name
            select (IReadOnlyList<string>)
                [row.Case, row.Operation, row.Variant, $"{row.Threads}", Numbers.Seconds(row.Time.MinSeconds), Numbers.Seconds(row.Time.MedianSeconds), row.Note]);
        self.Refresh();
        report.Paragraph(FormattableString.Invariant($"Peak memory of the whole process up to here: {self.PeakWorkingSet64 / 1e6:0} MB."));
    }

    private static (string Name, ReconstructionOptions Options)[] Options() =>
    [
        (PublishedCase, ReconstructionOptions.Published),
        ("window 1000", new ReconstructionOptions { WindowPixels = 1000 }),
        ("window 1000, cubic", new ReconstructionOptions { WindowPixels = 1000, Scheme = InterpolationScheme.Cubic }),
        ("window 6000", new ReconstructionOptions { WindowPixels = 6000 }),
        ("window 6000, tolerance 1e-06", new ReconstructionOptions { WindowPixels = 6000, Tolerance = 1e-6 }),
        ("adaptive windows to 1e-06", new ReconstructionOptions { WindowTolerance = 1e-6 }),
    ];

    private static BenchRow Interpolation(LineManifold manifold, Repetition repetition)
    {
        var interpolator = new ManifoldInterpolator(manifold);
        var lines = new LineTable();
        Timing time = InTurn(repetition, point => interpolator.Interpolate(point, 0, manifold.LineCenter.Length, lines));
        return Row("interpolation alone", SinglePoint, "-", 1, time, $"{Numbers.Count(lines.Count)} lines");
    }

    private static void AddReconstructions(
        BenchReport report, Repetition repetition, LineManifold manifold, string name, ReconstructionOptions options, Workers workers)
    {
        var reconstructor = new SpectrumReconstructor(manifold, options, KernelSet.Best);
        var flux = new double[manifold.Wavelength.Length];
        Timing single = InTurn(repetition, point => reconstructor.Reconstruct(point, workers, flux));
        report.Add(Row(name, SinglePoint, KernelSet.Best.Name, workers.Threads, single, $"{Numbers.Count(reconstructor.LineCount)} lines"));
        GridPoints points = ManifoldProblem.Batch(BatchPoints);
        double[][] spectra = [.. Enumerable.Range(0, BatchPoints).Select(_ => new double[flux.Length])];
        var batch = new BatchReconstruction(manifold, options, KernelSet.Best);
        Add(Batch, repetition.Measure(() => batch.Fill(points, workers, spectra)));
        Add(FreshBatch, repetition.Measure(() => BatchReconstruction.Run(manifold, points, options, KernelSet.Best, workers)));

        void Add(string operation, Timing time) => report.Add(Row(
            name, operation, KernelSet.Best.Name, workers.Threads, new Timing(time.MinSeconds / BatchPoints, time.MedianSeconds / BatchPoints, time.Runs), string.Empty));
    }

    private static Timing InTurn(Repetition repetition, Action<double[]> body)
    {
        double[] here = ManifoldProblem.Point, there = [5123.4, 4.2, -0.3];
        Timing both = repetition.Measure(() =>
        {
            body(there);
            body(here);
        });
        return new Timing(both.MinSeconds / 2, both.MedianSeconds / 2, both.Runs);
    }

    private static BenchRow Row(string name, string operation, string variant, int threads, Timing time, string note) => new()
    {
        Section = Name,
        Case = name,
        Operation = operation,
        Variant = variant,
        Threads = threads,
        Time = time,
        Note = note,
    };
}
