using Blase3D.Engine.Observation;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class PublishedBroadeningTests
{
    private static readonly NpzReader Golden = GoldenFile.Open("08_broaden");

    [Theory]
    [InlineData("2.0", 2)]
    [InlineData("18.893", 18.893)]
    [InlineData("60.0", 60)]
    [InlineData("200.0", 200)]
    public void Rotation(string name, double rotation) => Agreement.WithinAbsolute(
        Golden.Doubles($"rot_v{name}_every7"), Agreement.Every(7, PublishedBroadening.Rotate(Golden.Doubles("flux"), Golden.Scalar("median_wl"), rotation)), Tolerances.GoldenBroadening);

    [Theory]
    [InlineData("0.01", 0.01)]
    [InlineData("0.07", 0.07)]
    [InlineData("0.2", 0.2)]
    public void Resolution(string name, double sigma) => Agreement.WithinAbsolute(
        Golden.Doubles($"inst_s{name}_every7"), Agreement.Every(7, PublishedBroadening.Smooth(Golden.Doubles("flux"), sigma)), Tolerances.GoldenBroadening);

    [Fact]
    public void Default_models_and_resampling()
    {
        double[] flux = Golden.Doubles("flux"), edges = Golden.Doubles("edges");
        double[] wavelength = [.. Enumerable.Range(0, flux.Length).Select(i => 10_000 * Math.Exp(i / 5e5))];
        Agreement.WithinAbsolute(Golden.Doubles("resample"), PublishedBroadening.Resample(wavelength, flux, edges), Tolerances.GoldenBroadening);
        double[] rotated = PublishedBroadening.Rotate(flux, Golden.Scalar("median_wl"), PublishedBroadening.LeastRotationKmPerS + Math.Exp(2.89));
        Agreement.WithinAbsolute(Golden.Doubles("ext_forward_default_every7"), Agreement.Every(7, rotated), Tolerances.GoldenBroadening);
        double[] smooth = PublishedBroadening.Smooth(flux, PublishedBroadening.LeastSigmaAngstrom + Math.Exp(-2.8134));
        Agreement.WithinAbsolute(Golden.Doubles("inst_forward_default"), PublishedBroadening.Resample(wavelength, smooth, edges), Tolerances.GoldenBroadening);
        Assert.Contains("no pixel of the model", Assert.Throws<EngineException>(() => PublishedBroadening.Resample(wavelength, flux, [10_001.001, 10_001.002])).Message, StringComparison.Ordinal);
    }

    // Why this is not the default: above 10,000 Angstrom PHOENIX has a pixel each 0.02 Angstrom, which the published kernels take for 0.01.
    [Fact]
    public void The_default_keeps_the_width_where_the_published_kernels_double_it()
    {
        double[] wavelength = [.. Enumerable.Range(0, 4000).Select(i => 10_000 + (0.02 * i))];
        double[] line = [.. wavelength.Select(w => 1 - (0.5 * Math.Exp(-0.5 * Math.Pow((w - 10_040) / 0.05, 2))))];
        const double resolution = 50_000;
        double sigma = 10_040 / resolution / 2.3548200450309493;
        double expected = Math.Sqrt((0.05 * 0.05) + (sigma * sigma));
        Assert.Equal(expected, Width(ExactBroadening.Broaden(wavelength, line, 0, resolution)), 1e-3 * expected);
        Assert.Equal(Math.Sqrt((0.05 * 0.05) + (4 * sigma * sigma)), Width(PublishedBroadening.Smooth(line, sigma)), 1e-3);

        double Width(double[] flux)
        {
            (double area, double square) = (0, 0);
            for (int i = 1900; i < 2100; i++)
            {
                area += 1 - flux[i];
                square += (1 - flux[i]) * Math.Pow(wavelength[i] - 10_040, 2);
            }

            return Math.Sqrt(square / area);
        }
    }
}
