using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// The interpolation formula for lines that are present at some nodes of a stencil and absent at others: weights of the nodes' values, and
/// the share of the corners that have the line. Lines of one pattern share it.
/// </summary>
/// <remarks>
/// With m_c = 1 at corners that have the line and 0 at others, W = sum S_c m_c and value = sum S_c m_c F_c / W: only models of corners with
/// the line count, and W is the factor that takes the amplitude to zero. A model whose neighbour lacks the line goes on linearly from the
/// other neighbour, by at most <see cref="LargestStep"/> per step, so that a steep trend cannot blow a dying line up; without any neighbour
/// it is constant. What a model is depends on its own node and neighbours alone and not on the cell, and where W vanishes its slope vanishes
/// too: the amplitude is C1 everywhere, and the other parameters wherever the line is there.
/// </remarks>
internal sealed class PresencePattern
{
    /// <summary>The largest change per step, in natural logarithms or Angstrom, that a one-sided model goes on with.</summary>
    public const double LargestStep = 1;

    private readonly int _dimensions;
    private readonly ulong[] _present;
    private readonly ulong[] _probe;
    private readonly double[] _weight;
    private readonly double[] _derivative;
    private readonly List<LimitedTerm> _limited = [];
    private bool _isSet;

    /// <summary>Makes room for a stencil.</summary>
    public PresencePattern(int dimensions, int nodes)
    {
        _dimensions = dimensions;
        _present = new ulong[(nodes + 63) / 64];
        _probe = new ulong[_present.Length];
        _weight = new double[nodes];
        _derivative = new double[nodes * dimensions];
        ShareSlope = new double[dimensions];
    }

    /// <summary>W: the share of the corners that have the line, 0 to 1.</summary>
    public double Share { get; private set; }

    /// <summary>The derivatives of W.</summary>
    public double[] ShareSlope { get; }

    /// <summary>Whether no corner with weight has the line.</summary>
    public bool IsAbsent => Share <= 0;

    /// <summary>The weights of the nodes; they add up to W.</summary>
    public ReadOnlySpan<double> Weight => _weight;

    /// <summary>One-sided terms, which are limited value by value.</summary>
    public ReadOnlySpan<LimitedTerm> Limited => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_limited);

    /// <summary>Forgets the pattern: the point has moved.</summary>
    public void Forget() => _isSet = false;

    /// <summary>The derivatives of the weights along an axis.</summary>
    public ReadOnlySpan<double> Derivative(int axis, int count) => _derivative.AsSpan(axis * count, count);

    /// <summary>Takes a pattern; nothing is done when it is the last one again.</summary>
    /// <param name="stencil">The stencil.</param>
    /// <param name="present">Whether a node has the line, length of the stencil.</param>
    /// <param name="derivatives">Whether derivatives are wanted.</param>
    public void Set(CellStencil stencil, ReadOnlySpan<bool> present, bool derivatives)
    {
        Array.Clear(_probe);
        for (int n = 0; n < present.Length; n++)
        {
            if (present[n]) _probe[n >> 6] |= 1UL << (n & 63);
        }

        if (_isSet && _probe.AsSpan().SequenceEqual(_present)) return;
        _probe.CopyTo(_present, 0);
        _isSet = true;
        int count = stencil.Count;
        _weight.AsSpan(0, count).Clear();
        if (derivatives) _derivative.AsSpan(0, count * _dimensions).Clear();
        _limited.Clear();
        Share = 0;
        Array.Clear(ShareSlope);
        for (int c = 0; c < stencil.CornerCount; c++)
        {
            if (present[c]) AddCorner(stencil.Corners[c], c, count, present, derivatives);
        }
    }

    private void AddCorner(CellCorner corner, int c, int count, ReadOnlySpan<bool> present, bool derivatives)
    {
        Share += corner.Weight;
        _weight[c] += corner.Weight;
        for (int e = 0; derivatives && e < _dimensions; e++)
        {
            ShareSlope[e] += corner.WeightSlope[e];
            _derivative[(e * count) + c] += corner.WeightSlope[e];
        }

        for (int d = 0; d < _dimensions; d++)
        {
            AxisModel model = corner.Model[d];
            bool hasNear = model.Near >= 0 && present[model.Near], hasFar = model.Far >= 0 && present[model.Far];
            (double near, double nearSlope, double far, double farSlope) = model.Basis(hasNear, hasFar);
            bool diesHere = !model.IsEnd && ((model.Near >= 0 && !hasNear) || (model.Far >= 0 && !hasFar));
            if (hasNear) AddTerm(corner, c, d, model.Near, near, nearSlope, diesHere, count, derivatives);
            if (hasFar) AddTerm(corner, c, d, model.Far, far, farSlope, diesHere, count, derivatives);
        }
    }

    private void AddTerm(
        CellCorner corner, int c, int axis, int partner, double basis, double slope, bool limited, int count, bool derivatives)
    {
        if (basis == 0 && (slope == 0 || !derivatives)) return;
        if (limited)
        {
            _limited.Add(new LimitedTerm(c, partner, corner, axis, basis, slope));
            return;
        }

        double share = corner.Weight * basis;
        _weight[partner] += share;
        _weight[c] -= share;
        for (int e = 0; derivatives && e < _dimensions; e++)
        {
            double change = (corner.WeightSlope[e] * basis) + (e == axis ? corner.Weight * slope : 0);
            _derivative[(e * count) + partner] += change;
            _derivative[(e * count) + c] -= change;
        }
    }
}

/// <summary>A one-sided difference between two nodes: its factor, and the derivative of that along its own axis.</summary>
internal readonly record struct LimitedTerm(int Corner, int Partner, CellCorner At, int Axis, double Basis, double Slope)
{
    /// <summary>The factor of the difference.</summary>
    public double Factor => At.Weight * Basis;

    /// <summary>The derivative of the factor along an axis.</summary>
    public double FactorSlope(int axis) => (At.WeightSlope[axis] * Basis) + (axis == Axis ? At.Weight * Slope : 0);
}
