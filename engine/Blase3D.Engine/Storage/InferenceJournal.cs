using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Blase3D.Engine.Inference;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The finished spectra of a run of many in a <see cref="WorkFolder"/> beside its output: one line of JSON each, on the disk when
/// <see cref="Keep"/> returns, so that an interrupted run goes on where it stopped. The fingerprint is that of inputs and options. A line that a
/// killed process did not finish counts as not written.
/// </summary>
public sealed class InferenceJournal : IDisposable
{
    private const string LinesName = "results.jsonl";
    private static readonly JsonSerializerOptions Format = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly Dictionary<int, Entry> _entries = [];

    private InferenceJournal(WorkFolder work) => Work = work;

    /// <summary>What became of one spectrum.</summary>
    /// <param name="Row">Its place among the spectra.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Result">The result, or null when it was skipped.</param>
    /// <param name="SkipReason">Why it was skipped, or null.</param>
    public sealed record Entry(int Row, string Name, InferenceResult? Result, string? SkipReason);

    /// <summary>The folder.</summary>
    public WorkFolder Work { get; }

    /// <summary>Opens the journal of an output file.</summary>
    /// <param name="outputPath">The results file to be.</param>
    /// <param name="fingerprint">What the results depend on.</param>
    /// <param name="insist">Whether results of another fingerprint are refused; otherwise they are put aside.</param>
    /// <exception cref="EngineException">
    /// BadArguments: results of another fingerprint are there, and it was insisted. BadInput: another process has the folder open, it is none of this
    /// engine, or it cannot be made.
    /// </exception>
    public static InferenceJournal Open(string outputPath, string fingerprint, bool insist)
    {
        WorkFolder work = WorkFolder.Open(outputPath, fingerprint, insist, CountLines);
        try
        {
            var journal = new InferenceJournal(work);
            NativeErrors.Guard(work.Path, journal.Load);
            return journal;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Lets other processes have the journal.</summary>
    public void Dispose() => Work.Dispose();

    /// <summary>What became of a spectrum, or null when it is not finished.</summary>
    /// <param name="row">Its place among the spectra.</param>
    public Entry? Find(int row) => _entries.GetValueOrDefault(row);

    /// <summary>Keeps finished spectra; when this returns they are on the disk.</summary>
    /// <param name="entries">The spectra.</param>
    /// <exception cref="EngineException">BadInput: they cannot be written.</exception>
    public void Keep(IReadOnlyList<Entry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        string path = Work.File(LinesName);
        NativeErrors.Guard(path, () =>
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => JsonSerializer.Serialize(new Line(Work.Fingerprint, entry), Format) + "\n"))));
            stream.Flush(flushToDisk: true);
        });
        Work.CountFinished(entries.Count(entry => !_entries.ContainsKey(entry.Row)));
        foreach (Entry entry in entries) _entries[entry.Row] = entry;
    }

    /// <summary>Removes the journal; the output is whole.</summary>
    /// <exception cref="EngineException">BadInput: the folder cannot be removed.</exception>
    public void Remove() => Work.Remove();

    private static int CountLines(string folder)
    {
        string path = Path.Combine(folder, LinesName);
        return File.Exists(path) ? File.ReadLines(path).Count() : 0;
    }

    private void Load()
    {
        string path = Work.File(LinesName);
        if (!File.Exists(path)) return;
        string text = File.ReadAllText(path);
        int whole = text.LastIndexOf('\n') + 1;
        if (whole < text.Length) AtomicFile.Write(path, temporary => File.WriteAllText(temporary, text[..whole]));
        foreach (string line in text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse<Line>(line) is { } kept && kept.Run == Work.Fingerprint && IsWhole(kept.Entry)) _entries[kept.Entry.Row] = kept.Entry;
        }
    }

    /// <summary>A spectrum as a line of JSON.</summary>
    internal static string ToLine(Entry entry) => JsonSerializer.Serialize(entry, Format);

    /// <summary>Reads a line; null when it is damaged: a spectrum to be done again.</summary>
    internal static Entry? FromLine(string line) => Parse<Entry>(line) is { } entry && IsWhole(entry) ? entry : null;

    private static bool IsWhole(Entry? entry) => entry is not null && (entry.Result is null) != (entry.SkipReason is null);

    private static T? Parse<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Line(string Run, Entry Entry);
}
