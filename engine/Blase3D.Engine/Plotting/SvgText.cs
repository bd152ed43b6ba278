using System.Globalization;
using System.Text;

namespace Blase3D.Engine.Plotting;

/// <summary>Writes the elements of SVG 1.1 that plots need. Coordinates are pixels of the picture, to a hundredth.</summary>
internal sealed class SvgText
{
    private readonly StringBuilder _text = new();

    public SvgText(double width, double height)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:0}\" height=\"{height:0}\" viewBox=\"0 0 {width:0} {height:0}\" ")
            .Append("font-family=\"Helvetica, Arial, sans-serif\" font-size=\"11\">\n");
        Rectangle(0, 0, width, height, "#ffffff");
    }

    public void Rectangle(double x, double y, double width, double height, string fill, string? stroke = null) =>
        _text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\" fill=\"{fill}\"")
            .Append(stroke is null ? " shape-rendering=\"crispEdges\"" : $" stroke=\"{stroke}\"").Append("/>\n");

    public void Line(double x1, double y1, double x2, double y2, string color, double width = 1, bool isDashed = false) =>
        _text.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x1:0.##} {y1:0.##}L{x2:0.##} {y2:0.##}\" stroke=\"{color}\" stroke-width=\"{width:0.##}\"")
            .Append(isDashed ? " stroke-dasharray=\"4 3\"" : string.Empty).Append("/>\n");

    public void Circle(double x, double y, double radius, string color) =>
        _text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\" fill=\"{color}\"/>\n");

    /// <summary>Pieces of a polyline, each of at least one point.</summary>
    public void Polylines(IEnumerable<IReadOnlyList<(double X, double Y)>> pieces, string color, double width)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<path fill=\"none\" stroke=\"{color}\" stroke-width=\"{width:0.##}\" stroke-linejoin=\"round\" d=\"");
        foreach (IReadOnlyList<(double X, double Y)> piece in pieces)
        {
            for (int i = 0; i < piece.Count; i++) _text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{piece[i].X:0.##} {piece[i].Y:0.##}");
        }

        _text.Append("\"/>\n");
    }

    /// <summary>Words; the anchor is start, middle or end, and a turn is in degrees around the place.</summary>
    public void Words(double x, double y, string words, string anchor = "start", double size = 11, double turn = 0, string color = PlotColors.Black)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\" font-size=\"{size:0.##}\" fill=\"{color}\"");
        if (turn != 0) _text.Append(CultureInfo.InvariantCulture, $" transform=\"rotate({turn:0.##} {x:0.##} {y:0.##})\"");
        _text.Append('>').Append(Escape(words)).Append("</text>\n");
    }

    /// <summary>What follows is shown within a rectangle only, until <see cref="EndClip"/>.</summary>
    public void BeginClip(string name, double x, double y, double width, double height)
    {
        _text.Append(CultureInfo.InvariantCulture, $"<clipPath id=\"{name}\"><rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\"/></clipPath>\n");
        _text.Append($"<g clip-path=\"url(#{name})\">\n");
    }

    public void EndClip() => _text.Append("</g>\n");

    public string Finish() => _text.Append("</svg>\n").ToString();

    // Control characters have no place in XML at all.
    private static string Escape(string words) => string.Concat(words.Where(c => !char.IsControl(c)))
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
