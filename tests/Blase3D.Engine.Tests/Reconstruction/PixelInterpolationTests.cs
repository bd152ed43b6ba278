using Blase3D.Engine.Grids;
using Blase3D.Engine.Reconstruction;
using Xunit;

namespace Blase3D.Engine.Tests.Reconstruction;

public class PixelInterpolationTests
{
    private static readonly string[] Axes = ["teff", "feh"];

    [Fact]
    public void A_bilinear_spectrum_is_reproduced_everywhere()
    {
        PixelInterpolation pixels = Of([4000, -0.5, 4000, 0, 4100, -0.5, 4100, 0, 4300, -0.5, 4300, 0]);
        foreach ((double teff, double feh) in ((double, double)[])[(4000, -0.5), (4300, 0), (4033, -0.1), (4100, -0.3), (4287, 0)])
            Agreement.WithinAbsolute(Flux(teff, feh), pixels.At([teff, feh]), 1e-12);
        Assert.NotSame(pixels.At([4000, 0]), pixels.At([4000, 0]));
    }

    [Fact]
    public void Outside_and_beside_a_missing_node_there_is_nothing()
    {
        PixelInterpolation pixels = Of([4000, -0.5, 4000, 0, 4100, -0.5]);
        Agreement.WithinAbsolute(Flux(4050, -0.5), pixels.At([4050, -0.5]), 1e-12);
        EngineException failure = Assert.Throws<EngineException>(() => pixels.At([4050, -0.4]));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("needs the node teff=4100, feh=0, which is missing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.OutOfRange, Assert.Throws<EngineException>(() => pixels.At([4200, 0])).Code);
    }

    private static PixelInterpolation Of(double[] points)
    {
        var list = new GridPoints(Axes, points);
        return new PixelInterpolation(list, [.. Enumerable.Range(0, list.Count).Select(n => Flux(list[n][0], list[n][1]))]);
    }

    // Linear in teff within every cell, bilinear with feh.
    private static double[] Flux(double teff, double feh) => [1 - (1e-4 * (teff - 4000)), 0.5 + (feh * (teff - 4000) * 1e-3), feh];
}
