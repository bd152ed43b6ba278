using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Fits;
using Blase3D.Engine.Storage.Tables;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

/// <summary>Spectra that are written as FITS and CSV can be read again, as a grid and as single spectra.</summary>
public sealed class SpectraFormatsTests : IDisposable
{
    private static readonly Provenance Made = new("blase3d reconstruct", "1.2.3", "2030-01-02T03:04:05Z", []);
    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 60).Select(i => 8500 + (i / 30.0))];
    private static readonly GridPoints Points = new(["teff", "logg", "feh"], [4000, 4.5, -0.5, 4000, 4.5, 0, 4123.25, 4.25, -0.125]);
    private static readonly double[][] Flux =
        [.. Enumerable.Range(0, 3).Select(n => Wavelength.Select((_, i) => 1 / (1.0 + n + i)).ToArray())];

    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_cube_is_imported_as_the_grid_it_is()
    {
        SpectraCube.Write(_scratch["cube.fits"], Wavelength, Points, Flux, Made);
        ISpectralGrid grid = GridImporter.Import([_scratch["cube.fits"]], new GridImportOptions()).Grid;
        Assert.Equal(Wavelength, grid.Wavelength);
        Assert.Equal(Points.AxisNames, grid.Points.AxisNames);
        Assert.Equal(Points.Values.ToArray(), grid.Points.Values.ToArray());
        var flux = new double[Wavelength.Length];
        for (int n = 0; n < 3; n++)
        {
            grid.ReadFlux(n, flux);
            Assert.Equal(Flux[n], flux);
        }
    }

    [Fact]
    public void A_cube_of_one_spectrum_is_one_too()
    {
        SpectraCube.Write(_scratch["one.fits"], Wavelength, Points.Select([2]), [Flux[2]], Made);
        ISpectralGrid grid = GridImporter.Import([_scratch["one.fits"]], new GridImportOptions()).Grid;
        Assert.Equal([4123.25, 4.25, -0.125], grid.Points.Values.ToArray());
    }

    [Fact]
    public void A_table_of_one_spectrum_is_read_as_spectrum_and_as_grid()
    {
        SpectraTable.Write(_scratch["one.csv"], Wavelength, Points.Select([2]), [Flux[2]], Made);
        var spectrum = SpectrumReader.Read(_scratch["one.csv"]);
        Assert.Equal(Wavelength, spectrum.WavelengthAngstrom);
        Assert.Equal(Flux[2], spectrum.Flux);
        ISpectralGrid grid = GridImporter.Import([_scratch["one.csv"]], new GridImportOptions()).Grid;
        Assert.Equal([4123.25, 4.25, -0.125], grid.Points.Values.ToArray());
    }

    [Fact]
    public void A_table_of_several_spectra_says_which_is_which()
    {
        SpectraTable.Write(_scratch["all.csv"], Wavelength, Points, Flux, Made);
        string[] lines = File.ReadAllLines(_scratch["all.csv"]);
        Assert.Equal("# blase3d 1.2.3, 2030-01-02T03:04:05Z: blase3d reconstruct", lines[0]);
        Assert.Contains("# flux_2: teff=4123.25, logg=4.25, feh=-0.125", lines);
        int header = Array.IndexOf(lines, "wavelength,flux_0,flux_1,flux_2");
        Assert.Equal(header + 1 + Wavelength.Length, lines.Length);
        double[] row = [.. lines[header + 8].Split(',').Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal([Wavelength[7], Flux[0][7], Flux[1][7], Flux[2][7]], row);
    }
}
