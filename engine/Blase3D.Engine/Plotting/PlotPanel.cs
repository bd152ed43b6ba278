namespace Blase3D.Engine.Plotting;

/// <summary>A pair of axes with marks, which are drawn in their order.</summary>
public sealed record PlotPanel
{
    /// <summary>The words above, or none.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>What runs to the right, with its unit.</summary>
    public string XLabel { get; init; } = string.Empty;

    /// <summary>What runs upward, with its unit.</summary>
    public string YLabel { get; init; } = string.Empty;

    /// <summary>The range to the right, or null to show all marks.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>The range upward, or null to show all marks with a little room.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>The height of the axes in pixels of the picture, without labels.</summary>
    public int HeightPixels { get; init; } = 240;

    /// <summary>What is drawn.</summary>
    public required IReadOnlyList<PlotMark> Marks { get; init; }

    internal (double Low, double High) ShownX => XRange ?? Spread(Marks.SelectMany(mark => mark.Xs), 0);

    internal (double Low, double High) ShownY
    {
        get
        {
            if (YRange is { } given) return given;
            double room = Marks.OfType<CellsMark>().Any() ? 0 : 0.06;
            (double low, double high) = ShownX;
            return Spread(Marks.SelectMany(mark => mark is CurveMark curve ? curve.Y.Where((_, i) => curve.X[i] >= low && curve.X[i] <= high) : mark.Ys), room);
        }
    }

    private static (double Low, double High) Spread(IEnumerable<double> values, double room)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (double.IsFinite(value)) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        if (low > high) return (0, 1);
        if (low == high) return (low - 0.5, high + 0.5);
        return (low - (room * (high - low)), high + (room * (high - low)));
    }
}
