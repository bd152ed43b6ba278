using System.Globalization;
using System.Text.RegularExpressions;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>
/// Columns of numbers from CSV, ECSV or blank-separated text, with or without a header line; also gzip.
/// </summary>
internal sealed partial class TextTable
{
    private const int MostQuoted = 40;

    private static readonly string[] Endings = [".csv", ".ecsv", ".txt", ".dat", ".asc", ".ascii", ".tsv"];

    private TextTable(IReadOnlyList<string> names, IReadOnlyList<string> units, IReadOnlyList<string> comments, double[][] columns)
    {
        Names = names;
        Units = units;
        Comments = comments;
        Columns = columns;
    }

    /// <summary>The column names; empty strings when the file has no header.</summary>
    internal IReadOnlyList<string> Names { get; }

    /// <summary>The units that an ECSV header gives; empty strings elsewhere.</summary>
    internal IReadOnlyList<string> Units { get; }

    /// <summary>The comment lines without their '#'.</summary>
    internal IReadOnlyList<string> Comments { get; }

    /// <summary>The comments of the form name: value or name = value, also as an entry of ECSV.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Header =>
        from comment in Comments
        let entry = CommentEntry().Match(comment)
        where entry.Success
        select KeyValuePair.Create(entry.Groups[1].Value, entry.Groups[2].Value.Trim('"', '\'', ' '));

    /// <summary>The values, one array per column; NaN for an empty field.</summary>
    internal IReadOnlyList<double[]> Columns { get; }

    /// <summary>Whether a name ends like a text table.</summary>
    internal static bool HasTextEnding(string file)
    {
        string name = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        return Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>, with the file and the line.</exception>
    internal static TextTable Read(string file)
    {
        using StreamReader reader = PackedText.Open(file);
        var comments = new List<string>();
        var rows = new List<double[]>();
        string[]? header = null;
        char separator = '\0';
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            string text = line.Trim();
            if (text.Length == 0) continue;
            if (text[0] == '#')
            {
                comments.Add(text[1..].Trim());
                continue;
            }

            if (text.Any(c => c == '\uFFFD' || (char.IsControl(c) && c != '\t'))) throw SpectrumRules.Bad($"{file} is not a text file (line {number}).");
            if (separator == '\0') separator = SeparatorOf(text);
            string[] fields = Split(text, separator);
            if (rows.Count == 0 && header is null && fields.Any(f => !TryNumber(f, out _)))
            {
                header = fields;
                continue;
            }

            int width = header?.Length ?? (rows.Count > 0 ? rows[0].Length : fields.Length);
            if (fields.Length != width)
            {
                throw SpectrumRules.Bad($"{file}, line {number}: there are {fields.Length} fields instead of {width}.");
            }

            rows.Add(Array.ConvertAll(fields, f => TryNumber(f, out double value)
                ? value
                : throw SpectrumRules.Bad($"{file}, line {number}: '{(f.Length > MostQuoted ? $"{f[..MostQuoted]}..." : f)}' is not a number (decimals are written with a point).")));
        }

        if (rows.Count == 0) throw SpectrumRules.Bad($"{file} holds no rows of numbers.");
        header ??= NamesInComment(comments, rows[0].Length) ?? [.. Enumerable.Repeat(string.Empty, rows[0].Length)];
        string[] names = Array.ConvertAll(header, h => h.Trim('"', ' '));
        var columns = new double[names.Length][];
        for (int c = 0; c < columns.Length; c++) columns[c] = [.. rows.Select(row => row[c])];
        return new TextTable(names, [.. names.Select(name => EcsvUnit(comments, name))], comments, columns);
    }

    /// <summary>The last comment, when it has one word per column and one of them is a wavelength, as NumPy writes its headers.</summary>
    private static string[]? NamesInComment(List<string> comments, int columns)
    {
        if (comments.Count == 0) return null;
        string last = comments[^1];
        string[] names = Split(last, SeparatorOf(last));
        return names.Length == columns && SpectrumColumns.TryFind(names) is not null ? names : null;
    }

    private static char SeparatorOf(string line) =>
        line.Contains(';', StringComparison.Ordinal) ? ';'
        : line.Contains(',', StringComparison.Ordinal) ? ','
        : line.Contains('\t', StringComparison.Ordinal) ? '\t' : ' ';

    private static string[] Split(string line, char separator) => separator == ' '
        ? line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        : line.Split(separator, StringSplitOptions.TrimEntries);

    private static bool TryNumber(string field, out double value)
    {
        if (field.Length == 0 || field.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        if (field.TrimStart('+', '-').Equals("inf", StringComparison.OrdinalIgnoreCase))
        {
            value = field[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        // Fortran writes 1.0D-13.
        return double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            || double.TryParse(field.Replace('D', 'E').Replace('d', 'e'), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string EcsvUnit(List<string> comments, string name)
    {
        foreach (string comment in comments)
        {
            Match entry = EcsvEntry().Match(comment);
            if (!entry.Success) continue;
            string body = entry.Groups[1].Value;
            if (Item(body, "name") == name) return Item(body, "unit");
        }

        return string.Empty;
    }

    private static string Item(string body, string key)
    {
        foreach (string item in body.Split(','))
        {
            int colon = item.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && item[..colon].Trim() == key) return item[(colon + 1)..].Trim().Trim('"', '\'');
        }

        return string.Empty;
    }

    [GeneratedRegex(@"^(?:-\s*\{)?\s*([A-Za-z][\w \-]*?)\s*[:=]\s*([^,{}]+?)\s*\}?$")]
    private static partial Regex CommentEntry();

    [GeneratedRegex(@"^-\s*\{(.*)\}$")]
    private static partial Regex EcsvEntry();
}
