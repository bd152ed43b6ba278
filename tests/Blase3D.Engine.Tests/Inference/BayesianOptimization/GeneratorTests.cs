using Blase3D.Engine.Inference.BayesianOptimization;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class GeneratorTests
{
    [Fact]
    public void Xoshiro_gives_the_published_sequence()
    {
        // The first outputs of xoshiro256** from the state 1, 2, 3, 4, by hand: rotl(2 * 5, 7) * 9 = 11520; s1 becomes 0, hence 0.
        var generator = new Xoshiro256([1, 2, 3, 4]);
        Assert.Equal(11520UL, generator.NextBits());
        Assert.Equal(0UL, generator.NextBits());
        Assert.Equal(1509978240UL, generator.NextBits());
        Assert.Equal(1215971899390074240UL, generator.NextBits());
    }

    [Fact]
    public void Seeding_is_SplitMix64() =>
        Assert.Equal(0xE220A8397B1DCDAFUL, new Xoshiro256(0).State[0]);

    [Fact]
    public void A_stored_state_goes_on()
    {
        var generator = new Xoshiro256(7);
        generator.NextBits();
        var copy = new Xoshiro256(generator.State);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(generator.NextUniform(), copy.NextUniform());
        }
    }

    [Fact]
    public void A_state_of_zeros_is_refused() =>
        Assert.Throws<EngineException>(() => _ = new Xoshiro256([0, 0, 0, 0]));

    [Fact]
    public void Uniform_numbers_have_the_moments_of_the_uniform_distribution()
    {
        var generator = new Xoshiro256(3);
        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(_ => generator.NextUniform())];
        Assert.All(drawn, value => Assert.InRange(value, 0, 1 - 1e-16));
        Assert.Equal(0.5, drawn.Average(), 0.005);
        Assert.Equal(1.0 / 3, drawn.Average(value => value * value), 0.005);
    }

    [Theory]
    [InlineData(1, new[] { 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 })]
    [InlineData(5, new[] { 0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375, 0.375, 0.125 })]
    [InlineData(11, new[] { 0.4375, 0.5625, 0.1875, 0.6875, 0.8125, 0.0625, 0.6875, 0.6875, 0.6875, 0.0625 })]
    [InlineData(15, new[] { 0.0625, 0.9375, 0.5625, 0.3125, 0.6875, 0.1875, 0.8125, 0.3125, 0.3125, 0.6875 })]
    public void Sobol_points_are_those_of_scipy(int index, double[] expected)
    {
        var point = new double[10];
        new SobolSequence(10, null).Point(index, point);
        Assert.Equal(expected, point);
    }

    [Fact]
    public void Shifted_Sobol_points_fill_every_interval_once()
    {
        var sequence = new SobolSequence(10, new Xoshiro256(4));
        const int Count = 1024;
        var hits = new int[10, Count];
        var point = new double[10];
        for (int i = 0; i < Count; i++)
        {
            sequence.Point(i, point);
            for (int k = 0; k < 10; k++)
            {
                hits[k, (int)(point[k] * Count)]++;
            }
        }

        Assert.All(hits.Cast<int>(), hit => Assert.Equal(1, hit));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void Sobol_refuses_other_dimensions(int dimension) =>
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => _ = new SobolSequence(dimension, null)).Code);
}
