namespace Blase3D.Engine.Storage.Tables;

/// <summary>A star of a table of standards.</summary>
/// <param name="File">Its spectrum.</param>
/// <param name="Label">Its parameters, one value per axis.</param>
/// <param name="Resolution">The resolving power of its instrument; null when the table does not say it.</param>
/// <param name="RotationKmPerS">v sin i in km/s; null when the table does not say it.</param>
public sealed record StandardEntry(string File, double[] Label, double? Resolution, double? RotationKmPerS);

/// <summary>
/// A CSV file of stars whose parameters are known: a header, and one row per star with the columns spectrum (a path from the working folder or, when there is none, from the folder of the
/// table), one per axis of the manifold, and if wanted resolution and vsini. Other columns are left alone.
/// </summary>
public static class StandardsTable
{
    private const string Spectrum = "spectrum";
    private const string Resolution = "resolution";
    private const string Rotation = "vsini";

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axisNames">The axes of the manifold.</param>
    /// <exception cref="EngineException">BadInput: the file, a column, a spectrum or a number is missing or wrong, with its line.</exception>
    public static IReadOnlyList<StandardEntry> Read(string path, IReadOnlyList<string> axisNames)
    {
        ArgumentNullException.ThrowIfNull(axisNames);
        CommaTable table = CommaTable.Read(path);
        string[] names = [Spectrum, .. axisNames];
        int[] at = [.. names.Select(table.Find)];
        if (at.Contains(-1))
            throw new EngineException(ErrorCode.BadInput, $"{path} has no column {names[Array.IndexOf(at, -1)]}; its first line must name {string.Join(",", names)}, and if wanted {Resolution} and {Rotation}.");
        if (table.Rows.Count == 0) throw new EngineException(ErrorCode.BadInput, $"{path} has no stars below its header; write one per line.");
        int resolution = table.Find(Resolution), rotation = table.Find(Rotation);
        return [.. table.Rows.Select(row => new StandardEntry(
            FileOf(row), [.. at.Skip(1).Select(column => table.Number(row, column))],
            IsGiven(row, resolution) ? table.Number(row, resolution) : null, IsGiven(row, rotation) ? table.Number(row, rotation) : null))];

        static bool IsGiven(CommaTable.Row row, int column) => column >= 0 && column < row.Cells.Length && row.Cells[column].Length > 0;

        string FileOf(CommaTable.Row row)
        {
            string file = at[0] < row.Cells.Length ? row.Cells[at[0]] : string.Empty;
            if (file.Length == 0) throw new EngineException(ErrorCode.BadInput, $"{path}, line {row.Line}: '{row.Text}' names no spectrum; write its path in the column {Spectrum}.");
            string beside = Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, file);
            return File.Exists(file) ? file : File.Exists(beside) ? beside
                : throw new EngineException(ErrorCode.BadInput, $"{path}, line {row.Line}: the spectrum {file} does not exist, neither from the working folder nor beside the table; check its name.");
        }
    }
}
