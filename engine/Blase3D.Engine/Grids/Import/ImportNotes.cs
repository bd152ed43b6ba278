namespace Blase3D.Engine.Grids.Import;

/// <summary>Collects what happened to which file, and says it in one sentence per kind.</summary>
internal sealed class ImportNotes
{
    private const int NamedFiles = 5;
    private readonly Dictionary<string, List<string>> _files = [];
    private readonly List<string> _sentences = [];

    /// <summary>Adds a sentence.</summary>
    internal void Say(string sentence) => _sentences.Add(sentence);

    /// <summary>Notes a file under a heading, for example "skipped because their alpha is not 0".</summary>
    internal void Count(string heading, string file)
    {
        if (!_files.TryGetValue(heading, out List<string>? files)) _files[heading] = files = [];
        files.Add(file);
    }

    /// <summary>All sentences.</summary>
    internal IReadOnlyList<string> ToList() =>
    [
        .. _sentences,
        .. _files.Select(entry => $"{entry.Value.Count} {entry.Key}: {Named(entry.Value)}."),
    ];

    private static string Named(List<string> files) =>
        string.Join(", ", files.Take(NamedFiles)) + (files.Count > NamedFiles ? ", ..." : string.Empty);
}
