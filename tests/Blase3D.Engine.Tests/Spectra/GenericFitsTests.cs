using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Native.Cfitsio;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

/// <summary>Files of no instrument in particular, and what is awkward about them.</summary>
public sealed class GenericFitsTests : IDisposable
{
    private static readonly double[] Wave = ScratchFolder.Wavelength;
    private static readonly double[] Flux = ScratchFolder.Flux;
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Several_tables_are_named_and_one_is_chosen()
    {
        string path = _scratch.WriteFits("two.fits", fits =>
        {
            fits.WriteTable("BLUE", [("WAVE", "Angstrom", Wave), ("FLUX", "", Flux)]);
            fits.WriteTable("RED", [("WAVE", "Angstrom", [.. Wave.Select(w => w + 100)]), ("FLUX", "", Flux)]);
        });
        Refused("BLUE, RED", () => SpectrumReader.Read(path));
        Refused("two.fits[BLUE]", () => SpectrumReader.Read(path));
        Assert.Equal(8100, SpectrumReader.Read(path + "[RED]").WavelengthAngstrom[0]);
        Assert.Equal(8100, SpectrumReader.Read(path + "[2]").WavelengthAngstrom[0]);
        Assert.Equal("RED", SpectrumReader.Read(path + "[red]").Facts!.Extension);
        Refused("no extension GREEN; it has", () => SpectrumReader.Read(path + "[GREEN]"));
    }

    [Fact]
    public void A_spectrum_beside_a_table_of_another_one_must_be_chosen()
    {
        string path = _scratch.WriteFits("mixed.fits", fits =>
        {
            WriteAxis(fits, "WAVE", 8000, 0.5);
            fits.WriteTable("S", [("WAVE", "Angstrom", Wave), ("FLUX", "", Flux)]);
        });
        Refused("0, S", () => SpectrumReader.Read(path));
        Assert.Equal(8000.5, SpectrumReader.Read(path + "[0]").WavelengthAngstrom[1]);
        Assert.Equal("FITS table", SpectrumReader.Read(path + "[S]").Facts!.Format);
    }

    [Fact]
    public void Orders_in_images_come_with_errors_mask_and_header()
    {
        double[] waves = [.. Wave, .. Wave.Select(w => w + 15)], fluxes = [.. Flux, .. Flux];
        string path = _scratch.WriteFits("orders.fits", fits =>
        {
            Write(fits, "FLUX", fluxes);
            fits.SetKey("BCV", -19.99458);
            fits.SetKey("SPECSYS", "TOPOCENT");
            Write(fits, "WAVE_AIR", waves);
            Write(fits, "IVAR", [.. fluxes.Select(f => 1 / (f * f))]);
            Write(fits, "MASK", [.. fluxes.Select((_, i) => i == 41 ? 4.0 : 0)]);
        });
        Exposure exposure = SpectrumReader.ReadExposure(path);
        Assert.Equal(2, exposure.Orders.Count);
        Assert.Equal(AirVacuum.ToVacuum(8015), exposure.Orders[1].WavelengthAngstrom[0], 9);
        Assert.Equal([1], Enumerable.Range(0, 40).Where(i => double.IsNaN(exposure.Orders[1].Flux[i])));
        Assert.Equal(Flux[3], exposure.Orders[0].Sigma![3], 9);
        Assert.Equal((SpectralFrame.Observatory, (double?)-19.99458), (exposure.Facts.Frame, exposure.Facts.BarycentricVelocityKmPerS));

        static void Write(FitsFile fits, string name, double[] values)
        {
            fits.WriteImage(values, [40, 2]);
            fits.SetKey("EXTNAME", name);
        }
    }

    [Fact]
    public void Errors_and_masks_of_another_length_are_missed_aloud()
    {
        string path = _scratch.WriteFits("short.fits", fits =>
        {
            WriteAxis(fits, "WAVE", 8000, 0.5);
            Add("SIGMA");
            Add("MASK");

            void Add(string name)
            {
                double[] few = Flux[3..];
                fits.WriteImage(few, [few.Length]);
                fits.SetKey("EXTNAME", name);
            }
        });
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Null(spectrum.Sigma);
        Assert.Equal(
            "SIGMA [37] does not have the shape of PRIMARY [40] and was not used: the spectrum has no errors.\nMASK [37] does not have the shape of PRIMARY [40] and was not used: no pixel is masked by it.",
            string.Join('\n', spectrum.Facts!.Notes));
    }

