using System.Globalization;

namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>The nodes of an axis as a user writes them: <c>2300:7000:100,7200:12000:200</c> or <c>-0.5,0</c>.</summary>
public static class AxisSpecification
{
    /// <summary>The most nodes of one axis.</summary>
    public const int MaxNodes = 10_000;

    /// <summary>Reads a specification: values and LO:HI:STEP ranges (both ends included) separated by commas.</summary>
    /// <param name="name">The axis, for error sentences, for example teff.</param>
    /// <param name="text">The specification. Decimal arithmetic makes every node the double nearest to its decimal number.</param>
    /// <returns>Ascending nodes without repetitions.</returns>
    /// <exception cref="EngineException">
    /// BadArguments: the syntax, a range that its step does not fill, or more than 10,000 nodes.
    /// </exception>
    public static double[] Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var nodes = new SortedSet<decimal>();
        foreach (string piece in text.Split(','))
        {
            decimal[] numbers = [.. piece.Split(':').Select(part => Number(name, text, part))];
            switch (numbers)
            {
                case [var value]:
                    nodes.Add(value);
                    break;
                case [var low, var high, var step]:
                    AddRange(nodes, name, piece, low, high, step);
                    break;
                default:
                    throw Bad(name, text, $"'{piece}' is neither a value nor LO:HI:STEP");
            }

            if (nodes.Count > MaxNodes) throw Bad(name, text, $"it has more than {MaxNodes} nodes");
        }

        return [.. nodes.Select(node => (double)node)];
    }

    private static void AddRange(SortedSet<decimal> nodes, string name, string piece, decimal low, decimal high, decimal step)
    {
        if (step <= 0 || high < low) throw Bad(name, piece, "LO must not be above HI, and STEP must be above 0");
        // Dividing before comparing keeps a tiny step from overflowing.
        if (step < (high - low) / MaxNodes) throw Bad(name, piece, $"it has more than {MaxNodes} nodes");
        if ((high - low) % step != 0) throw Bad(name, piece, "STEP does not lead from LO to HI");
        for (decimal node = low; node <= high; node += step) nodes.Add(node);
    }

    private static decimal Number(string name, string text, string part)
    {
        const decimal Limit = 1_000_000_000;
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(part, Plain, CultureInfo.InvariantCulture, out decimal value)
            && value is >= -Limit and <= Limit)
        {
            return value;
        }

        throw Bad(name, text, $"'{part}' is not a plain number within one billion");
    }

    private static EngineException Bad(string name, string text, string what) => new(
        ErrorCode.BadArguments,
        $"The {name} specification '{text}' cannot be read: {what}; "
        + "write values or LO:HI:STEP separated by commas, for example 2300:7000:100,7200:12000:200.");
}
