using System.Globalization;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>
/// A CSV file whose first line names the columns; empty lines and those that begin with # are passed over. A cell may be in quotes, may hold commas then, and a quote twice means one.
/// </summary>
internal sealed class CommaTable
{
    private CommaTable(string path, string[] columns, IReadOnlyList<Row> rows) => (Path, Columns, Rows) = (path, columns, rows);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names of the columns; none when the file is empty.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>What is below the names.</summary>
    public IReadOnlyList<Row> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be read.</exception>
    public static CommaTable Read(string path)
    {
        string[] lines = NativeErrors.Guard(path, () => File.ReadAllLines(path));
        int header = Array.FindIndex(lines, IsData);
        return new CommaTable(
            path, header < 0 ? [] : Split(lines[header]),
            [.. Enumerable.Range(header + 1, lines.Length - header - 1).Where(i => IsData(lines[i])).Select(i => new Row(i + 1, lines[i], Split(lines[i])))]);
    }

    /// <summary>Where a column is, whatever its letters' case.</summary>
    /// <param name="name">The column.</param>
    /// <returns>-1 when there is none.</returns>
    /// <exception cref="EngineException">BadInput: it is there twice.</exception>
    public int Find(string name)
    {
        int[] at = [.. Enumerable.Range(0, Columns.Count).Where(c => string.Equals(Columns[c], name, StringComparison.OrdinalIgnoreCase))];
        return at.Length > 1 ? throw new EngineException(ErrorCode.BadInput, $"{Path} has more than one column {name}; keep one of them.") : at.Length == 0 ? -1 : at[0];
    }

    /// <summary>The number in a cell.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="EngineException">BadInput: it is none, or not finite.</exception>
    public double Number(Row row, int column) =>
        column < row.Cells.Length && double.TryParse(row.Cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new EngineException(ErrorCode.BadInput, $"{Path}, line {row.Line}: '{row.Text}' has no finite number for {Columns[column]}; write one.");

    private static bool IsData(string line) => line.Trim() is { Length: > 0 } text && text[0] != '#';

    private static string[] Split(string line)
    {
        var cells = new List<string>();
        for (int at = 0; at <= line.Length;)
        {
            int end = line.IndexOf(',', at), first = at;
            while (first < line.Length && line[first] == ' ') first++;
            if (first < line.Length && line[first] == '"' && ClosingQuote(line, first) is var closing and >= 0) end = line.IndexOf(',', closing);
            if (end < 0) end = line.Length;
            string cell = line[at..end].Trim();
            cells.Add(cell.Length > 1 && cell[0] == '"' && cell[^1] == '"' ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal).Trim() : cell);
            at = end + 1;
        }

        return [.. cells];
    }

    // The quote that ends a cell which begins with one; -1 when there is none.
    private static int ClosingQuote(string line, int opening)
    {
        for (int at = opening + 1; at < line.Length; at++)
        {
            if (line[at] != '"') continue;
            if (at + 1 == line.Length || line[at + 1] != '"') return at;
            at++;
        }

        return -1;
    }

    /// <summary>A row.</summary>
    /// <param name="Line">The number of its line, from 1.</param>
    /// <param name="Text">The line.</param>
    /// <param name="Cells">Its cells without blanks around them.</param>
    internal sealed record Row(int Line, string Text, string[] Cells);
}
