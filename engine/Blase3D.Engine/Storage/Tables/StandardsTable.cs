using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra.Reading;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>A star of a table of standards.</summary>
/// <param name="Line">The number of its line in the table, from 1.</param>
/// <param name="File">Its spectrum, perhaps with brackets as <see cref="SpectrumReader"/> knows them.</param>
/// <param name="Label">Its parameters, one value per axis.</param>
/// <param name="Resolution">The resolving power of its instrument, 100 to 10,000,000; null when the table does not say it.</param>
/// <param name="RotationKmPerS">v sin i in km/s, 0 to 1000; null when the table does not say it.</param>
public sealed record StandardEntry(int Line, string File, double[] Label, double? Resolution, double? RotationKmPerS);

/// <summary>
/// A CSV file of stars whose parameters are known: a header, and one row per star with the columns spectrum (a path from the working folder or, when there is none, from the folder of the
/// table, perhaps with brackets), one per axis of the manifold, and if wanted resolution and vsini. Other columns are left alone.
/// </summary>
public static class StandardsTable
{
    private const string Spectrum = "spectrum";
    private const string Resolution = "resolution";
    private const string Rotation = "vsini";

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axisNames">The axes of the manifold.</param>
    /// <exception cref="EngineException">BadInput: the file, a column, a spectrum or a number is missing or wrong, with its line; BadArguments: brackets that select nothing.</exception>
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
            row.Line, FileOf(row), [.. at.Skip(1).Select(column => table.Number(row, column))],
            Within(row, resolution, GaussianProfile.LeastResolution, GaussianProfile.LargestResolution), Within(row, rotation, 0, RotationProfile.LargestKmPerS)))];

        double? Within(CommaTable.Row row, int column, double least, double largest)
        {
            if (column < 0 || column >= row.Cells.Length || row.Cells[column].Length == 0) return null;
            double value = table.Number(row, column);
            return value >= least && value <= largest ? value : throw new EngineException(
                ErrorCode.BadInput, FormattableString.Invariant($"{path}, line {row.Line}: the {table.Columns[column].ToLowerInvariant()} is {value}; give {least} to {largest}, or leave the cell empty."));
        }

        string FileOf(CommaTable.Row row)
        {
            string file = at[0] < row.Cells.Length ? row.Cells[at[0]] : string.Empty;
            if (file.Length == 0) throw new EngineException(ErrorCode.BadInput, $"{path}, line {row.Line}: '{row.Text}' names no spectrum; write its path in the column {Spectrum}.");
            string beside = Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, file);
            return File.Exists(SpectrumReader.FileOf(file)) ? file : File.Exists(SpectrumReader.FileOf(beside)) ? beside
                : throw new EngineException(ErrorCode.BadInput, $"{path}, line {row.Line}: the spectrum {file} does not exist, neither from the working folder nor beside the table; check its name.");
        }
    }
}
