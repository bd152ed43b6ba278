namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>The pixels of the PHOENIX high-resolution spectra: 0.01 Angstrom apart below 10,000 Angstrom, 0.02 Angstrom above.</summary>
public static class PhoenixWavelengths
{
    /// <summary>The shortest wavelength for which this step is known, Angstrom.</summary>
    public const double LowestAngstrom = 5000;

    /// <summary>The longest wavelength for which this step is known, Angstrom.</summary>
    public const double HighestAngstrom = 15000;

    /// <summary>All pixels between two wavelengths, both included; 8038 to 12849 Angstrom are 338,651 pixels.</summary>
    /// <param name="lowAngstrom">Vacuum Angstrom, 5000 or more.</param>
    /// <param name="highAngstrom">Vacuum Angstrom, at most 15000, above <paramref name="lowAngstrom"/>.</param>
    /// <returns>Ascending wavelengths, each the double nearest to a multiple of 0.01.</returns>
    /// <exception cref="EngineException">BadArguments: outside of 5000-15000 Angstrom, not ascending, or no pixel inside.</exception>
    public static double[] Create(double lowAngstrom, double highAngstrom)
    {
        if (!(lowAngstrom >= LowestAngstrom && highAngstrom <= HighestAngstrom && lowAngstrom < highAngstrom))
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"The wavelength range {lowAngstrom}:{highAngstrom} Angstrom is not usable; give LO:HI ")
                + FormattableString.Invariant($"ascending within {LowestAngstrom} to {HighestAngstrom}, or a wavelength file."));
        }

        // Counting in hundredths keeps every value exact; the tolerance lets 8038.05 mean the pixel of that name.
        int low = (int)Math.Ceiling((lowAngstrom * 100) - 1e-6);
        int high = (int)Math.Floor((highAngstrom * 100) + 1e-6);
        var wavelength = new List<double>();
        for (int hundredths = low; hundredths <= high; hundredths += hundredths < 1_000_000 ? 1 : 2)
        {
            // Above 10,000 only even hundredths are pixels.
            if (hundredths > 1_000_000 && (hundredths & 1) != 0) hundredths++;
            if (hundredths <= high) wavelength.Add(hundredths / 100.0);
        }

        if (wavelength.Count > 0) return [.. wavelength];
        throw new EngineException(
            ErrorCode.BadArguments,
            FormattableString.Invariant($"The wavelength range {lowAngstrom}:{highAngstrom} Angstrom holds no pixel; ")
            + "widen it to at least 0.02 Angstrom.");
    }
}
