using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Report;

namespace Blase3D.Bench.Sections;

/// <summary>The engine beside the Python path on the same manifold, and beside the original program where it was measured on such a machine.</summary>
internal static class RatioSection
{
    private const string Name = "ratios";

    /// <summary>Reports the ratios; <see cref="ManifoldSection"/> and <see cref="CloningSection"/> come first.</summary>
    /// <param name="report">The report.</param>
    /// <param name="scipyFile">What bench/scipy-path wrote, or null.</param>
    /// <param name="originalFile">Recorded times of the original program: quantity, seconds, note; it may be missing.</param>
    public static void Run(BenchReport report, string? scipyFile, string originalFile)
    {
        report.Section(
            "Ratios",
            "\"python path\" is bench/scipy-path (one scipy interpolator per line, numpy profiles), run together with this table on the same manifold with windows of 1,000 pixels; "
            + "\"original\" is the published program as it was measured once on a machine of this kind.");
        if (scipyFile is null) report.Paragraph("The Python path was not run.");
        else AddPython(report, scipyFile);
        if (File.Exists(originalFile)) AddOriginal(report, originalFile);
        else report.Paragraph("The original program was not measured on a machine of this kind.");
        report.Table(
            ["what", "against", "its time", "engine, 1 thread", "times faster", "engine, all threads", "times faster", "note"],
            from row in report.Rows
            where row.Section == Name
            let one = Engine(report, row, 1)
            let all = Engine(report, row, Environment.ProcessorCount)
            where one is not null && all is not null
            select (IReadOnlyList<string>)
            [
                row.Operation, row.Variant, Numbers.Seconds(row.Time.MinSeconds),
                Numbers.Seconds(one.Time.MinSeconds), Numbers.Ratio(row.Time.MinSeconds / one.Time.MinSeconds),
                Numbers.Seconds(all.Time.MinSeconds), Numbers.Ratio(row.Time.MinSeconds / all.Time.MinSeconds), row.Note,
            ]);
    }

    private static void AddPython(BenchReport report, string file)
    {
        JsonNode python = JsonNode.Parse(File.ReadAllText(file))!;
        JsonNode seconds = python["seconds"]!;
        string note = (bool)python["scaled"]! ? $"scaled from {(int)python["lines"]!} of {(int)python["lines_total"]!} lines" : "all lines";
        Add(report, ManifoldSection.SinglePoint, "python path", (double)seconds["point"]!, note);
        Add(report, ManifoldSection.Batch, "python path", (double)seconds["batch_per_spectrum"]!, note);
        if (python["max_difference_to_engine"] is { } difference)
            report.Paragraph(FormattableString.Invariant($"Largest difference of the Python path's spectrum to the engine's (published rules): {(double)difference:0.0e+00}."));
    }

    private static void AddOriginal(BenchReport report, string file)
    {
        foreach (string line in File.ReadLines(file).Skip(1))
        {
            string[] cells = line.Split(';');
            Add(report, cells[0], cells[1], double.Parse(cells[2], CultureInfo.InvariantCulture), cells[3]);
        }
    }

    private static void Add(BenchReport report, string operation, string variant, double seconds, string note) => report.Add(new BenchRow
    {
        Section = Name,
        Case = ManifoldSection.PublishedCase,
        Operation = operation,
        Variant = variant,
        Time = new Timing(seconds, seconds, 1),
        Note = note,
    });

    private static BenchRow? Engine(BenchReport report, BenchRow other, int threads) => report.Rows.FirstOrDefault(row =>
        row.Section is ManifoldSection.Name or CloningSection.Name && row.Operation == other.Operation && row.Threads == threads
        && row.Case != "interpolation alone");
}
