namespace Blase3D.Engine.Plotting;

/// <summary>Something that is drawn in a panel, in the panel's own coordinates.</summary>
public abstract record PlotMark
{
    /// <summary>The colour; see <see cref="PlotColors"/>.</summary>
    public string Color { get; init; } = PlotColors.Black;

    /// <summary>The name in the legend, or null for none.</summary>
    public string? Label { get; init; }

    /// <summary>The abscissae that the panel has to show.</summary>
    internal virtual IEnumerable<double> Xs => [];

    /// <summary>The ordinates that the panel has to show.</summary>
    internal virtual IEnumerable<double> Ys => [];
}

/// <summary>A curve through points, or a stairway with a step per point; a value that is no number interrupts it.</summary>
/// <param name="X">Abscissae, ascending, length n.</param>
/// <param name="Y">Ordinates, length n.</param>
/// <param name="IsStepped">Whether every point is a level as wide as its cell, as the pixels of a spectrum are.</param>
public sealed record CurveMark(double[] X, double[] Y, bool IsStepped = false) : PlotMark
{
    /// <summary>The thickness in pixels of the picture, above 0.</summary>
    public double WidthPixels { get; init; } = 1.2;

    /// <inheritdoc/>
    internal override IEnumerable<double> Xs => X;

    /// <inheritdoc/>
    internal override IEnumerable<double> Ys => Y;
}

/// <summary>Dots.</summary>
/// <param name="X">Abscissae, length n.</param>
/// <param name="Y">Ordinates, length n.</param>
public sealed record DotsMark(double[] X, double[] Y) : PlotMark
{
    /// <summary>The radius in pixels of the picture, above 0.</summary>
    public double RadiusPixels { get; init; } = 2.5;

    /// <inheritdoc/>
    internal override IEnumerable<double> Xs => X;

    /// <inheritdoc/>
    internal override IEnumerable<double> Ys => Y;
}

/// <summary>Short strokes at the lower edge, for example where lines are.</summary>
/// <param name="X">Abscissae; those outside of the panel are left out.</param>
public sealed record StrokesMark(double[] X) : PlotMark;

/// <summary>A dashed horizontal line over the whole width.</summary>
/// <param name="Y">Its ordinate.</param>
public sealed record RuleMark(double Y) : PlotMark
{
    /// <inheritdoc/>
    internal override IEnumerable<double> Ys => [Y];
}

/// <summary>Words at a place.</summary>
/// <param name="X">Abscissa of their middle.</param>
/// <param name="Y">Ordinate of their base line.</param>
/// <param name="Text">The words.</param>
public sealed record TextMark(double X, double Y, string Text) : PlotMark
{
    /// <summary>The size of the letters in pixels of the picture.</summary>
    public double SizePixels { get; init; } = 11;
}

/// <summary>A heat map: one coloured cell per value, with a colour bar beside the panel. A panel has one at most.</summary>
/// <param name="X">The middle of every column, ascending, length n; cells meet half-way.</param>
/// <param name="Y">The middle of every row, ascending, length m.</param>
/// <param name="Values">Row by row, length m n; NaN for a cell without a value.</param>
/// <param name="Low">The value of the first colour.</param>
/// <param name="High">The value of the last colour, above <paramref name="Low"/>.</param>
public sealed record CellsMark(double[] X, double[] Y, double[] Values, double Low, double High) : PlotMark
{
    /// <summary>What the colours mean, beside the bar.</summary>
    public string BarLabel { get; init; } = string.Empty;

    /// <summary>Whether the colours run from blue over white to red instead of dark to light.</summary>
    public bool IsDiverging { get; init; }

    /// <summary>The edges of the cells: half-way between the middles, and as far beyond the first and last as inside of them.</summary>
    /// <param name="middle">Ascending, at least one.</param>
    public static double[] EdgesOf(double[] middle)
    {
        ArgumentNullException.ThrowIfNull(middle);
        if (middle.Length == 1) return [middle[0] - 0.5, middle[0] + 0.5];
        double[] edges = new double[middle.Length + 1];
        for (int i = 1; i < middle.Length; i++) edges[i] = 0.5 * (middle[i - 1] + middle[i]);
        edges[0] = (2 * middle[0]) - edges[1];
        edges[^1] = (2 * middle[^1]) - edges[^2];
        return edges;
    }

    /// <inheritdoc/>
    internal override IEnumerable<double> Xs => EdgesOf(X);

    /// <inheritdoc/>
    internal override IEnumerable<double> Ys => EdgesOf(Y);

    /// <summary>The colour of a value.</summary>
    internal string ColorOf(double value)
    {
        double share = (value - Low) / (High - Low);
        return IsDiverging ? PlotColors.Diverging(share) : PlotColors.Sequential(share);
    }
}
