using System.IO.Compression;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Spectra;
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

    [Fact]
    public void Grids_of_other_programs_are_read_from_their_HDF5_files()
    {
        string? msg = SharedData.PathOrSay("other_grids/sg-HeI-6678_BSTAR2006_MSG.h5.gz", output);
        string? sonora = SharedData.PathOrSay("other_grids/sonora_bobcat_K_ch003_PCA_Teff1900-2400.hdf5", output);
        string? library = SharedData.PathOrSay("welter/eo000_PHOENIX_ESPaDOnS_library_5131-5230.hdf5", output);
        string? emulator = SharedData.PathOrSay("welter/eo028_PHOENIX_ESPaDOnS_H_PCA.hdf5", output);
        if (msg is null || sonora is null || library is null || emulator is null) return;
        using var scratch = new ScratchFolder();
        using (var packed = new GZipStream(File.OpenRead(msg), CompressionMode.Decompress))
        using (FileStream plain = File.Create(scratch["msg.h5"]))
        {
            packed.CopyTo(plain);
        }

        Check(scratch["msg.h5"], WavelengthMedium.Vacuum, 162, 600, "teff 15000 to 30000, logg 2 to 4.75", ragged: true);
        Check(sonora, WavelengthMedium.Air, 50, 4096, "teff 1900 to 2400, logg 3.25 to 5.5", ragged: false);
        Check(library, WavelengthMedium.Air, 84, 8192, "teff 3000 to 4300, logg 3.5 to 4, feh -0.5 to 0.5", ragged: false);
        Check(emulator, WavelengthMedium.Air, 84, 16384, "teff 3000 to 4300, logg 3.5 to 4, feh -0.5 to 0.5", ragged: false);

        void Check(string file, WavelengthMedium medium, int spectra, int pixels, string range, bool ragged)
        {
            GridImport import = GridImporter.Import([file], new GridImportOptions { Medium = medium });
            Assert.Equal((spectra, pixels, range), (import.Grid.Points.Count, import.Grid.Wavelength.Count, import.Grid.Points.DescribeRange()));
            Assert.Equal(ragged, import.Notes.Any(note => note.Contains("ragged", StringComparison.Ordinal)));
            var flux = new double[pixels];
            for (int row = 0; row < spectra; row++)
            {
                import.Grid.ReadFlux(row, flux);
                Assert.True(flux.Average() > 0);
            }
        }
    }
}
