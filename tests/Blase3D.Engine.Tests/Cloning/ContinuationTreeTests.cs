using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

public class ContinuationTreeTests
{
    [Fact]
    public void A_full_lattice_spreads_from_its_middle_over_the_other_axes_and_then_along_the_first()
    {
        // teff 0..4, logg 0..2: row = 3 teff + logg.
        GridPoints points = Points(from t in Enumerable.Range(0, 5) from g in Enumerable.Range(0, 3) select (t, g));
        ContinuationTree tree = ContinuationTree.Create(points);
        Assert.Equal([7], tree.Generations[0]);
        Assert.Equal(-1, tree.ParentOf(7));
        Assert.Equal(7, tree.ParentOf(10));
        Assert.Equal(10, tree.ParentOf(13));
        Assert.Equal(7, tree.ParentOf(8));
        Assert.Equal(11, tree.ParentOf(14));
        Assert.Equal(3, tree.ParentOf(0));
        AssertIsTree(tree, points);
        Assert.Equal([1, 4, 7], tree.WithAncestors([1]));
        Assert.Equal([0, 3, 6, 7, 8, 11], tree.WithAncestors([0, 11]));
    }

    [Fact]
    public void A_long_axis_has_anchors_so_that_a_part_of_the_grid_needs_few_others()
    {
        GridPoints points = Points(from t in Enumerable.Range(0, 73) from g in Enumerable.Range(0, 18) select (t, g));
        ContinuationTree tree = ContinuationTree.Create(points);
        AssertIsTree(tree, points);
        Assert.InRange(tree.Generations.Count, 36, 60);
        int rows = points.Count / 10;
        for (int part = 0; part < 10; part++)
            Assert.InRange(tree.WithAncestors(Enumerable.Range(part * rows, rows)).Length, rows, 2.2 * rows);

        // Away from backbone and anchors a line comes from the neighbour along the first axis.
        int along = Enumerable.Range(0, points.Count).Count(row => tree.ParentOf(row) is >= 0 and var parent && points[row][1] == points[parent][1]);
        Assert.InRange(along, 0.85 * points.Count, points.Count);
    }

    [Fact]
    public void Missing_nodes_are_walked_around_and_islands_begin_anew()
    {
        // A ring without its middle, and one point far off.
        GridPoints points = Points([(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2), (5, 7)]);
        ContinuationTree tree = ContinuationTree.Create(points);
        AssertIsTree(tree, points);
        Assert.Equal(2, tree.Generations[0].Length);
        Assert.Contains(8, tree.Generations[0]);
    }

    [Fact]
    public void The_order_of_the_rows_does_not_matter()
    {
        (int, int)[] places = [.. from t in Enumerable.Range(0, 5) from g in Enumerable.Range(0, 4) select (t, g)];
        int[] shuffled = [.. Enumerable.Range(0, 20).OrderBy(i => (i * 7) % 20)];
        ContinuationTree straight = ContinuationTree.Create(Points(places)), other = ContinuationTree.Create(Points(shuffled.Select(i => places[i])));
        for (int k = 0; k < 20; k++)
        {
            int parent = other.ParentOf(k);
            Assert.Equal(straight.ParentOf(shuffled[k]), parent < 0 ? -1 : shuffled[parent]);
        }
    }

    [Fact]
    public void One_point_scattered_points_and_none()
    {
        Assert.Equal([0], ContinuationTree.Create(Points([(3, 4)])).Generations[0]);
        ContinuationTree scattered = ContinuationTree.Create(Points([(0, 5), (1, 9), (2, 3)]));
        Assert.Equal([0, 1, 2], Assert.Single(scattered.Generations));
        ContinuationTree independent = ContinuationTree.Independent(4);
        Assert.Equal([0, 1, 2, 3], Assert.Single(independent.Generations));
        Assert.Equal([2], independent.WithAncestors([2]));
    }

    private static GridPoints Points(IEnumerable<(int Teff, int Logg)> places) =>
        new(["teff", "logg"], [.. places.SelectMany(p => (double[])[3000 + (100 * p.Teff), p.Logg])]);

    private static void AssertIsTree(ContinuationTree tree, GridPoints points)
    {
        var generation = new int[points.Count];
        Array.Fill(generation, -1);
        for (int g = 0; g < tree.Generations.Count; g++)
        {
            foreach (int row in tree.Generations[g])
            {
                Assert.Equal(-1, generation[row]);
                generation[row] = g;
                int parent = tree.ParentOf(row);
                Assert.Equal(g - 1, parent < 0 ? -1 : generation[parent]);
                if (parent < 0) continue;
                int steps = 0;
                for (int d = 0; d < 2; d++) steps += points[row][d] == points[parent][d] ? 0 : 1;
                Assert.Equal(1, steps);
            }
        }

        Assert.DoesNotContain(-1, generation);
    }
}
