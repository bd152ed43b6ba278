using Blase3D.Engine.Storage.Npz;

namespace Blase3D.Engine.Tests;

/// <summary>Opens the golden vectors in tests/golden of the repository that this test was built in.</summary>
public static class GoldenFile
{
    /// <summary>The folder that holds Blase3D.Engine.sln.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Opens tests/golden/NAME.npz.</summary>
    /// <param name="name">The name without the ending.</param>
    public static NpzReader Open(string name) => NpzReader.Open(PathOf(name + ".npz"));

    /// <summary>The path of a file in tests/golden.</summary>
    public static string PathOf(string file) => Path.Combine(RepositoryRoot, "tests", "golden", file);

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Blase3D.Engine.sln")))
                return at.FullName;
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Blase3D.Engine.sln.");
    }
}
