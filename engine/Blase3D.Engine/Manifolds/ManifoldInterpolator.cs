using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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
        int row = lines.Count, k = 0;
        ReadOnlySpan<int> present = _sums.Present();
        for (; Avx.IsSupported && k <= present.Length - 4 && row <= center.Length - 4; k += 4)
            row = rule == AbsenceRule.Mask ? FinishFour(first, present.Slice(k, 4), lines, row) : FinishPublishedFour(present.Slice(k, 4), lines, row);
        for (; k < present.Length; k++)
        {
            // A line that is dropped is overwritten by the next one.
            bool isThere = _sums.Take(present[k]).TryFinish(rule, out center[row], out lnAmplitude[row], out lnSigma[row], out lnGamma[row]);
            if (_reference is null) center[row] += manifold.LineCenter[first + present[k]];
            if (isThere) row++;
        }

        lines.Count = row;
    }

    // LineBlend.TryFinish for four lines; the same operations on each.
    private int FinishFour(int first, ReadOnlySpan<int> present, LineTable lines, int row)
    {
        (Vector256<double> weight, Vector256<double> c, Vector256<double> a, Vector256<double> s, Vector256<double> g) = _sums.TakeFour(present);
        Vector256<double> scale = Vector256<double>.One / weight;
        ref double reference = ref manifold.LineCenter[first];
        var at = Vector256.Create(
            Unsafe.Add(ref reference, present[0]), Unsafe.Add(ref reference, present[1]), Unsafe.Add(ref reference, present[2]), Unsafe.Add(ref reference, present[3]));
        ((c * scale) + at).StoreUnsafe(ref lines.Center[row]);
        (a * scale).StoreUnsafe(ref lines.LnAmplitude[row]);
        (s * scale).StoreUnsafe(ref lines.LnSigma[row]);
        (g * scale).StoreUnsafe(ref lines.LnGamma[row]);
        uint partial = Vector256.LessThan(weight, Vector256.Create(LineBlend.WholeWeight)).ExtractMostSignificantBits();
        for (; partial != 0; partial &= partial - 1)
        {
            int k = BitOperations.TrailingZeroCount(partial);
            lines.LnAmplitude[row + k] += Math.Log(weight.GetElement(k));
        }

        return row + 4;
    }

    private int FinishPublishedFour(ReadOnlySpan<int> present, LineTable lines, int row)
    {
        (Vector256<double> weight, Vector256<double> c, Vector256<double> a, Vector256<double> s, Vector256<double> g) = _sums.TakeFour(present);
        Vector256<double> absent = Vector256.Create(LineBlend.PublishedFill) * Vector256.Max(Vector256<double>.Zero, Vector256<double>.One - weight);
        absent = Vector256.AndNot(absent, Vector256.GreaterThanOrEqual(weight, Vector256.Create(LineBlend.PublishedWholeWeight)));
        (c, a, s, g) = (c + absent, a + absent, s + absent, g + absent);
        uint kept = Vector256.GreaterThan(a, Vector256.Create(LineBlend.PublishedCut)).ExtractMostSignificantBits();
        if (kept == 0xF)
        {
            c.StoreUnsafe(ref lines.Center[row]);
            a.StoreUnsafe(ref lines.LnAmplitude[row]);
            s.StoreUnsafe(ref lines.LnSigma[row]);
            g.StoreUnsafe(ref lines.LnGamma[row]);
            return row + 4;
        }

        for (; kept != 0; kept &= kept - 1, row++)
        {
            int k = BitOperations.TrailingZeroCount(kept);
            (lines.Center[row], lines.LnAmplitude[row]) = (c.GetElement(k), a.GetElement(k));
            (lines.LnSigma[row], lines.LnGamma[row]) = (s.GetElement(k), g.GetElement(k));
        }

        return row;
    }
}
