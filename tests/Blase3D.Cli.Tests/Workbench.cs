using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>
/// A folder with the files of a small synthetic grid, made once per test class by the program itself: grid.h5 (12 spectra), clones.h5,
/// manifold.h5, star.h5 (one spectrum between the nodes), points.csv and files that no verb can use.
/// </summary>
public sealed class Workbench : IDisposable
{
    public const string Nodes = "--teff 4000:4200:100 --logg 4:4.5:0.5 --feh=-0.5,0 --wavelength 8500:8520 --lines 200";
    public const string Star = "--teff 4050 --logg 4.25 --feh=-0.25";

    public Workbench()
    {
        Write("points.csv", "teff,logg,feh\n4050,4.25,-0.25\n4120,4.1,-0.4\n4190,4.4,-0.05\n");
        Run($"grid synthesize -o grid.h5 {Nodes}").Succeeded();
        Run("clone grid.h5 -o clones.h5").Succeeded();
        Run("build clones.h5 -o manifold.h5").Succeeded();
        Run($"reconstruct manifold.h5 -o star.h5 {Star}").Succeeded();
        Write("text.h5", "text");
        Write("text.csv", "text");
        Write("text.fits", "text");
        Write("text.pt", "text");
        Write("T4000G4.5Z0.0.pt", "text");
        Write("empty.h5", string.Empty);
        Write("empty.csv", string.Empty);
        Write("empty.fits", string.Empty);
        byte[] grid = File.ReadAllBytes(this["grid.h5"]);
        File.WriteAllBytes(this["cut.h5"], grid[..(grid.Length / 3)]);
        Directory.CreateDirectory(this["folder.h5"]);
        Directory.CreateDirectory(this["folder"]);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("blase3d-cli-").FullName;

    public string this[string name] => Path.Combine(Folder, name);

    public static void AssertNothingHalfWritten(string folder) =>
        Assert.DoesNotContain(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), path => path.Contains(".partial", StringComparison.Ordinal));

    public void Write(string name, string text) => File.WriteAllText(this[name], text);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal BlaseResult Run(string line, params (string Name, string Value)[] environment) => BlaseProcess.Run(Folder, line, environment);

    /// <summary>Runs a line that must fail while its output is there already: the old output stays, and nothing half-written is left.</summary>
    internal BlaseResult RunOver(string output, string line, params (string Name, string Value)[] environment)
    {
        byte[] old = [.. "an old result, byte for byte"u8];
        File.WriteAllBytes(this[output], old);
        string[] before = [.. Directory.EnumerateFileSystemEntries(Folder).Order(StringComparer.Ordinal)];
        BlaseResult result = Run(line, environment);
        Assert.Equal(old, File.ReadAllBytes(this[output]));
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(Folder).Order(StringComparer.Ordinal));
        AssertNothingHalfWritten(Folder);
        return result;
    }
}
