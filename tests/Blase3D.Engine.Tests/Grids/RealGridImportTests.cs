using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Grids;

/// <summary>Real PHOENIX pixels (Husser et al. 2013).</summary>
public class RealGridImportTests(ITestOutputHelper output)
{
    [Fact]
    public void Native_J_band_spectra_of_four_stars_are_one_grid()
    {
        string? folder = SharedData.PathOrSay("eniric", output);
        if (folder is null) return;
        GridImport import = GridImporter.Import([folder], new GridImportOptions { WavelengthRange = (11700, 12900) });
        ISpectralGrid grid = import.Grid;
        Assert.Equal(60001, grid.Wavelength.Count);
        Assert.Equal([2600, 2800, 3500, 3900], Enumerable.Range(0, grid.Points.Count).Select(i => grid.Points[i][0]));
        var cool = new double[60001];
        var warm = new double[60001];
        grid.ReadFlux(0, cool);
        grid.ReadFlux(3, warm);
        Assert.True(warm.Average() > 3 * cool.Average());
        Assert.Contains(import.Notes, n => n.Contains("broadened_", StringComparison.Ordinal));
        Assert.Contains(import.Notes, n => n.Contains("nothing in the wanted range", StringComparison.Ordinal));
    }

    [Fact]
    public void Bands_that_differ_are_refused_in_one_sentence()
    {
        string? folder = SharedData.PathOrSay("eniric", output);
        if (folder is null) return;
        var failure = Assert.Throws<EngineException>(() => GridImporter.Import([folder], new GridImportOptions()));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains("different wavelengths", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_cubes_are_84_neighbours()
    {
        string? folder = SharedData.PathOrSay("welter", output);
        if (folder is null) return;
        string[] cubes = [.. Directory.GetFiles(folder, "*.fits.gz")];
        GridImport import = GridImporter.Import(cubes, new GridImportOptions { WavelengthRange = (8000, 10028) });
        ISpectralGrid grid = import.Grid;
        Assert.Equal(84, grid.Points.Count);
        Assert.Equal(109565, grid.Wavelength.Count);
        Assert.DoesNotContain(import.Notes, n => n.Contains("ragged", StringComparison.Ordinal));
        var flux = new double[109565];
        for (int row = 0; row < 84; row++) grid.ReadFlux(row, flux);
        Assert.Equal("teff=4300, logg=4, feh=0.5", grid.Points.Describe(83));
        Assert.InRange(flux.Order().ElementAt(54782), 0.9, 1.1);
    }
}
