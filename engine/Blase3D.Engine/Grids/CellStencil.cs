using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Grids;

/// <summary>
/// The nodes that determine a value at a point between the nodes of a lattice, and how: every corner of the cell has a local model, and the
/// models are blended. Made once and filled again and again.
/// </summary>
/// <remarks>
/// With <see cref="InterpolationScheme.Cubic"/> the model of corner c is F_c(x) = f_c + sum over axes d of [P_cd(x_d) - f_c], where P_cd is the
/// parabola through c and its two neighbours along d (at the end of an axis: through the three last nodes; with two nodes only: the line; with
/// one: constant). The value is sum_c S_c(x) F_c(x) with S_c a product of smooth steps s(t) = 3 t^2 - 2 t^3 or 1 - s. Since S is stationary at
/// the nodes, value and gradient at a plane of nodes come from the corners of that plane alone, whichever cell it is approached from: the
/// blend is C1 for any steps of the axes. At the middle of equal steps its weights along an axis are (-1, 9, 9, -1) / 16, those of the cubic
/// through four nodes; parabolas along an axis are reproduced. Unlike a full tensor product of 4^D nodes it needs 2^D (1 + D), and a model
/// may lack a neighbour without harm to the others.
/// With <see cref="InterpolationScheme.Linear"/> the models are constant and the steps are s(t) = t.
/// </remarks>
public sealed class CellStencil
{
    private readonly RectilinearAxes _axes;
    private readonly InterpolationScheme _scheme;
    private readonly int _dimensions;
    private readonly int[] _index;
    private readonly double[] _share;
    private readonly double[] _smooth;
    private readonly double[] _slope;

    /// <summary>Makes room.</summary>
    /// <param name="axes">The lattice, of 1 to 8 axes.</param>
    /// <param name="scheme">How.</param>
    public CellStencil(RectilinearAxes axes, InterpolationScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(axes.Dimensions, 8);
        (_axes, _scheme, _dimensions) = (axes, scheme, axes.Dimensions);
        int corners = 1 << _dimensions;
        Corners = new CellCorner[corners];
        for (int c = 0; c < corners; c++) Corners[c] = new CellCorner(_dimensions);
        Node = new int[corners * (scheme == InterpolationScheme.Cubic ? 1 + _dimensions : 1)];
        _index = new int[_dimensions];
        _share = new double[_dimensions];
        _smooth = new double[_dimensions];
        _slope = new double[_dimensions];
    }

    /// <summary>The number of nodes in use.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers of the nodes; the first <see cref="CornerCount"/> are the corners.</summary>
    public int[] Node { get; }

    /// <summary>The number of corners in use.</summary>
    public int CornerCount { get; private set; }

    /// <summary>The corners; corner c is node c of the stencil.</summary>
    public CellCorner[] Corners { get; }

    /// <summary>Finds the nodes for a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="isPresent">Whether a node can be used, by its number; null when all can. Neighbours that cannot are done without.</param>
    /// <param name="oneSided">
    /// Whether corners of no weight are kept too, for derivatives of the linear scheme at a node (those of the upper cell).
    /// </param>
    /// <exception cref="EngineException">OutOfRange: the point is outside, or a corner cannot be used; the sentence names it.</exception>
    public void Locate(ReadOnlySpan<double> point, bool[]? isPresent = null, bool oneSided = false)
    {
        _axes.RequireInside(point);
        Corners[0].Reset(0);
        CornerCount = 1;
        for (int d = 0; d < _dimensions; d++) AddAxis(d, point[d], oneSided);
        Count = CornerCount;
        for (int c = 0; c < CornerCount; c++)
        {
            Node[c] = Corners[c].Node;
            if (isPresent?[Node[c]] == false) throw _axes.LacksNode(point, Node[c]);
        }

        if (_scheme == InterpolationScheme.Linear) return;
        for (int c = 0; c < CornerCount; c++)
        {
            for (int d = 0; d < _dimensions; d++) AddPartners(Corners[c], d, point[d], isPresent);
        }
    }

