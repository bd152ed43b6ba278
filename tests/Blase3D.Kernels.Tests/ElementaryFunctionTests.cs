using System.Numerics;
using System.Text.Json;
using Blase3D.Engine.Tests;
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

    [Fact]
    public void Faddeeva_function_and_derivative_of_an_independent_table()
    {
        double[][] table = JsonSerializer.Deserialize<double[][]>(File.ReadAllText(GoldenFile.PathOf("faddeeva_mpmath.json")))!;
        Assert.Equal(240, table.Length);
        foreach (double[] row in table)
        {
            (Complex w, Complex derivative) = Faddeeva.EvaluateWithDerivative(new Complex(row[0], row[1]));
            Assert.InRange(Complex.Abs(w - new Complex(row[2], row[3])), 0, Tolerances.FaddeevaAbsolute);

            // Inside of the series' border w' = 2i/sqrt(pi) - 2 z w, so the error of w counts 2 |z| times.
            double allowed = Tolerances.FaddeevaAbsolute * (1 + (2 * Math.Min(12, Complex.Abs(new Complex(row[0], row[1])))));
            Assert.InRange(Complex.Abs(derivative - new Complex(row[4], row[5])), 0, allowed);
        }
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

    [Fact]
    public void Voigt_wing_is_the_Faddeeva_function_from_its_border_on()
    {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            double radius = 12.0001 * Math.Pow(10, i % 2 == 0 ? 4 * random.NextDouble() : 1e-3 * random.NextDouble()), angle = Math.PI * random.NextDouble();
            var z = new Complex(radius * Math.Cos(angle), radius * Math.Sin(angle));
            int terms = VoigtWing.Terms(radius * radius);
            (Complex w, Complex derivative) = Faddeeva.EvaluateWithDerivative(z);
            VoigtWing.WithDerivative(Lane1.Broadcast(z.Real), Lane1.Broadcast(z.Imaginary), terms, out Lane1 real, out Lane1 slopeReal, out Lane1 slopeImaginary);
            double scale = Complex.Abs(w), slope = Complex.Abs(derivative);
            Assert.Equal(w.Real, Lane1.Sum(real), Tolerances.VoigtWingRelative * scale);
            Assert.Equal(w.Real, Lane1.Sum(VoigtWing.RealPart(Lane1.Broadcast(z.Real), Lane1.Broadcast(z.Imaginary), terms)), Tolerances.VoigtWingRelative * scale);
            Assert.Equal(derivative.Real, Lane1.Sum(slopeReal), Tolerances.VoigtWingRelative * slope);
            Assert.Equal(derivative.Imaginary, Lane1.Sum(slopeImaginary), Tolerances.VoigtWingRelative * slope);
        }
    }
}
