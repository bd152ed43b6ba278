using Blase3D.Engine.Grids;
using Xunit;

namespace Blase3D.Engine.Tests.Grids;

public class GridPointsTests
{
    private static readonly string[] Axes = ["teff", "feh"];
    private static readonly GridPoints Points = new(Axes, [4000, -0.5, 4100, 0, 4200, 0.25]);

    [Fact]
    public void Rows_and_columns_are_where_they_belong()
    {
        Assert.Equal(3, Points.Count);
        Assert.Equal(2, Points.Dimensions);
        Assert.Equal([4100, 0], Points[1].ToArray());
        Assert.Equal(1, Points.AxisIndex("feh"));
        Assert.Equal(-1, Points.AxisIndex("FEH"));
        Assert.Equal("teff=4200, feh=0.25", Points.Describe(2));
        Assert.Equal("teff=0.123457, feh=-1", GridPoints.Describe(Axes, [0.123456789, -1]));
    }

    [Fact]
    public void Rows_are_selected_in_the_order_given()
    {
        Assert.Equal([4200, 0.25, 4000, -0.5, 4200, 0.25], Points.Select([2, 0, 2]).Values.ToArray());
        Assert.Equal(0, Points.Select([]).Count);
    }

    [Fact]
    public void Names_lengths_and_values_that_do_not_fit_are_refused()
    {
        Refused("empty or repeated", () => new GridPoints([], []));
        Refused("'teff, teff'", () => new GridPoints(["teff", "teff"], [1, 2]));
        Refused("3 point values", () => new GridPoints(Axes, [1, 2, 3]));
        Refused("Point 1 has feh = NaN", () => new GridPoints(Axes, [1, 2, 3, double.NaN]));
        static void Refused(string part, Func<GridPoints> make)
        {
            EngineException failure = Assert.Throws<EngineException>(make);
            Assert.Equal(ErrorCode.BadInput, failure.Code);
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_point_that_is_there_twice_is_found()
    {
        Assert.Equal(-1, Points.FindRepeated());
        Assert.Equal(-1, new GridPoints(Axes, []).FindRepeated());
        Assert.True(new GridPoints(Axes, [4000, 0, 4100, 0, 4000, -0.0]).FindRepeated() is 0 or 2);
    }

    [Fact]
    public void A_selection_of_a_grid_reads_the_rows_it_names()
    {
        var grid = new ArrayGrid(Points, [1, 2], [[10, 11], [20, 21], [30, 31]]);
        var selection = new GridSelection(grid, [2, 0]);
        var flux = new double[2];
        selection.ReadFlux(0, flux);
        Assert.Equal([30, 31], flux);
        selection.ReadFlux(1, flux);
        Assert.Equal([10, 11], flux);
        Assert.Equal([4200, 0.25, 4000, -0.5], selection.Points.Values.ToArray());
        Assert.Equal([1, 2], selection.Wavelength);
        Assert.Equal([1, 0, 1], grid.Reads);
    }
}
