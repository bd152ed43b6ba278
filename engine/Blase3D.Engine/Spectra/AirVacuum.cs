using System.Globalization;

namespace Blase3D.Engine.Spectra;

/// <summary>
/// Wavelengths in standard air and in vacuum, by the dispersion formula of Ciddor (1996, Applied Optics 35, 1566, eq. 1):
/// n = 1 + 0.05792105/(238.0185 - s) + 0.00167917/(57.362 - s) with s = (10^4 / vacuum Angstrom)^2.
/// Ciddor gives it for 3000 to 16,900 Angstrom; it is smooth and used here for 2000 to 100,000 Angstrom, and refused outside.
/// </summary>
public static class AirVacuum
{
    /// <summary>The shortest wavelength, in Angstrom.</summary>
    public const double ShortestAngstrom = 2000;

    /// <summary>The longest wavelength, in Angstrom.</summary>
    public const double LongestAngstrom = 100_000;

    /// <summary>The wavelength in air of light with a wavelength in vacuum.</summary>
    /// <param name="vacuumAngstrom">Vacuum wavelength in Angstrom, 2000 to 100,000.</param>
    /// <returns>Air wavelength in Angstrom.</returns>
    /// <exception cref="EngineException"><see cref="ErrorCode.OutOfRange"/>: outside of 2000 to 100,000, or not a number.</exception>
    public static double ToAir(double vacuumAngstrom)
    {
        Check(vacuumAngstrom, "vacuum");
        return vacuumAngstrom / RefractiveIndex(vacuumAngstrom);
    }

    /// <summary>
    /// The wavelength in vacuum of light with a wavelength in air: the inverse of <see cref="ToAir"/>, by the fixed point
    /// vacuum = air * n(vacuum), which gains five digits per step, to 1e-12 relative or better.
    /// </summary>
    /// <param name="airAngstrom">Air wavelength in Angstrom, 2000 to 100,000.</param>
    /// <returns>Vacuum wavelength in Angstrom.</returns>
    /// <exception cref="EngineException"><see cref="ErrorCode.OutOfRange"/>: outside of 2000 to 100,000, or not a number.</exception>
    public static double ToVacuum(double airAngstrom)
    {
        Check(airAngstrom, "air");
        double vacuum = airAngstrom;
        double previous;
        int step = 0;
        do
        {
            previous = vacuum;
            vacuum = airAngstrom * RefractiveIndex(previous);
            step++;
        }
        while (Math.Abs(vacuum - previous) > 1e-13 * vacuum && step < 20);
        return vacuum;
    }

    /// <summary>The refractive index of standard air by the formula above, without a check of the range.</summary>
    /// <param name="vacuumAngstrom">Vacuum wavelength in Angstrom.</param>
    public static double RefractiveIndex(double vacuumAngstrom)
    {
        double perMicron = 1e4 / vacuumAngstrom;
        double s = perMicron * perMicron;
        return 1 + 0.05792105 / (238.0185 - s) + 0.00167917 / (57.362 - s);
    }

    private static void Check(double angstrom, string medium)
    {
        if (!(angstrom is >= ShortestAngstrom and <= LongestAngstrom))
            throw new EngineException(ErrorCode.OutOfRange, string.Create(CultureInfo.InvariantCulture,
                $"The {medium} wavelength {angstrom} Angstrom is outside of {ShortestAngstrom} to {LongestAngstrom} Angstrom."));
    }
}
