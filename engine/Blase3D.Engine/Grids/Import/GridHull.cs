namespace Blase3D.Engine.Grids.Import;

/// <summary>Which nodes of the smallest rectilinear grid around the points are missing.</summary>
internal static class GridHull
{
    private const int NamedNodes = 10;
    private const long CountedNodes = 10_000_000;

    /// <summary>A sentence that counts and names the missing nodes; null when there is none.</summary>
    internal static string? Describe(GridPoints points)
    {
        int d = points.Dimensions;
        var axes = new double[d][];
        for (int a = 0; a < d; a++) axes[a] = [.. Enumerable.Range(0, points.Count).Select(i => points[i][a]).Distinct().Order()];
        string shape = string.Join(" x ", axes.Select(a => a.Length));
        double total = axes.Aggregate(1.0, (product, axis) => product * axis.Length);
        if (total == points.Count) return null;
        string start = $"The grid is ragged: {total - points.Count} of the {total} nodes of its hull {shape} "
            + $"({string.Join(", ", points.AxisNames)}) are missing";
        if (total > CountedNodes) return start + ".";

        var present = new HashSet<long>();
        for (int i = 0; i < points.Count; i++)
        {
            long index = 0;
            for (int a = 0; a < d; a++) index = index * axes[a].Length + Array.BinarySearch(axes[a], points[i][a]);
            present.Add(index);
        }

        var named = new List<string>();
        for (long index = 0; index < (long)total && named.Count <= NamedNodes; index++)
        {
            if (present.Contains(index)) continue;
            var point = new double[d];
            long rest = index;
            for (int a = d - 1; a >= 0; a--)
            {
                point[a] = axes[a][rest % axes[a].Length];
                rest /= axes[a].Length;
            }

            named.Add($"({GridPoints.Describe(points.AxisNames, point)})");
        }

        bool more = named.Count > NamedNodes;
        return $"{start}: {string.Join(", ", named.Take(NamedNodes))}{(more ? ", ..." : string.Empty)}.";
    }
}
