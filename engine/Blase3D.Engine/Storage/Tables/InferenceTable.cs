using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Blase3D.Engine.Inference;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>One inferred spectrum.</summary>
/// <param name="Spectrum">The name: a file, or file#row.</param>
/// <param name="Result">What was inferred.</param>
public sealed record NamedResult(string Spectrum, InferenceResult Result);

/// <summary>Writes results of inference as CSV and JSON.</summary>
public static class InferenceTable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes CSV with the columns spectrum, NAME and NAME_err for every axis, rms, evaluations, seconds, flags.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="results">At least one result, all of the same axes.</param>
    public static void WriteCsv(string path, IReadOnlyList<NamedResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        AtomicFile.Write(path, temporary =>
        {
            using var writer = new StreamWriter(temporary) { NewLine = "\n" };
            IReadOnlyList<string> axes = results[0].Result.AxisNames;
            writer.WriteLine(string.Join(",", ["spectrum", .. axes.SelectMany(a => new[] { a, a + "_err" }), "rms", "evaluations", "seconds", "flags"]));
            foreach ((string spectrum, InferenceResult result) in results)
            {
                IEnumerable<string> values = result.Value.Zip(result.Error, (v, e) => new[] { Text(v), Text(e) }).SelectMany(pair => pair);
                writer.WriteLine(string.Join(
                    ",", [Quoted(spectrum), .. values, Text(result.Rms), result.Evaluations.ToString(CultureInfo.InvariantCulture), Text(result.Seconds), string.Join(";", result.Flags)]));
            }
        });
    }

    /// <summary>Writes a JSON array with one object per spectrum.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="results">The results.</param>
    public static void WriteJson(string path, IReadOnlyList<NamedResult> results) =>
        AtomicFile.Write(path, temporary => File.WriteAllText(temporary, ToJson(results).ToJsonString(Indented) + "\n"));

    /// <summary>How many results a file of this class holds, or null when it is another kind of file.</summary>
    /// <param name="path">A .csv or .json file.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be read.</exception>
    public static int? CountOf(string path)
    {
        bool isJson = path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        if (!File.Exists(path) || !(isJson || path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))) return null;
        return NativeErrors.Guard(path, () => isJson ? CountJson(path) : CountCsv(path));
    }

    /// <summary>The JSON array; a value that is not a number is null.</summary>
    /// <param name="results">The results.</param>
    public static JsonArray ToJson(IReadOnlyList<NamedResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var array = new JsonArray();
        foreach ((string spectrum, InferenceResult result) in results)
        {
            var item = new JsonObject { ["spectrum"] = spectrum };
            for (int d = 0; d < result.AxisNames.Count; d++)
            {
                item[result.AxisNames[d]] = Number(result.Value[d]);
                item[result.AxisNames[d] + "_err"] = Number(result.Error[d]);
            }

            item["rms"] = Number(result.Rms);
            item["evaluations"] = result.Evaluations;
            item["seconds"] = Number(result.Seconds);
            item["pixels"] = result.Pixels;
            item["flags"] = new JsonArray([.. result.Flags.Select(flag => (JsonNode)flag)]);
            item["notes"] = new JsonArray([.. result.Notes.Select(note => (JsonNode)note)]);
            if (result.Card is { } card) item["card"] = InferenceCard.ToJson(result, card);
            array.Add(item);
        }

        return array;
    }

    private static int? CountCsv(string path)
    {
        bool isOurs = File.ReadLines(path).FirstOrDefault()?.Split(',') is ["spectrum", .., "rms", "evaluations", "seconds", "flags"];
        return isOurs ? File.ReadLines(path).Skip(1).Count(line => line.Length > 0) : null;
    }

    private static int CountJson(string path)
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonArray array && array.All(item => item is JsonObject result && result.ContainsKey("spectrum"))) return array.Count;
        }
        catch (JsonException)
        {
            // It is no JSON at all: said below.
        }

        throw new EngineException(ErrorCode.BadInput, $"{path} holds no results of 'infer'; give a file that this engine wrote.");
    }

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("G9", CultureInfo.InvariantCulture) : "nan";

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
