using System.Globalization;
using System.Text;
using Blase3D.Engine.Cloning;

namespace Blase3D.Engine.Storage;

/// <summary>
/// What a person can read of a cloning run while it goes on: one line per finished spectrum, appended and flushed to the disk. It is a
/// copy: what counts are the files of the rows.
/// </summary>
internal sealed class JournalTable
{
    /// <summary>The name of the file.</summary>
    internal const string Name = "journal.csv";

    private const string Draft = "draft", DraftField = "," + Draft + ",";
    private const string Header = "row,point,status,lines,rms,initial_rms,seconds,time_utc";
    private readonly string _path;
    private readonly Func<int, string> _pointOf;
    private readonly HashSet<int> _held = [];
    private readonly Lock _holding = new();

    /// <summary>Goes on with the table of a folder, without a last line that a killed process did not finish.</summary>
    internal JournalTable(string folder, Func<int, string> pointOf)
    {
        (_path, _pointOf) = (Path.Combine(folder, Name), pointOf);
        string text = File.Exists(_path) ? File.ReadAllText(_path) : string.Empty;
        int whole = text.LastIndexOf('\n') + 1;
        if (!text.StartsWith(Header + "\n", StringComparison.Ordinal))
        {
            AtomicFile.Write(_path, temporary => File.WriteAllText(temporary, Header + "\n"));
            return;
        }

        if (whole < text.Length) AtomicFile.Write(_path, temporary => File.WriteAllText(temporary, text[..whole]));
        foreach (string line in text[..whole].Split('\n').Skip(1))
        {
            if (!line.Contains(DraftField, StringComparison.Ordinal) && int.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int row)) _held.Add(row);
        }
    }

    /// <summary>Whether a row has a line.</summary>
    internal bool Holds(int row)
    {
        lock (_holding) return _held.Contains(row);
    }

    /// <summary>Appends a line; a row that is done again gets another one.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone.</param>
    /// <param name="seconds">The wall time, or NaN when it is not known any more.</param>
    internal void Append(int row, ClonedSpectrum clone, double seconds)
    {
        Write(row, clone, clone.SkipReason is { } reason ? $"skipped: {reason}" : "cloned", seconds);
        lock (_holding) _held.Add(row);
    }

    /// <summary>Appends a line for a spectrum of the first sweep; the row still lacks its own.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone.</param>
    internal void AppendDraft(int row, ClonedSpectrum clone) => Write(row, clone, Draft, clone.Seconds);

    private void Write(int row, ClonedSpectrum clone, string status, double seconds)
    {
        string[] fields =
        [
            row.ToString(CultureInfo.InvariantCulture), Quoted(_pointOf(row)), Quoted(status), clone.Lines.Count.ToString(CultureInfo.InvariantCulture),
            Text(clone.Rms, "G6"), Text(clone.InitialRms, "G6"), Text(seconds, "F3"), DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ];
        NativeErrors.Guard(_path, () =>
        {
            using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
            stream.Write(Encoding.UTF8.GetBytes(string.Join(',', fields) + "\n"));
            stream.Flush(flushToDisk: true);
        });
    }

    private static string Text(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : string.Empty;

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}
