using Blase3D.Engine.Spectra;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public class ResolutionSmootherTests
{
    // PHOENIX pixels on both sides of 10,000 A, where they become twice as wide.
    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 9000).Select(i => 9930 + (0.01 * i)).TakeWhile(l => l < 9999.995), .. Enumerable.Range(0, 3500).Select(i => 10000 + (0.02 * i))];

    [Theory]
    [InlineData(115_000)]
    [InlineData(55_000)]
    [InlineData(22_500)]
    [InlineData(5_000)]
    public void A_line_is_smoothed_as_by_a_Gaussian(double resolution)
    {
        var smoother = new ResolutionSmoother(Wavelength, resolution);
        foreach (double center in new[] { 9950.003, 9999.9, 10000.04, 10045.0 })
        {
            // A Gaussian line of 0.08 A becomes a Gaussian one of the root of both variances.
            const double Own = 0.08;
            double sigma = center / (resolution * 2.354820045), wide = Math.Sqrt((Own * Own) + (sigma * sigma));
            var smoothed = new double[Wavelength.Length];
            smoother.Apply([.. Wavelength.Select(l => Math.Exp(-0.5 * (l - center) * (l - center) / (Own * Own)))], smoothed);
            for (int i = 0; i < Wavelength.Length; i++)
            {
                double x = (Wavelength[i] - center) / wide;
                Assert.Equal(Own / wide * Math.Exp(-0.5 * x * x), smoothed[i], 0.04 * Own / wide);
            }
        }
    }

    [Fact]
    public void A_constant_stays_and_what_is_linear_is_added()
    {
        var random = new Random(3);
        double[] a = [.. Wavelength.Select(_ => random.NextDouble() - 0.5)], b = [.. Wavelength.Select(_ => random.NextDouble())];
        double[] Smooth(double[] values)
        {
            var result = new double[values.Length];
            new ResolutionSmoother(Wavelength, 22_500).Apply(values, result);
            return result;
        }

        Agreement.WithinAbsolute([.. Wavelength.Select(_ => 0.75)], Smooth([.. Wavelength.Select(_ => 0.75)]), 1e-9);
        Agreement.WithinAbsolute([.. Smooth(a).Zip(Smooth(b), (x, y) => x + (2 * y))], Smooth([.. a.Zip(b, (x, y) => x + (2 * y))]), 1e-9);
        Assert.True(Smooth(a).Max() < 0.4 * a.Max());
    }

    [Fact]
    public void Pixels_coarser_than_the_resolution_are_left_alone()
    {
        double[] coarse = [.. Enumerable.Range(0, 100).Select(i => 8000 + (0.5 * i))], values = [.. coarse.Select(l => Math.Sin(l))], smoothed = new double[100];
        new ResolutionSmoother(coarse, 100_000).Apply(values, smoothed);
        Assert.Equal(values, smoothed);
    }
}
