using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Grids;

/// <summary>
/// A rectilinear lattice of nodes: ascending values along every axis, nodes in C order (the last axis runs fastest). Immutable.
/// </summary>
public sealed class RectilinearAxes
{
    /// <summary>The largest number of nodes of a lattice; scattered points that are taken for a grid exceed it soon.</summary>
    public const int MaxNodes = 50_000_000;

    private readonly double[][] _values;
    private readonly int[] _strides;

    /// <summary>Makes a lattice.</summary>
    /// <param name="names">One name per axis.</param>
    /// <param name="values">Strictly ascending, finite values of every axis; an axis may have a single value.</param>
    /// <exception cref="EngineException">An axis is empty, not finite or not strictly ascending, or there are too many nodes.</exception>
    public RectilinearAxes(IReadOnlyList<string> names, IReadOnlyList<double[]> values)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(values);
        if (names.Count == 0 || names.Count != values.Count)
            throw new EngineException(ErrorCode.BadInput, $"{names.Count} axis names come with {values.Count} axes; every axis needs one name.");
        Names = [.. names];
        _values = [.. values];
        _strides = new int[_values.Length];
        int nodes = 1;
        for (int d = _values.Length - 1; d >= 0; d--)
        {
            if (_values[d].Length == 0) throw new EngineException(ErrorCode.BadInput, $"The axis {names[d]} has no values.");
            for (int i = 0; i < _values[d].Length; i++)
            {
                if (!double.IsFinite(_values[d][i]))
                {
                    throw new EngineException(
                        ErrorCode.BadInput,
                        FormattableString.Invariant($"The axis {names[d]} has the value {_values[d][i]}; every value must be finite."));
                }

                if (i > 0 && !(_values[d][i] > _values[d][i - 1]))
                {
                    throw new EngineException(
                        ErrorCode.BadInput,
                        FormattableString.Invariant($"The axis {names[d]} is not ascending: {_values[d][i - 1]} is followed by {_values[d][i]}."));
                }
            }

            _strides[d] = nodes;
            if ((long)nodes * _values[d].Length > MaxNodes)
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"The axes {string.Join(" x ", _values.Select(v => v.Length))} make more than {MaxNodes} nodes; are these scattered points instead of a grid?");
            }

            nodes *= _values[d].Length;
        }

        NodeCount = nodes;
    }

    /// <summary>The axis names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of axes D.</summary>
    public int Dimensions => _values.Length;

    /// <summary>The number of nodes M, present or not.</summary>
    public int NodeCount { get; }

    /// <summary>The ascending values of an axis.</summary>
    /// <param name="axis">0 to D - 1.</param>
    public ReadOnlySpan<double> Values(int axis) => _values[axis];

    /// <summary>How far apart two neighbours along an axis are in node numbers.</summary>
    /// <param name="axis">0 to D - 1.</param>
    public int Stride(int axis) => _strides[axis];

    /// <summary>The smallest lattice that has every point as a node.</summary>
    /// <param name="points">At least one point.</param>
    public static RectilinearAxes Enclosing(GridPoints points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var values = new double[points.Dimensions][];
        for (int d = 0; d < values.Length; d++)
        {
            var distinct = new SortedSet<double>();
            for (int i = 0; i < points.Count; i++) distinct.Add(points[i][d]);
            values[d] = [.. distinct];
        }

        return new RectilinearAxes(points.AxisNames, values);
    }

    /// <summary>The same lattice without one plane of nodes.</summary>
    /// <param name="axis">0 to D - 1; must have two values or more.</param>
    /// <param name="index">The plane's index along the axis.</param>
    public RectilinearAxes Without(int axis, int index) =>
        new(Names, [.. _values.Select((values, d) => d == axis ? [.. values[..index], .. values[(index + 1)..]] : values)]);

    /// <summary>The node at a point, or -1 when the point is no node.</summary>
    /// <param name="point">One value per axis.</param>
    public int NodeAt(ReadOnlySpan<double> point)
    {
        int node = 0;
        for (int d = 0; d < _values.Length; d++)
        {
            int i = Array.BinarySearch(_values[d], point[d]);
            if (i < 0) return -1;
            node += i * _strides[d];
        }

        return node;
    }

    /// <summary>The index of a node along an axis.</summary>
    /// <param name="node">0 to M - 1.</param>
    /// <param name="axis">0 to D - 1.</param>
    public int IndexAlong(int node, int axis) => node / _strides[axis] % _values[axis].Length;

    /// <summary>The values of a node.</summary>
    /// <param name="node">0 to M - 1.</param>
    public double[] PointOf(int node)
    {
        var point = new double[_values.Length];
        for (int d = 0; d < point.Length; d++) point[d] = _values[d][IndexAlong(node, d)];
        return point;
    }

    /// <summary>A node as a user writes it.</summary>
    /// <param name="node">0 to M - 1.</param>
    public string Describe(int node) => GridPoints.Describe(Names, PointOf(node));

    /// <summary>The covered range as a user writes it: <c>teff 2300 to 12000, logg 2 to 6</c>.</summary>
    public string DescribeRange() =>
        string.Join(", ", Names.Select((name, d) => FormattableString.Invariant($"{name} {_values[d][0]:0.######} to {_values[d][^1]:0.######}")));

    /// <summary>Finds the corners of the cell around a point with their multilinear weights. Corners of weight 0 are left out.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="cell">Receives the corners.</param>
    /// <exception cref="EngineException">OutOfRange: the point is not finite or outside; the sentence gives the range and the nearest valid point.</exception>
    public void Locate(ReadOnlySpan<double> point, GridCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        RequireInside(point);
        cell.Count = 1;
        cell.Node[0] = 0;
        cell.Weight[0] = 1;
        for (int d = 0; d < _values.Length; d++)
        {
            double[] axis = _values[d];
            double value = point[d];
            int upper = Math.Max(1, LineWindows.SearchSorted(axis, value));
            double share = axis.Length == 1 ? 0 : (value - axis[upper - 1]) / (axis[Math.Min(upper, axis.Length - 1)] - axis[upper - 1]);
            int corners = cell.Count;
            if (share is > 0 and < 1)
            {
                for (int c = 0; c < corners; c++)
                {
                    cell.Node[corners + c] = cell.Node[c] + (upper * _strides[d]);
                    cell.Weight[corners + c] = cell.Weight[c] * share;
                    cell.Node[c] += (upper - 1) * _strides[d];
                    cell.Weight[c] *= 1 - share;
                }

                cell.Count = 2 * corners;
            }
            else
            {
                int index = share >= 1 ? upper : upper - 1;
                for (int c = 0; c < corners; c++) cell.Node[c] += index * _strides[d];
            }
        }
    }

    /// <summary>The valid point nearest to a point, axis by axis.</summary>
    /// <param name="point">One value per axis; a value that is not a number goes to the lower end.</param>
    public double[] Clamp(ReadOnlySpan<double> point)
    {
        var nearest = new double[_values.Length];
        for (int d = 0; d < nearest.Length; d++) nearest[d] = double.IsNaN(point[d]) ? _values[d][0] : Math.Clamp(point[d], _values[d][0], _values[d][^1]);
        return nearest;
    }

    /// <summary>Refuses a point of another number of axes, or outside of the grid.</summary>
    /// <exception cref="EngineException">BadArguments or OutOfRange, with the range and the nearest valid point.</exception>
    internal void RequireInside(ReadOnlySpan<double> point)
    {
        if (point.Length != _values.Length)
            throw new EngineException(ErrorCode.BadArguments, $"The point has {point.Length} values; the grid has {_values.Length} axes ({string.Join(", ", Names)}).");
        for (int d = 0; d < _values.Length; d++)
        {
            if (!(point[d] >= _values[d][0] && point[d] <= _values[d][^1])) throw OutOfRange(point);
        }
    }

    /// <summary>What to say when a point needs a node that is missing.</summary>
    internal EngineException LacksNode(ReadOnlySpan<double> point, int node) => new(
        ErrorCode.OutOfRange,
        $"The point {GridPoints.Describe(Names, point)} needs the node {Describe(node)}, which is missing; take a point of a complete cell or add that node to the grid.");

    // With all digits of the point: a hair outside would look inside otherwise.
    private EngineException OutOfRange(ReadOnlySpan<double> point) => new(
        ErrorCode.OutOfRange,
        $"The point {string.Join(", ", Names.Zip(point.ToArray(), (name, value) => FormattableString.Invariant($"{name}={value}")))} is outside of the grid ({DescribeRange()}); the nearest valid point is {GridPoints.Describe(Names, Clamp(point))}.");
}

/// <summary>The corners of a cell with their weights; made once and filled again and again.</summary>
public sealed class GridCell
{
    /// <summary>Makes room for the 2^D corners of a cell.</summary>
    /// <param name="dimensions">1 to 8 axes.</param>
    public GridCell(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, 8);
        Node = new int[1 << dimensions];
        Weight = new double[1 << dimensions];
    }

    /// <summary>The number of corners in use.</summary>
    public int Count { get; set; }

    /// <summary>Node numbers.</summary>
    public int[] Node { get; }

    /// <summary>Multilinear weights, above 0, adding up to 1.</summary>
    public double[] Weight { get; }
}
