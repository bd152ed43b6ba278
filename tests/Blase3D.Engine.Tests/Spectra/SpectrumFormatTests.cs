using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

/// <summary>Small files that astropy wrote from the published definitions of the formats (tests/golden/spectra).</summary>
public sealed class SpectrumFormatTests
{
    [Fact]
    public void HPF_of_Goldilocks_has_errors_and_of_the_team_variances()
    {
        Exposure goldilocks = Read("hpf-goldilocks.fits"), team = Read("hpf-team.fits");
        Assert.Equal(["HPF", "HPF"], new[] { goldilocks, team }.Select(e => e.Facts.Format));
        Assert.Equal([ErrorKind.StandardDeviation, ErrorKind.Variance], new[] { goldilocks, team }.Select(e => e.Facts.Errors));
        foreach (Exposure exposure in new[] { goldilocks, team })
        {
            Assert.Equal([0, 1, 2], exposure.Orders.Select(order => order.Order));
            Assert.Equal(SpectralFrame.Observatory, exposure.Facts.Frame);
            Assert.False(exposure.Facts.IsMediumAssumed);
            Assert.Equal(("HPF", "GJ_699", "e-/sec"), (exposure.Facts.Instrument, exposure.Facts.Star, exposure.Facts.FluxUnit));
            Assert.Equal(2, exposure.Orders[0].Sigma![0]);
            Assert.True(double.IsNaN(exposure.Orders[1].Flux[4]));
            Assert.True(double.IsNaN(exposure.Orders[2].Flux[7]));
            Assert.Equal(2.0 / 120, exposure.MaskedShare);
            Assert.Equal(8189, exposure.Orders[1].WavelengthAngstrom[0]);
            Assert.Contains(exposure.Facts.Notes, note => note.Contains("sky fibre", StringComparison.Ordinal));
        }

        Assert.Equal(-21.911109, goldilocks.Facts.BarycentricVelocityKmPerS!.Value, 9);
        Assert.Null(team.Facts.BarycentricVelocityKmPerS);
        Assert.Equal(8079.004, Read("hpf-team.fits[Sky]").Orders[0].WavelengthAngstrom[0], 9);
    }

    [Fact]
    public void Another_instrument_in_the_layout_of_one_is_said()
    {
        string other = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.fits");
        File.WriteAllText(other, File.ReadAllText(PathOf("hpf-team.fits"), System.Text.Encoding.Latin1).Replace("'HPF     '", "'ARCES   '", StringComparison.Ordinal), System.Text.Encoding.Latin1);
        Exposure exposure = SpectrumReader.ReadExposure(other);
        Assert.Contains(exposure.Facts.Notes, note => note.Contains("like one of HPF and was read so, but says that the instrument is ARCES", StringComparison.Ordinal));
        Assert.DoesNotContain(Read("hpf-team.fits").Facts.Notes, note => note.Contains("laid out", StringComparison.Ordinal));
        File.Delete(other);
    }

    [Fact]
    public void One_order_is_chosen_by_its_number()
    {
        Spectrum order = SpectrumReader.Read(PathOf("hpf-goldilocks.fits[order=2]"));
        Assert.Equal((2, 8299), (order.Order, order.WavelengthAngstrom[0]));
        Refused("[order=0] to", () => SpectrumReader.Read(PathOf("hpf-goldilocks.fits")));
        Refused("no order 9", () => SpectrumReader.Read(PathOf("hpf-goldilocks.fits[order=9]")));
        Refused("no fibre 'Cal'", () => SpectrumReader.Read(PathOf("hpf-goldilocks.fits[Cal]")));
        Assert.Equal(
            ErrorCode.BadArguments, Assert.Throws<EngineException>(() => SpectrumReader.Read(PathOf("hpf-goldilocks.fits[order=x]"))).Code);
    }

    [Fact]
    public void CARMENES_has_its_barycentric_velocity_in_a_HIERARCH_card()
    {
        Exposure exposure = Read("carmenes-caracal.fits");
        Assert.Equal("CARMENES", exposure.Facts.Format);
        Assert.Equal(3, exposure.Orders.Count);
        Assert.Equal(26.264166, exposure.Facts.BarycentricVelocityKmPerS);
        Assert.Equal(SpectralFrame.Observatory, exposure.Facts.Frame);
        Assert.Equal("-6.1", exposure.Facts.Header.Text("CARACAL SERVAL RV"));
        Assert.Equal(1, exposure.Orders[2].Flux.Count(double.IsNaN));
    }

