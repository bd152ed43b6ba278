using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Gives the lines at any point of a manifold, and their derivatives: by default with continuous first derivatives
/// (<see cref="CellStencil"/>), also where lines are born or die (<see cref="PresencePattern"/>). An instance owns scratch memory: use one per
/// concurrent caller.
/// </summary>
/// <param name="manifold">The manifold.</param>
/// <param name="scheme">The scheme; linear gives what <see cref="ManifoldInterpolator"/> gives with absence as a mask, and derivatives.</param>
public sealed class SmoothInterpolator(LineManifold manifold, InterpolationScheme scheme = InterpolationScheme.Cubic) : ILineInterpolator
{
    private const int LinesPerRun = 256;
    private const int Parameters = 4;

    private readonly CellStencil _stencil = new(manifold.Axes, scheme);
    private readonly PresencePattern _pattern = new(manifold.Axes.Dimensions, StencilSize(manifold.Axes.Dimensions));
    private readonly NodeRun[] _node = new NodeRun[StencilSize(manifold.Axes.Dimensions)];
    private readonly int[] _cursor = new int[StencilSize(manifold.Axes.Dimensions)];
    private readonly double[] _value = new double[Parameters];
    private readonly double[] _slope = new double[Parameters];
    private float[] _run = [];
    private bool[] _present = [];

