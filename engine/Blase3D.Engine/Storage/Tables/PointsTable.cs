using System.Globalization;
using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>A CSV file of points: a header with the axis names, one row per point.</summary>
public static class PointsTable
{
    /// <summary>Reads the points of given axes; columns may come in any order, and other columns are left alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="axisNames">The axes to read.</param>
    /// <param name="note">Receives a sentence about columns that are left alone, which may be misspelt; null for nobody.</param>
    /// <exception cref="EngineException">BadInput: the file, a column or a number is missing or wrong, with its line, or a column is there twice.</exception>
    public static GridPoints Read(string path, IReadOnlyList<string> axisNames, Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(axisNames);
        string[] lines = NativeErrors.Guard(path, () => File.ReadAllLines(path));
        int header = Array.FindIndex(lines, IsData);
        string[] columns = header < 0 ? [] : Split(lines[header]);
        int[] at = [.. axisNames.Select(name => Array.FindIndex(columns, c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase)))];
        if (at.Contains(-1))
            throw new EngineException(ErrorCode.BadInput, $"{path} has no column {axisNames[Array.IndexOf(at, -1)]}; its first line must name the axes {string.Join(",", axisNames)}.");
        if (axisNames.FirstOrDefault(name => columns.Count(c => string.Equals(c, name, StringComparison.OrdinalIgnoreCase)) > 1) is { } twice)
            throw new EngineException(ErrorCode.BadInput, $"{path} has more than one column {twice}; keep one of them.");
        string[] others = [.. columns.Where((name, column) => !at.Contains(column) && name.Length > 0)];
        if (others.Length > 0) note?.Invoke($"{path}: the column{(others.Length > 1 ? "s" : string.Empty)} {string.Join(", ", others)} {(others.Length > 1 ? "are" : "is")} not used; the axes are {string.Join(", ", axisNames)}.");
        var values = new List<double>();
        for (int i = header + 1; i < lines.Length; i++)
        {
            if (!IsData(lines[i])) continue;
            string[] cells = Split(lines[i]);
            foreach (int column in at)
            {
                if (column >= cells.Length || !double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                    throw new EngineException(ErrorCode.BadInput, $"{path}, line {i + 1}: '{lines[i]}' has no finite number for {columns[column]}; write one point per line.");
                values.Add(value);
            }
        }

        return values.Count > 0
            ? new GridPoints(axisNames, [.. values])
            : throw new EngineException(ErrorCode.BadInput, $"{path} has no points below its header; write one point per line.");
    }

    private static bool IsData(string line) => line.Trim() is { Length: > 0 } text && text[0] != '#';

    private static string[] Split(string line) => [.. line.Split(',').Select(cell => cell.Trim())];
}
