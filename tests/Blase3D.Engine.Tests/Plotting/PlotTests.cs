using System.Globalization;
using System.Xml.Linq;
using Blase3D.Engine.Plotting;
using Xunit;

namespace Blase3D.Engine.Tests.Plotting;

/// <summary>Plots: round ticks, every mark, and text that any reader of SVG takes. BLASE3D_WRITE_PLOTS names a folder to look at them.</summary>
public class PlotTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0", 0)]
    [InlineData(8038, 12849, 6, "9000 10000 11000 12000", 0)]
    [InlineData(-0.021, 0.034, 5, "-0.02 0.00 0.02", 0)]
    [InlineData(-3, 4, 8, "-3 -2 -1 0 1 2 3 4", 0)]
    [InlineData(0, 3.2e-7, 4, "0 1 2 3", -7)]
    [InlineData(1e6, 5.1e6, 5, "1 2 3 4 5", 6)]
    [InlineData(0, 5.2e5, 3, "0 2 4", 5)]
    [InlineData(8500.01, 8500.04, 4, "8500.01 8500.02 8500.03 8500.04", 0)]
    public void Ticks_are_round_numbers_within_the_range(double low, double high, int most, string labels, int exponent)
    {
        PlotTicks ticks = PlotTicks.Between(low, high, most);
        Assert.Equal(labels, string.Join(' ', ticks.Values.Select(ticks.LabelOf)));
        Assert.Equal(exponent, ticks.Exponent);
    }

    [Fact]
    public void Ticks_of_any_range_are_few_and_inside()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            double low = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 9)), high = low + Math.Pow(10, random.Next(-6, 7));
            int most = random.Next(2, 12);
            PlotTicks ticks = PlotTicks.Between(low, high, most);
            double slack = 1e-8 * (high - low);
            Assert.All(ticks.Values, value => Assert.InRange(value, low - slack, high + slack));
            Assert.InRange(ticks.Values.Length, 0, most + 1);
            Assert.Equal(ticks.Values.Length, ticks.Values.Select(ticks.LabelOf).Distinct().Count());
        }

        Assert.Equal([5.0], PlotTicks.Between(5, 5, 4).Values);
    }

    [Fact]
    public void A_figure_of_every_mark_is_well_formed_and_the_same_every_time()
    {
        string svg = Sample().ToSvg();
        XElement root = XDocument.Parse(svg).Root!;
        Assert.Equal("svg", root.Name.LocalName);
        Assert.Equal(svg, Sample().ToSvg());
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Contains(root.Descendants(Svg + "text"), text => text.Value == "data <raw> & more");
        Assert.Equal(3, root.Descendants(Svg + "clipPath").Count());
        Assert.Equal(12, root.Descendants(Svg + "g").Last().Elements(Svg + "rect").Count());
        if (Environment.GetEnvironmentVariable("BLASE3D_WRITE_PLOTS") is { Length: > 0 } folder) File.WriteAllText(Path.Combine(folder, "marks.svg"), svg);
    }

    [Fact]
    public void A_curve_is_where_its_numbers_say()
    {
        var panel = new PlotPanel { XRange = (0, 10), YRange = (0, 1), HeightPixels = 100, Marks = [new CurveMark([0, 5, 10], [0, 1, 0.5])] };
        double[] path = PathOf(panel);

        // The axes are 66 pixels from the left, 16 from the right and 28 from the top.
        Assert.Equal([66, 128, 505, 28, 944, 78], path);
        double[] stepped = PathOf(panel with { Marks = [new CurveMark([1, 3, 7], [0, 1, 0.5], IsStepped: true)] });
        Assert.Equal([66, 128, 241.6, 128, 241.6, 28, 505, 28, 505, 78, 856.2, 78], stepped);
    }

    [Fact]
    public void A_long_curve_keeps_its_extremes_and_few_points()
    {
        double[] x = [.. Enumerable.Range(0, 338_651).Select(i => 8038 + (0.0142 * i))], y = [.. x.Select(v => Math.Sin(40 * v))];
        (y[123_456], y[200_001]) = (-7, 9);
        double[] path = PathOf(new PlotPanel { YRange = (-10, 10), HeightPixels = 200, Marks = [new CurveMark(x, y)] });
        Assert.InRange(path.Length / 2, 900, 4 * 960);
        double[] ys = [.. path.Where((_, i) => i % 2 == 1)];
        Assert.Equal((38, 198), (ys.Min(), ys.Max()));
    }

    [Fact]
    public void A_value_that_is_no_number_interrupts_a_curve()
    {
        var panel = new PlotPanel { XRange = (0, 4), YRange = (0, 1), Marks = [new CurveMark([0, 1, 2, 3, 4], [0, 1, double.NaN, 1, 0])] };
        string path = Drawn(panel);
        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.Equal(2, path.Count(c => c == 'L'));
    }

    [Fact]
    public void Panels_without_any_number_are_drawn_empty()
    {
        foreach (PlotMark mark in new PlotMark[] { new CurveMark([], []), new CurveMark([1, 2], [double.NaN, double.NaN]), new DotsMark([], []), new StrokesMark([]) })
            Assert.NotNull(XDocument.Parse(new PlotFigure("empty", [new PlotPanel { Marks = [mark] }]).ToSvg()).Root);
        Assert.NotNull(XDocument.Parse(new PlotFigure("flat", [new PlotPanel { Marks = [new CurveMark([1, 2], [3, 3])] }]).ToSvg()).Root);
    }

    [Fact]
    public void Colours_run_from_end_to_end_and_the_absent_is_grey()
    {
        Assert.Equal("#20185a", PlotColors.Sequential(-1));
        Assert.Equal("#fdf096", PlotColors.Sequential(1));
        Assert.Equal("#f6f6f6", PlotColors.Diverging(0.5));
        Assert.Equal(PlotColors.Absent, PlotColors.Sequential(double.NaN));
        double[] light = [.. Enumerable.Range(0, 50).Select(i => Lightness(PlotColors.Sequential(i / 49.0)))];
        Assert.Equal(light.Order(), light);
    }

    [Fact]
    public void Cells_meet_half_way()
    {
        Assert.Equal([-0.5, 0.5, 2, 4], CellsMark.EdgesOf([0, 1, 3]));
        Assert.Equal([4.5, 5.5], CellsMark.EdgesOf([5]));
    }

    private static PlotFigure Sample()
    {
        double[] x = [.. Enumerable.Range(0, 200).Select(i => 8500 + (0.05 * i))];
        double[] y = [.. x.Select(v => 1 - (0.6 * Math.Exp(-2 * (v - 8504) * (v - 8504))) - (0.3 * Math.Exp(-20 * (v - 8507) * (v - 8507))))];
        double[] model = [.. y.Select((v, i) => v + (0.02 * Math.Sin(i)))];
        return new PlotFigure("Every mark", [
            new PlotPanel
            {
                Title = "teff=3900, logg=4.5", XLabel = "vacuum wavelength / A", YLabel = "flux / continuum",
                Marks =
                [
                    new CurveMark(x, y, IsStepped: true) { Label = "data <raw> & more" }, new CurveMark(x, model) { Color = PlotColors.Vermilion, Label = "clone" },
                    new StrokesMark([8504, 8507, 9000]) { Color = PlotColors.Blue, Label = "lines" }, new RuleMark(1) { Color = PlotColors.Grey },
                    new TextMark(8504, 0.5, "Ca II"), new DotsMark([8509], [0.7]) { Label = "dots", Color = PlotColors.Green },
                ],
            },
            new PlotPanel { XLabel = "vacuum wavelength / A", YLabel = "residual", HeightPixels = 90, Marks = [new CurveMark(x, [.. model.Zip(y, (a, b) => 1e-6 * (a - b))]) { Color = PlotColors.Blue }] },
            new PlotPanel
            {
                Title = "feh=0", XLabel = "teff / K", YLabel = "logg",
                Marks = [new CellsMark([3000, 3100, 3200, 3400, 3600, 3800], [4, 4.5], [1, 2, 3, 4, 5, 6, 7, double.NaN, 9, 10, 11, 12], 1, 12) { BarLabel = "rms" }],
            },
        ]);
    }

    private static string Drawn(PlotPanel panel) =>
        XDocument.Parse(new PlotFigure(string.Empty, [panel]).ToSvg()).Descendants(Svg + "path").First(path => (string?)path.Attribute("fill") == "none").Attribute("d")!.Value;

    private static double[] PathOf(PlotPanel panel) =>
        [.. Drawn(panel).Split(['M', 'L', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];

    private static double Lightness(string color) => Convert.FromHexString(color[1..]) is [var r, var g, var b] ? (0.299 * r) + (0.587 * g) + (0.114 * b) : 0;
}
