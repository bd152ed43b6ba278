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
        CommaTable table = CommaTable.Read(path);
        int[] at = [.. axisNames.Select(table.Find)];
        if (at.Contains(-1))
            throw new EngineException(ErrorCode.BadInput, $"{path} has no column {axisNames[Array.IndexOf(at, -1)]}; its first line must name the axes {string.Join(",", axisNames)}.");
        string[] others = [.. table.Columns.Where((name, column) => !at.Contains(column) && name.Length > 0)];
        if (others.Length > 0) note?.Invoke($"{path}: the column{(others.Length > 1 ? "s" : string.Empty)} {string.Join(", ", others)} {(others.Length > 1 ? "are" : "is")} not used; the axes are {string.Join(", ", axisNames)}.");
        return table.Rows.Count > 0
            ? new GridPoints(axisNames, [.. table.Rows.SelectMany(row => at.Select(column => table.Number(row, column)))])
            : throw new EngineException(ErrorCode.BadInput, $"{path} has no points below its header; write one point per line.");
    }
}
