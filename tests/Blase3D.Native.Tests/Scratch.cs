using Xunit.Abstractions;

namespace Blase3D.Native.Tests;

/// <summary>A folder of its own that goes away with the test.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-native-").FullName;

    internal string this[string name] => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Files beside the tests: the repository's golden samples, and the large real data next to the repository.</summary>
internal static class TestFiles
{
    internal static string Root { get; } = FindRoot();

    internal static string Golden(string relative) => Path.Combine(Root, "tests", "golden", relative);

    /// <summary>A file of ../shared/data, or null after saying visibly that the test did not run.</summary>
    internal static string? Shared(string relative, ITestOutputHelper output)
    {
        string path = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", relative));
        if (File.Exists(path)) return path;
        string line = $"NOT RUN: ../shared/data/{relative} is not here";
        output.WriteLine(line);
        Console.WriteLine(line);
        return null;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Blase3D.Engine.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("Blase3D.Engine.sln was not found above the test's folder.");
    }
}