    [Fact]
    public void Of_several_fluxes_the_one_that_was_taken_is_said()
    {
        string path = _scratch.WriteFits("many.fits", fits => fits.WriteTable(
            "S", [("WAVE", "Angstrom", Wave), ("FLUX", "", Flux), ("FLUX_ERR", "", [.. Flux.Select(f => f / 8)]), ("FLUX_MASK", "", new double[40]), ("FLUX_NORM", "", Flux)]));
        Assert.Equal("The columns FLUX, FLUX_NORM are called like fluxes; FLUX was taken.", Assert.Single(SpectrumReader.Read(path).Facts!.Notes));
        File.WriteAllLines(_scratch["many.csv"], ["wavelength,flux,intensity", .. Wave.Select(w => FormattableString.Invariant($"{w},1,2"))]);
        Assert.Equal("The columns flux, intensity are called like fluxes; flux was taken.", Assert.Single(SpectrumReader.Read(_scratch["many.csv"]).Facts!.Notes));
    }

    [Fact]
    public void Text_of_other_programs_has_infinite_errors_and_exponents_of_Fortran()
    {
        File.WriteAllLines(_scratch["odd.csv"], ["wavelength,flux,sigma", .. Wave.Select((w, i) => FormattableString.Invariant($"{w},{(i == 3 ? "-inf" : "2.5D-13")},{(i == 5 ? "inf" : "1.0d-14")}"))]);
        Spectrum spectrum = SpectrumReader.Read(_scratch["odd.csv"]);
        Assert.Equal([3, 5], Enumerable.Range(0, 40).Where(i => double.IsNaN(spectrum.Flux[i])));
        Assert.Equal((2.5e-13, 1e-14), (spectrum.Flux[0], spectrum.Sigma![0]));
    }

    [Fact]
    public void Logarithms_of_wavelengths_are_not_called_micrometres_alone()
    {
        File.WriteAllLines(_scratch["log.csv"], ["wavelength,flux", .. Wave.Select(w => FormattableString.Invariant($"{Math.Log10(w)},1"))]);
        Refused("looks like um or like log10 of Angstrom", () => SpectrumReader.Read(_scratch["log.csv"]));
    }

    [Theory]
    [InlineData("CD1_1", "", 0)]
    [InlineData("CDELT1", "LOG-LINEAR", 1)]
    public void The_step_and_the_flag_of_IRAF_are_understood(string step, string type, int flag)
    {
        bool logarithmic = flag == 1;
        string path = _scratch.WriteFits("i.fits", fits =>
        {
            fits.WriteImage(Flux, [40, 1]);
            fits.SetKey("CRVAL1", logarithmic ? 3.9 : 8000.0);
            fits.SetKey("CRPIX1", 3.0);
            fits.SetKey(step, logarithmic ? 1e-5 : 0.5);
            fits.SetKey("DC-FLAG", flag);
            if (type.Length > 0) fits.SetKey("CTYPE1", type);
            fits.SetKey("AIRORVAC", "vac");
        });
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.False(spectrum.IsMediumAssumed);
        Assert.Equal(logarithmic ? Math.Pow(10, 3.9) : 8000, spectrum.WavelengthAngstrom[2], 9);
    }

    [Fact]
    public void An_axis_of_frequencies_is_refused()
    {
        string path = _scratch.WriteFits("f.fits", fits => WriteAxis(fits, "FREQ", 3.7e14, 1e9));
        Refused("type FREQ", () => SpectrumReader.Read(path));
    }

    [Fact]
    public void Descending_wavelengths_are_turned_round_with_all_that_belongs_to_them()
    {
        double[] sigma = [.. Flux.Select(f => f / 8)], mask = [.. Flux.Select((_, i) => i == 2 ? 1.0 : 0)];
        string path = _scratch.WriteFits("d.fits", fits => fits.WriteTable(
            "S", [("WAVE", "Angstrom", [.. Wave.Reverse()]), ("FLUX", "", Flux), ("ERR", "", sigma), ("MASK", "", mask)]));
        Spectrum spectrum = SpectrumReader.Read(path);
        Assert.Equal(Wave, spectrum.WavelengthAngstrom);
        Assert.Equal(Flux[0], spectrum.Flux[39]);
        Assert.Equal(sigma[0], spectrum.Sigma![39]);
        Assert.Equal([37], Enumerable.Range(0, 40).Where(i => double.IsNaN(spectrum.Flux[i])));
        Assert.Contains("The wavelengths were descending and were turned round.", spectrum.Facts!.Notes);
    }

