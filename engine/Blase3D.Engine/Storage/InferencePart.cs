using System.Text.Json;

namespace Blase3D.Engine.Storage;

/// <summary>
/// What one of several runs over the same spectra made (<c>infer --shard</c>), with all that a results file needs: a line of JSON that says which
/// part of which run it is, and one line per spectrum as in the journal. Schema: data-schemas/inference-part.md.
/// </summary>
/// <param name="Run">A hash of what the results depend on: spectra, manifold, options, version.</param>
/// <param name="Number">Which part, 1 to <paramref name="Count"/>.</param>
/// <param name="Count">How many parts.</param>
/// <param name="Spectra">How many spectra all parts have together.</param>
/// <param name="Entries">The spectra of this part in their order.</param>
public sealed record InferencePart(string Run, int Number, int Count, int Spectra, IReadOnlyList<InferenceJournal.Entry> Entries)
{
    /// <summary>The ending of such files.</summary>
    public const string Ending = ".jsonl";

    private const string Type = "inference-part";
    private const int Revision = 1;

    /// <summary>Writes the part.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <exception cref="EngineException">BadInput: it cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, temporary =>
    {
        using var writer = new StreamWriter(temporary) { NewLine = "\n" };
        writer.WriteLine(JsonSerializer.Serialize(new Header(Type, Revision, Run, Number, Count, Spectra, Entries.Count)));
        foreach (InferenceJournal.Entry entry in Entries) writer.WriteLine(InferenceJournal.ToLine(entry));
    });

    /// <summary>Reads a part.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">BadInput: it is missing, no part, or damaged.</exception>
    public static InferencePart Read(string path)
    {
        if (!File.Exists(path)) throw new EngineException(ErrorCode.BadInput, $"{path} does not exist; give the parts that 'infer --shard I/N -o PART{Ending}' wrote.");
        return NativeErrors.Guard(path, () =>
        {
            using var reader = new StreamReader(path);
            if (HeaderOf(reader.ReadLine()) is not { } header)
                throw new EngineException(ErrorCode.BadInput, $"{path} is not a part of inferred spectra; give what 'infer --shard I/N -o PART{Ending}' wrote.");
            var entries = new List<InferenceJournal.Entry>();
            while (reader.ReadLine() is { } line)
            {
                entries.Add(InferenceJournal.FromLine(line)
                    ?? throw new EngineException(ErrorCode.BadInput, $"{path}: line {entries.Count + 2} is damaged; make this part again with 'infer --shard {header.Number}/{header.Count}'."));
            }

            return entries.Count == header.Lines
                ? new InferencePart(header.Run, header.Number, header.Count, header.Spectra, entries)
                : throw new EngineException(ErrorCode.BadInput, $"{path} holds {entries.Count} of {header.Lines} spectra; make this part again with 'infer --shard {header.Number}/{header.Count}'.");
        });
    }

    /// <summary>Puts all parts of one run together.</summary>
    /// <param name="paths">The parts, in any order.</param>
    /// <returns>All spectra in the order of a single run.</returns>
    /// <exception cref="EngineException">BadInput: a part is missing, twice, or of another run.</exception>
    public static IReadOnlyList<InferenceJournal.Entry> Merge(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        InferencePart[] parts = [.. paths.Select(Read)];
        for (int k = 1; k < parts.Length; k++)
        {
            if (parts[k].Run != parts[0].Run || parts[k].Count != parts[0].Count || parts[k].Spectra != parts[0].Spectra)
                throw new EngineException(ErrorCode.BadInput, $"{paths[k]} is of another run than {paths[0]}: other spectra, options or number of shards; infer all shards with the same options.");
            int twin = Array.FindIndex(parts, 0, k, part => part.Number == parts[k].Number);
            if (twin >= 0) throw new EngineException(ErrorCode.BadInput, $"{paths[twin]} and {paths[k]} are both shard {parts[k].Number}/{parts[k].Count}; leave one out.");
        }

        int[] missing = [.. Enumerable.Range(1, parts[0].Count).Except(parts.Select(part => part.Number))];
        if (missing.Length > 0)
            throw new EngineException(ErrorCode.BadInput, $"{missing.Length} of {parts[0].Count} shards are missing ({string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? ", ..." : string.Empty)}); give all parts of the run.");
        InferenceJournal.Entry[] entries = [.. parts.OrderBy(part => part.Number).SelectMany(part => part.Entries)];
        return entries.Select(entry => entry.Row).SequenceEqual(Enumerable.Range(0, parts[0].Spectra))
            ? entries
            : throw new EngineException(ErrorCode.BadInput, $"The parts hold {entries.Length} of {parts[0].Spectra} spectra, or not each of them once; infer the shards again.");
    }

    private static Header? HeaderOf(string? line)
    {
        try
        {
            return line is not null && JsonSerializer.Deserialize<Header>(line) is { Type: Type, Revision: Revision } header ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Header(string Type, int Revision, string Run, int Number, int Count, int Spectra, int Lines);
}
