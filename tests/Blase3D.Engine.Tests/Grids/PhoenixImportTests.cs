using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Spectra;
using Xunit;

namespace Blase3D.Engine.Tests.Grids;

public sealed class PhoenixImportTests : IDisposable
{
    private const string Tail = ".PHOENIX-ACES-AGSS-COND-2011-HiRes.fits";
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_folder_like_the_servers_becomes_a_grid_sorted_by_its_points()
    {
        _scratch.WriteWave();
        _scratch.WritePhoenix($"Z-0.0/lte04000-4.50-0.0{Tail}", 4000, 4.5, 0);
        _scratch.WritePhoenix($"Z-0.0/lte03900-4.50-0.0{Tail}", 3900, 4.5, -0.0, flux: [.. ScratchFolder.Flux.Select(f => 2 * f)]);
        _scratch.WritePhoenix($"Z+0.5/lte03900-4.50+0.5{Tail}", 3900, 4.5, 0.5);

        GridImport import = GridImporter.Import([_scratch.Root], new GridImportOptions());

        ISpectralGrid grid = import.Grid;
        Assert.Equal(["teff", "logg", "feh"], grid.Points.AxisNames);
        Assert.Equal([3900, 4.5, 0, 3900, 4.5, 0.5, 4000, 4.5, 0], grid.Points.Values.ToArray());
        Assert.Equal("teff=3900, logg=4.5, feh=0", grid.Points.Describe(0));
        Assert.Equal(ScratchFolder.Wavelength, grid.Wavelength);
        Assert.Equal(ScratchFolder.Flux.Select(f => 2 * f), Read(grid, 0));
        string ragged = Assert.Single(import.Notes, n => n.Contains("1 of the 4 nodes of its hull 2 x 1 x 2", StringComparison.Ordinal));
        Assert.Contains("(teff=4000, logg=4.5, feh=0.5)", ragged, StringComparison.Ordinal);
        Assert.Contains(import.Notes, n => n.Contains("vacuum", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lte03900-4.50-0.0", 3900, 4.5, 0)]
    [InlineData("lte12000-0.00-4.0", 12000, 0, -4)]
    [InlineData("lte02300+0.50+0.5", 2300, -0.5, 0.5)]
    public void Without_header_keys_the_point_comes_from_the_name(string name, double teff, double logg, double feh)
    {
        _scratch.WriteWave();
        string file = _scratch.WritePhoenix(name + Tail);
        Assert.Equal([teff, logg, feh], GridImporter.Import([file], new GridImportOptions()).Grid.Points.Values.ToArray());
    }

    [Fact]
    public void Alpha_enhanced_spectra_are_skipped_and_listed_unless_alpha_is_an_axis()
    {
        _scratch.WriteWave();
        _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}");
        _scratch.WritePhoenix($"lte03900-4.50-0.0.Alpha=+0.20{Tail}");

        GridImport without = GridImporter.Import([_scratch.Root], new GridImportOptions());
        Assert.Equal(1, without.Grid.Points.Count);
        Assert.Equal(["WAVE_PHOENIX-ACES-AGSS-COND-2011.fits", $"lte03900-4.50-0.0{Tail}"], without.Files.Select(Path.GetFileName));
        Assert.Contains(
            without.Notes, n => n.Contains("Alpha=+0.20", StringComparison.Ordinal) && n.Contains("skipped", StringComparison.Ordinal));

        GridPoints with = GridImporter.Import([_scratch.Root], new GridImportOptions { AlphaAxis = true }).Grid.Points;
        Assert.Equal(["teff", "logg", "feh", "alpha"], with.AxisNames);
        Assert.Equal([3900, 4.5, 0, 0, 3900, 4.5, 0, 0.2], with.Values.ToArray());
    }

    [Fact]
    public void Spectra_that_the_grids_makers_interpolated_are_listed()
    {
        _scratch.WriteWave();
        string file = _scratch.WriteFits($"lte03900-4.50-0.0{Tail}", fits =>
        {
            fits.WriteImage(ScratchFolder.Flux, [40]);
            fits.SetKey("INTERPOL", "T");
        });
        GridImport import = GridImporter.Import([file], new GridImportOptions());
        Assert.Contains(import.Notes, n => n.StartsWith("1 spectra are marked INTERPOL", StringComparison.Ordinal));
    }

    [Fact]
    public void A_range_is_inclusive_and_cuts_every_kind_of_wavelengths_alike()
    {
        _scratch.WriteWave();
        _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}");
        _scratch.WritePhoenix($"lte04000-4.50-0.0{Tail}", flux: ScratchFolder.Flux[6..36], iwave0: 6);
        _scratch.WriteFits($"lte04100-4.50-0.0{Tail}", fits =>
        {
            fits.WriteImage(ScratchFolder.Flux[4..38], [34]);
            fits.WriteImage(ScratchFolder.Wavelength[4..38], [34]);
            fits.SetKey("EXTNAME", "WAVE");
        });

        ISpectralGrid grid = GridImporter.Import([_scratch.Root], new GridImportOptions { WavelengthRange = (8005, 8010) }).Grid;

        Assert.Equal(ScratchFolder.Wavelength[10..21], grid.Wavelength);
        for (int row = 0; row < 3; row++) Assert.Equal(ScratchFolder.Flux[10..21], Read(grid, row));
    }

    [Fact]
    public void Air_wavelengths_are_converted_and_cut_in_vacuum()
    {
        _scratch.WriteWave();
        _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}");
        var options = new GridImportOptions { Medium = WavelengthMedium.Air, WavelengthRange = (8005, 8015) };
        IReadOnlyList<double> vacuum = GridImporter.Import([_scratch.Root], options).Grid.Wavelength;
        Assert.Equal(ScratchFolder.Wavelength.Select(AirVacuum.ToVacuum).Where(w => w is >= 8005 and <= 8015), vacuum);
    }

