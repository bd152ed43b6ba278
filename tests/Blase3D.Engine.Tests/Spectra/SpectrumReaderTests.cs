using System.IO.Compression;
using System.Text;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public sealed class SpectrumReaderTests : IDisposable
{
    private static readonly double[] Wave = ScratchFolder.Wavelength;
    private static readonly double[] Flux = ScratchFolder.Flux;
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("wavelength,flux,sigma\n", ",", 1)]
    [InlineData("", " ", 1)]
    [InlineData("# a comment\nWAVE(nm)\tFLUX\tFLUX_ERR\n", "\t", 10)]
    [InlineData("wavelength_um;flux_erg_s_cm2_A;e_flux\n", ";", 1e4)]
    [InlineData("lambda_A, flux, uncertainty\n", ", ", 1)]
    public void Text_in_many_dialects_is_read(string head, string separator, double unit)
    {
        Spectrum spectrum = SpectrumReader.Read(_scratch.Write("star.txt", Text(head, separator, unit)));
        Assert.Equal("star.txt", spectrum.Name);
        Assert.Equal(Flux, spectrum.Flux);
        Assert.All(Wave.Zip(spectrum.WavelengthAngstrom), pair => Assert.Equal(pair.First, pair.Second, 9));
        Assert.Equal(Flux.Select(f => f / 8), spectrum.Sigma);
    }

    [Fact]
    public void Two_columns_have_no_sigma_and_gaps_stay_NaN()
    {
        string text = string.Join('\n', Wave.Select((w, i) => i == 3 ? $"{w},nan" : i == 5 ? $"{w}," : $"{w},{Flux[i]}"));
        Spectrum spectrum = SpectrumReader.Read(_scratch.Write("a.csv", text));
        Assert.Null(spectrum.Sigma);
        Assert.Equal([3, 5], Enumerable.Range(0, 40).Where(i => double.IsNaN(spectrum.Flux[i])));
    }

    [Fact]
    public void Gzip_ECSV_variance_and_air_are_understood()
    {
        string text = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n# - {name: wavelength_air, unit: nm, datatype: float64}\n"
            + "# - {name: flux, datatype: float64}\n# - {name: flux_var, datatype: float64}\nwavelength_air,flux,flux_var\n"
            + string.Join('\n', Wave.Select((w, i) => $"{w / 10:R},{Flux[i]},{Flux[i] * Flux[i]}"));
        using (var gzip = new GZipStream(File.Create(_scratch["a.ecsv.gz"]), CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        Spectrum spectrum = SpectrumReader.Read(_scratch["a.ecsv.gz"]);
        Assert.Equal(Flux, spectrum.Sigma);
        Assert.Equal(AirVacuum.ToVacuum(8005), spectrum.WavelengthAngstrom[10], 9);
        Refused("--medium air", () => SpectrumReader.Read(_scratch["a.ecsv.gz"], WavelengthMedium.Vacuum));
    }

    [Fact]
    public void Any_table_of_FITS_comes_back()
    {
        Gen<double[]> fluxes = ArbMap.Default.GeneratorFor<NormalFloat>().Select(n => n.Get).ArrayOf(40);
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(fluxes), flux =>
        {
            string path = _scratch.WriteFits(
                "t.fits", fits => fits.WriteTable("SPECTRUM", [("WAVELENGTH", "Angstrom", Wave), ("FLUX", "", flux), ("ERROR", "", Flux)]));
            Spectrum spectrum = SpectrumReader.Read(path);
            return spectrum.WavelengthAngstrom.SequenceEqual(Wave)
                && spectrum.Flux.SequenceEqual(flux)
                && spectrum.Sigma!.SequenceEqual(Flux);
        }));
    }

    [Theory]
    [InlineData("nm", 10)]
    [InlineData("um", 1e4)]
    [InlineData("m", 1e10)]
    public void The_unit_of_a_table_column_is_applied(string unit, double angstrom)
    {
        double[] wave = [.. Wave.Select(w => w / angstrom)], ivar = [.. Flux.Select(f => 1 / (f * f))];
        string path = _scratch.WriteFits(
            "t.fits", fits => fits.WriteTable("S", [("wave", unit, wave), ("flux", "", Flux), ("ivar", "", ivar)]));
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.All(Wave.Zip(spectrum.WavelengthAngstrom), pair => Assert.Equal(pair.First, pair.Second, 8));
        Assert.All(Flux.Zip(spectrum.Sigma!), pair => Assert.Equal(pair.First, pair.Second, 12));
    }

    [Theory]
    [InlineData("WAVE", "Angstrom", 8000, 0.5, 8000, 8000.5)]
    [InlineData("LINEAR", "nm", 800, 0.05, 8000, 8000.5)]
    [InlineData("AWAV", "Angstrom", 8000, 0.5, 8002.199, 8002.699)]
    [InlineData("WAVE-LOG", "", 4.179, 6e-6, 15100.8, 15101.01)]
    [InlineData("AWAV-LOG", "", 9.0, 1e-5, 8105.312, 8105.393)]
    [InlineData("WAVE-LOG", "Angstrom", 8000, 0.5, 8000, 8000.50001)]
    public void The_axis_of_an_image_is_read_from_its_header(
        string type, string unit, double start, double step, double first, double second)
    {
        string path = _scratch.WriteFits("i.fits", fits =>
        {
            fits.WriteImage(Flux, [40]);
            fits.SetKey("CTYPE1", type);
            if (unit.Length > 0) fits.SetKey("CUNIT1", unit);
            fits.SetKey("CRVAL1", start);
            fits.SetKey("CRPIX1", 1.0);
            fits.SetKey("CDELT1", step);
        });
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Equal(first, spectrum.WavelengthAngstrom[0], 0.05);
        Assert.Equal(second - first, spectrum.WavelengthAngstrom[1] - spectrum.WavelengthAngstrom[0], 0.01);
        Assert.Equal(Flux, spectrum.Flux);
    }

    [Fact]
    public void A_PHOENIX_spectrum_finds_its_wavelength_file()
    {
        _scratch.WriteWave();
        Spectrum spectrum = SpectrumReader.Read(_scratch.WritePhoenix("Z-0.0/lte03900-4.50-0.0.PHOENIX-HiRes.fits", 3900, 4.5, 0));
        Assert.Equal(Wave, spectrum.WavelengthAngstrom);
    }

    [Fact]
    public void What_cannot_be_a_spectrum_is_refused_in_a_sentence()
    {
        Refused("does not exist", () => SpectrumReader.Read(_scratch["none.csv"]));
        Refused("no rows", () => SpectrumReader.Read(_scratch.Write("a.csv", "wavelength,flux\n")));
        Refused("columns", () => SpectrumReader.Read(_scratch.Write("a.csv", "teff,logg\n1,2\n")));
        Refused("without names", () => SpectrumReader.Read(_scratch.Write("a.csv", "1,2,3,4,5\n")));
        Refused("line 2", () => SpectrumReader.Read(_scratch.Write("a.csv", "8000,1\n8001\n")));
        Refused("not a number", () => SpectrumReader.Read(_scratch.Write("a.csv", "8000;1,5\n8001;1,5\n8002;1,6\n")));
        Refused("pixels", () => SpectrumReader.Read(_scratch.Write("a.csv", "8000,1\n8001,2\n")));
        Refused("not strictly ascending", () => SpectrumReader.Read(_scratch.Write("a.csv", Text("", ",", 1) + "\n8001,1,1")));
        Refused("looks like nm", () => SpectrumReader.Read(_scratch.Write("a.csv", Text("", ",", 10))));
        Refused("looks like um", () => SpectrumReader.Read(_scratch.Write("a.csv", Text("", ",", 1e4))));
        Refused("no flux", () => SpectrumReader.Read(_scratch.Write("a.csv", string.Join('\n', Wave.Select(w => $"{w},nan")))));
        Refused("not a text", () => SpectrumReader.Read(_scratch.Write("a.csv", "a\0b,1\n")));
        Refused(
            "parsec", () => SpectrumReader.Read(
                _scratch.WriteFits("u.fits", f => f.WriteTable("S", [("wave", "parsec", Wave), ("flux", "", Flux)]))));
        Refused(
            "TEFF", () => SpectrumReader.Read(
                _scratch.WriteFits("t.fits", f => f.WriteTable("S", [("TEFF", "", Wave), ("flux", "", Flux)]))));
        Refused("8 x 5", () => SpectrumReader.Read(_scratch.WriteFits("e.fits", f => f.WriteImage(Flux, [8, 5]))));
        Refused("CDELT1", () => SpectrumReader.Read(_scratch.WriteFits("w.fits", f =>
        {
            f.WriteImage(Flux, [40]);
            f.SetKey("CRVAL1", 8000.0);
        })));
        Refused("WAVE_PHOENIX", () => SpectrumReader.Read(_scratch.WritePhoenix("deep/down/in/here/x.fits")));
        byte[] whole = File.ReadAllBytes(
            _scratch.WriteFits("g.fits", f => f.WriteTable("S", [("wave", "Angstrom", Wave), ("flux", "", Flux)])));
        File.WriteAllBytes(_scratch["cut.fits"], whole[..(whole.Length - 2880)]);
        Refused("cannot be used as FITS", () => SpectrumReader.Read(_scratch["cut.fits"]));
        File.WriteAllBytes(_scratch["x.fits.gz"], [0x1F, 0x8B, 1, 2, 3]);
        Refused("x.fits.gz", () => SpectrumReader.Read(_scratch["x.fits.gz"]));
    }

    private static string Text(string head, string separator, double unit) =>
        head + string.Join('\n', Enumerable.Range(0, 40).Select(i => $"{Wave[i] / unit:R}{separator}{Flux[i]:R}{separator}{Flux[i] / 8:R}"));

    private static void Refused(string word, Func<Spectrum> read)
    {
        var failure = Assert.Throws<EngineException>(read);
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
