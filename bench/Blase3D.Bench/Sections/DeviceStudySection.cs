using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine;
using Blase3D.Engine.Devices;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;

namespace Blase3D.Bench.Sections;

/// <summary>One device: whether it is right, what it can do at most, and what the kernels reach of it beside the processor.</summary>
internal static class DeviceStudySection
{
    // Per line and pixel: a distance, a square, a difference and two products.
    private const int InstructionsPerEvaluation = 5;

    private static readonly string[] PartNames = ["kernels", "resident", "cloning", "stars"];

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
        Correctness(report, sets);
        var jobs = new DeviceJobsSection(report, options, [.. precisions.Select(precision => GpuKernelSet.Create(device.Untimed, precision))]);
        foreach ((string _, Action run) in jobs.Parts.Prepend(("kernels", Kernels)).Where(part => !options.Only.Any() || options.Only.Contains(part.Item1)))
        {
            run();
            report.Write(options.Out, $"device-study-{device.Backend}");
        }

        void Kernels() => KernelsAgainstCeilings(report, options, device, sets, precisions);
    }

    private static void KernelsAgainstCeilings(BenchReport report, DeviceStudyOptions options, TimedDevice device, KernelSet[] sets, GpuPrecision[] precisions)
    {
        DeviceCeilings[] ceilings = [.. precisions.Select(precision => DeviceCeilings.Measure(device, precision))];
        report.Section("Ceilings", "The fastest of five runs of kernels that do nothing else. Multiply-adds and divisions come in eight independent chains per work-item.");
        report.Table(
            ["precision", "upload, GB/s", "download, GB/s", "copy on the device, GB/s", "multiply-adds, 1e9/s", "divisions, 1e9/s"],
            ceilings.Select(one => (IReadOnlyList<string>)
            [
                one.Precision.ToString(), Giga(one.UploadBytesPerSecond), Giga(one.DownloadBytesPerSecond), Giga(one.CopyBytesPerSecond), Giga(one.MultiplyAddsPerSecond), Giga(one.DivisionsPerSecond),
            ]));
        MeasureKernels(report, options, device, sets, ceilings);
    }

    private static void Correctness(BenchReport report, KernelSet[] sets)
    {
        report.Section("Correctness", "300 lines, windows of 6,000 of 234,600 pixels, every profile and composition, against the scalar kernels in double precision.");
        LineProblem problem = LineProblem.Create(PixelGrid.Log, 300);
        LineWindows windows = problem.Windows(6000);
        var rows = new List<IReadOnlyList<string>>();
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            foreach (Composition composition in Enum.GetValues<Composition>())
            {
                var model = new LineModel(profile, composition);
                (double[] flux, LineGradient gradient) = Evaluate(KernelSet.Find("scalar")!);
                foreach (KernelSet set in sets)
                {
                    (double[] found, LineGradient foundGradient) = Evaluate(set);
                    double error = flux.Zip(found, (a, b) => Math.Abs(a - b)).Max();
                    double gradientError = Math.Max(Relative(gradient.Center, foundGradient.Center), Relative(gradient.LnGamma, foundGradient.LnGamma));
                    bool isSingle = set.Name.EndsWith("single", StringComparison.Ordinal);
                    rows.Add([profile.ToString(), composition.ToString(), set.Name, Numbers.Error(error), Numbers.Error(gradientError)]);
                    Console.Out.WriteLine(string.Join("  ", rows[^1]));
                    if (!(error <= (isSingle ? 1e-5 : 1e-12) && gradientError <= (isSingle ? 1e-4 : 1e-9)))
                        throw new EngineException(ErrorCode.BadInput, $"The device is wrong ({string.Join(", ", rows[^1])}); nothing was measured.");
                }

                (double[] Flux, LineGradient Gradient) Evaluate(KernelSet set)
                {
                    var transmission = new double[problem.Wavelength.Length];
                    var sums = new LineGradient(problem.Lines.Count);
                    ILineKernels kernels = set.Create();
                    kernels.Forward(model, problem.Lines, windows, problem.Wavelength, Workers.OneThread, transmission);
                    kernels.Gradient(model, problem.Lines, windows, problem.Wavelength, transmission, problem.Cotangent, Workers.OneThread, sums);
                    return (transmission, sums);
                }
            }
        }

        report.Table(["profile", "composition", "kernels", "largest error of S", "of a gradient, relative to its largest"], rows);

        static double Relative(double[] expected, double[] found) => expected.Zip(found, (a, b) => Math.Abs(a - b)).Max() / expected.Max(Math.Abs);
    }

    private static void MeasureKernels(BenchReport report, DeviceStudyOptions options, TimedDevice device, KernelSet[] sets, DeviceCeilings[] ceilings)
    {
        report.Section(
            "Kernels",
            "One spectrum of 234,600 log-spaced pixels, published profile, through the contract of the processor's kernels: lines and results travel each time. "
            + FormattableString.Invariant($"\"on the device\" is the kernel alone; its bound is {InstructionsPerEvaluation} instructions per line and pixel at the rate of multiply-adds above."));
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
                (string Kernel, double Seconds, int Runs)[] kernels = [.. device.Take().Where(kernel => kernel.Kernel is "forward_spectrum" or "forward_residual" or "adjoint_lines")];
                double? alone = kernels.Length == 0 ? null : kernels.Sum(kernel => kernel.Seconds);
                string share = alone is { } seconds && ceiling is not null && row.Operation != "gradient"
                    ? FormattableString.Invariant($"{100 * InstructionsPerEvaluation * row.Evaluations / ceiling.MultiplyAddsPerSecond / seconds:0} %")
                    : string.Empty;
                rows.Add(
                [
                    row.Case, row.Variant, row.Operation, Numbers.Seconds(row.Time.MinSeconds), FormattableString.Invariant($"{1 / row.Time.MinSeconds:0}"),
                    alone is null ? string.Empty : Numbers.Seconds(alone.Value), share, Numbers.Error(row.MaxError),
                ]);
            }
        }
    }

    private static string Giga(double rate) => FormattableString.Invariant($"{rate / 1e9:G3}");
}
