using System.Globalization;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>What a file says of an instrument: a resolving power that changes along the spectrum, or the profile of a line, perhaps at several wavelengths.</summary>
/// <param name="WavelengthAngstrom">Where the resolving powers or the profiles are; of one profile that is the same everywhere one value, 0.</param>
/// <param name="Resolution">R at each wavelength; empty when the file gives profiles.</param>
/// <param name="OffsetKmPerS">Where the samples of the profiles are, in km/s; empty when the file gives resolving powers.</param>
/// <param name="Profile">The samples of the profile at each wavelength, in any unit.</param>
public sealed record InstrumentTable(double[] WavelengthAngstrom, double[] Resolution, double[] OffsetKmPerS, IReadOnlyList<double[]> Profile);

/// <summary>
/// Reads an instrument from text with a header: columns called like a wavelength and a resolution (R); or an offset in km/s (offset, velocity) and the profile in one column, or in several
/// that are called by their wavelengths in Angstrom.
/// </summary>
public static class InstrumentFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The file, also with gzip.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: missing, or neither of the two tables.</exception>
    public static InstrumentTable Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw SpectrumRules.Bad($"The instrument {path} does not exist; give a table of wavelength and resolution, or of offset and profile.");
        TextTable table = TextTable.Read(path);
        string[] names = [.. table.Names.Select(name => name.Trim().ToLowerInvariant())];
        int wavelength = Find("wav", "lam"), resolution = Array.FindIndex(names, name => name == "r" || name.StartsWith("resol", StringComparison.Ordinal)), offset = Find("offset", "vel");
        if (wavelength >= 0 && resolution >= 0)
        {
            double[] angstrom = table.Columns[wavelength];
            WavelengthUnit.ToAngstrom(path, angstrom, table.Units[wavelength] is { Length: > 0 } unit ? unit : names[wavelength].EndsWith("nm", StringComparison.Ordinal) ? "nm" : names[wavelength].EndsWith("um", StringComparison.Ordinal) ? "um" : string.Empty);
            return new InstrumentTable(angstrom, table.Columns[resolution], [], []);
        }

        int[] profiles = [.. Enumerable.Range(0, names.Length).Where(c => c != offset)];
        if (offset < 0 || profiles.Length == 0)
            throw SpectrumRules.Bad($"The instrument {path} has the columns {string.Join(", ", table.Names.Select(name => $"'{name}'"))}; name them wavelength and resolution, or offset (km/s) and profile.");
        if (profiles.Length == 1) return new InstrumentTable([0], [], table.Columns[offset], [table.Columns[profiles[0]]]);
        double[] at = [.. profiles.Select(c => double.TryParse(names[c], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw SpectrumRules.Bad($"The instrument {path} has several profiles, of which one is called '{table.Names[c]}'; call every one by its wavelength in Angstrom."))];
        return new InstrumentTable(at, [], table.Columns[offset], [.. profiles.Select(c => table.Columns[c])]);

        int Find(params string[] beginnings) => Array.FindIndex(names, name => beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal)));
    }
}
