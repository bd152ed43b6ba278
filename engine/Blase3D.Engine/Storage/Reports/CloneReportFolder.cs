using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Cloning.Report;
using Blase3D.Engine.Grids;
using Blase3D.Kernels;

namespace Blase3D.Engine.Storage.Reports;

/// <summary>A report of clones as files: nodes.csv, summary.json, typical.svg, worst.svg and, for a grid of two axes or more, rms-map.svg.</summary>
public static class CloneReportFolder
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string[] StatisticNames = ["rms", "median", "p99.9", "max", "worst_angstrom"];
    private static readonly LineOrigin[] Origins = Enum.GetValues<LineOrigin>();

    /// <summary>The names of the resolutions in columns: native, R115000, ...</summary>
    public static IReadOnlyList<string> ResolutionNames { get; } = ["native", .. CloneReport.Resolutions.Select(r => FormattableString.Invariant($"R{r:0}"))];

    /// <summary>Writes a report; every file appears whole or not at all.</summary>
    /// <param name="folder">The folder; made when missing.</param>
    /// <param name="report">The report.</param>
    /// <param name="grid">Its spectra, for the pictures.</param>
    /// <param name="clones">Its clones, for the pictures.</param>
    /// <param name="kernels">The kernels to use for the pictures.</param>
    /// <param name="workers">The threads to use for the pictures.</param>
    /// <exception cref="EngineException">BadInput: a file cannot be written.</exception>
    public static void Write(string folder, CloneReport report, ISpectralGrid grid, IClonedRows clones, KernelSet kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(report);
        WriteText(folder, "nodes.csv", Table(report));
        WriteText(folder, "summary.json", Summary(report).ToJsonString(Indented) + "\n");
        if (report.TypicalNode is { } typical) WriteText(folder, "typical.svg", Region(typical, typical.Typical!, "A typical region of a typical spectrum"));
        if (report.WorstNode is { } worst) WriteText(folder, "worst.svg", Region(worst, worst.Worst!, "The worst region of the worst spectrum"));
        if (ClonePlots.RmsMaps(report) is { } maps) WriteText(folder, "rms-map.svg", maps.ToSvg());

        string Region(NodeReport node, ResidualRegion region, string heading) =>
            ClonePlots.Region(report, grid, clones, node.Row, region, heading, kernels, workers).ToSvg();
    }

    /// <summary>The numbers of the whole grid.</summary>
    /// <param name="report">The report.</param>
    public static JsonObject Summary(CloneReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        NodeReport[] cloned = [.. report.Cloned];
        var residuals = new JsonObject();
        for (int r = 0; r < ResolutionNames.Count && cloned.Length > 0; r++)
        {
            int at = r;
            NodeReport worst = cloned.MaxBy(node => node.Residuals[at].Rms)!, farthest = cloned.MaxBy(node => node.Residuals[at].Largest)!;
            residuals[ResolutionNames[r]] = new JsonObject
            {
                ["rms_median"] = MedianOf(cloned, node => node.Residuals[at].Rms),
                ["median_median"] = MedianOf(cloned, node => node.Residuals[at].Median),
                ["p99.9_median"] = MedianOf(cloned, node => node.Residuals[at].Percentile999),
                ["max_median"] = MedianOf(cloned, node => node.Residuals[at].Largest),
                ["rms_worst"] = worst.Residuals[at].Rms,
                ["rms_worst_point"] = report.Points.Describe(worst.Row),
                ["max_worst"] = farthest.Residuals[at].Largest,
                ["max_worst_point"] = report.Points.Describe(farthest.Row),
                ["max_worst_angstrom"] = farthest.Residuals[at].WorstAngstrom,
            };
        }

        return new JsonObject
        {
            ["spectra"] = report.Nodes.Count,
            ["skipped"] = new JsonArray([.. report.Nodes.Where(node => node.SkipReason is not null).Select(node => (JsonNode)new JsonObject { ["point"] = report.Points.Describe(node.Row), ["reason"] = node.SkipReason })]),
            ["lines"] = report.Nodes.Sum(node => (long)node.LineCount),
            ["lines_by_origin"] = new JsonObject([.. Origins.Select(origin => KeyValuePair.Create(NameOf(origin), (JsonNode?)report.Nodes.Sum(node => (long)node.Lines[(int)origin])))]),
            ["lines_merged"] = report.Nodes.Sum(node => (long)node.MergedLines),
            ["residual"] = residuals,
            ["rms_above_continuum_median"] = cloned.Length > 0 ? MedianOf(cloned, node => node.RmsAboveContinuum) : null,
            ["emission"] = new JsonArray([.. report.WithEmission.Select(node => (JsonNode)new JsonObject { ["point"] = report.Points.Describe(node.Row), ["why"] = DescribeEmission(node) })]),
            ["outliers"] = new JsonArray([.. report.OutlierRows.Select(row => (JsonNode)new JsonObject { ["point"] = report.Points.Describe(row), ["why"] = Describe(report, row) })]),
        };
    }

    /// <summary>Why a node stands out, in words; empty when it does not.</summary>
    /// <param name="report">The report.</param>
    /// <param name="row">The row of the node.</param>
    public static string Describe(CloneReport report, int row)
    {
        ArgumentNullException.ThrowIfNull(report);
        var words = new List<string>();
        if (double.IsFinite(report.RmsOutlier[row])) words.Add(FormattableString.Invariant($"rms {report.RmsOutlier[row]:0.00} x its neighbours'"));
        if (double.IsFinite(report.LinesOutlier[row])) words.Add(FormattableString.Invariant($"lines {report.LinesOutlier[row]:0.00} x its neighbours'"));
        return string.Join("; ", words);
    }

    /// <summary>What of a node no line in absorption can follow, in words.</summary>
    /// <param name="node">A node with emission.</param>
    public static string DescribeEmission(NodeReport node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return FormattableString.Invariant(
            $"flux up to {node.HighestFlux:0.00} x the continuum at {node.HighestAngstrom:0.##} A, where no absorption line can follow: {node.RmsAboveContinuum:0.0000} of its rms of {node.Residuals[0].Rms:0.0000}");
    }

    private static string Table(CloneReport report)
    {
        string[] statistics = [.. ResolutionNames.SelectMany(name => StatisticNames.Select(kind => $"{kind}_{name}"))];
        string[] head = ["row", .. report.Points.AxisNames, "status", "lines", .. Origins.Select(NameOf), "merged", "rms_above_continuum", .. statistics, "worst_region_low", "worst_region_high", "worst_region_rms", "outlier"];
        var lines = new List<string> { string.Join(',', head) };
        foreach (NodeReport node in report.Nodes)
        {
            IEnumerable<double> values = node.SkipReason is null
                ? [.. node.Residuals.SelectMany(r => new[] { r.Rms, r.Median, r.Percentile999, r.Largest, r.WorstAngstrom }), node.Worst!.LowAngstrom, node.Worst.HighAngstrom, node.Worst.Rms]
                : Enumerable.Repeat(double.NaN, statistics.Length + 3);
            string status = node.SkipReason is null ? "cloned" : $"\"skipped: {node.SkipReason.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            lines.Add(string.Join(',',
            [
                Whole(node.Row), .. report.Points[node.Row].ToArray().Select(Number), status, Whole(node.LineCount), .. node.Lines.Select(Whole), Whole(node.MergedLines), Number(node.SkipReason is null ? node.RmsAboveContinuum : double.NaN), .. values.Select(Number), Describe(report, node.Row),
            ]));
        }

        return string.Join('\n', lines) + "\n";

        static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static double MedianOf(NodeReport[] nodes, Func<NodeReport, double> value) => nodes.Select(value).Order().ElementAt((nodes.Length - 1) / 2);

    private static string NameOf(LineOrigin origin) => origin.ToString().ToLowerInvariant();

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G9", CultureInfo.InvariantCulture) : string.Empty;

    private static void WriteText(string folder, string name, string text) => AtomicFile.Write(Path.Combine(folder, name), temporary => File.WriteAllText(temporary, text));
}
