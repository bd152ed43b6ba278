using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Gives the lines at any point of a generalising manifold: the fitted surfaces, with the amplitude taken smoothly to zero towards corners of
/// the cell that do not have the line. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
/// <param name="manifold">A manifold with <see cref="LineManifold.Surfaces"/>.</param>
public sealed class SurfaceInterpolator(LineManifold manifold) : ILineInterpolator
{
    private readonly CellStencil _stencil = new(manifold.Axes, InterpolationScheme.Cubic);
    private readonly LineSurfaces _surfaces = manifold.Surfaces ?? throw new ArgumentException("The manifold has no surfaces.", nameof(manifold));
    private readonly int[][] _exponents = LineSurfaces.Exponents(manifold.Axes.Dimensions, manifold.Surfaces.Degree);
    private double[] _share = [];
    private double[] _term = [];

    private double[] _point = [];
    private int _first;
    private int _next;
    private int _end;

    /// <inheritdoc/>
    public void Begin(ReadOnlySpan<double> point, int firstLine, int endLine)
    {
        _stencil.Locate(point, manifold.NodePresent);
        if (_share.Length < endLine - firstLine) _share = new double[endLine - firstLine];
        if (_term.Length == 0) _term = new double[_exponents.Length];
        if (_point.Length != point.Length) _point = new double[point.Length];
        point.CopyTo(_point);
        (_first, _next, _end) = (firstLine, firstLine, endLine);
        _share.AsSpan(0, endLine - firstLine).Clear();
        for (int c = 0; c < _stencil.CornerCount; c++)
        {
            NodeRun run = manifold.Run(_stencil.Node[c]);
            for (int e = run.LowerBound(firstLine); e < run.End && run.Columns.LineIndex[e] < endLine; e++)
                _share[run.Columns.LineIndex[e] - firstLine] += _stencil.Corners[c].Weight;
        }
    }

    /// <inheritdoc/>
    public bool Read(LineTable block)
    {
        int before = block.BeginRead();
        for (; _next < _end && block.Room > 0; _next++)
        {
            double share = _share[_next - _first];
            if (share == 0) continue;
            int row = block.Count++;
            _surfaces.Terms(_next, _point, _exponents, _term, []);
            block.Center[row] = manifold.LineCenter[_next] + Value(_next, 0);
            block.LnAmplitude[row] = Value(_next, 1) + (share < 1 - 1e-12 ? Math.Log(share) : 0);
            block.LnSigma[row] = Value(_next, 2);
            block.LnGamma[row] = Value(_next, 3);
        }

        return block.Count > before;
    }

    private double Value(int line, int parameter)
    {
        ReadOnlySpan<float> coefficient = _surfaces.Coefficient.AsSpan(((line * 4) + parameter) * _term.Length, _term.Length);
        double sum = 0;
        for (int t = 0; t < coefficient.Length; t++) sum += coefficient[t] * _term[t];
        return sum;
    }
}
