using System.Text.RegularExpressions;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>The C# examples of data-schemas, letter by letter.</summary>
public sealed partial class DocumentedExampleTests
{
    private static string Folder { get; } = Path.Combine(GoldenFile.RepositoryRoot, "data-schemas");

    public static TheoryData<string> Pages => ["grid-spectra.md", "line-clones.md", "line-manifold.md", "spectra.md", "inference-results.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_example_of_a_page_stands_below_and_so_is_compiled_and_run(string page)
    {
        string source = Squeeze(File.ReadAllText(Path.Combine(
            GoldenFile.RepositoryRoot, "tests", "Blase3D.Engine.Tests", "Storage", "Hdf5", "DocumentedExampleTests.cs")));
        MatchCollection blocks = Blocks().Matches(File.ReadAllText(Path.Combine(Folder, page)));
        Assert.Single(blocks);
        Assert.Contains(Squeeze(blocks[0].Groups[1].Value), source, StringComparison.Ordinal);
    }

    [Fact]
    public void Grid_spectra()
    {
        string path = Path.Combine(Folder, "samples", "grid-spectra-1.h5");
        using StoredSpectra grid = SpectraFile.Open(path);
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(1, flux);
        string first = $"{grid.Points.Describe(1)}: {flux[0]} at {grid.Wavelength[0]} A";
        Assert.Equal("teff=4100, logg=4.5, feh=0: 100.25 at 8500 A", first);
    }

    [Fact]
    public void Spectra()
    {
        string path = Path.Combine(Folder, "samples", "spectra-1.h5");
        using StoredSpectra spectra = SpectraFile.Open(path);
        var flux = new double[spectra.Wavelength.Count];
        for (int row = 0; row < spectra.Points.Count; row++) spectra.ReadFlux(row, flux);
        Assert.Equal(200.25, flux[0]);
    }

    [Fact]
    public void Line_clones()
    {
        string path = Path.Combine(Folder, "samples", "line-clones-1.h5");
        using StoredClones clones = LineClonesFile.Open(path);
        ClonedSpectrum last = clones.Read(2);
        double amplitudeAngstrom = Math.Exp(last.Lines.LnAmplitude[0]);
        string text = $"{clones.Points.Describe(2)}: {last.Lines.Count} lines, the first at {last.Lines.Center[0]} A";
        Assert.Equal("teff=4000, logg=4.5, feh=-0.5: 3 lines, the first at 8500.021 A", text);
        Assert.Equal(Math.Exp(-4), amplitudeAngstrom);
    }

    [Fact]
    public void Line_manifold()
    {
        string path = Path.Combine(Folder, "samples", "line-manifold-1.h5");
        LineManifold manifold = LineManifoldFile.Read(path);
        int node = manifold.Axes.NodeAt([4000, 4.5, 0]);
        int entry = (int)manifold.NodeOffset[node + 1] - 1;
        int line = manifold.Entries.LineIndex[entry];
        double centerAngstrom = manifold.LineCenter[line] + manifold.Entries.CenterShift[entry];
        Assert.Equal((1, 4, 2), (node, entry, line));
        Assert.Equal(8500.112, centerAngstrom, 1e-9);
        Assert.Equal("teff=4100, logg=4.5, feh=-0.5", manifold.Axes.Describe(manifold.MissingNodes.Single()));
    }

    [Fact]
    public void Inference_results()
    {
        string path = Path.Combine(Folder, "samples", "inference-results-1.h5");
        using Hdf5File results = Hdf5File.OpenRead(path);
        string[] axes = results.ReadStringsAttribute("/", "axes")!, spectra = results.ReadStrings("/spectrum");
        using Hdf5Dataset value = results.OpenDataset("/value");
        double[] values = value.ReadAll<double>();
        string best = $"{spectra[1]}: {axes[0]} = {values[axes.Length]}";
        Assert.Equal("stars.h5#7: teff = 3900", best);
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    private static string Squeeze(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
