using Blase3D.Engine.Spectra;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public sealed class WavelengthRangesTests
{
    [Fact]
    public void Ranges_in_any_order_are_merged_and_both_ends_are_in()
    {
        var ranges = new WavelengthRanges([(30, 40), (10, 20), (15, 25), (25, 26), (50, 50), (9, 8)]);
        Assert.Equal(3, ranges.Count);
        double[] inside = [10, 17, 25.5, 26, 30, 40, 50], outside = [9.999, 26.001, 29.999, 40.001, 49.9, 50.1, 8.5, double.NaN];
        Assert.All(inside, w => Assert.True(ranges.Contains(w)));
        Assert.All(outside, w => Assert.False(ranges.Contains(w)));
        Assert.False(WavelengthRanges.None.Contains(1));
    }

    [Fact]
    public void Random_ranges_hold_what_any_of_them_holds()
    {
        var random = new Random(8);
        for (int trial = 0; trial < 200; trial++)
        {
            (double Low, double High)[] ranges = [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(100)).Select(low => ((double)low, low + (double)random.Next(-2, 9)))];
            var merged = new WavelengthRanges(ranges);
            for (double w = -1; w < 110; w += 0.5) Assert.Equal(ranges.Any(range => w >= range.Low && w <= range.High), merged.Contains(w));
        }
    }
}
