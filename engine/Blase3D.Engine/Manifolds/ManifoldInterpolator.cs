using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Gives the lines at any point of a manifold: multilinear in centre, ln a, ln sigma and ln gamma. An instance owns scratch memory: use one
/// per concurrent caller. After the first call of a size nothing is allocated.
/// </summary>
/// <remarks>
/// The corners' entries are streamed, a run of line indices at a time, into a dense scratch that stays in the cache: one pass over each
/// corner, no search and no merging.
/// </remarks>
/// <param name="manifold">The manifold.</param>
/// <param name="rule">What absent corners do.</param>
public sealed class ManifoldInterpolator(LineManifold manifold, AbsenceRule rule = AbsenceRule.Mask)
{
    private const int LinesPerRun = 512;

    private readonly GridCell _cell = new(manifold.Axes.Dimensions);
    private readonly long[] _cursor = new long[1 << manifold.Axes.Dimensions];
    private readonly LineBlend[] _run = new LineBlend[LinesPerRun];

    /// <summary>Interpolates the lines [firstLine, endLine) at a point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="firstLine">First line index.</param>
    /// <param name="endLine">Line index behind the last.</param>
    /// <param name="lines">Receives the lines that are there, ascending in their index.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    public void Interpolate(ReadOnlySpan<double> point, int firstLine, int endLine, LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        manifold.Locate(point, _cell);
        int most = 0;
        for (int c = 0; c < _cell.Count; c++)
        {
            int node = _cell.Node[c];
            _cursor[c] = LowerBound(manifold.Entries.LineIndex, manifold.NodeOffset[node], manifold.NodeOffset[node + 1], firstLine);
            most += (int)(manifold.NodeOffset[node + 1] - _cursor[c]);
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

    private void AddCorner(int corner, int first, int end)
    {
        ManifoldEntries entries = manifold.Entries;
        double weight = _cell.Weight[corner];
        long e = _cursor[corner], stop = manifold.NodeOffset[_cell.Node[corner] + 1];
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
        int row = lines.Count;
        for (int k = 0; k < end - first; k++)
        {
            if (_run[k].IsEmpty) continue;
            if (_run[k].TryFinish(rule, out double center, out double lnAmplitude, out double lnSigma, out double lnGamma))
            {
                lines.Center[row] = rule == AbsenceRule.Mask ? manifold.LineCenter[first + k] + center : center;
                lines.LnAmplitude[row] = lnAmplitude;
                lines.LnSigma[row] = lnSigma;
                lines.LnGamma[row] = lnGamma;
                row++;
            }

            _run[k] = default;
        }

        lines.Count = row;
    }

    private static long LowerBound(int[] values, long low, long high, int value)
    {
        while (low < high)
        {
            long middle = (low + high) >>> 1;
            if (values[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
