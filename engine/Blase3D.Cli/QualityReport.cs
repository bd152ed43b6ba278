using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Cloning.Report;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Reports;
using Blase3D.Kernels;

namespace Blase3D.Cli;

/// <summary>Makes the report of clones, into a folder and onto the terminal.</summary>
internal static class QualityReport
{
    private const int MostNamed = 10;

    /// <summary>Refuses a folder that cannot be written to, before any work.</summary>
    public static void CheckFolder(string folder)
    {
        if (File.Exists(folder)) throw new EngineException(ErrorCode.BadArguments, $"The report {folder} is a file; give the name of a folder.");
        AtomicFile.RequireWritable(Path.Combine(folder, "nodes.csv"));
    }

    /// <summary>Compares clones with their spectra.</summary>
    /// <param name="session">The terminal.</param>
    /// <param name="folder">Where the report goes.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="clones">Clones of all or some of its points.</param>
    /// <param name="clonesName">What to call the clones in an error.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="isResult">Whether the report is what the verb is about; else it is said beside the verb's own result.</param>
    public static void Make(
        Session session, string folder, StoredSpectra grid, IClonedRows clones, string clonesName, KernelSet kernels, Workers workers, bool isResult)
    {
        GridSelection matching = Match(grid, clones, clonesName);
        CloneReport report = session.Progress("comparing", progress => CloneReport.Of(matching, clones, kernels, workers, progress));
        CloneReportFolder.Write(folder, report, matching, clones, kernels, workers);
        if (!isResult)
        {
            foreach (string line in Lines(folder, report)) session.Note(line);
            return;
        }

        JsonObject summary = CloneReportFolder.Summary(report);
        summary.Insert(0, "output", folder);
        session.Result(summary, () =>
        {
            foreach (string line in Lines(folder, report)) Console.Out.WriteLine(line);
        });
    }

    private static GridSelection Match(StoredSpectra grid, IClonedRows clones, string clonesName)
    {
        if (!grid.Wavelength.SequenceEqual(clones.Wavelength) || !grid.Points.AxisNames.SequenceEqual(clones.Points.AxisNames))
            throw new EngineException(ErrorCode.BadInput, $"{clonesName} and {grid.FilePath} differ in wavelengths or axes; give the grid that these clones were made of.");
        var rowOf = new Dictionary<string, int>();
        for (int row = 0; row < grid.Points.Count; row++) rowOf[Key(grid.Points[row])] = row;
        var rows = new int[clones.Points.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            if (!rowOf.TryGetValue(Key(clones.Points[row]), out rows[row]))
                throw new EngineException(ErrorCode.BadInput, $"{grid.FilePath} has no spectrum at {clones.Points.Describe(row)} of {clonesName}; give the grid that these clones were made of.");
        }

        return new GridSelection(grid, rows);

        static string Key(ReadOnlySpan<double> point) => Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(point));
    }

    private static IEnumerable<string> Lines(string folder, CloneReport report)
    {
        NodeReport[] cloned = [.. report.Cloned];
        yield return $"{folder}: {cloned.Length} of {report.Nodes.Count} spectra as {report.Nodes.Sum(node => (long)node.LineCount)} lines ({report.Nodes.Sum(node => (long)node.MergedLines)} merged into others); clone minus spectrum, median over the spectra (worst spectrum):";
        yield return FormattableString.Invariant($"  {"resolution",-12}{"rms",18}{"median",18}{"99.9 %",18}{"max",18}");
        for (int r = 0; r < CloneReportFolder.ResolutionNames.Count && cloned.Length > 0; r++)
        {
            int at = r;
            Func<ResidualStatistics, double>[] kinds = [s => s.Rms, s => s.Median, s => s.Percentile999, s => s.Largest];
            IEnumerable<string> cells = kinds.Select(kind =>
            {
                double[] values = [.. cloned.Select(node => kind(node.Residuals[at])).Order()];
                return FormattableString.Invariant($"{$"{values[(values.Length - 1) / 2]:0.00000} ({values[^1]:0.0000})",18}");
            });
            yield return $"  {CloneReportFolder.ResolutionNames[r],-12}{string.Concat(cells)}";
        }

        foreach (NodeReport node in report.Nodes.Where(node => node.SkipReason is not null).Take(MostNamed)) yield return $"  skipped: {report.Points.Describe(node.Row)}: {node.SkipReason}";
        NodeReport[] emission = [.. report.WithEmission];
        foreach (NodeReport node in emission.Take(MostNamed)) yield return $"  emission: {report.Points.Describe(node.Row)}: {CloneReportFolder.DescribeEmission(node)}";
        if (emission.Length > MostNamed) yield return $"  and {emission.Length - MostNamed} more spectra with emission in nodes.csv";
        int[] outliers = [.. report.OutlierRows];
        foreach (int row in outliers.Take(MostNamed)) yield return $"  outlier: {report.Points.Describe(row)}: {CloneReportFolder.Describe(report, row)}";
        if (outliers.Length > MostNamed) yield return $"  and {outliers.Length - MostNamed} more outliers in nodes.csv";
    }
}
