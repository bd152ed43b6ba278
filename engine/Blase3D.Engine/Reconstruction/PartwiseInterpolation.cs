using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// The lines of one point on several threads: parts of the lines side by side, then put together. Lines do not depend on each other, so the
/// parts change nothing. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
internal sealed class PartwiseInterpolation
{
    private const int Parts = 8;
    private const int LeastLines = 4096;

    private readonly Func<ILineInterpolator> _create;
    private readonly ILineInterpolator _whole;
    private readonly Action<int> _interpolatePart;
    private ILineInterpolator[] _interpolators = [];
    private LineTable[] _tables = [];
    private double[] _point = [];
    private int _firstLine;
    private int _endLine;

    /// <summary>Prepares interpolations.</summary>
    /// <param name="create">Makes an interpolator.</param>
    public PartwiseInterpolation(Func<ILineInterpolator> create)
    {
        (_create, _whole) = (create, create());
        _interpolatePart = InterpolatePart;
    }

    /// <summary>See <see cref="ILineInterpolator.Interpolate"/>.</summary>
    public void Interpolate(ReadOnlySpan<double> point, int firstLine, int endLine, Workers workers, LineTable lines)
    {
        if (workers.Threads == 1 || endLine - firstLine < LeastLines)
        {
            _whole.Interpolate(point, firstLine, endLine, lines);
            return;
        }

        if (_tables.Length == 0)
        {
            _interpolators = [.. Enumerable.Range(0, Parts).Select(_ => _create())];
            _tables = [.. Enumerable.Range(0, Parts).Select(_ => new LineTable())];
        }

        if (_point.Length != point.Length) _point = new double[point.Length];
        point.CopyTo(_point);
        (_firstLine, _endLine) = (firstLine, endLine);
        workers.For(Parts, _interpolatePart);
        lines.Reserve(_tables.Sum(table => table.Count));
        lines.Count = 0;
        foreach (LineTable table in _tables)
        {
            Array.Copy(table.Center, 0, lines.Center, lines.Count, table.Count);
            Array.Copy(table.LnAmplitude, 0, lines.LnAmplitude, lines.Count, table.Count);
            Array.Copy(table.LnSigma, 0, lines.LnSigma, lines.Count, table.Count);
            Array.Copy(table.LnGamma, 0, lines.LnGamma, lines.Count, table.Count);
            lines.Count += table.Count;
        }
    }

    private void InterpolatePart(int part) => _interpolators[part].Interpolate(_point, Border(part), Border(part + 1), _tables[part]);

    private int Border(int part) => _firstLine + (int)((long)(_endLine - _firstLine) * part / Parts);
}
