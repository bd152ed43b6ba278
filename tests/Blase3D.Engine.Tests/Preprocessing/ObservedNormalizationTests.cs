using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Inference.Sampling;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Preprocessing;

public class ObservedNormalizationTests(ITestOutputHelper output)
{
    [Fact]
    public void At_its_reference_it_equals_the_preprocessing_of_a_grid()
    {
        (double[] wavelength, double[] flux) = Native();
        PreprocessedSpectrum grid = new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, flux, 3900);
        var observed = new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions());
        double[] result = new double[flux.Length];
        observed.Normalize(3900, result);
        Assert.Equal(grid.ContinuumAnchors, observed.Anchors);
        Assert.Equal(grid.ContinuumDegree, observed.Degree);
        Agreement.Relative(grid.Flux, result, 1e-12, "flux");
    }

    [Theory]
    [InlineData(300)]
    [InlineData(100)]
    [InlineData(20)]
    public void Noise_is_measured_and_hardly_lifts_the_continuum(double signalToNoise)
    {
        (double[] wavelength, double[] flux) = Native();
        Assert.InRange(FluxNoise.Share(flux), 0, 0.8 * FluxNoise.LeastShare);
        double[] clean = new double[flux.Length], level = new double[flux.Length];
        new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions()).Scale(3900, clean);
        double median = Percentile.Of(flux, 50);
        var random = new Xoshiro256(3);
        for (int i = 0; i < flux.Length; i++) flux[i] += median / signalToNoise * MetropolisSampler.Normal(random);
        double share = FluxNoise.Share(flux);
        Assert.Equal(1 / signalToNoise, share, 0.1 / signalToNoise + 0.0006);
        new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions(), share).Scale(3900, level);
        double ratio = Percentile.Of([.. clean.Zip(level, (c, l) => c / l)], 50);
        output.WriteLine(FormattableString.Invariant($"noise {share:F4}, continuum over that without noise {ratio:F4}"));
        Assert.InRange(ratio, 0.97, 1.03);
    }

    [Fact]
    public void It_is_smooth_in_the_temperature()
    {
        (double[] wavelength, double[] flux) = Native();
        var observed = new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions());
        double[] low = new double[flux.Length];
        double[] middle = new double[flux.Length];
        double[] high = new double[flux.Length];
        for (double teff = 2500; teff < 12_000; teff += 571)
        {
            observed.Normalize(teff - 1, low);
            observed.Normalize(teff, middle);
            observed.Normalize(teff + 1, high);
            double curvature = 0;
            for (int i = 0; i < middle.Length; i++)
                curvature = Math.Max(curvature, Math.Abs(low[i] - 2 * middle[i] + high[i]));
            Assert.True(curvature < 1e-8, FormattableString.Invariant($"{teff} K: second difference {curvature}"));
        }
    }

    [Fact]
    public void Missing_pixels_stay_missing_and_are_no_anchors()
    {
        (double[] wavelength, double[] flux) = Native();
        var whole = new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions());
        int lost = whole.Anchors[3];
        for (int i = lost - 20; i <= lost + 20; i++)
            flux[i] = double.NaN;
        flux[0] = double.NaN;
        flux[^1] = double.NaN;
        var cut = new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions());
        Assert.All(cut.Anchors, a => Assert.True(double.IsFinite(flux[a])));
        Assert.Equal(whole.Anchors.Count, cut.Anchors.Count, 2.0);
        double[] result = new double[flux.Length];
        cut.Normalize(4100, result);
        for (int i = 0; i < flux.Length; i++)
            Assert.Equal(double.IsNaN(flux[i]), double.IsNaN(result[i]));
    }

    [Fact]
    public void Normalizing_allocates_nothing()
    {
        (double[] wavelength, double[] flux) = Native();
        var observed = new ObservedNormalization(wavelength, flux, 3900, new PreprocessingOptions());
        double[] result = new double[flux.Length];
        observed.Normalize(4000, result);
        long before = GC.GetAllocatedBytesForCurrentThread();
        observed.Normalize(4001, result);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        double[] wavelength = [.. Enumerable.Range(0, 10).Select(i => 9000.0 + i)];
        double[] flux = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2];
        double[] nan = [1, 2, 1, 2, double.NaN, double.NaN, 1, 2, double.NaN, 1];
        double[] infinite = [1, 2, 1, 2, 1, 2, 1, 2, 1, double.PositiveInfinity];
        double[] nothing = new double[10];
        double[] negative = Array.ConvertAll(flux, f => -f);
        foreach (double[] bad in (double[][])[nan, infinite, nothing, negative, flux[..9]])
            AssertRefused(ErrorCode.BadInput, () => new ObservedNormalization(wavelength, bad, 4000, new PreprocessingOptions()));
        AssertRefused(ErrorCode.BadInput, () => new ObservedNormalization(wavelength, flux, 0, new PreprocessingOptions()));
        AssertRefused(ErrorCode.BadArguments,
            () => new ObservedNormalization(wavelength, flux, 4000, new PreprocessingOptions { Published = true }));
        var fine = new ObservedNormalization(wavelength, flux, 4000, new PreprocessingOptions());
        Assert.Equal(10, fine.Count);
        AssertRefused(ErrorCode.BadInput, () =>
        {
            fine.Normalize(-5, new double[10]);
            return fine;
        });
    }

    private static void AssertRefused(ErrorCode code, Func<object> action) =>
        Assert.Equal(code, Assert.Throws<EngineException>(action).Code);

    private static (double[] Wavelength, double[] Flux) Native()
    {
        NpzReader golden = NativePhoenix.Open();
        return (NativePhoenix.Wavelength(golden), golden.Doubles("flux"));
    }
}
