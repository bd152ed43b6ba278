using Xunit.Abstractions;

namespace Blase3D.Engine.Tests;

/// <summary>Large real data, which are not part of the repository: ../shared/data beside its root.</summary>
public static class SharedData
{
    /// <summary>The path of a file or folder of the shared data, or null when it is not here.</summary>
    /// <param name="relative">For example <c>eniric/WAVE_PHOENIX-ACES-AGSS-COND-2011.fits.gz</c>.</param>
    public static string? Path(string relative)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(GoldenFile.RepositoryRoot, "..", "shared", "data", relative));
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    /// <summary>The same, with a visible line when the data are not here: a test that returns then has not been run.</summary>
    /// <param name="relative">The path below ../shared/data.</param>
    /// <param name="output">The test's own output.</param>
    public static string? PathOrSay(string relative, ITestOutputHelper output)
    {
        string? path = Path(relative);
        if (path is null)
        {
            string line = $"NOT RUN: ../shared/data/{relative} is not here";
            output.WriteLine(line);
            Console.WriteLine(line);
        }
        return path;
    }
}
