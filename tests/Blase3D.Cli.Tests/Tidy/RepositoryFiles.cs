using System.Diagnostics;

namespace Blase3D.Cli.Tests.Tidy;

/// <summary>The files that belong to the repository: those that git knows or would add, or the whole tree without outputs where git is absent.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Outputs = ["bin", "obj", ".git", ".build", ".vs", ".vscode", ".idea", "TestResults", "publish", "demo-out"];

    /// <summary>The folder that holds Blase3D.Engine.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file, relative to <see cref="Root"/>, with forward slashes, sorted.</summary>
    public static IReadOnlyList<string> All { get; } = [.. (FromGit() ?? FromTree(Root)).Order(StringComparer.Ordinal)];

    /// <summary>The text of a file.</summary>
    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Blase3D.Engine.sln"))) return at.FullName;
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Blase3D.Engine.sln.");
    }

    private static IEnumerable<string>? FromGit()
    {
        if (!Path.Exists(Path.Combine(Root, ".git"))) return null;
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            string listed = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(f => File.Exists(Path.Combine(Root, f))) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no git on this machine
        }
    }

    private static IEnumerable<string> FromTree(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder)) yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            if (Outputs.Contains(Path.GetFileName(inner))) continue;
            foreach (string file in FromTree(inner)) yield return file;
        }
    }
}
