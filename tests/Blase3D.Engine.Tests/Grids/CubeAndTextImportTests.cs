using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Spectra;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Grids;

public sealed class CubeAndTextImportTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Cubes_with_the_same_wavelengths_are_joined()
    {
        string solar = Cube("solar.fits", 0, "WAVE_VAC");
        string rich = Cube("rich.fits", 0.5, "WAVE_VAC");
        GridImport import = GridImporter.Import([rich, solar], new GridImportOptions { WavelengthRange = (8002, 8012) });

        Assert.Equal([3000, 4, 0, 3000, 4, 0.5, 3100, 4, 0, 3100, 4, 0.5], import.Grid.Points.Values.ToArray());
        Assert.Equal(ScratchFolder.Wavelength[4..25], import.Grid.Wavelength);
        var flux = new double[21];
        import.Grid.ReadFlux(3, flux);
        Assert.Equal(ScratchFolder.Flux[4..25].Select(f => f + 3100.5), flux);
        Assert.Throws<ArgumentException>(() => import.Grid.ReadFlux(0, new double[20]));
        Assert.Throws<ArgumentOutOfRangeException>(() => import.Grid.ReadFlux(4, flux));
    }

    [Fact]
    public void The_medium_of_a_cube_is_in_the_name_of_its_wavelengths()
    {
        string air = Cube("air.fits", 0, "WAVE_AIR");
        var failure = Assert.Throws<EngineException>(() => GridImporter.Import([air], new GridImportOptions()));
        Assert.Contains("--medium air", failure.Message, StringComparison.Ordinal);
        ISpectralGrid grid = GridImporter.Import([air], new GridImportOptions { Medium = WavelengthMedium.Air }).Grid;
        Assert.Equal(AirVacuum.ToVacuum(8000), grid.Wavelength[0]);
    }

    [Fact]
    public void A_cube_whose_table_does_not_fit_is_refused()
    {
        string file = _scratch.WriteFits("bad.fits", fits =>
        {
            fits.WriteImage(new double[80], [40, 2]);
            fits.WriteTable("PARAMS", [("TEFF", "K", [3000.0])]);
        });
        var failure = Assert.Throws<EngineException>(() => GridImporter.Import([file], new GridImportOptions()));
        Assert.Contains("PARAMS", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_read_alike_from_any_number_of_threads()
    {
        string solar = Cube("solar.fits", 0, "WAVE_VAC");
        ISpectralGrid grid = GridImporter.Import([solar], new GridImportOptions()).Grid;
        Parallel.For(0, 64, i =>
        {
            var flux = new double[40];
            grid.ReadFlux(i % 2, flux);
            Assert.Equal(ScratchFolder.Flux[0] + 3000 + 100 * (i % 2), flux[0]);
        });
    }

    [Theory]
    [InlineData("a.csv", "# teff=4000 logg=4.5 feh=-0.5\nwavelength,flux\n", ",")]
    [InlineData("a.txt", "# T_eff: 4000, log_g: 4.5, [M/H]\n# mh: -0.5\n", " ")]
    [InlineData("teff4000_logg4.5_feh-0.5.csv", "wavelength_nm;flux\n", ";")]
    [InlineData("a.ecsv", "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: wave, unit: Angstrom, datatype: float64}\n"
        + "# - {name: flux, datatype: float64}\n"
        + "# meta: !!omap\n# - {teff: 4000.0}\n# - {logg: 4.5}\n# - {feh: -0.5}\nwave flux\n", " ")]
    public void A_text_spectrum_gives_its_point_in_a_comment_or_its_name(string name, string head, string separator)
    {
        double unit = head.Contains("_nm", StringComparison.Ordinal) ? 10 : 1;
        IEnumerable<string> rows = ScratchFolder.Wavelength.Select((w, i) => $"{w / unit:R}{separator}{ScratchFolder.Flux[i]:R}");
        string file = _scratch.Write(name, head + string.Join('\n', rows));
        ISpectralGrid grid = GridImporter.Import([file], new GridImportOptions { WavelengthRange = (8001, 8010) }).Grid;
        Assert.Equal([4000, 4.5, -0.5], grid.Points.Values.ToArray());
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(0, flux);
        Assert.Equal(ScratchFolder.Flux[2..21], flux);
        Assert.Equal(8001, grid.Wavelength[0], 9);
    }

    [Fact]
    public void Columns_whose_names_say_their_points_are_spectra_of_their_own()
    {
        string file = _scratch.Write("wide.csv", "# feh=-0.5\nwavelength,teff4100_logg4,teff4000_logg4.5,sigma\n" + string.Join('\n', ScratchFolder.Wavelength.Select((w, i) => $"{w:R},{i},{i + 100},1")));
        ISpectralGrid grid = GridImporter.Import([file], new GridImportOptions()).Grid;
        Assert.Equal([4000, 4.5, -0.5, 4100, 4, -0.5], grid.Points.Values.ToArray());
        var flux = new double[40];
        grid.ReadFlux(0, flux);
        Assert.Equal(107, flux[7]);
        grid.ReadFlux(1, flux);
        Assert.Equal(7, flux[7]);
    }

    [Fact]
    public void Flux_columns_without_points_are_named_and_the_first_is_taken()
    {
        string file = _scratch.Write("teff4000_logg4_feh0.csv", "wavelength,flux,flux_norm,flux_err\n" + string.Join('\n', ScratchFolder.Wavelength.Select((w, i) => $"{w:R},{i},{i + 100},1")));
        GridImport import = GridImporter.Import([file], new GridImportOptions());
        Assert.Contains(import.Notes, note => note.Contains("flux columns flux, flux_norm, of one point: flux was taken", StringComparison.Ordinal));
        var flux = new double[40];
        import.Grid.ReadFlux(0, flux);
        Assert.Equal(7, flux[7]);
    }

    [Fact]
    public void Any_set_of_points_comes_back_sorted_and_with_its_own_flux()
    {
        Gen<int[]> points = Gen.Choose(0, 99).ArrayOf().Select(a => a.Distinct().ToArray()).Where(a => a.Length > 0);
        int folder = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(Arb.From(points), codes =>
        {
            string root = Path.GetDirectoryName(_scratch[$"{folder++}/x"])!;
            foreach (int code in codes)
            {
                (int teff, double logg) = (3000 + 100 * (code / 10), code % 10 * 0.5);
                _scratch.Write($"{Path.GetFileName(root)}/teff{teff}_logg{logg}_feh0.csv", Text(code));
            }

            ISpectralGrid grid = GridImporter.Import([root], new GridImportOptions()).Grid;
            var flux = new double[40];
            int[] sorted = [.. codes.Order()];
            return grid.Points.Count == codes.Length && Enumerable.Range(0, codes.Length).All(i =>
            {
                grid.ReadFlux(i, flux);
                return grid.Points[i][0] == 3000 + 100 * (sorted[i] / 10) && flux.All(f => f == sorted[i] + 1);
            });
        }));

        static string Text(int code) => string.Join('\n', ScratchFolder.Wavelength.Select(w => $"{w},{code + 1}"));
    }

    [Fact]
    public void A_text_without_a_point_or_with_other_axes_is_refused()
    {
        string rows = string.Join('\n', ScratchFolder.Wavelength.Select(w => $"{w},1"));
        string nameless = _scratch.Write("x.csv", rows);
        Assert.Contains("# teff=4000", Refuse(nameless).Message, StringComparison.Ordinal);
        string two = _scratch.Write("teff4000_logg4.csv", rows), three = _scratch.Write("teff4100_logg4_feh0.csv", rows);
        Assert.Contains("same parameters", Refuse(two, three).Message, StringComparison.Ordinal);
        string odd = _scratch.Write("teff4200_logg4.csv", rows + "\n8100,oops");
        Assert.Contains("line 41", Refuse(odd).Message, StringComparison.Ordinal);

        static EngineException Refuse(params string[] sources) =>
            Assert.Throws<EngineException>(() => GridImporter.Import(sources, new GridImportOptions()));
    }

    private string Cube(string name, double feh, string wave) => _scratch.WriteFits(name, fits =>
    {
        fits.WriteImage([.. ScratchFolder.Flux.Select(f => f + 3000 + feh), .. ScratchFolder.Flux.Select(f => f + 3100 + feh)], [40, 2]);
        fits.WriteImage(ScratchFolder.Wavelength, [40]);
        fits.SetKey("EXTNAME", wave);
        fits.WriteTable("PARAMS", [("TEFF", "K", [3000.0, 3100]), ("LOGG", "", [4.0, 4]), ("MH", "", [feh, feh])]);
    });
}
