using System.Globalization;
using System.Text.RegularExpressions;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// One spectrum per CSV or ECSV file, with columns wavelength and flux. Its point is given in a comment (<c># teff=4000 logg=4.5
/// feh=0</c>, or ECSV meta) or in the file name (teff4000_logg4.5_feh0.csv). Columns whose names hold values of axes (teff4000_logg4.5) are spectra of their own, with the
/// other values as the file gives them.
/// </summary>
internal sealed partial class TextSources(ImportContext context)
{
    // The last table that fluxes were read from: its columns follow each other. Replaced as a whole, since several threads may read.
    private LastTable? _last;

    /// <summary>The rows of a file; null when no point is given. An empty list when the file has nothing in the wanted range.</summary>
    /// <exception cref="EngineException">The file is not a table with a wavelength and a flux column.</exception>
    internal IReadOnlyList<GridRow>? Read(string file) => NativeErrors.Guard(file, () =>
    {
        TextTable table = TextTable.Read(file);
        Dictionary<string, double> point = PointOf(file, table.Comments);
        (int Column, Dictionary<string, double> Point)[] named = [.. table.Names.Select((name, c) => (c, OfColumn(name, point))).Where(column => column.Item2 is not null).Select(column => (column.c, column.Item2!))];
        if (point.Count == 0 && named.Length == 0) return null;
        SpectrumColumns columns = named.Length == 0 ? SpectrumColumns.Find(file, table.Names) : SpectrumColumns.Find(file, [.. table.Names.Select((name, c) => named.Any(n => n.Column == c) ? "flux" : name)]);
        if (named.Length == 0 && SpectrumColumns.FluxesOf(table.Names) is { Count: > 1 } fluxes)
            context.Notes.Say($"{file} has the flux columns {string.Join(", ", fluxes)}, of one point: {fluxes[0]} was taken; give columns names with their points, as teff4000_logg4.5, to import all.");
        (int Column, Dictionary<string, double> Point)[] accepted = [.. (named.Length == 0 ? [(columns.Flux, point)] : named).Where(one => context.Accept(named.Length == 0 ? file : $"{file}[{table.Names[one.Item1]}]", one.Item2))];
        if (accepted.Length == 0) return (IReadOnlyList<GridRow>)[];
        MediumCheck.Require(file, MediumCheck.FromHeader(new SpectrumHeader(table.Header)) ?? MediumCheck.FromName(table.Names[columns.Wavelength]), context.Options.Medium);
        double[] wavelength = table.Columns[columns.Wavelength];
        string unit = table.Units[columns.Wavelength] is { Length: > 0 } given ? given : columns.WavelengthUnit;
        WavelengthUnit.ToAngstrom(file, wavelength, unit);
        WavelengthCut? cut = context.Cut(file, wavelength);
        if (cut is null)
        {
            context.NoteNoOverlap(file);
            return [];
        }

        return [.. accepted.Select(one => new GridRow(named.Length == 0 ? file : $"{file}[{table.Names[one.Column]}]", cut.Wavelength, one.Point, FluxOf(file, one.Column, cut.First)))];
    });

    // The point of a column whose name says one; null for other columns.
    private static Dictionary<string, double>? OfColumn(string name, Dictionary<string, double> ofFile)
    {
        var own = new Dictionary<string, double>();
        foreach (Match match in NameValue().Matches(name)) Add(own, match);
        if (own.Count == 0) return null;
        foreach ((string axis, double value) in ofFile) own.TryAdd(axis, value);
        return own;
    }

    private FluxReader FluxOf(string file, int column, int first) => destination =>
    {
        LastTable? table = _last;
        if (table?.File != file) _last = table = new LastTable(file, NativeErrors.Guard(file, () => TextTable.Read(file)));
        double[] flux = table.Table.Columns[column];
        if (first + destination.Length > flux.Length)
        {
            throw new EngineException(ErrorCode.BadInput, $"{file} has become shorter since it was first read; import it again.");
        }

        flux.AsSpan(first, destination.Length).CopyTo(destination);
    };

    private sealed record LastTable(string File, TextTable Table);

    private static Dictionary<string, double> PointOf(string file, IReadOnlyList<string> comments)
    {
        var point = new Dictionary<string, double>();
        foreach (Match match in comments.SelectMany(comment => CommentValue().Matches(comment))) Add(point, match);
        if (point.Count == 0)
        {
            foreach (Match match in NameValue().Matches(Path.GetFileName(file))) Add(point, match);
        }

        return point;
    }

    private static void Add(Dictionary<string, double> point, Match match)
    {
        if (GridAxes.FromName(match.Groups[1].Value) is not { } axis) return;
        double value = double.Parse(match.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        point[axis] = value == 0 ? 0 : value;
    }

    [GeneratedRegex(
        @"(?<![A-Za-z_])(teff|t_eff|logg|log_g|feh|fe_h|mh|m_h|z|alpha|afe|c/o|c_o|co|f_sed|fsed|log_kzz|logkzz|vmic)\s*[=:]\s*([-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?)",
        RegexOptions.IgnoreCase)]
    private static partial Regex CommentValue();

    [GeneratedRegex(@"(?<![A-Za-z])(teff|logg|feh|mh|alpha|co|fsed|logkzz|vmic)([-+]?\d+(?:\.\d+)?)", RegexOptions.IgnoreCase)]
    private static partial Regex NameValue();
}
