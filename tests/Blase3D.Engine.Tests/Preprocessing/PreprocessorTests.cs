using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Xunit;

namespace Blase3D.Engine.Tests.Preprocessing;

public class PreprocessorTests
{
    private const double TeffKelvin = 5000;

    [Fact]
    public void The_default_recovers_a_continuum_that_the_published_code_misses()
    {
        (double[] wavelength, double[] flux, double[] truth) = Trended(60_000);
        PreprocessedSpectrum usual = new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, flux, TeffKelvin);
        PreprocessedSpectrum published =
            new Preprocessor(new PreprocessingOptions { Published = true }).Preprocess(wavelength, flux, TeffKelvin);

        Assert.Equal(5, usual.ContinuumDegree);
        double usualError = WorstError(usual.Flux, truth);
        double publishedError = WorstError(published.Flux, truth);
        Assert.True(usualError < 1e-3, FormattableString.Invariant($"default {usualError}"));
        Assert.True(publishedError > 5 * usualError, FormattableString.Invariant($"published {publishedError}, default {usualError}"));
    }

    [Fact]
    public void A_real_spectrum_is_1_at_its_anchors_and_the_factors_multiply_back()
    {
        NpzReader golden = NativePhoenix.Open();
        double[] wavelength = NativePhoenix.Wavelength(golden);
        double[] flux = golden.Doubles("flux");
        PreprocessedSpectrum result = new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, flux, NativePhoenix.TeffKelvin);

        double meanAtAnchors = result.ContinuumAnchors.Average(i => result.Flux[i]);
        Assert.Equal(1, meanAtAnchors, 0.01);
        Assert.True(result.ContinuumAnchors.Zip(result.ContinuumAnchors.Skip(1), (a, b) => b - a).All(d => d >= 5001));
        double[] back = new double[flux.Length];
        for (int i = 0; i < back.Length; i++)
            back[i] = result.Flux[i] * result.Continuum[i] * result.Percentile * result.Blackbody[i];
        Agreement.Relative(flux, back, 1e-14, "flux");
    }

    [Fact]
    public void The_scale_of_the_flux_does_not_matter()
    {
        (double[] wavelength, double[] flux, _) = Trended(4_000);
        var preprocessor = new Preprocessor(new PreprocessingOptions());
        double[] once = preprocessor.Preprocess(wavelength, flux, TeffKelvin).Flux;
        double[] scaled = preprocessor.Preprocess(wavelength, Array.ConvertAll(flux, f => 1e-20 * f), TeffKelvin).Flux;
        Agreement.Relative(once, scaled, 1e-12, "flux");
    }

    [Fact]
    public void Any_short_length_works_and_its_degree_follows_the_rule()
    {
        for (int length = 8; length <= 256; length++)
        {
            (double[] wavelength, double[] flux, _) = Trended(length);
            PreprocessedSpectrum result = new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, flux, TeffKelvin);
            Assert.InRange(result.ContinuumDegree, 0, Math.Max(0, result.ContinuumAnchors.Length / 2 - 1));
            Assert.All(result.Flux, f => Assert.InRange(f, 0.1, 2));
        }
    }

    [Theory]
    [InlineData("nan", "pixel 5")]
    [InlineData("infinite", "pixel 5")]
    [InlineData("zero", "all 100")]
    [InlineData("negative", "percentile")]
    [InlineData("descending", "pixel 5")]
    [InlineData("repeated", "pixel 5")]
    [InlineData("nan wavelength", "pixel 5")]
    [InlineData("short", "7 pixels")]
    [InlineData("lengths", "100 wavelengths")]
    [InlineData("teff 0", "0 K")]
    [InlineData("teff -10", "-10 K")]
    [InlineData("teff 1", "1 K")]
    [InlineData("teff nan", "NaN K")]
    public void Bad_input_is_refused_with_its_value(string what, string part)
    {
        (double[] wavelength, double[] flux, _) = Trended(what == "short" ? 7 : 100);
        double teff = TeffKelvin;
        switch (what)
        {
            case "nan": flux[5] = double.NaN; break;
            case "infinite": flux[5] = double.NegativeInfinity; break;
            case "zero": Array.Clear(flux); break;
            case "negative": flux = Array.ConvertAll(flux, f => -f); break;
            case "descending": wavelength[5] = wavelength[3]; break;
            case "repeated": wavelength[5] = wavelength[4]; break;
            case "nan wavelength": wavelength[5] = double.NaN; break;
            case "lengths": flux = flux[..99]; break;
            case "teff 0": teff = 0; break;
            case "teff -10": teff = -10; break;
            case "teff 1": teff = 1; break;
            case "teff nan": teff = double.NaN; break;
            default: break;
        }
        EngineException e = Assert.Throws<EngineException>(
            () => new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, flux, teff));
        Assert.Equal(ErrorCode.BadInput, e.Code);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_options_are_refused()
    {
        PreprocessingOptions[] bad =
        [
            new() { Percentile = -1 }, new() { Percentile = double.NaN }, new() { ContinuumDegree = -1 }, new() { ContinuumDegree = 31 },
            new() { ContinuumDistancePixels = 0 }, new() { Published = true, ContinuumDegree = 0 },
        ];
        foreach (PreprocessingOptions options in bad)
            Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => new Preprocessor(options)).Code);
    }

    /// <summary>A black body times a wavy trend of degree 5, with narrow lines that leave gaps; truth is the spectrum without
    /// trend.</summary>
    private static (double[] Wavelength, double[] Flux, double[] Truth) Trended(int length)
    {
        double[] wavelength = new double[length];
        double[] truth = new double[length];
        for (int i = 0; i < length; i++)
        {
            wavelength[i] = 8038 + 4811.0 * i / length;
            truth[i] = 1 - 0.6 * Math.Exp(-0.5 * Math.Pow(i % 100 - 50, 2) / 16);
        }
        double[] flux = new double[length];
        Blackbody.SurfaceFlux(wavelength, TeffKelvin, flux);
        for (int i = 0; i < length; i++)
        {
            double x = 2.0 * i / length - 1;
            flux[i] *= truth[i] * (1 + 0.1 * x - 0.08 * x * x + 0.1 * x * x * x * (1 - x * x));
        }
        return (wavelength, flux, truth);
    }

    private static double WorstError(double[] flux, double[] truth) =>
        flux.Zip(truth, (f, t) => Math.Abs(f / t - 1)).Max();
}
