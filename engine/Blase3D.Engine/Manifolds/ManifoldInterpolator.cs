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

    private int _next;
    private int _end;

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<double> point, int firstLine, int endLine)
    {
        manifold.Locate(point, _cell);
        for (int c = 0; c < _cell.Count; c++)
        {
            _node[c] = manifold.Run(_cell.Node[c]);
            _cursor[c] = _node[c].LowerBound(firstLine);
        }

        (_next, _end) = (firstLine, endLine);
    }

    /// <inheritdoc/>
    public bool Read(LineTable block)
    {
        int before = block.BeginRead();
        for (; _next < _end && block.Room >= CornerSums.Lines; _next += CornerSums.Lines)
        {
            int end = Math.Min(_end, _next + CornerSums.Lines);
            for (int c = 0; c < _cell.Count; c++) _cursor[c] = _sums.Add(_node[c], _cursor[c], _next, end, _cell.Weight[c], _reference);
            Finish(_next, block);
        }

        return block.Count > before;
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