    [Fact]
    public void ESO_tells_its_columns_by_their_utypes()
    {
        Exposure exposure = Read("eso-phase3-air.fits");
        Spectrum spectrum = Assert.Single(exposure.Orders);
        Assert.Equal(("ESO Phase 3", SpectralFrame.Barycentric, WavelengthMedium.Air), (exposure.Facts.Format, exposure.Facts.Frame, exposure.Facts.Medium));
        Assert.Equal(AirVacuum.ToVacuum(5000), spectrum.WavelengthAngstrom[0], 9);
        Assert.Equal(1, spectrum.Flux[0]);
        Assert.Equal(0.02, spectrum.Sigma![0], 6);
        Assert.Equal([3], Enumerable.Range(0, 40).Where(i => double.IsNaN(spectrum.Flux[i])));
        Assert.Equal(-12.5, exposure.Facts.BarycentricVelocityKmPerS);
        Assert.False(exposure.Facts.IsNormalized);
        Spectrum reduced = SpectrumReader.Read(PathOf("eso-phase3-air.fits[FLUX_REDUCED]"));
        Assert.Equal((1000, 20), (reduced.Flux[0], reduced.Sigma![0]));
        Refused("FLUX_REDUCED", () => SpectrumReader.Read(PathOf("eso-phase3-air.fits[FLUXX]")));
        Refused("--medium air", () => SpectrumReader.Read(PathOf("eso-phase3-air.fits"), WavelengthMedium.Vacuum));
    }

    [Fact]
    public void Errors_that_are_no_numbers_at_all_are_none()
    {
        Exposure exposure = Read("eso-phase3-no-errors.fits");
        Assert.Null(exposure.Orders[0].Sigma);
        Assert.Equal((ErrorKind.None, SpectralFrame.Observatory), (exposure.Facts.Errors, exposure.Facts.Frame));
        Assert.True(exposure.Facts.IsMediumAssumed);
        Assert.Contains(exposure.Facts.Notes, note => note.Contains("placeholder", StringComparison.Ordinal));
    }

    [Fact]
    public void APOGEE_reads_the_combination_and_by_choice_a_visit()
    {
        Exposure exposure = Read("apogee-apStar.fits");
        Spectrum spectrum = exposure.Orders[0];
        Assert.Equal(("APOGEE", SpectralFrame.Star, (bool?)false), (exposure.Facts.Format, exposure.Facts.Frame, exposure.Facts.IsNormalized));
        Assert.Equal(Math.Pow(10, 4.179 + 6e-6), spectrum.WavelengthAngstrom[1], 9);

        // Bad pixel and missing data are masked, a sky line (bit 12) is not.
        Assert.Equal([0, 5], Enumerable.Range(0, 40).Where(i => double.IsNaN(spectrum.Flux[i])));
        Assert.Contains(exposure.Facts.Notes, note => note.Contains("[row=N]", StringComparison.Ordinal));
        Assert.Equal(spectrum.Flux[1] * 0.9, SpectrumReader.Read(PathOf("apogee-apStar.fits[row=2]")).Flux[1], 3);
        Refused("no row 4", () => SpectrumReader.Read(PathOf("apogee-apStar.fits[row=4]")));
    }

    [Fact]
    public void ASPCAP_is_normalized_and_its_gaps_are_masked()
    {
        Exposure exposure = Read("apogee-aspcapStar.fits");
        Assert.True(exposure.Facts.IsNormalized);
        Assert.Equal([0, 1], Enumerable.Range(0, 40).Where(i => double.IsNaN(exposure.Orders[0].Flux[i])));
        Assert.Equal(0.01, exposure.Orders[0].Sigma![3], 6);
    }

    [Fact]
    public void IGRINS_finds_wavelengths_and_variances_beside_it()
    {
        Exposure plain = Read("SDCH_20150102_0001.spec.fits"), divided = Read("SDCH_20150102_0001.spec_a0v.fits");
        Assert.All(new[] { plain, divided }, exposure => Assert.Equal("IGRINS", exposure.Facts.Format));
        Assert.Equal(18000, plain.Orders[0].WavelengthAngstrom[0], 6);
        Assert.Equal(17800, divided.Orders[1].WavelengthAngstrom[0], 6);
        Assert.Equal(2, plain.Orders[0].Sigma![0]);
        Assert.Equal(2 / 100.0, divided.Orders[0].Sigma![0], 6);
        Assert.Contains(divided.Facts.Notes, note => note.Contains("A0V", StringComparison.Ordinal));
    }

