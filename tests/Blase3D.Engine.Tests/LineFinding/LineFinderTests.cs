using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.LineFinding;

public class LineFinderTests
{
    [Theory]
    [InlineData(0.005, "p0.005_")]
    [InlineData(0.03, "p0.03_")]
    public void Initial_lines_are_those_of_the_published_code(double prominence, string key)
    {
        NpzReader golden = GoldenFile.Open("04_detect_lines");
        InitialLines lines = LineFinder.Find(
            golden.Doubles("wl"), golden.Doubles("flux"), new LineFindingOptions { Prominence = prominence });
        Assert.Equal(golden.Doubles(key + "init_lam_centers"), lines.CenterAngstrom);
        Agreement.Relative(golden.Doubles(key + "init_ln_amp"), lines.LnAmplitude, Tolerances.GoldenLineRelative, "ln amplitude");
        Agreement.Relative(golden.Doubles(key + "init_ln_sigma"), lines.LnSigma, Tolerances.GoldenLineRelative, "ln sigma");
        Agreement.Relative(golden.Doubles(key + "init_ln_gamma"), lines.LnGamma, Tolerances.GoldenLineRelative, "ln gamma");
    }

    [Fact]
    public void Without_a_margin_all_peaks_are_lines()
    {
        NpzReader golden = GoldenFile.Open("04_detect_lines");
        InitialLines lines = LineFinder.Find(
            golden.Doubles("wl"), golden.Doubles("flux"), new LineFindingOptions { EdgeMarginAngstrom = 0 });
        Assert.Equal(Agreement.Ints(golden.Longs("p0.005_peaks")), lines.Pixel);
        Assert.Equal(golden.Doubles("p0.005_prominences"), lines.Prominence);
        // What the published code calls a width is the full width at half prominence over 2.355.
        double[] widthAngstrom = Array.ConvertAll(lines.LnSigma, s => Math.Exp(s) / 1.28 * Math.Sqrt(2));
        Agreement.Relative(golden.Doubles("p0.005_detect_width_A"), widthAngstrom, Tolerances.GoldenLineRelative, "width");
    }

    [Fact]
    public void The_whole_chain_on_native_PHOENIX_is_that_of_the_published_code()
    {
        NpzReader golden = NativePhoenix.Open();
        double[] wavelength = NativePhoenix.Wavelength(golden);
        double[] clean = new Preprocessor(new PreprocessingOptions { Published = true })
            .Preprocess(wavelength, golden.Doubles("flux"), NativePhoenix.TeffKelvin).Flux;

        InitialLines all = LineFinder.Find(wavelength, clean, new LineFindingOptions { EdgeMarginAngstrom = 0 });
        Assert.Equal(Agreement.Ints(golden.Longs("peaks")), all.Pixel);
        double[] depth = Array.ConvertAll(clean, f => -f);
        PeakProminences prominences = PeakFinder.Prominences(depth, all.Pixel);
        PeakWidths widths = PeakFinder.Widths(depth, all.Pixel, prominences);
        Assert.Equal(Agreement.Ints(golden.Longs("left_bases")), prominences.LeftBase);
        Assert.Equal(Agreement.Ints(golden.Longs("right_bases")), prominences.RightBase);
        Agreement.Relative(golden.Doubles("prominences"), prominences.Prominence, Tolerances.GoldenChainLineRelative, "prominence");
        Agreement.Relative(golden.Doubles("width_px"), widths.WidthPixels, Tolerances.GoldenChainLineRelative, "width");

        InitialLines lines = LineFinder.Find(wavelength, clean, new LineFindingOptions());
        Assert.Equal(Agreement.Ints(golden.Longs("init_pixels")), lines.Pixel);
        Agreement.Relative(golden.Doubles("init_ln_amp"), lines.LnAmplitude, Tolerances.GoldenChainLineRelative, "ln amplitude");
        Agreement.Relative(golden.Doubles("init_ln_sigma"), lines.LnSigma, Tolerances.GoldenChainLineRelative, "ln sigma");
        Agreement.Relative(golden.Doubles("init_ln_gamma"), lines.LnGamma, Tolerances.GoldenChainLineRelative, "ln gamma");
    }

    [Fact]
    public void A_flat_spectrum_has_no_line()
    {
        InitialLines lines = LineFinder.Find([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 1, 1, 1, 1, 1, 1], new LineFindingOptions());
        Assert.Equal(0, lines.Count);
    }

    [Fact]
    public void One_line_is_found_with_its_numbers()
    {
        double[] wavelength = [.. Enumerable.Range(0, 9).Select(i => 9000 + 0.5 * i)];
        InitialLines lines = LineFinder.Find(
            wavelength, [1, 1, 1, 0.75, 0.5, 0.75, 1, 1, 1], new LineFindingOptions { EdgeMarginAngstrom = 1 });
        Assert.Equal([4], lines.Pixel);
        Assert.Equal(9002, lines.CenterAngstrom[0]);
        Assert.Equal(0.5, lines.Prominence[0]);
        Assert.Equal(Math.Log(0.14 * 0.5), lines.LnAmplitude[0], 1e-12);
        // Full width at half prominence: 2 pixels of 0.5 Angstrom.
        Assert.Equal(Math.Log(1.28 * 1.0 / 2.355 / Math.Sqrt(2)), lines.LnSigma[0], 1e-12);
        Assert.Equal(Math.Log(1.52 * 1.0 / 2.355 / Math.Sqrt(2)), lines.LnGamma[0], 1e-12);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        double[] wavelength = [1, 2, 3, 4, 5, 6, 7, 8];
        double[] flux = [1, 1, 1, 0, 1, 1, 1, 1];
        AssertRefused(ErrorCode.BadInput, wavelength, flux[..7], new());
        AssertRefused(ErrorCode.BadInput, wavelength[..7], flux[..7], new());
        AssertRefused(ErrorCode.BadInput, wavelength, [1, 1, double.NaN, 0, 1, 1, 1, 1], new());
        AssertRefused(ErrorCode.BadInput, [1, 2, 3, 3, 5, 6, 7, 8], flux, new());
        AssertRefused(ErrorCode.BadArguments, wavelength, flux, new() { Prominence = 0 });
        AssertRefused(ErrorCode.BadArguments, wavelength, flux, new() { Prominence = double.NaN });
        AssertRefused(ErrorCode.BadArguments, wavelength, flux, new() { DistancePixels = 0 });
        AssertRefused(ErrorCode.BadArguments, wavelength, flux, new() { EdgeMarginAngstrom = -1 });
    }

    private static void AssertRefused(ErrorCode code, double[] wavelength, double[] flux, LineFindingOptions options) =>
        Assert.Equal(code, Assert.Throws<EngineException>(() => LineFinder.Find(wavelength, flux, options)).Code);
}
