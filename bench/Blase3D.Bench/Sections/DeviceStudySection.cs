using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine;
using Blase3D.Engine.Devices;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;

namespace Blase3D.Bench.Sections;

/// <summary>One device: whether it is right, what it can do at most, and what the kernels reach of it beside the processor.</summary>
internal static class DeviceStudySection
{
    // Per line and pixel: a distance, a square, a difference and two products.
    private const int InstructionsPerEvaluation = 5;

    private const int PublishedLinesAtNode = 9167;

    private static readonly string[] PartNames = ["kernels", "resident", "cloning", "processes", "stars"];

    private static readonly int[] Widths = [1000, 6000];

    /// <summary>Runs the study and writes the results; nothing is measured on a device that is wrong.</summary>
    /// <exception cref="EngineException">No device, or one whose results are wrong.</exception>
    public static void Run(BenchReport report, DeviceStudyOptions options)
    {
        string? unknown = options.Only.FirstOrDefault(part => !PartNames.Contains(part));
        if (unknown is not null) throw new EngineException(ErrorCode.BadArguments, $"The part '{unknown}' is not known; give some of {string.Join(", ", PartNames)}.");
        using var device = new TimedDevice(DeviceCatalog.Open(options.Backend, options.Device, null));
        report.Section("Device", FormattableString.Invariant($"{device.Name} by {device.Backend}, {device.MemoryBytes / 1e9:0.#} GB may be used."));
        GpuPrecision[] precisions = device.HasDoublePrecision ? [GpuPrecision.Binary64, GpuPrecision.Binary32] : [GpuPrecision.Binary32];
        KernelSet[] sets = [.. precisions.Select(precision => GpuKernelSet.Create(device, precision))];
        DeviceCorrectness.Run(report, sets);
        var targets = new DeviceTargets(options is { Lines: PublishedLinesAtNode, Epochs: 100 });
        var jobs = new DeviceJobsSection(report, options, targets, [.. precisions.Select(precision => GpuKernelSet.Create(device.Untimed, precision))]);
        (string Name, Action Run)[] parts = [.. jobs.Parts.Prepend(("kernels", Kernels)).Where(part => !options.Only.Any() || options.Only.Contains(part.Item1))];
        string last = parts[^1].Name;
        foreach ((string part, Action run) in parts)
        {
            run();
            if (part == last) targets.Write(report);
            report.Write(options.Out, $"device-study-{device.Backend}");
        }

        void Kernels() => KernelsAgainstCeilings(report, options, targets, device, sets, precisions);
    }

    private static void KernelsAgainstCeilings(BenchReport report, DeviceStudyOptions options, DeviceTargets targets, TimedDevice device, KernelSet[] sets, GpuPrecision[] precisions)
    {
        DeviceCeilings[] ceilings = [.. precisions.Select(precision => DeviceCeilings.Measure(device, precision))];
        report.Section("Ceilings", "The fastest of five runs of kernels that do nothing else. Multiply-adds and divisions come in eight independent chains per work-item.");
        report.Table(
            ["precision", "upload, GB/s", "download, GB/s", "copy on the device, GB/s", "multiply-adds, 1e9/s", "divisions, 1e9/s"],
            ceilings.Select(one => (IReadOnlyList<string>)
            [
                one.Precision.ToString(), Giga(one.UploadBytesPerSecond), Giga(one.DownloadBytesPerSecond), Giga(one.CopyBytesPerSecond), Giga(one.MultiplyAddsPerSecond), Giga(one.DivisionsPerSecond),
            ]));
        MeasureKernels(report, options, targets, device, sets, ceilings);
        MeasureBatch(report, options, targets, device, sets, ceilings);
    }

