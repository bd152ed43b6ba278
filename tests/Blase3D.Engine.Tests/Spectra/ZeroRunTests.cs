using Blase3D.Engine.Spectra;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public class ZeroRunTests
{
    private const double N = double.NaN;

    [Theory]
    [InlineData(new double[0], new double[0])]
    [InlineData(new[] { 0.0, 0 }, new[] { 0.0, 0 })]
    [InlineData(new[] { 0.0, 0, 0 }, new[] { N, N, N })]
    [InlineData(new[] { 0.0, 0, 1, 0, 0, -0.0, 0, 2, 0 }, new[] { 0.0, 0, 1, N, N, N, N, 2, 0 })]
    [InlineData(new[] { 1, 0.0, 0, 0, N, 0, 0, 0 }, new[] { 1, N, N, N, N, N, N, N })]
    [InlineData(new[] { 1e-300, 0, -1, 0, 3 }, new[] { 1e-300, 0, -1, 0, 3 })]
    public void Three_zeros_in_a_row_are_missing(double[] flux, double[] expected)
    {
        double[] given = [.. flux];
        double[] result = ZeroRuns.Mask(flux, out int masked);
        Assert.Equal(expected, result);
        Assert.Equal(given, flux);
        Assert.Equal(expected.Count(double.IsNaN) - given.Count(double.IsNaN), masked);
        Assert.Equal(masked == 0, ReferenceEquals(flux, result));
    }
}
