using System.Numerics;
using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Gives the lines at any point of a manifold: multilinear in centre, ln a, ln sigma and ln gamma. An instance owns scratch memory: use one
/// per concurrent caller. After the first call of a size nothing is allocated.
/// </summary>
/// <remarks>The corners' entries are streamed, a run of line indices at a time (<see cref="CornerSums"/>); points of a cell find them in the caches.</remarks>
/// <param name="manifold">The manifold.</param>
/// <param name="rule">What absent corners do.</param>
public sealed class ManifoldInterpolator(LineManifold manifold, AbsenceRule rule = AbsenceRule.Mask) : ILineInterpolator
{
    private const int LinesPerWord = 64;

    private readonly GridCell _cell = new(manifold.Axes.Dimensions);
    private readonly NodeRun[] _node = new NodeRun[1 << manifold.Axes.Dimensions];
    private readonly int[] _cursor = new int[1 << manifold.Axes.Dimensions];
    private readonly CornerSums _sums = new();

    // The published rule averages centres, not shifts: absent corners pull at them.
    private readonly double[]? _reference = rule == AbsenceRule.MinusThousand ? manifold.LineCenter : null;

    /// <inheritdoc/>
    public void Interpolate(ReadOnlySpan<double> point, int firstLine, int endLine, LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        manifold.Locate(point, _cell);
        int most = 0;
        for (int c = 0; c < _cell.Count; c++)
        {
            _node[c] = manifold.Run(_cell.Node[c]);
            _cursor[c] = _node[c].LowerBound(firstLine);
            most += _node[c].End - _cursor[c];
        }

        lines.Reserve(Math.Min(most, endLine - firstLine));
        lines.Count = 0;
        for (int first = firstLine; first < endLine; first += CornerSums.Lines)
        {
            int end = Math.Min(endLine, first + CornerSums.Lines);
            for (int c = 0; c < _cell.Count; c++) _cursor[c] = _sums.Add(_node[c], _cursor[c], first, end, _cell.Weight[c], _reference);
            Finish(first, lines);
        }
    }

    private void Finish(int first, LineTable lines)
    {
        double[] center = lines.Center, lnAmplitude = lines.LnAmplitude, lnSigma = lines.LnSigma, lnGamma = lines.LnGamma;
        int row = lines.Count;
        for (int word = 0; word < CornerSums.Lines / LinesPerWord; word++)
        {
            for (ulong present = _sums.Present(word); present != 0; present &= present - 1)
            {
                // A line that is dropped is overwritten by the next one.
                int k = (word * LinesPerWord) + BitOperations.TrailingZeroCount(present);
                bool isThere = _sums.Take(k).TryFinish(rule, out center[row], out lnAmplitude[row], out lnSigma[row], out lnGamma[row]);
                if (_reference is null) center[row] += manifold.LineCenter[first + k];
                if (isThere) row++;
            }
        }

        lines.Count = row;
    }
}
