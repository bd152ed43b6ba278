using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>Forward and gradient of every kernel beside the naive evaluation, with the errors checked in the same run.</summary>
internal sealed class KernelSection(BenchReport report, Repetition repetition, string cases)
{
    /// <summary>The name in the CSV file.</summary>
    public const string Name = "kernels";

    // A case that would take longer than this is left out, and said to be.
    private const double LongestSeconds = 4;

    // The naive evaluation takes every n-th line of larger problems, so that it stays in this time.
    private const double NaiveEvaluations = 20e6;
    private const double NaiveVoigtEvaluations = 1e6;

    private static readonly int[] LineCounts = [9167, 35_000];
    private const int ProbeWidth = 6000;

    private static readonly int[] Widths = [1000, ProbeWidth, LineProblem.WholeSpectrum];

    /// <summary>Measures everything: all profiles on log-spaced pixels, the published profile on those of PHOENIX.</summary>
    public void Run()
    {
        report.Section(
            "Kernels",
            "Seeded random lines: sigma about 0.025 A, gamma about 0.02 A, 3 % of the lines 5 to 25 times broader, depth 0.01 plus an exponential of mean 0.12. "
            + "log: 234,600 log-spaced pixels 8038-12849 A; phoenix: the 338,651 pixels of the library. \"naive\" is one exponential and one logarithm per line and pixel. "
            + "\"error\" of a spectrum is max |S - naive| on 1,000 pixels, that of a gradient the largest difference to fourth-order differences of the naive profile on 24 lines, "
            + "relative to the largest derivative of the same kind. Product composition. A forward evaluation is timed with one line changed each time; "
            + "a gradient finds the constants of the lines as the forward evaluation left them.");
        Warm();
        foreach (PixelGrid grid in Enum.GetValues<PixelGrid>())
        {
            foreach (int lines in LineCounts)
            {
                if (!Widths.Any(width => IsWanted(KernelCase.NameOf(grid, lines, width)))) continue;
                LineProblem problem = LineProblem.Create(grid, lines);
                foreach (LineProfile profile in Enum.GetValues<LineProfile>())
                {
                    if (grid == PixelGrid.Log || profile == LineProfile.Blase) Run(problem, profile);
                }
            }
        }

        report.Table(
            ["case", "profile", "operation", "kernel", "threads", "min", "median", "ns per evaluation", "naive / this", "error", "note"],
            from row in report.Rows
            where row.Section == Name
            let naive = report.Rows.FirstOrDefault(other => other.Section == Name && other.Variant == "naive" && other.Case == row.Case && other.Profile == row.Profile && other.Operation == row.Operation)
            select (IReadOnlyList<string>)
            [
                row.Case, row.Profile, row.Operation, row.Variant, $"{row.Threads}", Numbers.Seconds(row.Time.MinSeconds), Numbers.Seconds(row.Time.MedianSeconds),
                Numbers.Nanoseconds(row.Time.MinSeconds / row.Evaluations), naive is null ? string.Empty : Numbers.Ratio(naive.Time.MinSeconds / row.Time.MinSeconds),
                Numbers.Error(row.MaxError), row.Note,
            ]);
    }

    private void Run(LineProblem problem, LineProfile profile)
    {
        var secondsPerEvaluation = new Dictionary<string, double>();
        foreach (int width in Widths)
        {
            if (!IsWanted(KernelCase.NameOf(problem.Grid, problem.Lines.Count, width)))
            {
                if (width == ProbeWidth) Probe(problem, profile, secondsPerEvaluation);
                continue;
            }

            var bench = new KernelCase(problem, profile, width, repetition);
            ILookup<bool, KernelChoice> fits = KernelChoice.All.ToLookup(choice => Predicted(choice, bench) <= LongestSeconds);
            foreach (KernelChoice choice in fits[false])
                Console.Out.WriteLine($"{bench.Name}  {profile}  {choice.Name}: left out, would take about {Numbers.Seconds(Predicted(choice, bench))} a run");
            if (!fits[true].Any()) continue;
            report.Add(bench.Naive(profile == LineProfile.Voigt ? NaiveVoigtEvaluations : NaiveEvaluations));
            if (profile == LineProfile.Blase) report.Add(bench.NaiveGradient(NaiveEvaluations));
            foreach (KernelChoice choice in fits[true])
            {
                BenchRow forward = bench.Forward(choice, Workers.OneThread);
                secondsPerEvaluation[choice.Name] = forward.Time.MinSeconds / forward.Evaluations;
                report.Add(forward);
                report.Add(bench.Gradient(choice, Workers.OneThread));
                if (profile != LineProfile.Blase || choice.Set != KernelSet.Best || Environment.ProcessorCount == 1) continue;
                var all = new Workers(Environment.ProcessorCount);
                report.Add(bench.Forward(choice, all));
                report.Add(bench.Gradient(choice, all));
            }
        }

        double Predicted(KernelChoice choice, KernelCase bench) => secondsPerEvaluation.GetValueOrDefault(choice.Name) * bench.Evaluations;
    }

    // A few lines again and again, until the compiler has seen what is hot; the large cases alone would be over before that.
    private static void Warm()
    {
        LineProblem few = LineProblem.Create(PixelGrid.Log, 300);
        var bench = new KernelCase(few, LineProfile.Blase, 1000, new Repetition(0.3));
        foreach (KernelChoice choice in KernelChoice.All)
        {
            bench.Forward(choice, Workers.OneThread);
            bench.Gradient(choice, Workers.OneThread);
        }
    }

    private bool IsWanted(string name) => name.StartsWith(cases, StringComparison.OrdinalIgnoreCase);

    // What one evaluation costs, roughly, where the case that would tell is not wanted.
    private static void Probe(LineProblem problem, LineProfile profile, Dictionary<string, double> secondsPerEvaluation)
    {
        var bench = new KernelCase(problem, profile, ProbeWidth, new Repetition(0.01));
        foreach (KernelChoice choice in KernelChoice.All)
        {
            BenchRow row = bench.Forward(choice, Workers.OneThread);
            secondsPerEvaluation[choice.Name] = row.Time.MinSeconds / row.Evaluations;
        }
    }
}
