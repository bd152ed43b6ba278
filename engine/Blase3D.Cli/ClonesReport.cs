using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;

namespace Blase3D.Cli;

/// <summary>What is said of clones after they were written.</summary>
internal static class ClonesReport
{
    private const int MostNamed = 5;

    public static void Print(Session session, string path, GridPoints points, CloneTally tally)
    {
        double[] rms = [.. tally.Rms.Where(double.IsFinite).Order()];
        int worst = Enumerable.Range(0, tally.Count).MaxBy(s => tally.Rms[s]);
        int[] skipped = [.. tally.SkippedRows];
        session.Result(
            new JsonObject
            {
                ["output"] = path,
                ["spectra"] = tally.Count,
                ["lines"] = tally.LineCount,
                ["rms_median"] = rms.Length > 0 ? rms[rms.Length / 2] : null,
                ["rms_worst"] = rms.Length > 0 ? rms[^1] : null,
                ["worst_point"] = points.Describe(worst),
                ["skipped"] = new JsonArray([.. skipped.Select(row => (JsonNode)new JsonObject { ["point"] = points.Describe(row), ["reason"] = tally.SkipReason[row] })]),
            },
            () =>
            {
                string spectra = skipped.Length == 0 ? $"{tally.Count} spectra" : $"{tally.Count - skipped.Length} of {tally.Count} spectra";
                Console.Out.WriteLine(rms.Length == 0
                    ? $"{path}: {spectra} as {tally.LineCount} lines"
                    : FormattableString.Invariant($"{path}: {spectra} as {tally.LineCount} lines; rms of clone minus spectrum: median {rms[rms.Length / 2]:0.00000}, worst {rms[^1]:0.00000} at {points.Describe(worst)}"));
            });
    }

    /// <summary>The skipped spectra with their reasons, the first few of them.</summary>
    public static string DescribeSkipped(GridPoints points, CloneTally tally)
    {
        int[] skipped = [.. tally.SkippedRows];
        IEnumerable<string> named = skipped.Take(MostNamed).Select(row => $"{points.Describe(row)} ({tally.SkipReason[row]!.TrimEnd('.')})");
        string more = skipped.Length > MostNamed ? $"; and {skipped.Length - MostNamed} more" : string.Empty;
        return string.Join("; ", named) + more;
    }

    /// <summary>Ends a run whose output is whole but lacks spectra.</summary>
    /// <exception cref="EngineException">BadInput, when any spectrum was skipped.</exception>
    public static void RequireNoneSkipped(string path, GridPoints points, CloneTally tally)
    {
        int skipped = tally.SkippedRows.Count();
        if (skipped == 0) return;
        throw new EngineException(
            ErrorCode.BadInput, $"{path} was written without {skipped} of {tally.Count} spectra, which 'build' takes as missing nodes: {DescribeSkipped(points, tally)}; repair or leave out these.");
    }
}
