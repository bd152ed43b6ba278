using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Cloning;

/// <summary>
/// The order in which spectra are cloned when each begins with the lines of a neighbour: from the middle of the grid outward, first along the
/// first axis (teff), then along the others. It depends on the points alone.
/// </summary>
public sealed class ContinuationTree
{
    private readonly int[] _parent;

    private ContinuationTree(int[] parent, int[][] generations) => (_parent, Generations) = (parent, generations);

    /// <summary>The rows, generation by generation: every row's parent is in the generation before.</summary>
    public IReadOnlyList<int[]> Generations { get; }

    /// <summary>The row whose lines a row begins with, or -1 when it begins with its own.</summary>
    /// <param name="row">0 to N - 1.</param>
    public int ParentOf(int row) => _parent[row];

    /// <summary>Every row on its own, in one generation.</summary>
    /// <param name="rows">N.</param>
    public static ContinuationTree Independent(int rows)
    {
        var none = new int[rows];
        Array.Fill(none, -1);
        return new ContinuationTree(none, [[.. Enumerable.Range(0, rows)]]);
    }

    /// <summary>Neighbours are one step apart along one axis of the lattice of the points; where no neighbour is, a new root begins.</summary>
    /// <param name="points">No point twice.</param>
    public static ContinuationTree Create(GridPoints points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0 || points.LatticeSize() > RectilinearAxes.MaxNodes) return Independent(points.Count);
        RectilinearAxes axes = RectilinearAxes.Enclosing(points);
        var rowOfNode = new Dictionary<int, int>();
        for (int row = 0; row < points.Count; row++) rowOfNode[axes.NodeAt(points[row])] = row;
        int[] nodes = [.. Enumerable.Range(0, points.Count).Select(row => axes.NodeAt(points[row]))];
        int[] fromMiddle = [.. nodes.Select(node => FromMiddle(axes, node))];
        int[] parent = new int[points.Count], generation = new int[points.Count];
        Array.Fill(generation, -1);
        foreach (int root in Enumerable.Range(0, points.Count).OrderBy(row => fromMiddle[row]).ThenBy(row => row))
        {
            if (generation[root] < 0) Spread(root, axes, nodes, rowOfNode, parent, generation);
        }

        int[][] generations = [.. Enumerable.Range(0, generation.Max() + 1).Select(g => Enumerable.Range(0, points.Count).Where(row => generation[row] == g).ToArray())];
        return new ContinuationTree(parent, generations);
    }

    /// <summary>The rows that a selection of rows depends on, itself included, ascending.</summary>
    /// <param name="rows">The selection.</param>
    public int[] WithAncestors(IEnumerable<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var needed = new SortedSet<int>();
        foreach (int row in rows)
        {
            for (int at = row; at >= 0 && needed.Add(at); at = _parent[at])
            {
            }
        }

        return [.. needed];
    }

    private static int FromMiddle(RectilinearAxes axes, int node)
    {
        int steps = 0;
        for (int d = 0; d < axes.Dimensions; d++) steps += Math.Abs(axes.IndexAlong(node, d) - (axes.Values(d).Length / 2));
        return steps;
    }

    // Breadth first; of several neighbours one step nearer to the root, the one along the last axis is the parent.
    private static void Spread(int root, RectilinearAxes axes, int[] nodes, Dictionary<int, int> rowOfNode, int[] parent, int[] generation)
    {
        (parent[root], generation[root]) = (-1, 0);
        int[] latest = [root];
        for (int g = 1; latest.Length > 0; g++)
        {
            int[] next = [.. latest.SelectMany(row => Neighbours(axes, nodes[row], rowOfNode)).Where(row => generation[row] < 0).Distinct().Order()];
            foreach (int row in next)
            {
                parent[row] = Neighbours(axes, nodes[row], rowOfNode).First(neighbour => generation[neighbour] == g - 1);
            }

            foreach (int row in next) generation[row] = g;
            latest = next;
        }
    }

    // The last axis first.
    private static IEnumerable<int> Neighbours(RectilinearAxes axes, int node, Dictionary<int, int> rowOfNode)
    {
        for (int d = axes.Dimensions - 1; d >= 0; d--)
        {
            int index = axes.IndexAlong(node, d);
            if (index > 0 && rowOfNode.TryGetValue(node - axes.Stride(d), out int below)) yield return below;
            if (index < axes.Values(d).Length - 1 && rowOfNode.TryGetValue(node + axes.Stride(d), out int above)) yield return above;
        }
    }
}
