using Blase3D.Engine.Observation;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class DetectorPixelsTests
{
    [Fact]
    public void Neighbours_touch_and_gaps_stay_open()
    {
        double[] centers = [10, 10.1, 10.21, 10.33, 10.46, 12, 12.14, 12.28, 12.42, 20, 30, 30.1, 30.2];
        DetectorPixels pixels = DetectorPixels.FromCenters(centers);
        for (int i = 0; i < 4; i++) Assert.Equal(pixels.UpperAngstrom[i], pixels.LowerAngstrom[i + 1], 1e-12);
        Assert.Equal(9.95, pixels.LowerAngstrom[0], 1e-12);
        Assert.Equal(10.525, pixels.UpperAngstrom[4], 1e-12);
        Assert.Equal(11.93, pixels.LowerAngstrom[5], 1e-12);
        Assert.Equal(12.49, pixels.UpperAngstrom[8], 1e-12);
        Assert.Equal(30.25, pixels.UpperAngstrom[12], 1e-12);

        // A pixel alone is as wide as those nearby.
        Assert.InRange(pixels.UpperAngstrom[9] - pixels.LowerAngstrom[9], 0.05, 0.2);
    }

    [Fact]
    public void A_change_of_the_step_is_no_gap()
    {
        double[] centers = [.. Enumerable.Range(0, 50).Select(i => 9999.5 + (0.01 * i)), .. Enumerable.Range(0, 50).Select(i => 10_000 + (0.02 * i))];
        DetectorPixels pixels = DetectorPixels.FromCenters(centers);
        for (int i = 0; i < 99; i++) Assert.Equal(pixels.UpperAngstrom[i], pixels.LowerAngstrom[i + 1], 1e-9);
    }

    [Fact]
    public void Edges_that_are_known_are_taken_and_checked()
    {
        double[] low = [1, 2, 3, 4, 5, 6, 7, 8], high = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5];
        Assert.Equal(2.25, DetectorPixels.FromEdges(low, high).CenterAngstrom[1]);
        high[3] = 4;
        Assert.Contains("Pixel 3 reaches from 4 to 4", Assert.Throws<EngineException>(() => DetectorPixels.FromEdges(low, high)).Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => DetectorPixels.FromCenters([1, 2, 3]));
        Assert.Throws<EngineException>(() => DetectorPixels.FromCenters([1, 2, 3, 4, 4, 5, 6, 7]));
    }
}
