using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Gives the lines at any point of a manifold: multilinear in centre, ln a, ln sigma and ln gamma. An instance owns scratch memory: use one
/// per concurrent caller.
/// </summary>
/// <param name="manifold">The manifold.</param>
/// <param name="rule">What absent corners do.</param>
public sealed class ManifoldInterpolator(LineManifold manifold, AbsenceRule rule = AbsenceRule.Mask)
{
    private readonly GridCell _cell = new(manifold.Axes.Dimensions);
    private readonly long[] _cursor = new long[1 << manifold.Axes.Dimensions];
    private readonly long[] _stop = new long[1 << manifold.Axes.Dimensions];

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
        ManifoldEntries entries = manifold.Entries;
        for (int c = 0; c < _cell.Count; c++)
        {
            int node = _cell.Node[c];
            _cursor[c] = LowerBound(entries.LineIndex, manifold.NodeOffset[node], manifold.NodeOffset[node + 1], firstLine);
            _stop[c] = LowerBound(entries.LineIndex, _cursor[c], manifold.NodeOffset[node + 1], endLine);
        }

        lines.Count = 0;
        for (int line = NextLine(entries); line < int.MaxValue; line = NextLine(entries)) Blend(entries, line, lines);
    }

    private int NextLine(ManifoldEntries entries)
    {
        int next = int.MaxValue;
        for (int c = 0; c < _cell.Count; c++)
        {
            if (_cursor[c] < _stop[c]) next = Math.Min(next, entries.LineIndex[_cursor[c]]);
        }

        return next;
    }

    private void Blend(ManifoldEntries entries, int line, LineTable lines)
    {
        LineBlend blend = default;
        double origin = rule == AbsenceRule.Mask ? 0 : manifold.LineCenter[line];
        for (int c = 0; c < _cell.Count; c++)
        {
            long e = _cursor[c];
            if (e >= _stop[c] || entries.LineIndex[e] != line) continue;
            blend.Add(_cell.Weight[c], origin + entries.CenterShift[e], entries.LnAmplitude[e], entries.LnSigma[e], entries.LnGamma[e]);
            _cursor[c]++;
        }

        if (!blend.TryFinish(rule, out double center, out double lnAmplitude, out double lnSigma, out double lnGamma)) return;
        int row = lines.Count;
        if (row == lines.Center.Length) lines.Reserve(Math.Max(256, 2 * row));
        lines.Center[row] = rule == AbsenceRule.Mask ? manifold.LineCenter[line] + center : center;
        lines.LnAmplitude[row] = lnAmplitude;
        lines.LnSigma[row] = lnSigma;
        lines.LnGamma[row] = lnGamma;
        lines.Count = row + 1;
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
