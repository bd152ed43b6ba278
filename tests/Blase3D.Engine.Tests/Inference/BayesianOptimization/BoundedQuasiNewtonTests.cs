using Blase3D.Engine.Inference.BayesianOptimization;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class BoundedQuasiNewtonTests
{
    private static readonly QuasiNewtonLimits Tight = new(500, 1e-10, 0);

    [Fact]
    public void Finds_the_minimum_of_the_Rosenbrock_valley()
    {
        double[] point = [-1.2, 1];
        double value = new BoundedQuasiNewton(Rosenbrock, [-5, -5], [5, 5]).Minimize(point, Tight);
        Assert.Equal(0, value, 1e-15);
        Assert.Equal(1, point[0], 1e-7);
        Assert.Equal(1, point[1], 1e-7);
    }

    [Fact]
    public void Stops_on_the_bound_that_holds_the_valley_back()
    {
        // With x at most 0.5 the minimum is at (0.5, 0.25).
        double[] point = [-1.2, 1];
        new BoundedQuasiNewton(Rosenbrock, [-5, -5], [0.5, 5]).Minimize(point, Tight);
        Assert.Equal(0.5, point[0]);
        Assert.Equal(0.25, point[1], 1e-8);
    }

    [Fact]
    public void Leaves_a_bound_when_the_gradient_points_inward()
    {
        double[] point = [0, 1];
        new BoundedQuasiNewton(Bowl, [0, 0], [1, 1]).Minimize(point, Tight);
        Assert.Equal(0.3, point[0], 1e-9);
        Assert.Equal(0, point[1]);
    }

    [Fact]
    public void Steps_back_from_values_that_are_not_finite()
    {
        double[] point = [3];
        new BoundedQuasiNewton(
            (x, gradient) =>
            {
                gradient[0] = 1 - (1 / x[0]);
                return x[0] < 0.5 ? double.NaN : x[0] - Math.Log(x[0]);
            },
            [-10],
            [10]).Minimize(point, Tight);
        Assert.Equal(1, point[0], 1e-7);
    }

    [Fact]
    public void A_start_without_a_value_is_given_back()
    {
        double[] point = [3];
        double value = new BoundedQuasiNewton((_, _) => double.NaN, [0], [2]).Minimize(point, Tight);
        Assert.True(double.IsNaN(value));
        Assert.Equal(2, point[0]);
    }

    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double a = 1 - x[0], b = x[1] - (x[0] * x[0]);
        gradient[0] = (-2 * a) - (400 * x[0] * b);
        gradient[1] = 200 * b;
        return (a * a) + (100 * b * b);
    }

    private static double Bowl(ReadOnlySpan<double> x, Span<double> gradient)
    {
        double a = x[0] - 0.3, b = x[1] + 0.4;
        gradient[0] = 2 * a;
        gradient[1] = 2 * b;
        return (a * a) + (b * b);
    }
}
