namespace Blase3D.Engine.Cloning;

/// <summary>Which run made clones, so that its parts can be told from those of another.</summary>
/// <param name="Fingerprint">A hash of the grid's content, the recipe and the version of the engine.</param>
/// <param name="Kernels">The kernels that computed; between variants results agree within tolerances only.</param>
/// <param name="Part">Which rows of the grid these are, or null for all.</param>
public sealed record CloneRun(string Fingerprint, string Kernels, GridShard? Part);

/// <summary>One of several contiguous blocks of rows that a grid is cut into.</summary>
/// <param name="Number">1 to <paramref name="Count"/>.</param>
/// <param name="Count">The number of blocks, at least 1.</param>
/// <param name="GridRows">The rows of the whole grid.</param>
public sealed record GridShard(int Number, int Count, int GridRows)
{
    /// <summary>The first row of the block.</summary>
    public int FirstRow => (int)((long)(Number - 1) * GridRows / Count);

    /// <summary>The number of rows of the block; blocks differ by one at most.</summary>
    public int Rows => (int)((long)Number * GridRows / Count) - FirstRow;

    /// <summary>Reads I/N.</summary>
    /// <param name="text">For example 3/16.</param>
    /// <param name="gridRows">The rows of the whole grid.</param>
    /// <exception cref="EngineException">BadArguments: it is not of that form, or there are more blocks than rows.</exception>
    public static GridShard Parse(string text, int gridRows)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] sides = text.Split('/');
        bool good = sides.Length == 2 && IsWhole(sides[0], out int number) & IsWhole(sides[1], out int count) && number >= 1 && number <= count && count <= gridRows;
        return good
            ? new GridShard(int.Parse(sides[0], Invariant), int.Parse(sides[1], Invariant), gridRows)
            : throw new EngineException(ErrorCode.BadArguments, $"The shard is '{text}'; give I/N with I from 1 to N and N at most {gridRows}, the number of spectra.");
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Number}/{Count}");

    private static bool IsWhole(string text, out int value) => int.TryParse(text, System.Globalization.NumberStyles.None, Invariant, out value);
}
