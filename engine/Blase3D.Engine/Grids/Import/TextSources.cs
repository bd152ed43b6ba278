using System.Globalization;
using System.Text.RegularExpressions;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;

namespace Blase3D.Engine.Grids.Import;

/// <summary>
/// One spectrum per CSV or ECSV file, with columns wavelength and flux. Its point is given in a comment (<c># teff=4000 logg=4.5
/// feh=0</c>, or ECSV meta) or in the file name (teff4000_logg4.5_feh0.csv).
/// </summary>
internal sealed partial class TextSources(ImportContext context)
{
    /// <summary>The row of a file; null when no point is given. An empty list when the file has nothing in the wanted range.</summary>
    /// <exception cref="EngineException">The file is not a table with a wavelength and a flux column.</exception>
    internal IReadOnlyList<GridRow>? Read(string file) => NativeErrors.Guard(file, () =>
    {
        TextTable table = TextTable.Read(file);
        Dictionary<string, double> point = PointOf(file, table.Comments);
        if (point.Count == 0) return null;
        if (!context.Accept(file, point)) return (IReadOnlyList<GridRow>)[];
        SpectrumColumns columns = SpectrumColumns.Find(file, table.Names);
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

        return [new GridRow(file, cut.Wavelength, point, FluxOf(file, columns.Flux, cut.First))];
    });

    private static FluxReader FluxOf(string file, int column, int first) => destination =>
    {
        double[] flux = NativeErrors.Guard(file, () => TextTable.Read(file)).Columns[column];
        if (first + destination.Length > flux.Length)
        {
            throw new EngineException(ErrorCode.BadInput, $"{file} has become shorter since it was first read; import it again.");
        }

        flux.AsSpan(first, destination.Length).CopyTo(destination);
    };

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