    [Fact]
    public void A_missing_wavelength_file_names_the_folder_and_the_file()
    {
        string file = _scratch.WritePhoenix($"deep/down/under/here/lte03900-4.50-0.0{Tail}");
        EngineException failure = Refused(ErrorCode.BadInput, new GridImportOptions(), file);
        Assert.Contains(Path.GetDirectoryName(file)!, failure.Message, StringComparison.Ordinal);
        Assert.Contains("WAVE_PHOENIX-ACES-AGSS-COND-2011.fits", failure.Message, StringComparison.Ordinal);

        string elsewhere = _scratch.WriteWave("other/WAVE_PHOENIX.fits");
        Assert.Equal(40, GridImporter.Import([file, elsewhere], new GridImportOptions()).Grid.Wavelength.Count);
    }

    [Fact]
    public void A_wavelength_file_of_another_length_is_refused()
    {
        _scratch.WriteWave();
        string file = _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}", flux: new double[39]);
        Assert.Contains(
            "do not belong together", Refused(ErrorCode.BadInput, new GridImportOptions(), file).Message, StringComparison.Ordinal);
        string cut = _scratch.WritePhoenix($"lte04000-4.50-0.0{Tail}", iwave0: 1);
        Assert.Contains("IWAVE0 = 1", Refused(ErrorCode.BadInput, new GridImportOptions(), cut).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pieces_that_differ_are_named_in_one_sentence()
    {
        _scratch.WriteWave();
        string a = _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}", flux: ScratchFolder.Flux[..20], iwave0: 0);
        string b = _scratch.WritePhoenix($"lte04000-4.50-0.0{Tail}", flux: ScratchFolder.Flux[..20], iwave0: 1);
        string message = Refused(ErrorCode.BadInput, new GridImportOptions(), a, b).Message;
        Assert.Contains(a, message, StringComparison.Ordinal);
        Assert.Contains(b, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_outside_of_the_data_gives_the_covered_range()
    {
        _scratch.WriteWave();
        string file = _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}");
        foreach ((double, double) range in new[] { (9000.0, 9100.0), (8005.0, 8100.0), (7900.0, 8010.0) })
        {
            string message = Refused(ErrorCode.OutOfRange, new GridImportOptions { WavelengthRange = range }, file).Message;
            Assert.Contains("8000 to 8019.5", message, StringComparison.Ordinal);
        }

        Assert.Equal(40, GridImporter.Import([file], new GridImportOptions { WavelengthRange = (7999.5, 8020) }).Grid.Wavelength.Count);
        Refused(ErrorCode.OutOfRange, new GridImportOptions { WavelengthRange = (8005, 8006) }, file);
        Refused(ErrorCode.BadArguments, new GridImportOptions { WavelengthRange = (8010, 8005) }, file);
    }

    [Fact]
    public void Descending_and_unsorted_wavelengths_are_told_apart()
    {
        string file = _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}");
        _scratch.WriteWave(wavelength: [.. ScratchFolder.Wavelength.Reverse()]);
        Assert.Contains("descending", Refused(ErrorCode.BadInput, new GridImportOptions(), file).Message, StringComparison.Ordinal);
        double[] twice = [.. ScratchFolder.Wavelength];
        twice[7] = twice[6];
        _scratch.WriteWave(wavelength: twice);
        Assert.Contains("pixel 7", Refused(ErrorCode.BadInput, new GridImportOptions(), file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_point_twice_names_both_files()
    {
        _scratch.WriteWave();
        string a = _scratch.WritePhoenix($"a/lte03900-4.50-0.0{Tail}");
        string b = _scratch.WritePhoenix($"b/lte03900-4.50-0.0{Tail}");
        string message = Refused(ErrorCode.BadInput, new GridImportOptions(), _scratch.Root).Message;
        Assert.Contains(a, message, StringComparison.Ordinal);
        Assert.Contains(b, message, StringComparison.Ordinal);
        Assert.Contains("teff=3900, logg=4.5, feh=0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flux_that_is_not_a_number_stops_the_row_and_zeros_are_counted()
    {
        _scratch.WriteWave();
        double[] bad = [.. ScratchFolder.Flux], zeros = [.. ScratchFolder.Flux];
        bad[12] = bad[20] = double.NaN;
        (zeros[3], zeros[4]) = (0, -1);
        string first = _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}", flux: bad);
        _scratch.WritePhoenix($"lte04000-4.50-0.0{Tail}", flux: zeros);
        GridImport import = GridImporter.Import([_scratch.Root], new GridImportOptions());

        var failure = Assert.Throws<EngineException>(() => Read(import.Grid, 0));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.StartsWith($"{first}: the flux of pixel 12 at 8006 Angstrom is NaN", failure.Message, StringComparison.Ordinal);

        Assert.DoesNotContain(import.Notes, n => n.Contains("negative", StringComparison.Ordinal));
        Read(import.Grid, 1);
        Assert.Contains(import.Notes, n => n.Contains("2 zero or negative", StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_file_is_refused_before_its_flux_is_needed()
    {
        _scratch.WriteWave();
        string file = _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}", flux: new double[3000]);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..8640]);
        Assert.Contains(file, Refused(ErrorCode.BadInput, new GridImportOptions(), file).Message, StringComparison.Ordinal);
        File.WriteAllText(file, "not FITS");
        Assert.Contains("FITS", Refused(ErrorCode.BadInput, new GridImportOptions(), file).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_contradicts_the_medium_is_refused()
    {
        _scratch.WriteWave();
        string air = _scratch.WriteFits($"lte03900-4.50-0.0{Tail}", fits =>
        {
            fits.WriteImage(ScratchFolder.Flux, [40]);
            fits.SetKey("CTYPE1", "AWAV");
        });
        Assert.Contains("--medium air", Refused(ErrorCode.BadInput, new GridImportOptions(), air).Message, StringComparison.Ordinal);
        Assert.Equal(40, GridImporter.Import([air], new GridImportOptions { Medium = WavelengthMedium.Air }).Grid.Wavelength.Count);

        string vacuum = _scratch.WriteFits($"lte04000-4.50-0.0{Tail}", fits =>
        {
            fits.WriteImage(ScratchFolder.Flux, [40]);
            fits.SetKey("AIRORVAC", "vac");
        });
        var asked = new GridImportOptions { Medium = WavelengthMedium.Air };
        Assert.Contains("--medium vacuum", Refused(ErrorCode.BadInput, asked, vacuum).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_that_hold_nothing_are_errors_when_named_and_notes_inside_a_folder()
    {
        Refused(ErrorCode.BadArguments, new GridImportOptions());
        Refused(ErrorCode.BadInput, new GridImportOptions(), _scratch["no/such.fits"]);
        Refused(ErrorCode.BadInput, new GridImportOptions(), _scratch.Root);
        string table = _scratch.WriteFits("table.fits", fits => fits.WriteTable("T", [("a", "", [1.0])]));
        string readme = _scratch.Write("README.md", "text");
        Assert.Contains(table, Refused(ErrorCode.BadInput, new GridImportOptions(), table).Message, StringComparison.Ordinal);
        Refused(ErrorCode.BadInput, new GridImportOptions(), readme);
        string nameless = _scratch.WritePhoenix("nameless.fits");
        Assert.Contains("PHXTEFF", Refused(ErrorCode.BadInput, new GridImportOptions(), nameless).Message, StringComparison.Ordinal);
        File.Delete(nameless);

        _scratch.WriteWave();
        _scratch.WritePhoenix($"lte03900-4.50-0.0{Tail}");
        GridImport import = GridImporter.Import([_scratch.Root], new GridImportOptions());
        Assert.Contains(
            import.Notes, n => n.Contains("table.fits", StringComparison.Ordinal) && n.Contains("README.md", StringComparison.Ordinal));
    }

    private static double[] Read(ISpectralGrid grid, int row)
    {
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(row, flux);
        return flux;
    }

    private static EngineException Refused(ErrorCode code, GridImportOptions options, params string[] sources)
    {
        var failure = Assert.Throws<EngineException>(() => GridImporter.Import(sources, options));
        Assert.Equal(code, failure.Code);
        return failure;
    }
}
