using Blase3D.Engine.Cloning.Report;
using Blase3D.Engine.Grids;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning.Report;

public class NodeOutlierTests
{
    // 14 x 3 x 2 nodes, as on a grid of spectra.
    private static readonly GridPoints Points = new(
        ["teff", "logg", "feh"],
        [.. from teff in Enumerable.Range(0, 14) from logg in Enumerable.Range(0, 3) from feh in Enumerable.Range(0, 2) from v in new[] { 3000 + (100.0 * teff), 3.5 + (0.5 * logg), -0.5 + (0.5 * feh) } select v]);

    [Fact]
    public void A_node_that_differs_from_its_neighbours_stands_out_and_a_steep_but_smooth_grid_does_not()
    {
        double[] smooth = Smooth();
        Assert.All(NodeOutliers.Find(Points, smooth, isTwoSided: true), value => Assert.Equal(double.NaN, value));
        double[] bad = [.. smooth];
        (bad[40], bad[7]) = (2 * bad[40], 0.4 * bad[7]);
        double[] found = NodeOutliers.Find(Points, bad, isTwoSided: true);
        Assert.Equal([7, 40], Enumerable.Range(0, found.Length).Where(row => double.IsFinite(found[row])));
        Assert.Equal(2, found[40], 0.25);
        Assert.Equal(0.4, found[7], 0.1);
        Assert.Equal([40], Enumerable.Range(0, found.Length).Where(row => double.IsFinite(NodeOutliers.Find(Points, bad, isTwoSided: false)[row])));
    }

    [Fact]
    public void Missing_values_neither_stand_out_nor_count()
    {
        double[] values = Smooth();
        foreach (int row in new[] { 3, 4, 5, 20 }) values[row] = row == 4 ? 0 : double.NaN;
        Assert.All(NodeOutliers.Find(Points, values, isTwoSided: true), value => Assert.Equal(double.NaN, value));
        Assert.All(NodeOutliers.Find(Points, [.. values.Select(_ => double.NaN)], isTwoSided: true), value => Assert.Equal(double.NaN, value));
        Assert.Equal([double.NaN], NodeOutliers.Find(new GridPoints(["teff"], [4000]), [0.1], isTwoSided: true));
        Assert.Equal([double.NaN, double.NaN], NodeOutliers.Find(new GridPoints(["teff"], [4000, 5000]), [0.1, 0.11], isTwoSided: true));
    }

    // A factor of five over the grid, and a scatter of two per cent.
    private static double[] Smooth() => [.. Enumerable.Range(0, Points.Count).Select(row => 0.03 * Math.Exp(-(Points[row][0] - 3000) / 800) * (1 + (0.2 * Points[row][2])) * (1 + (0.02 * Math.Sin(37 * row))))];
}
