using Blase3D.Engine.Storage.Tables;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>Writes `inference-results` revision 1 (data-schemas/inference-results.md).</summary>
public static class InferenceFile
{
    /// <summary>The TYPE.</summary>
    public const string Type = "inference-results";

    /// <summary>Writes results.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="results">At least one result, all of the same axes.</param>
    /// <param name="provenance">How they came to be.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<NamedResult> results, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(provenance);
        if (results.Count == 0 || results.Any(r => !r.Result.AxisNames.SequenceEqual(results[0].Result.AxisNames, StringComparer.Ordinal)))
            throw new ArgumentException("Give at least one result, all of the same axes.", nameof(results));
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            int rows = results.Count, axes = results[0].Result.AxisNames.Count;
            FileHeader.Write(file, path, Type, results[0].Result.AxisNames, provenance);
            file.WriteStrings("/spectrum", [.. results.Select(r => r.Spectrum)]);
            file.Write<double>("/value", [.. results.SelectMany(r => r.Result.Value)], [rows, axes]);
            file.Write<double>("/error", [.. results.SelectMany(r => r.Result.Error)], [rows, axes]);
            file.Write<double>("/rms", [.. results.Select(r => r.Result.Rms)], [rows]);
            file.Write<long>("/evaluations", [.. results.Select(r => (long)r.Result.Evaluations)], [rows]);
            file.Write<double>("/seconds", [.. results.Select(r => r.Result.Seconds)], [rows]);
            file.WriteStrings("/flags", [.. results.Select(r => string.Join(";", r.Result.Flags))]);
            file.Close();
        });
    }
}
