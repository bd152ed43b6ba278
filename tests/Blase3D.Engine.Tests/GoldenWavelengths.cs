using Blase3D.Engine.Storage.Npz;

namespace Blase3D.Engine.Tests;

/// <summary>The wavelengths of the PHOENIX library, rebuilt bit for bit.</summary>
public static class GoldenWavelengths
{
    /// <summary>The 338,651 wavelengths of the PHOENIX WAVE file between 8038 and 12849 A (vacuum).</summary>
    /// <remarks>
    /// Steps of 0.01 A below 10,000 A and of 0.02 A above; the file's last bits differ from the decimal numbers by a few units,
    /// which are stored.
    /// </remarks>
    public static double[] Phoenix()
    {
        NpzReader stored = GoldenFile.Open("phoenix_wavelength");
        double[] units = stored.Doubles("units");
        double unit = stored.Scalar("unit_angstrom");
        const int fine = 196200;
        var wavelength = new double[units.Length];
        for (int i = 0; i < units.Length; i++)
        {
            double decimalAngstrom = i < fine ? (803800 + i) / 100.0 : (1000000 + (2 * (i - fine))) / 100.0;
            wavelength[i] = decimalAngstrom + (units[i] * unit);
        }

        return wavelength;
    }
}
