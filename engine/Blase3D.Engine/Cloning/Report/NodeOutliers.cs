using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>Finds the nodes of a grid whose value stands out from that of their neighbours.</summary>
public static class NodeOutliers
{
    /// <summary>How many robust standard deviations stand out.</summary>
    public const double Deviations = 5;

    /// <summary>What stands out differs from its neighbours by this factor at least, however smooth the grid is elsewhere.</summary>
    public const double LeastFactor = 1.25;

    /// <summary>Finds outliers.</summary>
    /// <remarks>
    /// d is ln v minus the mean of ln v of the two neighbours along an axis, the smallest over the axes: what stands out does so in every
    /// direction, a slope over the grid does not count. A node stands out when |d| exceeds five times 1.4826 times the median of |d| over all
    /// nodes, and ln 1.25; then it is left out, and the others are looked at without it.
    /// </remarks>
    /// <param name="points">The points, N rows; they need not fill their lattice.</param>
    /// <param name="values">Positive values, length N; others (NaN for a missing one) neither stand out nor are compared with.</param>
    /// <param name="isTwoSided">Whether small values stand out too.</param>
    /// <returns>v over what the neighbours let expect, length N; NaN for nodes that do not stand out.</returns>
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

        double[] sizes = [.. rowOfNode.Select(pair => Math.Abs(Difference(axes, rowOfNode, pair.Key, values))).Where(double.IsFinite)];
        double threshold = sizes.Length == 0 ? double.PositiveInfinity : Math.Max(Deviations * 1.4826 * Median(sizes), Math.Log(LeastFactor));
        var found = new double[values.Length];
        Array.Fill(found, double.NaN);
        for (;;)
        {
            // One at a time, the largest first: beside it its neighbours would seem odd.
            (int node, double difference) = rowOfNode.Keys.Order().Select(candidate => (candidate, Difference(axes, rowOfNode, candidate, values)))
                .Where(pair => Math.Abs(pair.Item2) > threshold).DefaultIfEmpty((-1, 0)).MaxBy(pair => Math.Abs(pair.Item2));
            if (node < 0) return found;
            if (difference > 0 || isTwoSided) found[rowOfNode[node]] = Math.Exp(difference);
            rowOfNode.Remove(node);
        }
    }

    // ln v minus the mean of the two neighbours along an axis, or minus the only one; the smallest over the axes. NaN without neighbours.
    private static double Difference(RectilinearAxes axes, Dictionary<int, int> rowOfNode, int node, double[] values)
    {
        double smallest = double.NaN;
        for (int d = 0; d < axes.Dimensions; d++)
        {
            int at = axes.IndexAlong(node, d), stride = axes.Stride(d), last = axes.Values(d).Length - 1;
            double sum = 0;
            int neighbours = 0;
            foreach (int step in (int[])[-1, 1])
            {
                if (at + step < 0 || at + step > last || !rowOfNode.TryGetValue(node + (step * stride), out int row)) continue;
                sum += Math.Log(values[row]);
                neighbours++;
            }

            double difference = Math.Log(values[rowOfNode[node]]) - (sum / neighbours);
            if (neighbours > 0 && !(Math.Abs(difference) >= Math.Abs(smallest))) smallest = difference;
        }

        return smallest;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }
}
