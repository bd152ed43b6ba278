namespace Blase3D.Cli;

/// <summary>Where a path leads when every link in it is followed, also those among its folders.</summary>
internal static class RealPath
{
    // Links that lead to each other in a ring are given up after as many as the system would follow.
    private const int MostLinks = 40;

    /// <summary>The path without links; of what does not exist, the part that does is resolved.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links < MostLinks; links++)
        {
            if (FirstLink(full) is not { } link) return full;
            string target = new FileInfo(link).LinkTarget!;
            full = Path.GetFullPath(Path.Join(Path.GetFullPath(target, Path.GetDirectoryName(link)!), full[link.Length..]));
        }

        return full;
    }

    private static string? FirstLink(string full)
    {
        int root = Path.GetPathRoot(full)!.Length;
        for (int end = root; end < full.Length; end++)
        {
            int next = full.IndexOf(Path.DirectorySeparatorChar, end);
            end = next < 0 ? full.Length : next;
            if (end > root && new FileInfo(full[..end]).LinkTarget is not null) return full[..end];
        }

        return null;
    }
}
