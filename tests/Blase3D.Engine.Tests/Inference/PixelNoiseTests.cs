using Blase3D.Engine.Inference;
using Xunit;

namespace Blase3D.Engine.Tests.Inference;

public sealed class PixelNoiseTests
{
    [Fact]
    public void The_floor_is_not_below_what_the_model_is_known_to_be_wrong_by()
    {
        // Residuals of the size of the pixels' own errors: nothing is learnt from them.
        double[] sigma = [.. Enumerable.Repeat(0.001, 1000)], residual = [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 0.001 : -0.001)];
        var alone = new PixelNoise(sigma, null);
        Assert.False(alone.LearnFloor(residual));
        Assert.All(alone.ModelError, error => Assert.Equal(0, error));
        var known = new PixelNoise(sigma, null);
        Assert.True(known.LearnFloor(residual, [.. Enumerable.Range(0, 1000).Select(i => i < 500 ? 0.003 : 0.0)]));
        Assert.Equal(0.003, known.ModelError[0], 1e-12);
        Assert.Equal(0, known.ModelError[^1]);
        Assert.Equal(1 / (1e-6 + 9e-6), known.Weight[0], 1e-3);

        // A star that fits worse than that has the larger floor, and a floor that was given stays.
        double[] large = [.. residual.Select(r => 10 * r)];
        Assert.True(known.LearnFloor(large, [.. Enumerable.Repeat(0.003, 1000)]));
        Assert.Equal(Math.Sqrt(1e-4 - 1e-6), known.ModelError[0], 1e-9);
        Assert.False(new PixelNoise(sigma, 0.002).LearnFloor(large, [.. Enumerable.Repeat(0.003, 1000)]));
    }
}
