using System.Globalization;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>
/// A file with what is wanted of it: <c>FILE[EXT]</c>, <c>FILE[order=3]</c>, <c>FILE[row=2]</c>, or several of these with commas. A file
/// whose own name ends in brackets is taken as it is.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Extension">Name or number of an extension; null for none.</param>
/// <param name="Order">An order counted from 0; null for all.</param>
/// <param name="Row">A row of a file with several spectra of one star, counted from 0; null for the first.</param>
internal sealed record SourceSelection(string Path, string? Extension, int? Order, int? Row)
{
    internal static SourceSelection Parse(string argument)
    {
        int open = argument.LastIndexOf('[');
        if (open < 1 || !argument.EndsWith(']') || System.IO.Path.Exists(argument)) return new SourceSelection(argument, null, null, null);
        var selection = new SourceSelection(argument[..open], null, null, null);
        foreach (string part in argument[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            selection = part.Split('=', 2, StringSplitOptions.TrimEntries) switch
            {
                ["order", var number] => selection with { Order = Count(argument, number) },
                ["row", var number] => selection with { Row = Count(argument, number) },
                [var name] => selection with { Extension = name },
                _ => throw Bad(argument, part),
            };
        }

        return selection;
    }

    private static int Count(string argument, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw Bad(argument, number);

    private static EngineException Bad(string argument, string part) => new(
        ErrorCode.BadArguments, $"{argument}: '{part}' selects nothing; write FILE[EXTENSION], FILE[order=N] or FILE[row=N], counted from 0.");
}
