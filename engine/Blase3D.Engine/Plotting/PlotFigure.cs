namespace Blase3D.Engine.Plotting;

/// <summary>
/// A picture of one or more panels as SVG text, for example data, model and residual below each other, or heat maps side by side. The same
/// content is the same text. Curves of more points than the picture has columns keep their extremes in every column.
/// </summary>
/// <param name="Title">The words above all panels, on one line or several, or none.</param>
/// <param name="Panels">The panels, row by row.</param>
public sealed record PlotFigure(string Title, IReadOnlyList<PlotPanel> Panels)
{
    private const double Left = 66, Right = 16, Bar = 74, Top = 22, Bottom = 42, Heading = 26, LineHeight = 20;

    /// <summary>The width of the whole picture in pixels.</summary>
    public int WidthPixels { get; init; } = 960;

    /// <summary>Panels beside each other, at least 1.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Draws the picture.</summary>
    /// <returns>SVG 1.1.</returns>
    public string ToSvg()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Columns, 1);
        int rows = (Panels.Count + Columns - 1) / Columns;
        string[] lines = Title.Length == 0 ? [] : Title.Split('\n');
        double heading = lines.Length == 0 ? 6 : Heading + ((lines.Length - 1) * LineHeight);
        double[] heights = [.. Enumerable.Range(0, rows).Select(row => Panels.Skip(row * Columns).Take(Columns).Max(panel => panel.HeightPixels) + Top + Bottom)];
        var svg = new SvgText(WidthPixels, heading + heights.Sum());
        for (int k = 0; k < lines.Length; k++) svg.Words(WidthPixels / 2.0, 19 + (k * LineHeight), lines[k], "middle", 14);
        double width = WidthPixels / (double)Columns;
        for (int k = 0; k < Panels.Count; k++)
        {
            double top = heading + heights.Take(k / Columns).Sum() + Top, left = (k % Columns * width) + Left;
            double right = Panels[k].Marks.OfType<CellsMark>().Any() ? Bar : Right;
            new PanelDrawing(svg, Panels[k], left, top, width - Left - right).Draw($"panel{k}");
        }

        return svg.Finish();
    }
}
