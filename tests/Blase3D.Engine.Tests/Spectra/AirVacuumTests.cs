using Blase3D.Engine.Spectra;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public class AirVacuumTests
{
    // Pixels 0, 30000, 60000 and 109564 of WAVE_VAC and WAVE_AIR in data/welter/phoenix_grid_8000-10028_mhp0.0.fits.gz,
    // whose vacuum column was made from the air column with an independent implementation.
    [Theory]
    [InlineData(8000.206569274306, 7998.006736155268)]
    [InlineData(8497.160247427826, 8494.82613555715)]
    [InlineData(9056.173417830454, 9053.688100602023)]
    [InlineData(10027.733457543769, 10024.985032542001)]
    public void The_columns_of_a_real_grid_are_reproduced(double vacuumAngstrom, double airAngstrom)
    {
        Assert.Equal(vacuumAngstrom, AirVacuum.ToVacuum(airAngstrom), 1e-8);
        Assert.Equal(airAngstrom, AirVacuum.ToAir(vacuumAngstrom), 1e-8);
    }

    [Fact]
    public void There_and_back_again_is_the_same_wavelength()
    {
        for (double angstrom = 2100; angstrom < 99_000; angstrom *= 1.003)
        {
            Assert.Equal(angstrom, AirVacuum.ToVacuum(AirVacuum.ToAir(angstrom)), 1e-9);
            Assert.Equal(angstrom, AirVacuum.ToAir(AirVacuum.ToVacuum(angstrom)), 1e-9);
            Assert.True(AirVacuum.ToAir(angstrom) < angstrom);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(0)]
    [InlineData(-5000)]
    [InlineData(1999.9)]
    [InlineData(1e6)]
    [InlineData(double.PositiveInfinity)]
    public void Outside_of_the_range_is_an_error(double angstrom)
    {
        Assert.Equal(ErrorCode.OutOfRange, Assert.Throws<EngineException>(() => AirVacuum.ToAir(angstrom)).Code);
        Assert.Equal(ErrorCode.OutOfRange, Assert.Throws<EngineException>(() => AirVacuum.ToVacuum(angstrom)).Code);
    }
}
