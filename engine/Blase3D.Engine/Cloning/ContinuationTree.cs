using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Cloning;

/// <summary>
/// The order in which spectra are cloned when each begins with the lines of a neighbour. It depends on the points alone.
/// </summary>
/// <remarks>
/// A backbone runs along the first axis (teff) through the middle of the others. Every <see cref="AnchorSpacing"/> nodes it has an anchor, from which
/// the lines spread over the other axes, the last first; everywhere else they go along the first axis from the nearest anchor. So lines are followed
/// where interpolation needs it most, along the axis with the most nodes, and yet a part of the grid needs only few spectra outside of it.
/// </remarks>
public sealed class ContinuationTree
{
    /// <summary>Nodes along the first axis from one anchor to the next.</summary>
    public const int AnchorSpacing = 8;

    private readonly int[] _parent;
    private readonly ILookup<int, int> _children;

    private ContinuationTree(int[] parent, int[][] generations)
    {
        (_parent, Generations) = (parent, generations);
        _children = Enumerable.Range(0, parent.Length).ToLookup(row => parent[row]);
    }

    /// <summary>The rows, generation by generation: every row's parent is in the generation before.</summary>
    public IReadOnlyList<int[]> Generations { get; }

    /// <summary>The row whose lines a row begins with, or -1 when it begins with its own.</summary>
    /// <param name="row">0 to N - 1.</param>
    public int ParentOf(int row) => _parent[row];

    /// <summary>The parent of a row, if it has one, and then its children, ascending.</summary>
    /// <param name="row">0 to N - 1.</param>
    public IEnumerable<int> Around(int row) => _parent[row] < 0 ? _children[row] : _children[row].Prepend(_parent[row]);

    /// <summary>Every row on its own, in one generation.</summary>
    /// <param name="rows">N.</param>
    public static ContinuationTree Independent(int rows)
    {
        var none = new int[rows];
        Array.Fill(none, -1);
        return new ContinuationTree(none, [[.. Enumerable.Range(0, rows)]]);
    }

    /// <summary>Neighbours are one step apart along one axis of the lattice of the points; around missing nodes and to islands of them it finds another way.</summary>
    /// <param name="points">No point twice.</param>
    public static ContinuationTree Create(GridPoints points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0 || points.LatticeSize() > RectilinearAxes.MaxNodes) return Independent(points.Count);
        RectilinearAxes axes = RectilinearAxes.Enclosing(points);
        int[] nodes = [.. Enumerable.Range(0, points.Count).Select(row => axes.NodeAt(points[row]))];
        var rowOfNode = new Dictionary<int, int>();
        for (int row = 0; row < nodes.Length; row++) rowOfNode[nodes[row]] = row;
        int[] byDistance = [.. Enumerable.Range(0, nodes.Length).OrderBy(row => FromMiddle(axes, nodes[row])).ThenBy(row => nodes[row])];
        int[] usual = [.. nodes.Select(node => UsualParent(axes, node) is >= 0 and var parent && rowOfNode.TryGetValue(parent, out int row) ? row : -1)];
        int[] parent = new int[nodes.Length], generation = new int[nodes.Length];
        Array.Fill(generation, -1);
        int[] open = byDistance;
        while (open.Length > 0)
        {
            foreach (int row in open)
            {
                if (usual[row] >= 0 && generation[usual[row]] >= 0) Place(row, usual[row]);
            }

            int before = open.Length;
            open = [.. open.Where(row => generation[row] < 0)];
            if (open.Length == 0 || open.Length < before) continue;

            // A gap lies on the usual way: on from the first that touches what is reached, or a new root.
            int at = Array.FindIndex(open, row => Neighbour(row) >= 0);
            if (at >= 0) Place(open[at], Neighbour(open[at]));
            else (parent[open[0]], generation[open[0]]) = (-1, 0);
            open = [.. open.Where(row => generation[row] < 0)];
        }

        int[][] generations = [.. Enumerable.Range(0, generation.Max() + 1).Select(g => Enumerable.Range(0, nodes.Length).Where(row => generation[row] == g).ToArray())];
        return new ContinuationTree(parent, generations);

        void Place(int row, int from) => (parent[row], generation[row]) = (from, generation[from] + 1);

        int Neighbour(int row) => Neighbours(axes, nodes[row], rowOfNode).FirstOrDefault(beside => generation[beside] >= 0, -1);
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

    private static int Middle(RectilinearAxes axes, int axis) => axes.Values(axis).Length / 2;

    private static int FromMiddle(RectilinearAxes axes, int node) =>
        Enumerable.Range(0, axes.Dimensions).Sum(d => Math.Abs(axes.IndexAlong(node, d) - Middle(axes, d)));

    // The node one step back on the way from the root, or -1 at the root.
    private static int UsualParent(RectilinearAxes axes, int node)
    {
        int first = axes.IndexAlong(node, 0), middle = Middle(axes, 0);
        int other = Enumerable.Range(1, axes.Dimensions - 1).LastOrDefault(d => axes.IndexAlong(node, d) != Middle(axes, d), 0);
        int toward = other == 0 ? middle : NearestAnchor(first, middle, axes.Values(0).Length);
        if (first != toward) return node + (Math.Sign(toward - first) * axes.Stride(0));
        return other == 0 ? -1 : node + (Math.Sign(Middle(axes, other) - axes.IndexAlong(node, other)) * axes.Stride(other));
    }

    private static int NearestAnchor(int index, int middle, int length)
    {
        int steps = (int)Math.Round((index - middle) / (double)AnchorSpacing, MidpointRounding.ToZero), anchor = middle + (steps * AnchorSpacing);
        return anchor < 0 ? anchor + AnchorSpacing : anchor >= length ? anchor - AnchorSpacing : anchor;
    }

    private static IEnumerable<int> Neighbours(RectilinearAxes axes, int node, Dictionary<int, int> rowOfNode)
    {
        for (int d = 0; d < axes.Dimensions; d++)
        {
            int index = axes.IndexAlong(node, d);
            if (index > 0 && rowOfNode.TryGetValue(node - axes.Stride(d), out int below)) yield return below;
            if (index < axes.Values(d).Length - 1 && rowOfNode.TryGetValue(node + axes.Stride(d), out int above)) yield return above;
        }
    }
}
