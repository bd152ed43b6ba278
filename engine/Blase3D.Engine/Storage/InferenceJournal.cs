using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Blase3D.Engine.Inference;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The finished spectra of a run of many in a folder beside its output: one line of JSON each, on the disk when <see cref="Keep"/> returns, so
/// that an interrupted run goes on where it stopped. The folder belongs to one fingerprint (inputs and options). A line that a killed process
/// did not finish counts as not written.
/// </summary>
public sealed class InferenceJournal
{
    private const string MarkerName = "fingerprint.txt";
    private const string LinesName = "results.jsonl";
    private static readonly JsonSerializerOptions Format = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _folder;
    private readonly Dictionary<int, Entry> _entries = [];

    private InferenceJournal(string folder) => _folder = folder;

    /// <summary>What became of one spectrum.</summary>
    /// <param name="Row">Its place among the spectra.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Result">The result, or null when it was skipped.</param>
    /// <param name="SkipReason">Why it was skipped, or null.</param>
    public sealed record Entry(int Row, string Name, InferenceResult? Result, string? SkipReason);

    /// <summary>The spectra of an earlier run that were not asked for and lie in <see cref="OldFolderOf"/> now.</summary>
    public int RowsSetAside { get; private init; }

    /// <summary>The folder that belongs to an output file.</summary>
    /// <param name="outputPath">The results file to be.</param>
    public static string FolderOf(string outputPath) => Path.GetFullPath(outputPath) + ".work";

    /// <summary>Where the spectra of an earlier run are put when a new run starts without them.</summary>
    /// <param name="outputPath">The results file to be.</param>
    public static string OldFolderOf(string outputPath) => FolderOf(outputPath) + ".old";

    /// <summary>Opens the journal of an output file.</summary>
    /// <param name="outputPath">The results file to be.</param>
    /// <param name="fingerprint">What the results depend on.</param>
    /// <param name="resume">Whether to go on with what is there, if anything is; otherwise the journal starts empty.</param>
    /// <exception cref="EngineException">
    /// BadArguments: what is there has another fingerprint. BadInput: the folder is none of this engine, or cannot be made.
    /// </exception>
    public static InferenceJournal Open(string outputPath, string fingerprint, bool resume)
    {
        string folder = FolderOf(outputPath), marker = Path.Combine(folder, MarkerName);
        return NativeErrors.Guard(folder, () =>
        {
            if (Directory.Exists(folder) && !File.Exists(marker) && Directory.EnumerateFileSystemEntries(folder).Any())
            {
                throw new EngineException(
                    ErrorCode.BadInput, $"{folder} is in the way: it has no {MarkerName}, so it is no journal of results; move it away or name another output.");
            }

            if (resume && File.Exists(marker) && File.ReadAllText(marker) != fingerprint)
            {
                throw new EngineException(
                    ErrorCode.BadArguments, $"{folder} holds a run with other spectra or other options; repeat those, or leave out --resume to start anew.");
            }

            int setAside = resume ? 0 : SetAside(folder, outputPath);
            Directory.CreateDirectory(folder);
            AtomicFile.Write(marker, temporary => File.WriteAllText(temporary, fingerprint));
            var journal = new InferenceJournal(folder) { RowsSetAside = setAside };
            journal.Load();
            return journal;
        });
    }

    /// <summary>What became of a spectrum, or null when it is not finished.</summary>
    /// <param name="row">Its place among the spectra.</param>
    public Entry? Find(int row) => _entries.GetValueOrDefault(row);

    /// <summary>Keeps finished spectra; when this returns they are on the disk.</summary>
    /// <param name="entries">The spectra.</param>
    /// <exception cref="EngineException">BadInput: they cannot be written.</exception>
    public void Keep(IReadOnlyList<Entry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        string path = Path.Combine(_folder, LinesName);
        NativeErrors.Guard(path, () =>
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => ToLine(entry) + "\n"))));
            stream.Flush(flushToDisk: true);
        });
        foreach (Entry entry in entries) _entries[entry.Row] = entry;
    }

    /// <summary>Removes the journal; the output is whole.</summary>
    /// <exception cref="EngineException">BadInput: the folder cannot be removed.</exception>
    public void Remove() => NativeErrors.Guard(_folder, () =>
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    });

    /// <summary>Removes the journal of a run that ended before its first spectrum: there is nothing to go on with.</summary>
    public void RemoveIfEmpty()
    {
        if (_entries.Count == 0) Remove();
    }

    private void Load()
    {
        string path = Path.Combine(_folder, LinesName);
        if (!File.Exists(path)) return;
        string text = File.ReadAllText(path);
        int whole = text.LastIndexOf('\n') + 1;
        if (whole < text.Length) AtomicFile.Write(path, temporary => File.WriteAllText(temporary, text[..whole]));
        foreach (string line in text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (FromLine(line) is { } entry) _entries[entry.Row] = entry;
        }
    }

    /// <summary>A spectrum as a line of JSON.</summary>
    internal static string ToLine(Entry entry) => JsonSerializer.Serialize(entry, Format);

    /// <summary>Reads a line; null when it is damaged: a spectrum to be done again.</summary>
    internal static Entry? FromLine(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, Format) is { } entry && (entry.Result is null) != (entry.SkipReason is null) ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Hours of work are not thrown away because a switch was forgotten; an empty journal is.
    private static int SetAside(string folder, string outputPath)
    {
        if (!Directory.Exists(folder)) return 0;
        string lines = Path.Combine(folder, LinesName);
        int rows = File.Exists(lines) ? File.ReadLines(lines).Count() : 0;
        if (rows == 0)
        {
            Directory.Delete(folder, recursive: true);
            return 0;
        }

        string old = OldFolderOf(outputPath);
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        Directory.Move(folder, old);
        return rows;
    }
}
