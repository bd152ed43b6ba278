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

    /// <inheritdoc/>
    public void Interpolate(ReadOnlySpan<double> point, int firstLine, int endLine, LineTable lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        _stencil.Locate(point, manifold.NodePresent);
        if (_share.Length < endLine - firstLine) _share = new double[endLine - firstLine];
        if (_term.Length == 0) _term = new double[_exponents.Length];
        _share.AsSpan(0, endLine - firstLine).Clear();
        int count = 0;
        for (int c = 0; c < _stencil.CornerCount; c++)
        {
            NodeRun run = manifold.Run(_stencil.Node[c]);
            for (int e = run.LowerBound(firstLine); e < run.End && run.Columns.LineIndex[e] < endLine; e++)
            {
                ref double share = ref _share[run.Columns.LineIndex[e] - firstLine];
                if (share == 0) count++;
                share += _stencil.Corners[c].Weight;
            }
        }

        lines.Reserve(count);
        int row = 0;
        for (int line = firstLine; line < endLine; line++)
        {
            double share = _share[line - firstLine];
            if (share == 0) continue;
            _surfaces.Terms(line, point, _exponents, _term, []);
            lines.Center[row] = manifold.LineCenter[line] + Value(line, 0);
            lines.LnAmplitude[row] = Value(line, 1) + (share < 1 - 1e-12 ? Math.Log(share) : 0);
            lines.LnSigma[row] = Value(line, 2);
            lines.LnGamma[row] = Value(line, 3);
            row++;
        }

        lines.Count = row;
    }

    private double Value(int line, int parameter)
    {
        ReadOnlySpan<float> coefficient = _surfaces.Coefficient.AsSpan(((line * 4) + parameter) * _term.Length, _term.Length);
        double sum = 0;
        for (int t = 0; t < coefficient.Length; t++) sum += coefficient[t] * _term[t];
        return sum;
    }
}
