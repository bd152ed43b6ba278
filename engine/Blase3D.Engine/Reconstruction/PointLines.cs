using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// The lines at a point, made while kernels take them; on several threads in parts, side by side. Lines do not depend on each other, so the parts change
/// nothing. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
internal sealed class PointLines : ILineSource
{
    private const int MostParts = 8;
    private const int LeastLines = 4096;

    private readonly Func<ILineInterpolator> _create;
    private readonly Action<int> _collectPart;
    private ILineInterpolator[] _interpolators;
    private LineTable[] _tables = [];
    private double[] _point = [];
    private int _firstLine;
    private int _endLine;

    /// <summary>Prepares interpolations.</summary>
    /// <param name="create">Makes an interpolator.</param>
    public PointLines(Func<ILineInterpolator> create) => (_create, _interpolators, _collectPart) = (create, [create()], CollectPart);

    /// <inheritdoc/>
    public int Parts { get; private set; } = 1;

    /// <summary>Chooses the point.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="firstLine">First line index.</param>
    /// <param name="endLine">Line index behind the last.</param>
    /// <param name="workers">The threads that will take the lines.</param>
    public void Begin(ReadOnlySpan<double> point, int firstLine, int endLine, Workers workers)
    {
        Parts = workers.Threads == 1 || endLine - firstLine < LeastLines ? 1 : MostParts;
        if (_interpolators.Length < Parts) _interpolators = [.. _interpolators, .. Enumerable.Range(1, Parts - 1).Select(_ => _create())];
        if (_point.Length != point.Length) _point = new double[point.Length];
        point.CopyTo(_point);
        (_firstLine, _endLine) = (firstLine, endLine);
    }

    /// <inheritdoc/>
    public ILineReader Open(int part)
    {
        _interpolators[part].Begin(_point, Border(part), Border(part + 1));
        return _interpolators[part];
    }

    /// <summary>Makes a table of all lines, for what cannot take them as they are made.</summary>
    public void Collect(Workers workers, LineTable lines)
    {
        if (Parts == 1)
        {
            LineInterpolation.ReadAll(Open(0), lines);
            return;
        }

        if (_tables.Length == 0) _tables = [.. Enumerable.Range(0, MostParts).Select(_ => new LineTable())];
        workers.For(Parts, _collectPart);
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

    private void CollectPart(int part) => LineInterpolation.ReadAll(Open(part), _tables[part]);

    private int Border(int part) => _firstLine + (int)((long)(_endLine - _firstLine) * part / Parts);
}
