using Blase3D.Bench.Measuring;
using Blase3D.Bench.Report;

namespace Blase3D.Bench.Sections;

/// <summary>The peak rates of one core, and how much of them the kernels reach.</summary>
internal static class PeakSection
{
    /// <summary>Measures and reports the peaks.</summary>
    public static IReadOnlyList<PeakRates> Run(BenchReport report, Repetition repetition)
    {
        report.Section("Peaks of one core", "Own loops with 15 independent accumulators, double precision. \"mixed\" is three fused multiply-adds to two additions.");
        IReadOnlyList<PeakRates> peaks = PeakRates.Measure(repetition);
        report.Table(
            ["width", "multiply-add, 1e9 instr/s", "(GFlop/s)", "add, 1e9 instr/s", "mixed, 1e9 instr/s", "divide, 1e9 elements/s"],
            peaks.Select(peak => (IReadOnlyList<string>)
            [
                $"{64 * peak.Width} bit ({peak.Variant})", Giga(peak.MultiplyAdds), Giga(2 * peak.Width * peak.MultiplyAdds), Giga(peak.Adds), Giga(peak.Mixed), Giga(peak.Width * peak.Divisions),
            ]));
        foreach (PeakRates peak in peaks)
            Console.Out.WriteLine(FormattableString.Invariant($"{peak.Variant}: fma {peak.MultiplyAdds / 1e9:0.00} G/s, add {peak.Adds / 1e9:0.00} G/s, mixed {peak.Mixed / 1e9:0.00} G/s, div {peak.Width * peak.Divisions / 1e9:0.00} G elements/s"));
        return peaks;
    }

    /// <summary>Reports which share of the peak the forward kernels of the main problem reach.</summary>
    public static void ReportShares(BenchReport report, IReadOnlyList<PeakRates> peaks)
    {
        report.Section(
            "Share of the roofline",
            "Forward, published profile, one thread. \"direct floor\": five vector instructions per evaluation (three of multiply-add type, two additions) "
            + "at the mixed rate above, the least that a product of (q - A) and q over all lines needs; \"division floor\": one division per evaluation. "
            + "A hierarchical kernel does fewer evaluations than it is counted for and may lie beyond both.");
        report.Table(
            ["case", "kernel", "ns per evaluation", "direct floor", "reaches", "division floor", "reaches"],
            from row in report.Rows
            where row.Section == KernelSection.Name && row.Operation == "forward" && row.Profile == "Blase" && row.Threads == 1
            let peak = peaks.FirstOrDefault(peak => row.Variant == peak.Variant || row.Variant.StartsWith(peak.Variant + " ", StringComparison.Ordinal))
            where peak is not null && row.Evaluations > 0
            let each = row.Time.MinSeconds / row.Evaluations
            select (IReadOnlyList<string>)
            [
                row.Case, row.Variant, Numbers.Nanoseconds(each), Numbers.Nanoseconds(peak.DirectFloorSeconds), Percent(peak.DirectFloorSeconds / each),
                Numbers.Nanoseconds(peak.DivisionFloorSeconds), Percent(peak.DivisionFloorSeconds / each),
            ]);
    }

    private static string Giga(double rate) => FormattableString.Invariant($"{rate / 1e9:0.00}");

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0} %");
}
