using Blase3D.Engine.Observation;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class DopplerShiftTests
{
    [Fact]
    public void The_factor_is_the_relativistic_one()
    {
        foreach (double velocity in (double[])[-9000, -110.51, 0, 0.01, 500, 9000])
        {
            double b = velocity / DopplerShift.LightSpeedKmPerS;
            Assert.Equal(Math.Sqrt((1 + b) / (1 - b)), DopplerShift.Factor(velocity), 1e-15);
            Assert.Equal(velocity, DopplerShift.VelocityOf(DopplerShift.Factor(velocity)), 1e-9);
            double difference = (DopplerShift.LnFactor(velocity + 0.5) - DopplerShift.LnFactor(velocity - 0.5)) * DopplerShift.LightSpeedKmPerS;
            Assert.Equal(difference, DopplerShift.LnFactorSlope(velocity) * DopplerShift.LightSpeedKmPerS, 1e-9);
        }

        // Receding is red; the classical 1 + v / c would be 0.4 m/s off at 500 km/s x 500 km/s / 2c.
        Assert.True(DopplerShift.Factor(100) > 1);
        Assert.Equal(0.417, (DopplerShift.Factor(500) - 1 - (500 / DopplerShift.LightSpeedKmPerS)) * DopplerShift.LightSpeedKmPerS, 1e-3);
    }

    [Fact]
    public void There_and_back_is_nothing() =>
        Assert.Equal(1, DopplerShift.Factor(321.5) * DopplerShift.Factor(-321.5), 1e-15);
}
