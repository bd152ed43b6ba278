using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Xunit;

namespace Blase3D.Engine.Tests.Inference;

public class ParameterPriorTests
{
    private static readonly RectilinearAxes Axes = new(["teff", "logg", "feh"], [[4000, 4200, 4500], [4, 5], [-0.5, 0]]);

    [Fact]
    public void Without_specifications_it_is_the_whole_grid()
    {
        ParameterPrior prior = ParameterPrior.Parse(Axes, []);
        Assert.Equal([4000, 4, -0.5], prior.Lower);
        Assert.Equal([4500, 5, 0], prior.Upper);
        Assert.Equal([4250, 4.5, -0.25], prior.Center);
        Assert.Equal([0, 1, 2], prior.FreeAxes);
    }

    [Theory]
    [InlineData("teff=4100:4300", 0, 4100, 4300)]
    [InlineData(" TEFF = 4100 : 4300 ", 0, 4100, 4300)]
    [InlineData("teff=1e3:4.2E3", 0, 4000, 4200)]
    [InlineData("teff=4400:99999", 0, 4400, 4500)]
    [InlineData("logg=4.25", 1, 4.25, 4.25)]
    [InlineData("feh=-0.5", 2, -0.5, -0.5)]
    [InlineData("feh=-0.3:-0.1", 2, -0.3, -0.1)]
    [InlineData("feh=0:0", 2, 0, 0)]
    public void Intervals_and_values_are_read_and_cut_to_the_grid(string text, int axis, double low, double high)
    {
        ParameterPrior prior = ParameterPrior.Parse(Axes, [text]);
        Assert.Equal((low, high), (prior.Lower[axis], prior.Upper[axis]));
        Assert.Equal(low < high, prior.FreeAxes.Contains(axis));
        foreach (int other in Enumerable.Range(0, 3).Where(d => d != axis))
            Assert.Equal((Axes.Values(other)[0], Axes.Values(other)[^1]), (prior.Lower[other], prior.Upper[other]));
    }

    [Fact]
    public void An_interval_that_was_cut_is_said()
    {
        ParameterPrior prior = ParameterPrior.Parse(Axes, ["teff=4400:99999", "logg=4:5", "feh=-9:9"]);
        Assert.Equal(2, prior.Notes.Count);
        Assert.Contains("'teff=4400:99999' reaches beyond the grid and was cut to teff=4400:4500.", prior.Notes[0], StringComparison.Ordinal);
        Assert.Contains("feh=-0.5:0.", prior.Notes[1], StringComparison.Ordinal);
        Assert.Contains(
            "The mean of the prior 'teff=4700+-100' lies outside of the grid, whose teff goes from 4000 to 4500",
            Assert.Single(ParameterPrior.Parse(Axes, ["teff=4700+-100", "logg=4.9+-0.1"]).Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("teff")]
    [InlineData("teff=")]
    [InlineData("teff=:")]
    [InlineData("teff=4100:")]
    [InlineData("teff=4100:4200:4300")]
    [InlineData("teff=4300:4100")]
    [InlineData("teff=warm")]
    [InlineData("teff=nan")]
    [InlineData("teff=4100:inf")]
    [InlineData("teff=4,100")]
    [InlineData("mass=1:2")]
    [InlineData("teff=4200+-0")]
    [InlineData("teff=4200+--5")]
    [InlineData("teff=+-5")]
    [InlineData("teff=4200+-5+-5")]
    [InlineData("teff=4100:4200+-5")]
    public void Other_texts_are_refused_with_the_axes(string text)
    {
        EngineException failure = Assert.Throws<EngineException>(() => ParameterPrior.Parse(Axes, [text]));
        Assert.Equal(ErrorCode.BadArguments, failure.Code);
        Assert.Contains($"'{text}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("teff, logg, feh", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("teff=4300+-20", 4200, 4400)]
    [InlineData("teff = 4300 \u00b1 2e1", 4200, 4400)]
    [InlineData("teff=4550+-50", 4300, 4500)]
    public void A_mean_and_a_standard_deviation_reach_five_of_them(string text, double low, double high)
    {
        ParameterPrior prior = ParameterPrior.Parse(Axes, [text, "logg=4.5"]);
        Assert.Equal((low, high), (prior.Lower[0], prior.Upper[0]));
        double mean = prior.Mean[0], sigma = prior.Sigma[0];
        Assert.Equal(mean > 4500 ? 1 : 0, prior.Notes.Count);
        Assert.Equal(0, prior.Penalty([mean, 4.5, -0.1]));
        Assert.Equal(4, prior.Penalty([mean - (2 * sigma), 4.5, -0.5]), 1e-12);
        Assert.True(double.IsNaN(prior.Mean[2]) && double.IsPositiveInfinity(prior.Sigma[2]));
    }

    [Fact]
    public void An_axis_named_twice_is_refused() => Assert.Equal(
        ErrorCode.BadArguments, Assert.Throws<EngineException>(() => ParameterPrior.Parse(Axes, ["teff=4100", "TEFF=4200"])).Code);

    [Theory]
    [InlineData("teff=5000:6000", "4000 to 4500")]
    [InlineData("teff=3999", "4000 to 4500")]
    [InlineData("feh=0.1:0.2", "-0.5 to 0")]
    [InlineData("teff=5000+-50", "4000 to 4500")]
    public void Intervals_beside_the_grid_are_refused_with_its_range(string text, string range)
    {
        EngineException failure = Assert.Throws<EngineException>(() => ParameterPrior.Parse(Axes, [text]));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains(range, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_axis_of_one_node_is_fixed() =>
        Assert.Equal([0], ParameterPrior.WholeRange(new RectilinearAxes(["teff", "feh"], [[4000, 4100], [0]])).FreeAxes);
}