    private int _next;
    private int _end;

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<double> point, int firstLine, int endLine) => Begin(point, firstLine, endLine, oneSided: false);

    /// <inheritdoc/>
    public bool Read(LineTable block)
    {
        int before = block.BeginRead();
        while (_next < _end && block.Room >= LinesPerRun) ReadRun(block, []);
        return block.Count > before;
    }

    /// <summary>The lines at a point and the derivatives of all their parameters.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="firstLine">First line index.</param>
    /// <param name="endLine">Line index behind the last.</param>
    /// <param name="lines">Receives the lines that are there, ascending in their index.</param>
    /// <param name="derivatives">
    /// One table per axis; each receives, line by line, the derivatives of the centre (A), ln a, ln sigma and ln gamma per unit of the axis. With the
    /// linear scheme at a plane of nodes those of the cell above.
    /// </param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    public void InterpolateWithDerivatives(ReadOnlySpan<double> point, int firstLine, int endLine, LineTable lines, IReadOnlyList<LineTable> derivatives)
    {
        ArgumentNullException.ThrowIfNull(derivatives);
        if (derivatives.Count != manifold.Axes.Dimensions)
            throw new ArgumentException($"{derivatives.Count} tables are given for the derivatives along {manifold.Axes.Dimensions} axes.", nameof(derivatives));
        ArgumentNullException.ThrowIfNull(lines);
        int most = Begin(point, firstLine, endLine, oneSided: true);
        lines.Reserve(most);
        lines.Count = 0;
        for (int d = 0; d < derivatives.Count; d++) derivatives[d].Reserve(most);
        while (_next < _end) ReadRun(lines, derivatives);
        for (int d = 0; d < derivatives.Count; d++) derivatives[d].Count = lines.Count;
    }

    private static int StencilSize(int dimensions) => (1 << dimensions) * (1 + dimensions);

    // No more lines than this are there.
    private int Begin(ReadOnlySpan<double> point, int firstLine, int endLine, bool oneSided)
    {
        _stencil.Locate(point, manifold.NodePresent, oneSided);
        _pattern.Forget();
        int most = 0;
        for (int n = 0; n < _stencil.Count; n++)
        {
            _node[n] = manifold.Run(_stencil.Node[n]);
            _cursor[n] = _node[n].LowerBound(firstLine);
            if (n < _stencil.CornerCount) most += _node[n].End - _cursor[n];
        }

        if (_present.Length < LinesPerRun * _stencil.Count)
        {
            _present = new bool[LinesPerRun * _stencil.Count];
            _run = new float[LinesPerRun * _stencil.Count * Parameters];
        }

        (_next, _end) = (firstLine, endLine);
        return Math.Min(most, endLine - firstLine);
    }

    private void ReadRun(LineTable lines, IReadOnlyList<LineTable> derivatives)
    {
        int first = _next, end = Math.Min(_end, first + LinesPerRun);
        bool any = false;
        for (int n = 0; n < _stencil.Count; n++) any |= Gather(n, first, end) && n < _stencil.CornerCount;
        if (any) Finish(first, end, lines, derivatives);
        Array.Clear(_present, 0, (end - first) * _stencil.Count);
        _next = end;
    }

    private bool Gather(int n, int first, int end)
    {
        NodeRun run = _node[n];
        ReadOnlySpan<int> index = run.Columns.LineIndex;
        int e = _cursor[n], count = _stencil.Count;
        bool any = false;
        for (; e < run.End && index[e] < end; e++)
        {
            int at = ((index[e] - first) * count) + n;
            _present[at] = any = true;
            Span<float> value = _run.AsSpan(at * Parameters, Parameters);
            value[0] = run.Columns.CenterShift[e];
            value[1] = run.Columns.LnAmplitude[e];
            value[2] = run.Columns.LnSigma[e];
            value[3] = run.Columns.LnGamma[e];
        }

        _cursor[n] = e;
        return any;
    }

    private void Finish(int first, int end, LineTable lines, IReadOnlyList<LineTable> derivatives)
    {
        int count = _stencil.Count, row = lines.Count;
        for (int k = 0; k < end - first; k++)
        {
            ReadOnlySpan<bool> present = _present.AsSpan(k * count, count);
            if (!present[.._stencil.CornerCount].Contains(true)) continue;
            _pattern.Set(_stencil, present, derivatives.Count > 0);
            if (_pattern.IsAbsent) continue;
            ReadOnlySpan<float> values = _run.AsSpan(k * count * Parameters, count * Parameters);
            double inverse = 1 / _pattern.Share;
            bool isWhole = Math.Abs(_pattern.Share - 1) < 1e-12;
            Combine(values, present);
            for (int p = 0; p < Parameters; p++) _value[p] *= inverse;
            lines.Center[row] = manifold.LineCenter[first + k] + _value[0];
            lines.LnAmplitude[row] = _value[1] + (isWhole ? 0 : Math.Log(_pattern.Share));
            lines.LnSigma[row] = _value[2];
            lines.LnGamma[row] = _value[3];
            for (int d = 0; d < derivatives.Count; d++)
            {
                CombineDerivative(values, present, d);
                double change = _pattern.ShareSlope[d];
                for (int p = 0; p < Parameters; p++) _slope[p] = (_slope[p] - (_value[p] * change)) * inverse;
                derivatives[d].Center[row] = _slope[0];
                derivatives[d].LnAmplitude[row] = _slope[1] + (change * inverse);
                derivatives[d].LnSigma[row] = _slope[2];
                derivatives[d].LnGamma[row] = _slope[3];
            }

            row++;
        }

        lines.Count = row;
    }

    private void Combine(ReadOnlySpan<float> values, ReadOnlySpan<bool> present)
    {
        ReadOnlySpan<double> weight = _pattern.Weight;
        double center = 0, amplitude = 0, sigma = 0, gamma = 0;
        for (int n = 0; n < present.Length; n++)
        {
            if (!present[n]) continue;
            ReadOnlySpan<float> value = values.Slice(n * Parameters, Parameters);
            double w = weight[n];
            center += w * value[0];
            amplitude += w * value[1];
            sigma += w * value[2];
            gamma += w * value[3];
        }

        (_value[0], _value[1], _value[2], _value[3]) = (center, amplitude, sigma, gamma);
        foreach (LimitedTerm term in _pattern.Limited)
        {
            double factor = term.Factor;
            for (int p = 0; p < Parameters; p++) _value[p] += factor * Limited(values, term, p);
        }

        if (!double.IsFinite(_value[1] + _value[2] + _value[3])) WithoutModels(values, present);
    }

    // A width or an amplitude of zero is a logarithm of minus infinity, which has no slope: the corners are averaged as they are.
    private void WithoutModels(ReadOnlySpan<float> values, ReadOnlySpan<bool> present)
    {
        Array.Clear(_value);
        for (int c = 0; c < _stencil.CornerCount; c++)
        {
            if (!present[c] || _stencil.Corners[c].Weight == 0) continue;
            for (int p = 0; p < Parameters; p++) _value[p] += _stencil.Corners[c].Weight * values[(c * Parameters) + p];
        }
    }

    private void CombineDerivative(ReadOnlySpan<float> values, ReadOnlySpan<bool> present, int axis)
    {
        ReadOnlySpan<double> weight = _pattern.Derivative(axis, _stencil.Count);
        Array.Clear(_slope);
        for (int n = 0; n < present.Length; n++)
        {
            if (!present[n]) continue;
            for (int p = 0; p < Parameters; p++) _slope[p] += weight[n] * values[(n * Parameters) + p];
        }

        foreach (LimitedTerm term in _pattern.Limited)
        {
            double factor = term.FactorSlope(axis);
            for (int p = 0; p < Parameters; p++) _slope[p] += factor * Limited(values, term, p);
        }
    }

    private static double Limited(ReadOnlySpan<float> values, LimitedTerm term, int parameter)
    {
        double difference = (double)values[(term.Partner * Parameters) + parameter] - values[(term.Corner * Parameters) + parameter];
        return Math.Clamp(difference, -PresencePattern.LargestStep, PresencePattern.LargestStep);
    }
}
