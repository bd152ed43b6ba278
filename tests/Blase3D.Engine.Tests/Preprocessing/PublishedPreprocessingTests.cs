using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Preprocessing;

public class PublishedPreprocessingTests
{
    [Theory]
    [InlineData(5001, 5)]
    [InlineData(5001, 3)]
    [InlineData(501, 5)]
    public void The_continuum_is_that_of_the_published_code(int distance, int columns)
    {
        NpzReader golden = GoldenFile.Open("06_preprocess_20000px");
        string key = FormattableString.Invariant($"d{distance}_o{columns}_");
        double[] wavelength = golden.Doubles("wl");
        var options = new PreprocessingOptions { Published = true, ContinuumDegree = columns, ContinuumDistancePixels = distance };
        PreprocessedSpectrum result = new Preprocessor(options).Preprocess(wavelength, golden.Doubles("flux"), golden.Scalar("teff"));

        Assert.Equal(Agreement.Ints(golden.Longs(key + "peak_inds")), result.ContinuumAnchors);
        Assert.Equal(1, result.Percentile);
        AssertEvery20(golden.Doubles(key + "continuum_every20"), result.Continuum, Tolerances.GoldenContinuumRelative, "continuum");
        if (distance == 5001 && columns == 5)
            AssertEvery20(golden.Doubles("clean_every20"), result.Flux, Tolerances.GoldenContinuumRelative, "clean");

        double[] divided = [.. golden.Doubles("flux").Zip(result.Blackbody, (f, b) => f / b)];
        PublishedContinuum fit = PublishedContinuum.Fit(wavelength, divided, result.ContinuumAnchors, columns);
        Assert.Equal(golden.Scalar(key + "rank"), fit.Rank);
        Assert.Equal(3, fit.Rank);
        Agreement.Relative(golden.Doubles(key + "coeffs"), fit.Coefficients, Tolerances.GoldenContinuumRelative, "coefficients");
        ReadOnlySpan<double> singular = golden.Doubles(key + "singular_values").AsSpan(0, 3);
        Agreement.Relative(singular, fit.SingularValues.AsSpan(0, 3), Tolerances.GoldenContinuumRelative, "singular values");
    }

    [Fact]
    public void A_native_PHOENIX_spectrum_becomes_that_of_the_published_code()
    {
        NpzReader golden = NativePhoenix.Open();
        PreprocessedSpectrum result = new Preprocessor(new PreprocessingOptions { Published = true })
            .Preprocess(NativePhoenix.Wavelength(golden), golden.Doubles("flux"), NativePhoenix.TeffKelvin);
        Assert.Equal(Agreement.Ints(golden.Longs("peak_inds")), result.ContinuumAnchors);
        Assert.Equal(4, result.ContinuumDegree);
        AssertEvery20(golden.Doubles("blackbody_every20"), result.Blackbody, Tolerances.GoldenBlackbodyRelative, "blackbody");
        AssertEvery20(golden.Doubles("continuum_every20"), result.Continuum, Tolerances.GoldenContinuumRelative, "continuum");
        AssertEvery20(golden.Doubles("clean_every20"), result.Flux, Tolerances.GoldenContinuumRelative, "clean");
    }

    [Fact]
    public void A_spectrum_without_a_peak_has_no_published_continuum()
    {
        double[] wavelength = [.. Enumerable.Range(0, 100).Select(i => 9000.0 + i)];
        double[] flux = new double[100];
        Blackbody.SurfaceFlux(wavelength, 4000, flux);
        for (int i = 0; i < 100; i++)
            flux[i] *= 1 + 0.01 * i;
        var published = new Preprocessor(new PreprocessingOptions { Published = true });
        EngineException e = Assert.Throws<EngineException>(() => published.Preprocess(wavelength, flux, 4000));
        Assert.Equal(ErrorCode.BadInput, e.Code);
        Assert.Contains("no peak", e.Message, StringComparison.Ordinal);

        PreprocessedSpectrum usual = new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, flux, 4000);
        Assert.Equal([99], usual.ContinuumAnchors);
        Assert.Equal(0, usual.ContinuumDegree);
        Assert.Equal(1, usual.Flux[99], 1e-12);
    }

    private static void AssertEvery20(double[] golden, double[] values, double tolerance, string what) =>
        Agreement.Relative(golden, Agreement.Every(20, values), tolerance, what);
}
