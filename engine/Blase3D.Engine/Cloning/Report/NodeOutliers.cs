using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>Finds the nodes of a grid whose value stands out from that of their neighbours.</summary>
public static class NodeOutliers
{
    /// <summary>How many robust standard deviations stand out.</summary>
    public const double Deviations = 5;

    /// <summary>What stands out differs from its neighbours by this factor at least, however smooth the grid is elsewhere.</summary>
    public const double LeastFactor = 1.25;

    private const int FewestNeighbours = 4, FarthestSteps = 3;

    /// <summary>Finds outliers.</summary>
    /// <remarks>
    /// d = ln v - median(ln v of the neighbours); the neighbours are the nodes within one step along every axis, within two or three when there
    /// are fewer than four. A node stands out when d exceeds five times 1.4826 times the median of |d| over all nodes, and ln 1.25.
    /// </remarks>
    /// <param name="points">The points, N rows; they need not fill their lattice.</param>
    /// <param name="values">Positive values, length N; others (NaN for a missing one) neither stand out nor are compared with.</param>
    /// <param name="isTwoSided">Whether small values stand out too.</param>
    /// <returns>v over the median of the neighbours, length N; NaN for nodes that do not stand out.</returns>
    public static double[] Find(GridPoints points, double[] values, bool isTwoSided)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(values);
        RectilinearAxes axes = RectilinearAxes.Enclosing(points);
        var rowOfNode = new Dictionary<int, int>();
        for (int row = 0; row < points.Count; row++)
        {
            if (double.IsFinite(values[row]) && values[row] > 0) rowOfNode[axes.NodeAt(points[row])] = row;
        }

        var difference = new double[values.Length];
        Array.Fill(difference, double.NaN);
        foreach ((int node, int row) in rowOfNode)
        {
            double[] near = Neighbours(axes, rowOfNode, node, values);
            if (near.Length > 0) difference[row] = Math.Log(values[row]) - Median(near);
        }

        double[] sizes = [.. difference.Where(double.IsFinite).Select(Math.Abs)];
        double threshold = sizes.Length == 0 ? double.PositiveInfinity : Math.Max(Deviations * 1.4826 * Median(sizes), Math.Log(LeastFactor));
        return Array.ConvertAll(difference, d => d > threshold || (isTwoSided && -d > threshold) ? Math.Exp(d) : double.NaN);
    }

    private static double[] Neighbours(RectilinearAxes axes, Dictionary<int, int> rowOfNode, int node, double[] values)
    {
        double[] found = [];
        for (int steps = 1; steps <= FarthestSteps && found.Length < FewestNeighbours; steps++)
            found = [.. Box(axes, node, steps).Where(other => other != node && rowOfNode.ContainsKey(other)).Select(other => Math.Log(values[rowOfNode[other]]))];
        return found;
    }

    // The nodes whose index differs by no more than some steps along every axis.
    private static List<int> Box(RectilinearAxes axes, int node, int steps)
    {
        List<int> box = [0];
        for (int d = 0; d < axes.Dimensions; d++)
        {
            int at = axes.IndexAlong(node, d), first = Math.Max(0, at - steps), last = Math.Min(axes.Values(d).Length - 1, at + steps), stride = axes.Stride(d);
            box = [.. box.SelectMany(below => Enumerable.Range(first, last - first + 1).Select(i => below + (i * stride)))];
        }

        return box;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }
}
