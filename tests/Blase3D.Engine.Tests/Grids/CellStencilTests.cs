using Blase3D.Engine.Grids;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Grids;

public class CellStencilTests
{
    [Fact]
    public void In_the_middle_of_equal_steps_the_weights_are_those_of_the_cubic_through_four_nodes()
    {
        var axes = new RectilinearAxes(["teff"], [[3000, 3100, 3200, 3300, 3400]]);
        Dictionary<double, double> weights = Weights(axes, [3150]);
        Assert.Equal(4, weights.Count);
        foreach ((double node, double wanted) in new[] { (3000, -1 / 16.0), (3100, 9 / 16.0), (3200, 9 / 16.0), (3300, -1 / 16.0) })
            Assert.Equal(wanted, weights[node], 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Sums_of_parabolas_of_the_single_axes_are_reproduced(int dimensions) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            RectilinearAxes axes = RandomAxes(random, dimensions, least: 3);
            double[] slope = [.. Enumerable.Range(0, dimensions).Select(_ => random.NextDouble() - 0.5)], bend = [.. slope.Select(_ => random.NextDouble() - 0.5)];
            double[] point = RandomPoint(random, axes);
            double F(double[] x) => 0.3 + x.Select((v, d) => (slope[d] * v) + (bend[d] * v * v)).Sum();
            (double value, double[] derivative, double total) = Interpolate(axes, point, F, InterpolationScheme.Cubic);
            return Math.Abs(value - F(point)) < 1e-9 && Math.Abs(total - 1) < 1e-12
                && Enumerable.Range(0, dimensions).All(d => Math.Abs(derivative[d] - slope[d] - (2 * bend[d] * point[d])) < 1e-8);
        }));

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void Axes_of_one_to_six_values_give_weights_that_add_up_and_reproduce_straight_lines(InterpolationScheme scheme) => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            RectilinearAxes axes = RandomAxes(random, 1 + random.Next(5), least: 1);
            double[] point = RandomPoint(random, axes);
            (double value, _, double total) = Interpolate(axes, point, x => x.Sum(), scheme);
            return Math.Abs(total - 1) < 1e-12 && Math.Abs(value - point.Sum()) < 1e-9;
        }));

    [Fact]
    public void Derivatives_are_those_of_central_differences_and_continuous_at_every_plane_of_nodes()
    {
        var axes = new RectilinearAxes(["teff", "logg", "feh"], [[6800, 6900, 7000, 7200, 7400], [4, 4.5, 5], [-0.5, 0]]);
        double F(double[] x) => Math.Sin(x[0] / 90) * (1 + (0.5 * Math.Cos(3 * x[1]))) * Math.Exp(x[2]);
        foreach (double teff in new[] { 6850.0, 6900, 6999, 7000, 7001, 7133, 7200, 7399 })
        {
            foreach (double logg in new[] { 4.1, 4.5, 4.83 })
            {
                double[] point = [teff, logg, -0.21];
                double[] derivative = Interpolate(axes, point, F, InterpolationScheme.Cubic).Derivative;
                foreach ((int d, double step) in new[] { (0, 1e-3), (1, 1e-5), (2, 1e-5) })
                {
                    double[] above = [.. point], below = [.. point];
                    above[d] += step;
                    below[d] -= step;
                    double difference = (Interpolate(axes, above, F, InterpolationScheme.Cubic).Value - Interpolate(axes, below, F, InterpolationScheme.Cubic).Value) / (2 * step);

                    // On a plane of nodes the second derivative jumps, so that the difference is only of first order there.
                    Assert.Equal(difference, derivative[d], 1e-5 * (d == 0 ? 0.1 : 10));
                }
            }
        }
    }

    [Fact]
    public void A_neighbour_that_is_missing_is_done_without_and_a_corner_is_named()
    {
        var axes = new RectilinearAxes(["teff"], [[3000, 3100, 3200, 3300, 3400]]);
        bool[] present = [false, true, true, true, true];
        Dictionary<double, double> weights = Weights(axes, [3150], present);
        Assert.False(weights.ContainsKey(3000));
        Assert.Equal(1, weights.Values.Sum(), 1e-14);
        Assert.Equal(3150, weights.Sum(pair => pair.Key * pair.Value), 1e-9);
        var stencil = new CellStencil(axes, InterpolationScheme.Cubic);
        EngineException failure = Assert.Throws<EngineException>(() => stencil.Locate([3050], present));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("teff=3000", failure.Message, StringComparison.Ordinal);
        stencil.Locate([3100], present);
        Assert.Throws<EngineException>(() => stencil.Locate([3400.0000001]));
        Assert.Throws<EngineException>(() => stencil.Locate([double.NaN]));
        stencil.Locate([3400]);
        Assert.Equal(1, stencil.CornerCount);
    }

    private static Dictionary<double, double> Weights(RectilinearAxes axes, double[] point, bool[]? present = null)
    {
        var stencil = new CellStencil(axes, InterpolationScheme.Cubic);
        stencil.Locate(point, present);
        var weight = new double[stencil.Count];
        stencil.Weights(weight, []);
        return Enumerable.Range(0, stencil.Count).ToDictionary(n => axes.PointOf(stencil.Node[n])[0], n => weight[n]);
    }

    private static (double Value, double[] Derivative, double Total) Interpolate(RectilinearAxes axes, double[] point, Func<double[], double> f, InterpolationScheme scheme)
    {
        var stencil = new CellStencil(axes, scheme);
        stencil.Locate(point);
        double[] weight = new double[stencil.Count], slope = new double[stencil.Count * axes.Dimensions], derivative = new double[axes.Dimensions];
        stencil.Weights(weight, slope);
        double value = 0;
        for (int n = 0; n < stencil.Count; n++)
        {
            double at = f(axes.PointOf(stencil.Node[n]));
            value += weight[n] * at;
            for (int d = 0; d < axes.Dimensions; d++) derivative[d] += slope[(d * stencil.Count) + n] * at;
        }

        return (value, derivative, weight.Sum());
    }

    private static RectilinearAxes RandomAxes(Random random, int dimensions, int least)
    {
        double[][] values = [.. Enumerable.Range(0, dimensions).Select(_ =>
        {
            var axis = new double[least + random.Next(4)];
            double at = (random.NextDouble() * 4) - 2;
            for (int i = 0; i < axis.Length; i++) axis[i] = at += 0.3 + random.NextDouble();
            return axis;
        })];
        return new RectilinearAxes([.. Enumerable.Range(0, dimensions).Select(d => $"axis{d}")], values);
    }

    private static double[] RandomPoint(Random random, RectilinearAxes axes)
    {
        var point = new double[axes.Dimensions];
        for (int d = 0; d < point.Length; d++)
        {
            ReadOnlySpan<double> v = axes.Values(d);
            point[d] = random.Next(3) == 0 ? v[random.Next(v.Length)] : v[0] + (random.NextDouble() * (v[^1] - v[0]));
        }

        return point;
    }
}
