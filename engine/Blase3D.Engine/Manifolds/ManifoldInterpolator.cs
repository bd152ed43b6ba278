using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Gives the lines at any point of a manifold: multilinear in centre, ln a, ln sigma and ln gamma. An instance owns scratch memory: use one
/// per concurrent caller. After the first call of a size nothing is allocated.
/// </summary>
/// <remarks>
/// The corners' entries are streamed, a run of line indices at a time, into a dense scratch that stays in the cache: one pass over each
/// corner, no search and no merging. When the cell is asked for again, its entries are merged once into <see cref="CellLines"/>, and every
/// further point of it costs one sweep; both ways give the same bits.
/// </remarks>
/// <param name="manifold">The manifold.</param>
/// <param name="rule">What absent corners do.</param>
public sealed class ManifoldInterpolator(LineManifold manifold, AbsenceRule rule = AbsenceRule.Mask) : ILineInterpolator
{
    private const int LinesPerRun = 512;

    private readonly GridCell _cell = new(manifold.Axes.Dimensions);
    private readonly NodeRun[] _node = new NodeRun[1 << manifold.Axes.Dimensions];
    private readonly int[] _cursor = new int[1 << manifold.Axes.Dimensions];
    private readonly LineBlend[] _run = new LineBlend[LinesPerRun];
    private readonly CellLines _merged = new();
    private readonly int[] _lastNode = new int[1 << manifold.Axes.Dimensions];
    private int _lastCount;

    /// <summary>Whether more points of the same cell are about to come, so that its entries are merged for the first one already.</summary>
    internal bool ExpectsSameCell { get; set; }

    /// <inheritdoc/>
    public void Interpolate(ReadOnlySpan<double> point, int firstLine, int endLine, LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        manifold.Locate(point, _cell);
        ReadOnlySpan<int> nodes = _cell.Node.AsSpan(0, _cell.Count);
        if (ExpectsSameCell || nodes.SequenceEqual(_lastNode.AsSpan(0, _lastCount)))
        {
            FromMerged(nodes, firstLine, endLine, lines);
            return;
        }

        nodes.CopyTo(_lastNode);
        _lastCount = nodes.Length;
        int most = 0;
        for (int c = 0; c < _cell.Count; c++)
        {
            _node[c] = manifold.Run(_cell.Node[c]);
            _cursor[c] = _node[c].LowerBound(firstLine);
            most += _node[c].End - _cursor[c];
        }

        lines.Reserve(Math.Min(most, endLine - firstLine));
        lines.Count = 0;
        for (int first = firstLine; first < endLine; first += LinesPerRun)
        {
            int end = Math.Min(endLine, first + LinesPerRun);
            for (int c = 0; c < _cell.Count; c++) AddCorner(c, first, end);
            Finish(first, end, lines);
        }
    }

    private void FromMerged(ReadOnlySpan<int> nodes, int firstLine, int endLine, LineTable lines)
    {
        if (!_merged.Holds(nodes, firstLine, endLine)) _merged.Fill(manifold, nodes, firstLine, endLine);
        lines.Reserve(_merged.Count);
        lines.Count = 0;
        for (int first = 0; first < _merged.Count; first += LinesPerRun)
        {
            Span<LineBlend> sums = _run.AsSpan(0, Math.Min(LinesPerRun, _merged.Count - first));
            _merged.Sum(_cell.Weight.AsSpan(0, _cell.Count), rule == AbsenceRule.MinusThousand, first, sums);
            for (int k = 0; k < sums.Length; k++) Append(sums[k], _merged.Line[first + k], lines);
            sums.Clear();
        }
    }

    private void AddCorner(int corner, int first, int end)
    {
        ManifoldEntries entries = _node[corner].Columns;
        double weight = _cell.Weight[corner];
        int e = _cursor[corner], stop = _node[corner].End;
        int[] index = entries.LineIndex;
        float[] shift = entries.CenterShift, lnAmplitude = entries.LnAmplitude, lnSigma = entries.LnSigma, lnGamma = entries.LnGamma;
        bool published = rule == AbsenceRule.MinusThousand;
        for (; e < stop && index[e] < end; e++)
        {
            // The published rule averages centres, not shifts: absent corners pull at them.
            double center = published ? manifold.LineCenter[index[e]] + shift[e] : shift[e];
            _run[index[e] - first].Add(weight, center, lnAmplitude[e], lnSigma[e], lnGamma[e]);
        }

        _cursor[corner] = e;
    }

    private void Finish(int first, int end, LineTable lines)
    {
        for (int k = 0; k < end - first; k++)
        {
            if (_run[k].IsEmpty) continue;
            Append(_run[k], first + k, lines);
            _run[k] = default;
        }
    }

    private void Append(in LineBlend blend, int line, LineTable lines)
    {
        if (!blend.TryFinish(rule, out double center, out double lnAmplitude, out double lnSigma, out double lnGamma)) return;
        int row = lines.Count++;
        lines.Center[row] = rule == AbsenceRule.Mask ? manifold.LineCenter[line] + center : center;
        lines.LnAmplitude[row] = lnAmplitude;
        lines.LnSigma[row] = lnSigma;
        lines.LnGamma[row] = lnGamma;
    }
}
