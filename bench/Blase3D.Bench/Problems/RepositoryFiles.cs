using Blase3D.Engine;

namespace Blase3D.Bench.Problems;

/// <summary>Files of the repository that this program was built in.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds Blase3D.Engine.sln.</summary>
    public static string Root => RootOrNull
        ?? throw new EngineException(ErrorCode.BadInput, $"No folder above {AppContext.BaseDirectory} holds Blase3D.Engine.sln; run the bench inside of the repository.");

    /// <summary>The same, or null in a folder that was carried away from the repository.</summary>
    public static string? RootOrNull { get; } = FindRoot();

    /// <summary>A golden vector file.</summary>
    public static string Golden(string name) => Path.Combine(Root, "tests", "golden", name);

    /// <summary>84 real PHOENIX spectra around the calcium triplet.</summary>
    public static string MiniGrid => Path.Combine(Root, "engine", "Blase3D.Cli", "MiniGrid", "phoenix-caii.h5");

    private static string? FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Blase3D.Engine.sln"))) return at.FullName;
        }

        return null;
    }
}