    [Fact]
    public void A_mask_that_leaves_nothing_is_said()
    {
        string path = _scratch.WriteFits("m.fits", fits => fits.WriteTable(
            "S", [("WAVE", "Angstrom", Wave), ("FLUX", "", Flux), ("FLAG", "", [.. Flux.Select(_ => 1.0)])]));
        Refused("40 of 40 pixels are marked as bad", () => SpectrumReader.Read(path));
    }

    [Fact]
    public void Errors_of_zero_mask_their_pixels_and_errors_of_one_are_no_errors()
    {
        double[] ones = [.. Flux.Select(_ => 1.0)], some = [.. Flux.Select((_, i) => i is 4 or 5 ? 0 : i == 6 ? -1 : i == 7 ? double.NaN : 0.1)];
        Spectrum flat = SpectrumReader.Read(Table(ones)), partly = SpectrumReader.Read(Table(some));
        Assert.Null(flat.Sigma);
        Assert.Contains(flat.Facts!.Notes, note => note.Contains("1 at every pixel", StringComparison.Ordinal));
        Assert.Equal([4, 5, 6, 7], Enumerable.Range(0, 40).Where(i => double.IsNaN(partly.Flux[i])));
        Assert.Contains("4 of 40 pixels have an error that is not above 0 and were masked.", partly.Facts!.Notes);

        string Table(double[] error) => _scratch.WriteFits(
            "e.fits", fits => fits.WriteTable("S", [("WAVE", "Angstrom", Wave), ("FLUX", "", Flux), ("ERR", "", error)]));
    }

    [Fact]
    public void A_file_whose_name_ends_in_brackets_is_taken_as_it_is()
    {
        string path = _scratch.WriteFits("star[1]", fits => fits.WriteTable("S", [("WAVE", "Angstrom", Wave), ("FLUX", "", Flux)]));
        Assert.Equal("star[1]", SpectrumReader.Read(path).Name);
    }

    [Fact]
    public void Comments_of_a_text_are_its_header()
    {
        string rows = string.Join('\n', Wave.Select((w, i) => $"{w / 10:R} {Flux[i]} 0.5 0"));
        string path = _scratch.Write(
            "t.txt", "# medium: air\n# SPECSYS = BARYCENT\n# OBJECT: HD 10700\n# berv: 12.5\n# wave(nm) flux err mask\n" + rows);
        Spectrum spectrum = SpectrumReader.Read(path);
        SpectrumFacts facts = spectrum.Facts!;
        Assert.Equal(AirVacuum.ToVacuum(8000), spectrum.WavelengthAngstrom[0], 9);
        Assert.Equal((SpectralFrame.Barycentric, "HD 10700", (double?)12.5), (facts.Frame, facts.Star, facts.BarycentricVelocityKmPerS));
        Assert.Equal((ErrorKind.StandardDeviation, 0), (facts.Errors, spectrum.MaskedCount));
        Spectrum four = SpectrumReader.Read(_scratch.Write("f.txt", string.Join('\n', Wave.Select((w, i) => $"{w:R} {Flux[i]} 0.5 7"))));
        Assert.Contains(four.Facts!.Notes, note => note.Contains("fourth was left out", StringComparison.Ordinal));
        Assert.Equal(SpectralFrame.NotStated, four.Facts.Frame);
    }

    private static void WriteAxis(FitsFile fits, string type, double start, double step)
    {
        fits.WriteImage(Flux, [40]);
        fits.SetKey("CTYPE1", type);
        fits.SetKey("CRVAL1", start);
        fits.SetKey("CDELT1", step);
    }

    private static void Refused(string word, Func<Spectrum> read)
    {
        var failure = Assert.Throws<EngineException>(read);
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
    }
}
