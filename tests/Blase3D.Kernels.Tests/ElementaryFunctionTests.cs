using System.Numerics;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

public class ElementaryFunctionTests
{
    [Fact]
    public void Exponential_over_its_whole_range()
    {
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
        {
            double x = i < 100_000 ? -700 + (0.014 * i) : -40 * random.NextDouble();
            double expected = Math.Exp(x), actual = Lane1.Sum(LaneMath.Exp(Lane1.Broadcast(x)));
            Assert.InRange(Math.Abs(actual - expected), 0, Tolerances.ExpRelative * expected);
        }
    }

    // w(z) by scipy.special.wofz (scipy 1.10.1), 17 digits.
    [Theory]
    [InlineData(0.0, 0.0, 1.0, 0.0)]
    [InlineData(WofzTable.X1, WofzTable.Y1, WofzTable.Re1, WofzTable.Im1)]
    [InlineData(WofzTable.X2, WofzTable.Y2, WofzTable.Re2, WofzTable.Im2)]
    [InlineData(WofzTable.X3, WofzTable.Y3, WofzTable.Re3, WofzTable.Im3)]
    [InlineData(WofzTable.X4, WofzTable.Y4, WofzTable.Re4, WofzTable.Im4)]
    [InlineData(WofzTable.X5, WofzTable.Y5, WofzTable.Re5, WofzTable.Im5)]
    public void Faddeeva_function_of_scipy(double x, double y, double re, double im)
    {
        Complex w = Faddeeva.Evaluate(new Complex(x, y));
        Assert.Equal(re, w.Real, Tolerances.FaddeevaAbsolute);
        Assert.Equal(im, w.Imaginary, Tolerances.FaddeevaAbsolute);
    }

    [Fact]
    public void Faddeeva_derivative_is_the_difference_quotient_on_both_sides_of_every_border()
    {
        var random = new Random(2);
        for (int i = 0; i < 5000; i++)
        {
            var z = new Complex(30 * (random.NextDouble() - 0.5), 15 * random.NextDouble() * random.NextDouble());
            const double step = 1e-4;
            Complex numeric = (Faddeeva.Evaluate(z + step) - Faddeeva.Evaluate(z - step)) / (2 * step);
            Complex analytic = Faddeeva.EvaluateWithDerivative(z).Derivative;
            Assert.InRange(Complex.Abs(numeric - analytic), 0, 2e-8);
        }
    }
}