    private static void MeasureKernels(BenchReport report, DeviceStudyOptions options, DeviceTargets targets, TimedDevice device, KernelSet[] sets, DeviceCeilings[] ceilings)
    {
        report.Section(
            "Kernels",
            "One spectrum of 234,600 log-spaced pixels, published profile, through the contract of the processor's kernels: lines and results travel each time. "
            + FormattableString.Invariant($"\"on the device\" is the kernel alone; its bound is {InstructionsPerEvaluation} instructions per line and pixel at the rate of multiply-adds above, or one division per 32 (single precision: 8) lines at the rate of divisions, whichever takes longer."));
        LineProblem problem = LineProblem.Create(PixelGrid.Log, options.Lines);
        var repetition = new Repetition(options.Seconds);
        var rows = new List<IReadOnlyList<string>>();
        foreach (int width in Widths)
        {
            var bench = new KernelCase(problem, LineProfile.Blase, width, repetition);
            Measure(bench, new KernelChoice(KernelSet.Best, 0), new Workers(Environment.ProcessorCount), null);
            for (int s = 0; s < sets.Length; s++) Measure(bench, new KernelChoice(sets[s], 0), Workers.OneThread, ceilings[s]);
        }

        report.Table(["case", "kernels", "operation", "whole call", "spectra/s", "on the device", "share of the bound", "error"], rows);

        void Measure(KernelCase bench, KernelChoice choice, Workers workers, DeviceCeilings? ceiling)
        {
            foreach (Func<KernelChoice, Workers, BenchRow> operation in new[] { bench.Forward, bench.Residual, bench.Gradient })
            {
                device.Take();
                BenchRow row = operation(choice, workers);
                report.Add(row);
                (string Kernel, double Seconds, double Total)[] kernels = [.. device.Take().Where(kernel => kernel.Kernel is "forward_spectrum" or "forward_residual" or "adjoint_lines")];
                double? alone = kernels.Length == 0 ? null : kernels.Sum(kernel => kernel.Seconds);
                string share = string.Empty;
                if (alone is { } seconds && ceiling is not null && row.Operation != "gradient")
                {
                    double reached = Bound(row.Evaluations, ceiling) / seconds;
                    share = Percent(reached);
                    if (row.Operation == "forward" && ceiling.Precision == GpuPrecision.Binary32) targets.Reached("share", reached, $"{row.Variant}, {row.Case}");
                }

                rows.Add(
                [
                    row.Case, row.Variant, row.Operation, Numbers.Seconds(row.Time.MinSeconds), FormattableString.Invariant($"{1 / row.Time.MinSeconds:0}"),
                    alone is null ? string.Empty : Numbers.Seconds(alone.Value), share, Numbers.Error(row.MaxError),
                ]);
            }
        }
    }

    // A spectrum alone does not fill a large card; a batch of them from a manifold that stays there does.
    private static void MeasureBatch(BenchReport report, DeviceStudyOptions options, DeviceTargets targets, TimedDevice device, KernelSet[] sets, DeviceCeilings[] ceilings)
    {
        report.Section("A batch of spectra", FormattableString.Invariant($"{options.Points} points of one cell of {options.Lines} lines x 6,000, the kernel of the spectra alone; the bound as above."));
        LineManifold cell = DeviceJobsSection.OneCell(options.Lines);
        GridPoints points = DeviceJobsSection.PointsOfCell(cell.Axes, options.Points);
        LineProblem problem = LineProblem.Create(PixelGrid.Log, options.Lines);
        double evaluations = problem.Windows(6000).Length.Take(options.Lines).Sum(pixels => (double)pixels) * points.Count;
        double[][] spectra = [.. Enumerable.Range(0, points.Count).Select(_ => new double[cell.Wavelength.Length])];
        var rows = new List<IReadOnlyList<string>>();
        for (int s = 0; s < sets.Length; s++)
        {
            using var batch = new BatchReconstruction(cell, new ReconstructionOptions { WindowPixels = 6000 }, sets[s]);
            double fastest = double.PositiveInfinity;
            for (int run = 0; run < 3; run++)
            {
                device.Take();
                batch.Fill(points, Workers.OneThread, spectra);
                fastest = Math.Min(fastest, device.Take().Where(kernel => kernel.Kernel == "resident_spectra").Sum(kernel => kernel.Total));
            }

            double reached = Bound(evaluations, ceilings[s]) / fastest;
            if (ceilings[s].Precision == GpuPrecision.Binary32) targets.Reached("share", reached, $"{sets[s].Name}, a batch of {points.Count}");
            rows.Add([sets[s].Name, Numbers.Seconds(fastest / points.Count), FormattableString.Invariant($"{points.Count / fastest:0}"), Percent(reached)]);
            Console.Out.WriteLine(string.Join("  ", rows[^1]));
        }

        report.Table(["kernels", "a spectrum", "spectra/s", "share of the bound"], rows);
    }

    private static double Bound(double evaluations, DeviceCeilings ceiling) => Math.Max(
        InstructionsPerEvaluation * evaluations / ceiling.MultiplyAddsPerSecond, evaluations / KernelProgram.LinesPerDivision(ceiling.Precision) / ceiling.DivisionsPerSecond);

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0} %");

    private static string Giga(double rate) => FormattableString.Invariant($"{rate / 1e9:G3}");
}
