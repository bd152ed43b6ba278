using Blase3D.Engine;

namespace Blase3D.Cli;

/// <summary>A file of spectra.</summary>
/// <param name="Path">Its path.</param>
/// <param name="IsTyped">Whether the user typed this very name; a mistake in it ends the run before it begins.</param>
internal sealed record NamedFile(string Path, bool IsTyped);

/// <summary>The files that arguments, patterns and a list name.</summary>
internal static class SpectraFiles
{
    /// <summary>Expands patterns and reads the list.</summary>
    /// <param name="arguments">Files, or patterns with * and ? in the last part, which the shell did not expand.</param>
    /// <param name="list">A text file with one path per line, or null; empty lines and those that begin with # are passed over.</param>
    /// <exception cref="EngineException">BadArguments: nothing is named; BadInput: a pattern matches nothing, the list cannot be read or is empty.</exception>
    public static IReadOnlyList<NamedFile> Of(IEnumerable<string> arguments, string? list)
    {
        var files = new List<NamedFile>();
        foreach (string argument in arguments) files.AddRange(Expand(argument));
        if (list is not null) files.AddRange(Lines(list));
        return files.Count > 0
            ? files
            : throw new EngineException(ErrorCode.BadArguments, "The argument SPECTRUM is missing; name spectra, or a list of them with --list, and see 'blase3d infer --help'.");
    }

    private static IEnumerable<NamedFile> Expand(string argument)
    {
        string pattern = Path.GetFileName(argument);
        if (pattern.AsSpan().IndexOfAny('*', '?') < 0 || File.Exists(argument)) return [new NamedFile(argument, IsTyped: true)];
        string folder = Path.GetDirectoryName(argument) is { Length: > 0 } named ? named : ".";
        string[] found = Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
        if (found.Length == 0) throw new EngineException(ErrorCode.BadInput, $"No file matches {argument}; check the folder and the pattern.");
        Array.Sort(found, StringComparer.Ordinal);

        // As the shell would have written them.
        return found.Select(path => new NamedFile(folder == "." && !argument.StartsWith('.') ? Path.GetFileName(path) : path, IsTyped: false));
    }

    private static List<NamedFile> Lines(string list)
    {
        if (!File.Exists(list))
            throw new EngineException(ErrorCode.BadInput, $"The list {list} {(Directory.Exists(list) ? "is a folder" : "does not exist")}; give a text file with one path per line.");
        if (File.ReadLines(list).Any(line => line.Contains('\0', StringComparison.Ordinal)))
            throw new EngineException(ErrorCode.BadInput, $"The list {list} is not a text file; give one with one path per line.");
        List<NamedFile> files =
            [.. File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(line => new NamedFile(line, IsTyped: false))];
        return files.Count > 0 ? files : throw new EngineException(ErrorCode.BadInput, $"The list {list} names no file; write one path per line.");
    }
}
