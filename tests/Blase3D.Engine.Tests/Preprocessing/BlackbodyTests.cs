using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Preprocessing;

public class BlackbodyTests
{
    [Theory]
    [InlineData("06_preprocess_20000px", 5000)]
    [InlineData("12_native3900_preprocess_detect", 3900)]
    public void It_agrees_with_the_golden_vectors(string name, double teffKelvin)
    {
        NpzReader golden = GoldenFile.Open(name);
        double[] wavelength = golden.Contains("wl") ? golden.Doubles("wl") : NativePhoenix.Wavelength(golden);
        double[] flux = new double[wavelength.Length];
        Blackbody.SurfaceFlux(wavelength, teffKelvin, flux);
        Agreement.Relative(golden.Doubles("blackbody_every20"), Agreement.Every(20, flux), Tolerances.GoldenBlackbodyRelative, name);
    }

    [Fact]
    public void The_total_is_the_law_of_Stefan_and_Boltzmann()
    {
        // sigma T^4 = 5.670374419e-5 erg/s/cm2/K4 (CODATA 2018); trapezium in ln lambda, 10 nm to 100 mm.
        const double teffKelvin = 5772;
        double sum = 0;
        const int steps = 20_000;
        double ratio = Math.Log(1e9 / 1e2) / steps;
        for (int i = 0; i <= steps; i++)
        {
            double angstrom = 1e2 * Math.Exp(i * ratio);
            sum += Blackbody.SurfaceFlux(angstrom, teffKelvin) * angstrom * 1e-8 * ratio;
        }
        Assert.Equal(1, sum / (5.670374419e-5 * Math.Pow(teffKelvin, 4)), 1e-9);
    }

    [Fact]
    public void Any_length_gives_the_values_of_single_wavelengths()
    {
        for (int length = 0; length <= 256; length++)
        {
            double[] wavelength = new double[length];
            for (int i = 0; i < length; i++)
                wavelength[i] = 2000 + 137.5 * i;
            double[] expected = Array.ConvertAll(wavelength, w => Blackbody.SurfaceFlux(w, 2300));
            Blackbody.SurfaceFlux(wavelength, 2300, wavelength);
            Agreement.Relative(expected, wavelength, 1e-14, "flux");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_temperature_that_is_none_is_bad_input(double teffKelvin) =>
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => Blackbody.SurfaceFlux(9000, teffKelvin)).Code);
}
