using Blase3D.Engine.Grids;
using Xunit;

namespace Blase3D.Engine.Tests.Grids;

public class RectilinearAxesTests
{
    private static readonly RectilinearAxes Axes = new(["teff", "logg", "feh"], [[4000, 4200, 4500], [4.5], [-0.5, 0]]);

    [Fact]
    public void Nodes_are_in_C_order()
    {
        Assert.Equal(6, Axes.NodeCount);
        Assert.Equal([2, 2, 1], Enumerable.Range(0, 3).Select(Axes.Stride));
        for (int node = 0; node < Axes.NodeCount; node++)
        {
            double[] point = Axes.PointOf(node);
            Assert.Equal(node, Axes.NodeAt(point));
            Assert.Equal(node, Enumerable.Range(0, 3).Sum(d => Axes.IndexAlong(node, d) * Axes.Stride(d)));
        }

        Assert.Equal([4200, 4.5, -0.5], Axes.PointOf(2));
        Assert.Equal("teff=4200, logg=4.5, feh=0", Axes.Describe(3));
        Assert.Equal("teff 4000 to 4500, logg 4.5 to 4.5, feh -0.5 to 0", Axes.DescribeRange());
    }

    [Fact]
    public void A_point_beside_the_nodes_is_no_node()
    {
        Assert.Equal(-1, Axes.NodeAt([4000.001, 4.5, 0]));
        Assert.Equal(-1, Axes.NodeAt([4000, 4.5, 0.5]));
    }

    [Fact]
    public void The_enclosing_lattice_has_every_value_once()
    {
        var axes = RectilinearAxes.Enclosing(new GridPoints(["teff", "feh"], [4200, 0, 4000, -0.5, 4200, -0.5]));
        Assert.Equal([4000, 4200], axes.Values(0).ToArray());
        Assert.Equal([-0.5, 0], axes.Values(1).ToArray());
        Assert.Equal(4, axes.NodeCount);
    }

    [Fact]
    public void Cells_leave_out_corners_that_do_not_count()
    {
        var cell = new GridCell(3);
        Axes.Locate([4200, 4.5, -0.5], cell);
        Assert.Equal((1, 2, 1.0), (cell.Count, cell.Node[0], cell.Weight[0]));
        Axes.Locate([4500, 4.5, 0], cell);
        Assert.Equal((1, 5), (cell.Count, cell.Node[0]));
        Axes.Locate([4275, 4.5, -0.5], cell);
        Assert.Equal([(2, 0.75), (4, 0.25)], Corners(cell));
        Axes.Locate([4050, 4.5, -0.1], cell);
        Assert.Equal([0, 1, 2, 3], Corners(cell).Select(c => c.Node));
        Assert.Equal(0.75 * 0.8, Corners(cell)[1].Weight, 1e-12);
    }

    [Fact]
    public void Points_outside_are_refused_and_clamped()
    {
        var cell = new GridCell(3);
        foreach (double[] point in (double[][])[[3999, 4.5, 0], [4000, 4.4, 0], [4000, 4.5, double.PositiveInfinity], [double.NaN, 4.5, 0]])
            Assert.Equal(ErrorCode.OutOfRange, Assert.Throws<EngineException>(() => Axes.Locate(point, cell)).Code);
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => Axes.Locate([4000, 4.5], cell)).Code);
        Assert.Equal([4500, 4.5, -0.5], Axes.Clamp([9999, 0, -9]));
        Assert.Equal([4000, 4.5, -0.1], Axes.Clamp([double.NaN, 4.5, -0.1]));
    }

    [Fact]
    public void Axes_that_are_no_axes_are_refused()
    {
        double[][][] bad = [[[]], [[1, 1]], [[2, 1]], [[double.NaN]], [[1, double.NaN]], [[1, double.PositiveInfinity]], [[1], [2]], []];
        foreach (double[][] values in bad)
            Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => new RectilinearAxes(["teff"], values)).Code);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridCell(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridCell(9));
    }

    private static (int Node, double Weight)[] Corners(GridCell cell) =>
        [.. Enumerable.Range(0, cell.Count).Select(c => (cell.Node[c], cell.Weight[c])).OrderBy(c => c.Item1)];
}