    /// <summary>The weights of the nodes when the value is known at all of them, and their derivatives.</summary>
    /// <param name="weight">Receives <see cref="Count"/> weights that add up to 1.</param>
    /// <param name="derivative">Receives the derivative of every weight with respect to every axis, shape [D, stride of the span's rows = Count]; may be empty.</param>
    public void Weights(Span<double> weight, Span<double> derivative)
    {
        weight[..Count].Clear();
        bool wanted = !derivative.IsEmpty;
        if (wanted) derivative[..(_dimensions * Count)].Clear();
        for (int c = 0; c < CornerCount; c++)
        {
            CellCorner corner = Corners[c];
            weight[c] += corner.Weight;
            for (int e = 0; wanted && e < _dimensions; e++) derivative[(e * Count) + c] += corner.WeightSlope[e];
            for (int d = 0; d < _dimensions; d++)
            {
                AxisModel model = corner.Model[d];
                (double near, double nearSlope, double far, double farSlope) = model.Basis(hasNear: model.Near >= 0, hasFar: model.Far >= 0);
                if (near != 0 || nearSlope != 0) Add(c, d, model.Near, near, nearSlope, corner, weight, derivative);
                if (far != 0 || farSlope != 0) Add(c, d, model.Far, far, farSlope, corner, weight, derivative);
            }
        }
    }

    private void Add(int c, int axis, int partner, double basis, double slope, CellCorner corner, Span<double> weight, Span<double> derivative)
    {
        double share = corner.Weight * basis;
        weight[partner] += share;
        weight[c] -= share;
        if (derivative.IsEmpty) return;
        for (int e = 0; e < _dimensions; e++)
        {
            double change = (corner.WeightSlope[e] * basis) + (e == axis ? corner.Weight * slope : 0);
            derivative[(e * Count) + partner] += change;
            derivative[(e * Count) + c] -= change;
        }
    }

    // Splits the corners so far into those below and above the point along an axis.
    private void AddAxis(int d, double value, bool oneSided)
    {
        ReadOnlySpan<double> nodes = _axes.Values(d);
        int lower = nodes.Length == 1 ? 0 : Math.Clamp(LineWindows.SearchSorted(nodes, value) - 1, 0, nodes.Length - 2);
        if (nodes.Length > 1 && lower + 1 < nodes.Length - 1 && nodes[lower + 1] == value) lower++;
        _index[d] = lower;
        double step = nodes.Length == 1 ? 1 : nodes[lower + 1] - nodes[lower];
        double t = nodes.Length == 1 ? 0 : (value - nodes[lower]) / step;
        _share[d] = t;
        bool cubic = _scheme == InterpolationScheme.Cubic;
        (_smooth[d], _slope[d]) = nodes.Length == 1 ? (0, 0) : cubic ? (t * t * (3 - (2 * t)), 6 * t * (1 - t) / step) : (t, 1 / step);
        bool split = nodes.Length > 1 && ((t > 0 && t < 1) || (oneSided && !cubic));
        int corners = CornerCount;
        for (int c = 0; c < corners; c++)
        {
            if (split)
            {
                Corners[corners + c].CopyFrom(Corners[c], _dimensions);
                Corners[corners + c].Scale(d, _smooth[d], _slope[d], lower + 1, _axes.Stride(d), _dimensions);
                Corners[c].Scale(d, 1 - _smooth[d], -_slope[d], lower, _axes.Stride(d), _dimensions);
            }
            else
            {
                Corners[c].Scale(d, 1, 0, t >= 1 ? lower + 1 : lower, _axes.Stride(d), _dimensions);
            }
        }

        if (split) CornerCount = 2 * corners;
    }

