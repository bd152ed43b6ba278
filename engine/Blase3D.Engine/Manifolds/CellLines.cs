using System.Numerics;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// The lines of a few nodes merged into dense columns, so that any number of points between these nodes cost one sweep each: no entry is
/// searched or scattered again.
/// </summary>
/// <remarks>
/// Columns are node by node; absent entries are 0 and have presence 0. The sums run over the nodes in their order with one rounding per
/// multiplication and addition, as <see cref="LineBlend.Add"/> does, so that both ways give the same bits. Weights may have any sign.
/// </remarks>
internal sealed class CellLines
{
    private int[] _nodes = [];
    private int _firstLine = -1;
    private int _endLine = -1;
    private int _capacity;
    private int[] _row = [];
    private int[] _line = [];
    private double[] _reference = [];
    private float[] _present = [];
    private float[] _center = [];
    private float[] _lnAmplitude = [];
    private float[] _lnSigma = [];
    private float[] _lnGamma = [];

    /// <summary>The number of lines that any of the nodes has.</summary>
    public int Count { get; private set; }

    /// <summary>The line of a row, ascending.</summary>
    public ReadOnlySpan<int> Line => _line.AsSpan(0, Count);

    /// <summary>Whether this holds these lines of these nodes.</summary>
    public bool Holds(ReadOnlySpan<int> nodes, int firstLine, int endLine) =>
        firstLine == _firstLine && endLine == _endLine && nodes.SequenceEqual(_nodes);

    /// <summary>Merges the lines [firstLine, endLine) of some nodes.</summary>
    public void Fill(LineManifold manifold, ReadOnlySpan<int> nodes, int firstLine, int endLine)
    {
        if (_nodes.Length != nodes.Length) _nodes = new int[nodes.Length];
        nodes.CopyTo(_nodes);
        (_firstLine, _endLine) = (firstLine, endLine);
        if (_row.Length < endLine - firstLine) _row = new int[endLine - firstLine];
        Span<int> row = _row.AsSpan(0, endLine - firstLine);
        row.Clear();
        foreach (int node in nodes)
        {
            NodeRun run = manifold.Run(node);
            int[] line = run.Columns.LineIndex;
            for (int e = run.LowerBound(firstLine); e < run.End && line[e] < endLine; e++) row[line[e] - firstLine] = 1;
        }

        Count = 0;
        foreach (ref int r in row)
        {
            int present = r;
            r = Count;
            Count += present;
        }

        Reserve(nodes.Length);
        for (int n = 0; n < nodes.Length; n++)
        {
            int column = n * _capacity;
            foreach (float[] values in (ReadOnlySpan<float[]>)[_present, _center, _lnAmplitude, _lnSigma, _lnGamma]) values.AsSpan(column, _capacity).Clear();
            NodeRun run = manifold.Run(nodes[n]);
            ManifoldEntries entries = run.Columns;
            for (int e = run.LowerBound(firstLine); e < run.End && entries.LineIndex[e] < endLine; e++)
            {
                int k = row[entries.LineIndex[e] - firstLine], at = column + k;
                (_line[k], _reference[k]) = (entries.LineIndex[e], manifold.LineCenter[entries.LineIndex[e]]);
                (_present[at], _center[at], _lnAmplitude[at]) = (1, entries.CenterShift[e], entries.LnAmplitude[e]);
                (_lnSigma[at], _lnGamma[at]) = (entries.LnSigma[e], entries.LnGamma[e]);
            }
        }
    }

    /// <summary>The weighted sums of the rows [first, first + sums.Length).</summary>
    /// <param name="weights">One per node.</param>
    /// <param name="absolute">Whether the centres themselves are summed, instead of their shifts.</param>
    /// <param name="first">First row, a multiple of 16.</param>
    /// <param name="sums">Receives the sums.</param>
    public void Sum(ReadOnlySpan<double> weights, bool absolute, int first, Span<LineBlend> sums)
    {
        int width = Vector<float>.Count;
        Span<double> column = stackalloc double[5 * width];
        for (int k = 0; k < sums.Length; k += width)
        {
            int row = first + k;
            Vector<double> w0 = default, w1 = default, c0 = default, c1 = default, a0 = default, a1 = default, s0 = default, s1 = default, g0 = default, g1 = default;
            var mu0 = new Vector<double>(_reference, row);
            var mu1 = new Vector<double>(_reference, row + (width / 2));
            for (int n = 0; n < weights.Length; n++)
            {
                int at = (n * _capacity) + row;
                var weight = new Vector<double>(weights[n]);
                Vector.Widen(new Vector<float>(_present, at), out Vector<double> low, out Vector<double> high);
                w0 += low * weight;
                w1 += high * weight;
                Vector.Widen(new Vector<float>(_center, at), out Vector<double> center0, out Vector<double> center1);
                if (absolute) (center0, center1) = ((low * mu0) + center0, (high * mu1) + center1);
                c0 += center0 * weight;
                c1 += center1 * weight;
                Vector.Widen(new Vector<float>(_lnAmplitude, at), out low, out high);
                a0 += low * weight;
                a1 += high * weight;
                Vector.Widen(new Vector<float>(_lnSigma, at), out low, out high);
                s0 += low * weight;
                s1 += high * weight;
                Vector.Widen(new Vector<float>(_lnGamma, at), out low, out high);
                g0 += low * weight;
                g1 += high * weight;
            }

            Store(column, 0, w0, w1);
            Store(column, 1, c0, c1);
            Store(column, 2, a0, a1);
            Store(column, 3, s0, s1);
            Store(column, 4, g0, g1);
            for (int i = 0; i < Math.Min(width, sums.Length - k); i++)
                sums[k + i] = new LineBlend(column[i], column[width + i], column[(2 * width) + i], column[(3 * width) + i], column[(4 * width) + i]);
        }
    }

    private static void Store(Span<double> column, int which, Vector<double> low, Vector<double> high)
    {
        int width = Vector<float>.Count;
        low.CopyTo(column.Slice(which * width, width / 2));
        high.CopyTo(column.Slice((which * width) + (width / 2), width / 2));
    }

    private void Reserve(int nodes)
    {
        // Whole vectors, of any width up to 512 bits.
        _capacity = (Count + 15) & -16;
        if (_line.Length < _capacity) (_line, _reference) = (new int[_capacity], new double[_capacity]);
        int values = nodes * _capacity;
        if (_present.Length >= values) return;
        (_present, _center, _lnAmplitude) = (new float[values], new float[values], new float[values]);
        (_lnSigma, _lnGamma) = (new float[values], new float[values]);
    }
}