    [Fact]
    public void IGRINS_alone_says_what_is_missing()
    {
        using var scratch = new ScratchFolder();
        File.Copy(PathOf("SDCH_20150102_0001.spec.fits"), scratch["SDCH_1.spec.fits"]);
        Refused("SDCH_1.wave.fits", () => SpectrumReader.Read(scratch["SDCH_1.spec.fits"]));
        File.Copy(PathOf("SDCH_20150102_0001.wave.fits"), scratch["SDCH_1.wave.fits"]);
        Exposure exposure = SpectrumReader.ReadExposure(scratch["SDCH_1.spec.fits"]);
        Assert.Null(exposure.Orders[0].Sigma);
        Assert.Contains(exposure.Facts.Notes, note => note.Contains("SDCH_1.variance.fits", StringComparison.Ordinal));
        File.Copy(PathOf("sdss-spec.fits"), scratch["SDCH_1.variance.fits"]);
        Refused("do not belong together", () => SpectrumReader.ReadExposure(scratch["SDCH_1.spec.fits"]));
    }

    [Fact]
    public void SDSS_has_inverse_variances_and_two_reasons_for_a_bad_pixel()
    {
        Exposure exposure = Read("sdss-spec.fits");
        Spectrum spectrum = exposure.Orders[0];
        Assert.Equal(("SDSS", SpectralFrame.Heliocentric, ErrorKind.InverseVariance), (exposure.Facts.Format, exposure.Facts.Frame, exposure.Facts.Errors));
        Assert.Equal(2, spectrum.Sigma![0]);
        Assert.Equal([8, 9], Enumerable.Range(0, 40).Where(i => double.IsNaN(spectrum.Flux[i])));
        Assert.Equal(-10.25, exposure.Facts.BarycentricVelocityKmPerS);
        Assert.Equal(WavelengthMedium.Vacuum, exposure.Facts.Medium);
        Assert.Equal(10, spectrum.SignalToNoise!.Value, 0.5);
    }

    [Theory]
    [InlineData("hpf-team.fits", "Sci Wavl", "EXTNAME = 'Bci Wavl'")]
    [InlineData("sdss-spec.fits", "ivar", "TTYPE3  = 'xvar    '")]
    public void A_file_that_lacks_a_part_is_not_known_and_says_what_was_tried(string name, string part, string card)
    {
        using var scratch = new ScratchFolder();
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        int at = text.IndexOf($"= '{part}", StringComparison.Ordinal) - 8;
        System.Text.Encoding.Latin1.GetBytes(card).CopyTo(bytes, at);
        File.WriteAllBytes(scratch["x.fits"], bytes);
        Refused("HPF, CARMENES, ESO Phase 3", () => SpectrumReader.Read(scratch["x.fits"]));
    }

    [Theory]
    [InlineData("hpf-goldilocks.fits")]
    [InlineData("carmenes-caracal.fits")]
    [InlineData("eso-phase3-air.fits")]
    [InlineData("apogee-apStar.fits")]
    [InlineData("SDCH_20150102_0001.spec_a0v.fits")]
    [InlineData("sdss-spec.fits")]
    public void A_file_that_was_cut_is_refused_at_any_place(string name)
    {
        using var scratch = new ScratchFolder();
        byte[] whole = File.ReadAllBytes(PathOf(name));
        for (int blocks = 0; blocks < whole.Length / 2880; blocks += 3)
        {
            File.WriteAllBytes(scratch["cut.fits"], whole[..(blocks * 2880)]);
            EngineException? failure = Record.Exception(() => SpectrumReader.ReadExposure(scratch["cut.fits"])) as EngineException;
            if (failure is null)
            {
                // What was cut off was not needed.
                Assert.NotEmpty(SpectrumReader.ReadExposure(scratch["cut.fits"]).Orders);
                continue;
            }

            Assert.Equal(ErrorCode.BadInput, failure.Code);
            Assert.Contains("cut.fits", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Damaged_bytes_give_a_spectrum_or_a_sentence_and_nothing_else()
    {
        using var scratch = new ScratchFolder();
        var random = new Random(8);
        foreach (string file in Directory.GetFiles(PathOf(string.Empty), "*.fits").Order(StringComparer.Ordinal))
        {
            byte[] whole = File.ReadAllBytes(file);
            for (int round = 0; round < 40; round++)
            {
                byte[] damaged = [.. whole];
                for (int n = 0; n < 4; n++) damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
                string path = scratch[Path.GetFileName(file)];
                File.WriteAllBytes(path, damaged);
                Exception? failure = Record.Exception(() => SpectrumReader.ReadExposure(path));
                Assert.True(failure is null or EngineException, $"{Path.GetFileName(file)}, round {round}: {failure}");
            }
        }
    }

    private static string PathOf(string name) => Path.Combine(GoldenFile.RepositoryRoot, "tests", "golden", "spectra", name);

    private static Exposure Read(string name) => SpectrumReader.ReadExposure(PathOf(name));

    private static void Refused(string word, Func<object> read)
    {
        var failure = Assert.Throws<EngineException>(read);
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains(word, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