    private void AddPartners(CellCorner corner, int d, double value, bool[]? isPresent)
    {
        ReadOnlySpan<double> nodes = _axes.Values(d);
        int at = corner.Index[d], last = nodes.Length - 1;
        int near, far;
        bool isEnd = at == 0 || at == last;
        if (last == 0) (near, far) = (-1, -1);
        else if (at == 0) (near, far) = (1, last >= 2 ? 2 : -1);
        else if (at == last) (near, far) = (last - 1, last >= 2 ? last - 2 : -1);
        else (near, far) = (at - 1, at + 1);
        corner.Model[d] = new AxisModel(
            near < 0 ? -1 : Slot(corner.Node + ((near - at) * _axes.Stride(d)), isPresent),
            far < 0 ? -1 : Slot(corner.Node + ((far - at) * _axes.Stride(d)), isPresent),
            near < 0 ? 1 : nodes[near] - nodes[at],
            far < 0 ? 1 : nodes[far] - nodes[at],
            value - nodes[at],
            isEnd);
    }

    private int Slot(int node, bool[]? isPresent)
    {
        if (isPresent?[node] == false) return -1;
        int slot = Node.AsSpan(0, Count).IndexOf(node);
        if (slot >= 0) return slot;
        Node[Count] = node;
        return Count++;
    }
}

/// <summary>One corner of a cell: its weight and the local models along the axes.</summary>
public sealed class CellCorner
{
    internal CellCorner(int dimensions)
    {
        WeightSlope = new double[dimensions];
        Index = new int[dimensions];
        Model = new AxisModel[dimensions];
        Array.Fill(Model, AxisModel.Constant);
    }

    /// <summary>The number of the node.</summary>
    public int Node { get; private set; }

    /// <summary>The blending weight S, 0 to 1; all corners add up to 1.</summary>
    public double Weight { get; private set; }

    /// <summary>The derivative of the weight along every axis.</summary>
    public double[] WeightSlope { get; }

    /// <summary>The node's index along every axis.</summary>
    public int[] Index { get; }

    /// <summary>The local model along every axis.</summary>
    public AxisModel[] Model { get; }

    internal void Reset(int node)
    {
        (Node, Weight) = (node, 1);
        Array.Clear(WeightSlope);
    }

    internal void CopyFrom(CellCorner other, int dimensions)
    {
        (Node, Weight) = (other.Node, other.Weight);
        other.WeightSlope.AsSpan(0, dimensions).CopyTo(WeightSlope);
        other.Index.AsSpan(0, dimensions).CopyTo(Index);
    }

    internal void Scale(int axis, double weight, double slope, int index, int stride, int dimensions)
    {
        for (int e = 0; e < dimensions; e++) WeightSlope[e] *= weight;
        WeightSlope[axis] = Weight * slope;
        Weight *= weight;
        Index[axis] = index;
        Node += index * stride;
    }
}

/// <summary>The model of a corner along one axis: up to two other nodes and where the point is.</summary>
/// <param name="Near">The stencil's index of a neighbour, or -1.</param>
/// <param name="Far">The stencil's index of the neighbour on the other side (at the end of an axis: of the second on this side), or -1.</param>
/// <param name="NearStep">The neighbour's value minus the corner's.</param>
/// <param name="FarStep">The same of the other.</param>
/// <param name="Offset">The point's value minus the corner's.</param>
/// <param name="IsEnd">Whether the corner is at the end of the axis.</param>
public readonly record struct AxisModel(int Near, int Far, double NearStep, double FarStep, double Offset, bool IsEnd)
{
    internal static AxisModel Constant { get; } = new(-1, -1, 1, 1, 0, true);

    /// <summary>How the model changes with the differences of the two nodes to the corner, and the derivatives of that along the axis.</summary>
    /// <param name="hasNear">Whether the first is known.</param>
    /// <param name="hasFar">Whether the other is known.</param>
    internal (double Near, double NearSlope, double Far, double FarSlope) Basis(bool hasNear, bool hasFar)
    {
        double u = Offset, p = NearStep, q = FarStep;
        if (hasNear && hasFar)
            return (u * (u - q) / (p * (p - q)), ((2 * u) - q) / (p * (p - q)), u * (u - p) / (q * (q - p)), ((2 * u) - p) / (q * (q - p)));
        if (hasNear) return (u / p, 1 / p, 0, 0);

        // At the end of an axis the far node alone would skip one in between.
        return hasFar && !IsEnd ? (0, 0, u / q, 1 / q) : default;
    }
}
