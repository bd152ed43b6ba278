using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;

namespace Blase3D.Cli;

/// <summary>Results of inference in the format that the output's name says.</summary>
internal static class InferenceOutput
{
    /// <summary>Writes results. A build that is to be repeatable (SOURCE_DATE_EPOCH) gets 0 for the seconds, which no two runs share.</summary>
    /// <param name="output">A .csv, .json, .h5 or .hdf5 file.</param>
    /// <param name="results">At least one.</param>
    /// <param name="provenance">How they came to be.</param>
    public static void Write(string output, IReadOnlyList<NamedResult> results, Provenance provenance)
    {
        if (Provenance.IsRepeatable) results = [.. results.Select(named => named with { Result = named.Result with { Seconds = 0 } })];
        switch (Path.GetExtension(output).ToLowerInvariant())
        {
            case ".csv":
                InferenceTable.WriteCsv(output, results);
                break;
            case ".json":
                InferenceTable.WriteJson(output, results);
                break;
            default:
                InferenceFile.Write(output, results, provenance);
                break;
        }
    }
}
