namespace Blase3D.Engine.Spectra.Reading;

/// <summary>
/// Reads the transmission of the atmosphere from text: CSV, ECSV or blanks, the first two columns or those called like a wavelength and a transmission. The unit
/// is Angstrom unless a unit of ECSV or the column's name says nm or um.
/// </summary>
public static class TransmissionFile
{
    private static readonly string[] Names = ["transmission", "trans", "telluric", "transmittance", "flux"];

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file, also with gzip.</param>
    /// <param name="medium">The medium of its wavelengths; they become vacuum.</param>
    /// <returns>Vacuum Angstrom and the transmission at each, as the file has them.</returns>
    /// <exception cref="EngineException">BadInput: missing, or not a table of two columns.</exception>
    public static (double[] WavelengthAngstrom, double[] Transmission) Read(string path, WavelengthMedium medium = WavelengthMedium.Vacuum)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw SpectrumRules.Bad($"The telluric transmission {path} does not exist; give a table of wavelength and transmission.");
        TextTable table = TextTable.Read(path);
        if (table.Columns.Count < 2) throw SpectrumRules.Bad($"The telluric transmission {path} has one column; give wavelength and transmission.");
        int value = table.Names.ToList().FindIndex(name => Names.Contains(name.ToLowerInvariant()));
        int wavelength = Math.Max(0, table.Names.ToList().FindIndex(name => name.StartsWith("wav", StringComparison.OrdinalIgnoreCase) || name.StartsWith("lam", StringComparison.OrdinalIgnoreCase)));
        if (value < 0) value = wavelength == 0 ? 1 : 0;
        string name = table.Names[wavelength].ToLowerInvariant();
        string unit = table.Units[wavelength] is { Length: > 0 } given ? given
            : name.EndsWith("nm", StringComparison.Ordinal) ? "nm" : name.EndsWith("um", StringComparison.Ordinal) ? "um" : string.Empty;
        double[] angstrom = table.Columns[wavelength];
        WavelengthUnit.ToAngstrom(path, angstrom, unit);
        if (medium == WavelengthMedium.Air) angstrom = Array.ConvertAll(angstrom, AirVacuum.ToVacuum);
        return (angstrom, table.Columns[value]);
    }
}
