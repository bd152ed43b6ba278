namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Units of wavelength as files spell them.</summary>
internal static class WavelengthUnit
{
    private const double LongestMicrons = 30;
    private const double LongestNanometres = 2500;

    /// <summary>How many Angstrom a unit is; null when it is not known. An empty unit is 1.</summary>
    internal static double? InAngstrom(string unit) => unit.Trim().ToLowerInvariant() switch
    {
        "" or "a" or "å" or "aa" or "ang" or "angs" or "angstrom" or "angstroms" or "0.1 nm" or "0.1nm" => 1,
        "nm" or "nanometer" or "nanometre" or "nanometers" or "nanometres" => 10,
        "um" or "µm" or "μm" or "micron" or "microns" or "micrometer" or "micrometre" or "micrometers" => 1e4,
        "mm" => 1e7,
        "cm" => 1e8,
        "m" or "meter" or "metre" => 1e10,
        _ => null,
    };

    /// <summary>Brings wavelengths to Angstrom in place.</summary>
    /// <param name="file">For the sentence.</param>
    /// <param name="wavelength">Values in the unit.</param>
    /// <param name="unit">The unit as the file says it; empty when it says none.</param>
    /// <exception cref="EngineException">The unit is not known, or none is given and the values look like nm or micrometres.</exception>
    internal static void ToAngstrom(string file, double[] wavelength, string unit)
    {
        double factor = InAngstrom(unit) ?? throw SpectrumRules.Bad(
            $"{file}: the wavelength unit '{unit}' is not known; use Angstrom, nm, um, mm, cm or m.");
        if (string.IsNullOrWhiteSpace(unit)) RefuseOddRange(file, wavelength);
        if (factor == 1) return;

        // 10 is exact, so that nanometres with few digits become the Angstrom with the same digits.
        for (int i = 0; i < wavelength.Length; i++) wavelength[i] *= factor;
    }

    private static void RefuseOddRange(string file, double[] wavelength)
    {
        double shortest = wavelength.DefaultIfEmpty(double.NaN).Min(), longest = wavelength.DefaultIfEmpty(double.NaN).Max();
        string? looksLike = longest <= 0 ? null : longest < LongestMicrons ? "um" : longest < LongestNanometres ? "nm" : null;
        if (looksLike is not null)
        {
            // Of 3162 to 31,623 Angstrom; where both are possible the user knows.
            string logarithm = shortest > 3.5 && longest < 4.5 ? " or like log10 of Angstrom" : string.Empty;
            throw new EngineException(
                ErrorCode.BadInput,
                $"{file}: the wavelengths run from {shortest} to {longest} without a unit, which looks like {looksLike}{logarithm}; "
                + $"name the unit (a column 'wavelength_{looksLike}', TUNIT or CUNIT1) or give Angstrom.");
        }
    }
}
