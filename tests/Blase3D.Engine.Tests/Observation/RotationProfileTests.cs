using Blase3D.Engine.Observation;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class RotationProfileTests
{
    [Fact]
    public void The_transform_is_that_of_the_profile()
    {
        foreach (double limb in (double[])[0, 0.3, 0.6, 1])
        {
            foreach (double q in (double[])[0, 1e-3, 0.5, 1.999, 2.001, 7, 24.9, 25.1, 60])
            {
                // x = cos t: the midpoint rule is exact to rounding for what is smooth and periodic in t.
                const int steps = 4000;
                double sum = 0;
                for (int n = 0; n < steps; n++)
                {
                    double t = Math.PI * (n + 0.5) / steps;
                    sum += RotationProfile.Value(Math.Cos(t), limb) * Math.Sin(t) * Math.Cos(q * Math.Cos(t));
                }

                // sin^3 t of the darkened part has a kink in its third derivative at the ends.
                Assert.Equal(sum * Math.PI / steps, RotationProfile.Transfer(q, limb, out _, out _), 1e-12);
            }
        }
    }

    [Fact]
    public void The_transform_is_made_of_Bessel_functions() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(1, 2_000_000).Select(n => n * 1e-3).ToArbitrary(),
        q =>
        {
            double disc = RotationProfile.Transfer(q, 0, out double slope, out _);
            Assert.Equal(2 * SpecialFunctions.BesselJ(1, q) / q, disc, Tolerances.BesselAbsolute);
            Assert.Equal(-2 * SpecialFunctions.BesselJ(2, q) / q, slope, Tolerances.BesselAbsolute);
        }));

    [Fact]
    public void Its_derivatives_are_those_of_differences()
    {
        foreach (double q in (double[])[0.01, 0.7, 1.9, 2.1, 10, 24, 26, 300])
        {
            const double step = 1e-4;
            double Value(double frequency, double limb) => RotationProfile.Transfer(frequency, limb, out _, out _);
            RotationProfile.Transfer(q, 0.4, out double slope, out double limbSlope);
            Assert.Equal((Value(q + step, 0.4) - Value(q - step, 0.4)) / (2 * step), slope, 3e-9);
            Assert.Equal((Value(q, 0.4 + step) - Value(q, 0.4 - step)) / (2 * step), limbSlope, 3e-9);
        }
    }

    [Fact]
    public void A_star_cannot_turn_backwards_or_shine_negatively()
    {
        Assert.Contains("v sin i is -1", Assert.Throws<EngineException>(() => new Extrinsics(0, -1).Check()).Message, StringComparison.Ordinal);
        Assert.Contains("limb darkening is 1.5", Assert.Throws<EngineException>(() => new Extrinsics(0, 1, 1.5).Check()).Message, StringComparison.Ordinal);
        Assert.Contains("20000", Assert.Throws<EngineException>(() => new Extrinsics(20_000).Check()).Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => new Extrinsics(double.NaN).Check());
        Assert.Throws<EngineException>(() => new Extrinsics(0, 0, 0, 0).Check());
    }
}
