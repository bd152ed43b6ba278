using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <content>The making of a plan: lines are planned in parts of so many, side by side, and the parts are put together in their order.</content>
internal sealed partial class HierarchicalPlan
{
    private const int LinesPerPart = 512;
    private const double LeastStep = 1e-8;
    private const int OverlapBlock = 32;

    private readonly Action<int> _planPart;
    private readonly Action<int> _joinPart;
    private readonly Action<int> _sort;
    private PlanPart[] _parts = [];
    private int[] _overlap = [];
    private LineColumns? _columns;
    private LineWindows? _windows;
    private double _share;
    private double _step;
    private bool _usesNodes;
    private int _runs;
    private int _tileEntries;

    public HierarchicalPlan() => (_planPart, _joinPart, _sort) = (PlanPartOf, JoinPart, Sort);

    private void Build(WavelengthTree tree, LineColumns lines, LineWindows windows, Workers workers)
    {
        Reserve(tree, lines.Count);
        IsWide.AsSpan().Clear();
        _step = (tree.Wavelength[tree.Pixels - 1] - tree.Wavelength[0]) / tree.Pixels;
        _share = _tolerance / Math.Max(1, LargestOverlap(tree, windows));
        _usesNodes = _step > LeastStep && tree.RootWidth < PlanPart.LargestDistance;
        (_columns, _windows) = (lines, windows);
        int parts = (lines.Count + LinesPerPart - 1) / LinesPerPart;
        while (_parts.Length < parts) _parts = [.. _parts, new PlanPart()];
        workers.For(parts, _planPart);
        (int nodes, _runs, _tileEntries) = (0, 0, 0);
        foreach (PlanPart part in _parts.AsSpan(0, parts))
        {
            part.Place(nodes, _runs, _tileEntries);
            (nodes, _runs, _tileEntries) = (nodes + part.NodeCount, _runs + part.RunCount, _tileEntries + part.TileCount);
        }

        if (LineNode.Length < nodes) LineNode = new int[nodes + (nodes / 4)];
        if (Runs.Length < _runs) Runs = new NearRun[_runs + (_runs / 4)];
        if (_unsorted.Length < _tileEntries) (_unsorted, _tileKey) = (new TileLine[_tileEntries + (_tileEntries / 4)], new int[_tileEntries + (_tileEntries / 4)]);
        workers.For(parts, _joinPart);
        (LineStart[_lines], RunStart[_lines]) = (nodes, _runs);
        workers.For(3, _sort);
        (_columns, _windows) = (null, null);
    }

    private void PlanPartOf(int index)
    {
        PlanPart part = _parts[index];
        (LineColumns lines, LineWindows windows) = (_columns!, _windows!);
        int start = index * LinesPerPart, end = Math.Min(lines.Count, start + LinesPerPart);
        part.Begin(_tree!, _model, _share);
        for (int j = start; j < end; j++)
        {
            (_first[j], _length[j]) = (windows.First[j], windows.Length[j]);
            (double strength, double width) = _restless[j] == 0
                ? (StrengthGrowth, WidthGrowth)
                : (Math.Pow(StrengthGrowth, 1 + _restless[j]), Math.Pow(WidthGrowth, 1 + _restless[j]));
            _centerMargin[j] = CenterMarginPixels * _step * (1 + _restless[j]);
            (_center[j], _largestNumerator[j], _largestDepth[j]) = (lines.Center[j], strength * lines.Numerator[j], strength * lines.Depth[j]);
            (_leastRate[j], _leastSquare[j]) = (lines.Rate[j] / width, lines.Square[j] / width);
            (LineStart[j], RunStart[j]) = (part.NodeCount, part.RunCount);
            if (lines.IsDegenerate[j]) continue;
            bool usesNodes = _usesNodes && lines.Square[j] < PlanPart.LargestDistance * PlanPart.LargestDistance;
            var limits = new LineLimits(j, _center[j], _centerMargin[j], _largestNumerator[j], _largestDepth[j], _leastRate[j], _leastSquare[j]);
            IsWide[j] = part.Plan(limits, _first[j], _first[j] + _length[j], _detached, usesNodes);
        }
    }

    private void JoinPart(int index)
    {
        PlanPart part = _parts[index];
        part.CopyTo(LineNode, Runs, _unsorted, _tileKey);
        for (int j = index * LinesPerPart; j < Math.Min(_lines, (index + 1) * LinesPerPart); j++)
            (LineStart[j], RunStart[j]) = (LineStart[j] + part.FirstNode, RunStart[j] + part.FirstRun);
    }

    private void Sort(int order)
    {
        if (order == 0) SortByTile();
        else if (order == 1) SortByNode();
        else SortByPiece();
    }
}
