using System.Globalization;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>
/// Reads ranges of wavelengths that do not count from text: in every row either the two ends of a range, or a wavelength and how much of it is masked (0
/// not at all), linear between the rows, of which all is masked that is above 0. Columns are separated by spaces or commas; what follows # is a comment.
/// </summary>
public static class MaskFile
{
    /// <summary>Reads the ranges.</summary>
    /// <param name="path">The file.</param>
    /// <param name="medium">The medium of its wavelengths; they become vacuum.</param>
    /// <exception cref="EngineException">BadInput: missing, or a row that is neither.</exception>
    public static IReadOnlyList<(double Low, double High)> Read(string path, WavelengthMedium medium = WavelengthMedium.Vacuum)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw SpectrumRules.Bad($"The mask {path} does not exist; give a text file of wavelengths.");
        var rows = new List<(double First, double Second)>();
        int line = 0;
        foreach (string text in File.ReadLines(path))
        {
            line++;
            string content = text.Split('#')[0].Trim();
            if (content.Length == 0) continue;
            string[] columns = content.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length < 2 || !TryNumber(columns[0], out double first) || !TryNumber(columns[1], out double second) || !(first > 0))
                throw SpectrumRules.Bad($"Line {line} of the mask {path} is '{content}'; every line has a wavelength and the end of a range, or a wavelength and 0 or 1.");
            rows.Add((Vacuum(first, medium), second));
        }

        if (rows.Count == 0) throw SpectrumRules.Bad($"The mask {path} holds no row; write the two ends of a range in every line.");
        if (rows.TrueForAll(row => row.Second is >= 0 and <= 1)) return Flagged(rows);
        int wrong = rows.FindIndex(row => !(Vacuum(row.Second, medium) >= row.First));
        return wrong < 0
            ? [.. rows.Select(row => (row.First, Vacuum(row.Second, medium)))]
            : throw SpectrumRules.Bad($"Row {wrong + 1} of the mask {path} ends at {rows[wrong].Second} Angstrom, before it begins at {rows[wrong].First}; write LOW HIGH in every line.");
    }

    private static List<(double Low, double High)> Flagged(List<(double Wavelength, double Share)> rows)
    {
        rows.Sort();
        var ranges = new List<(double Low, double High)>();
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Share > 0) ranges.Add((i > 0 ? rows[i - 1].Wavelength : rows[i].Wavelength, i + 1 < rows.Count ? rows[i + 1].Wavelength : rows[i].Wavelength));
        }

        return ranges;
    }

    private static double Vacuum(double angstrom, WavelengthMedium medium) => medium == WavelengthMedium.Air ? AirVacuum.ToVacuum(angstrom) : angstrom;

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
