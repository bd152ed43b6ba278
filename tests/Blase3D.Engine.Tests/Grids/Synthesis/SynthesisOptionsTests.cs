using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Xunit;

namespace Blase3D.Engine.Tests.Grids.Synthesis;

public sealed class SynthesisOptionsTests
{
    private static readonly SynthesisOptions Small =
        new() { Lines = 500, LowAngstrom = 9000, HighAngstrom = 9010, Teff = [4000], Logg = [4], Feh = [0] };

    [Theory]
    [InlineData("2:6:2", new[] { 2.0, 4, 6 })]
    [InlineData("-0.5,0", new[] { -0.5, 0 })]
    [InlineData("0,-0.5,0", new[] { -0.5, 0 })]
    [InlineData("1:2:0.5,2:4:1", new[] { 1, 1.5, 2, 3, 4 })]
    [InlineData("5", new[] { 5.0 })]
    [InlineData("5:5:1", new[] { 5.0 })]
    [InlineData("-1:-0.7:0.1", new[] { -1, -0.9, -0.8, -0.7 })]
    public void Axes_are_read(string text, double[] expected) => Assert.Equal(expected, AxisSpecification.Parse("teff", text));

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1,,2")]
    [InlineData("a")]
    [InlineData("1:2")]
    [InlineData("1:2:3:4")]
    [InlineData("2:1:1")]
    [InlineData("1:2:0")]
    [InlineData("1:2:-1")]
    [InlineData("1:2:0.3")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("0:1:0.0000000000000000000000000001")]
    [InlineData("0:20000:1")]
    [InlineData("99999999999")]
    [InlineData("1;2")]
    public void Bad_axes_are_refused_with_an_example(string text)
    {
        var error = Assert.Throws<EngineException>(() => AxisSpecification.Parse("logg", text));
        Assert.Equal(ErrorCode.BadArguments, error.Code);
        Assert.Contains("logg specification", error.Message, StringComparison.Ordinal);
        Assert.Contains("2300:7000:100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_the_papers_grid()
    {
        var options = new SynthesisOptions();
        Assert.Equal(73, options.Teff.Count);
        Assert.Equal((2300.0, 12000.0), (options.Teff[0], options.Teff[^1]));
        Assert.Equal(9, options.Logg.Count);
        Assert.Equal([-0.5, 0.0], options.Feh);
        var grid = options.CreateGrid();
        Assert.Equal(338_651, grid.Wavelength.Count);
        Assert.Equal(["teff", "logg", "feh"], grid.Points.AxisNames);
        Assert.Equal(new SyntheticPoint(2300, 2, -0.5), grid.Point(0));
        Assert.Equal(new SyntheticPoint(2300, 2, 0), grid.Point(1));
        Assert.Equal(new SyntheticPoint(2300, 2.5, -0.5), grid.Point(2));
        Assert.Equal(new SyntheticPoint(12000, 6, 0), grid.Point(1313));
    }

    [Fact]
    public void Phoenix_pixels_have_their_steps()
    {
        double[] pixels = PhoenixWavelengths.Create(8038, 12849);
        Assert.Equal(338_651, pixels.Length);
        Assert.Equal((8038.0, 12849.0), (pixels[0], pixels[^1]));
        Assert.Equal([9999.99, 10000, 10000.02], pixels[196_199..196_202]);
        Assert.Equal([9000.01, 9000.02], PhoenixWavelengths.Create(9000.005, 9000.02));
        Assert.Equal([11000.02], PhoenixWavelengths.Create(11000.01, 11000.03));
    }

    [Theory]
    [InlineData(4999, 8000)]
    [InlineData(14000, 15001)]
    [InlineData(9000, 9000)]
    [InlineData(9001, 9000)]
    [InlineData(double.NaN, 9000)]
    [InlineData(9000.001, 9000.009)]
    [InlineData(11000.01, 11000.015)]
    public void Unknown_pixels_are_refused(double low, double high) =>
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => PhoenixWavelengths.Create(low, high)).Code);

    [Fact]
    public void Ranges_are_read()
    {
        Assert.Equal((8038, 12849.5), SynthesisOptions.ParseRange("8038:12849.5"));
        foreach (string text in new[] { "", "8038", "1:2:3", "b:c", "9000:8000", "-5:8000", "9000:9000", "8000:Infinity", "NaN:8000" })
        {
            var error = Assert.Throws<EngineException>(() => SynthesisOptions.ParseRange(text));
            Assert.Equal(ErrorCode.BadArguments, error.Code);
            Assert.Contains($"'{text}'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Points_between_nodes_have_the_lines_of_the_grid()
    {
        var grid = Small.CreateGrid();
        var truth = (Small with { Points = new GridPoints(["teff", "logg", "feh"], [4123.4, 3.21, -0.1]) }).CreateGrid();
        Assert.Equal(grid.Lines.CenterAngstrom, truth.Lines.CenterAngstrom);
        Assert.Equal(1, truth.Points.Count);
        var expected = grid.TrueLines(new(4123.4, 3.21, -0.1));
        Assert.Equal(expected.LnAmplitude, truth.TrueLines(truth.Point(0)).LnAmplitude);
    }

    [Fact]
    public void Own_wavelengths_set_the_range_of_the_lines()
    {
        var grid = (Small with { Wavelength = [9000, 9001, 9004.5] }).CreateGrid();
        Assert.Equal([9000, 9001, 9004.5], grid.Wavelength);
        Assert.All(grid.Lines.CenterAngstrom, center => Assert.InRange(center, 9000, 9004.5));
    }

    [Fact]
    public void Bad_options_are_refused()
    {
        Assert.Equal(1, Small.CreateGrid().Points.Count);
        SynthesisOptions[] bad =
        [
            Small with { Lines = 0 }, Small with { Lines = -5 }, Small with { Lines = 10_000_001 }, Small with { Teff = [] },
            Small with { LowAngstrom = 9010, HighAngstrom = 9000 }, Small with { Wavelength = [] }, Small with { Wavelength = [9000] },
            Small with { Wavelength = [9000, 8999] }, Small with { Wavelength = [9000, double.PositiveInfinity] },
        ];
        Assert.All(bad, options => Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => options.CreateGrid()).Code));
        Assert.Equal(ErrorCode.OutOfRange, Assert.Throws<EngineException>(() => (Small with { Teff = [100] }).CreateGrid()).Code);
    }
}
