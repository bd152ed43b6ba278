namespace Blase3D.Engine.Plotting;

/// <summary>Draws one panel at a place of the picture.</summary>
internal sealed class PanelDrawing
{
    private const double PixelsPerTickX = 95, PixelsPerTickY = 38;
    private readonly SvgText _svg;
    private readonly PlotPanel _panel;
    private readonly double _left;
    private readonly double _top;
    private readonly double _width;
    private readonly double _height;
    private readonly (double Low, double High) _x;
    private readonly (double Low, double High) _y;

    public PanelDrawing(SvgText svg, PlotPanel panel, double left, double top, double width)
    {
        (_svg, _panel, _left, _top, _width, _height) = (svg, panel, left, top, width, panel.HeightPixels);
        (_x, _y) = (panel.ShownX, panel.ShownY);
    }

    public void Draw(string name)
    {
        _svg.BeginClip(name, _left, _top, _width, _height);
        foreach (PlotMark mark in _panel.Marks) DrawMark(mark);
        _svg.EndClip();
        DrawAxes();
        DrawLegend();
        if (_panel.Marks.OfType<CellsMark>().FirstOrDefault() is { } cells) DrawBar(cells);
    }

    private double PlaceX(double x) => _left + (_width * (x - _x.Low) / (_x.High - _x.Low));

    private double PlaceY(double y) => _top + (_height * (_y.High - y) / (_y.High - _y.Low));

    private void DrawMark(PlotMark mark)
    {
        switch (mark)
        {
            case CurveMark curve:
                _svg.Polylines(CurvePath.Pieces(curve, _x, PlaceX, PlaceY), curve.Color, curve.WidthPixels);
                break;
            case DotsMark dots:
                for (int i = 0; i < dots.X.Length; i++)
                {
                    if (double.IsFinite(dots.X[i] + dots.Y[i])) _svg.Circle(PlaceX(dots.X[i]), PlaceY(dots.Y[i]), dots.RadiusPixels, dots.Color);
                }

                break;
            case StrokesMark strokes:
                foreach (double x in strokes.X.Where(x => x >= _x.Low && x <= _x.High))
                    _svg.Line(PlaceX(x), _top + _height, PlaceX(x), _top + _height - 7, strokes.Color);
                break;
            case RuleMark rule:
                _svg.Line(_left, PlaceY(rule.Y), _left + _width, PlaceY(rule.Y), rule.Color, isDashed: true);
                break;
            case TextMark text:
                _svg.Words(PlaceX(text.X), PlaceY(text.Y), text.Text, "middle", text.SizePixels, color: text.Color);
                break;
            case CellsMark cells:
                DrawCells(cells);
                break;
            default:
                throw new ArgumentException($"A panel cannot draw {mark.GetType().Name}.", nameof(mark));
        }
    }

    private void DrawCells(CellsMark cells)
    {
        double[] xEdges = CellsMark.EdgesOf(cells.X), yEdges = CellsMark.EdgesOf(cells.Y);
        for (int row = 0; row < cells.Y.Length; row++)
        {
            for (int column = 0; column < cells.X.Length; column++)
            {
                // A trace of overlap leaves no seams between cells.
                double left = PlaceX(xEdges[column]), top = PlaceY(yEdges[row + 1]);
                _svg.Rectangle(
                    left, top, PlaceX(xEdges[column + 1]) - left + 0.4, PlaceY(yEdges[row]) - top + 0.4, cells.ColorOf(cells.Values[(row * cells.X.Length) + column]));
            }
        }
    }

    private void DrawAxes()
    {
        PlotTicks x = PlotTicks.Between(_x.Low, _x.High, Math.Max(2, (int)(_width / PixelsPerTickX)));
        PlotTicks y = PlotTicks.Between(_y.Low, _y.High, Math.Max(3, (int)(_height / PixelsPerTickY)));
        double bottom = _top + _height;
        foreach (double tick in x.Values)
        {
            _svg.Line(PlaceX(tick), bottom, PlaceX(tick), bottom + 4, PlotColors.Black);
            _svg.Words(PlaceX(tick), bottom + 16, x.LabelOf(tick), "middle");
        }

        foreach (double tick in y.Values)
        {
            _svg.Line(_left - 4, PlaceY(tick), _left, PlaceY(tick), PlotColors.Black);
            _svg.Words(_left - 7, PlaceY(tick) + 4, y.LabelOf(tick), "end");
        }

        _svg.Rectangle(_left, _top, _width, _height, "none", PlotColors.Black);
        _svg.Words(_left + (_width / 2), bottom + 33, WithExponent(_panel.XLabel, x), "middle", 12);
        _svg.Words(_left - 50, _top + (_height / 2), WithExponent(_panel.YLabel, y), "middle", 12, turn: -90);
        if (_panel.Title.Length > 0) _svg.Words(_left, _top - 6, _panel.Title, size: 12);
    }

    private static string WithExponent(string label, PlotTicks ticks) => ticks.Exponent == 0 ? label : FormattableString.Invariant($"{label} (1e{ticks.Exponent})").TrimStart();

    private void DrawLegend()
    {
        // Above the panel at its right end, where no mark is.
        double x = _left + _width;
        foreach (PlotMark mark in _panel.Marks.Where(mark => mark.Label is not null).Reverse())
        {
            x -= 6.2 * mark.Label!.Length;
            _svg.Words(x, _top - 6, mark.Label);
            x -= 22;
            if (mark is DotsMark dots) _svg.Circle(x + 9, _top - 10, dots.RadiusPixels, mark.Color);
            else _svg.Line(x, _top - 10, x + 18, _top - 10, mark.Color, 2, mark is RuleMark);
            x -= 12;
        }
    }

    private void DrawBar(CellsMark cells)
    {
        const int Steps = 64;
        double left = _left + _width + 12;
        for (int k = 0; k < Steps; k++)
        {
            double value = cells.Low + ((k + 0.5) / Steps * (cells.High - cells.Low)), top = _top + (_height * (Steps - 1 - k) / Steps);
            _svg.Rectangle(left, top, 12, (_height / Steps) + 0.4, cells.ColorOf(value));
        }

        _svg.Rectangle(left, _top, 12, _height, "none", PlotColors.Black);
        PlotTicks ticks = PlotTicks.Between(cells.Low, cells.High, Math.Max(3, (int)(_height / PixelsPerTickY)));
        foreach (double tick in ticks.Values)
        {
            double y = _top + (_height * (cells.High - tick) / (cells.High - cells.Low));
            _svg.Line(left + 12, y, left + 15, y, PlotColors.Black);
            _svg.Words(left + 17, y + 4, ticks.LabelOf(tick), size: 10);
        }

        _svg.Words(left + 12, _top - 6, WithExponent(cells.BarLabel, ticks), "middle", 10);
    }
}
