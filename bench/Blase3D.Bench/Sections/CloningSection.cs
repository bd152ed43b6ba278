using System.Diagnostics;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>Adam steps of the published recipe on a real clone of 9,028 lines.</summary>
internal static class CloningSection
{
    /// <summary>The name in the CSV file.</summary>
    public const string Name = "cloning";

    private const int Epochs = 8;

    /// <summary>Measures every kernel on one thread, and the fastest on all.</summary>
    public static void Run(BenchReport report, Repetition repetition)
    {
        report.Section(
            "Cloning",
            "Published recipe (window 6000, Adam with amsgrad, centres and velocity trained) on the 338,651 PHOENIX pixels, 9,028 lines of the published clone of 4700 K; "
            + "the target is their own spectrum and the start has every line 30 % weaker. One step is forward, gradient and update.");
        double[] wavelength = PhoenixWavelengths.Create(8038, 12849);
        NpzReader golden = NpzReader.Open(RepositoryFiles.Golden("11_forward_real_T4700.npz"));
        var truth = new LineTable(golden.Doubles("lam_centers"), golden.Doubles("amplitudes"), golden.Doubles("sigma_widths"), golden.Doubles("gamma_widths"));
        var start = new LineTable(truth.Center, [.. truth.LnAmplitude.Select(a => a + Math.Log(0.7))], truth.LnSigma, truth.LnGamma);
        var flux = new double[wavelength.Length];
        LineWindows windows = LineWindows.CreatePublished(truth.Center, wavelength, CloneOptions.Published.WingPixels);
        KernelSet.Best.Create().Forward(LineModel.Published, truth, windows, wavelength, Workers.OneThread, flux);

        CloneOptions options = CloneOptions.Published with { Epochs = Epochs };
        foreach (KernelChoice choice in KernelChoice.All)
        {
            int[] threads = choice.Set == KernelSet.Best && Environment.ProcessorCount > 1 ? [1, Environment.ProcessorCount] : [1];
            foreach (int count in threads)
            {
                ILineKernels kernels = choice.Create();
                var workers = new Workers(count);
                double rms = 0;
                long before = GC.GetTotalAllocatedBytes();
                Timing time = repetition.Measure(() => rms = SpectrumCloner.Clone(wavelength, flux, start, options, kernels, workers).Rms);
                double allocated = (GC.GetTotalAllocatedBytes() - before) / (time.Runs + 1.0) / 1e6;
                report.Add(new BenchRow
                {
                    Section = Name,
                    Case = "phoenix 9028 x 6000",
                    Profile = LineModel.Published.Profile.ToString(),
                    Operation = "Adam step",
                    Variant = choice.Name,
                    Threads = count,
                    Time = new Timing(time.MinSeconds / Epochs, time.MedianSeconds / Epochs, time.Runs),
                    Evaluations = 9028 * 6000.0,
                    Note = FormattableString.Invariant($"{allocated:0} MB allocated per clone; rms after {Epochs} steps {rms:0.00000}"),
                });
            }
        }

        report.Table(
            ["kernel", "threads", "one step", "steps per second", "100 steps", "note"],
            from row in report.Rows
            where row.Section == Name
            select (IReadOnlyList<string>)
                [row.Variant, $"{row.Threads}", Numbers.Seconds(row.Time.MinSeconds), Numbers.Ratio(1 / row.Time.MinSeconds), Numbers.Seconds(100 * row.Time.MinSeconds), row.Note]);
        using Process self = Process.GetCurrentProcess();
        report.Paragraph(FormattableString.Invariant($"Peak memory of the whole process up to here: {self.PeakWorkingSet64 / 1e6:0} MB."));
    }
}
