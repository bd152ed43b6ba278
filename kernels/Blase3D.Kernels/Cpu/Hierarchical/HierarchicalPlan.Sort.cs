using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <content>Memory and the orders of a plan.</content>
internal sealed partial class HierarchicalPlan
{
    private TileLine[] _unsorted = [];
    private int[] _tileKey = [];

    // Counting sort: first the entries are counted. NodeStart[n + 1] holds the count of node n, then where its next line goes; every list is filled up to a multiple of
    // LinesPerStep with the line that does nothing.
    private void SortByNode()
    {
        NodeStart.AsSpan().Clear();
        foreach (int node in LineNode.AsSpan(0, LineStart[_lines])) NodeStart[node + 1]++;
        int start = 0;
        for (int n = 1; n < NodeStart.Length; n++)
        {
            int count = NodeStart[n];
            NodeStart[n] = start;
            start += (count + LinesPerStep - 1) & -LinesPerStep;
        }

        if (NodeLine.Length < start) NodeLine = new int[Math.Max(start, LineNode.Length + (NodeStart.Length * LinesPerStep))];
        NodeLine.AsSpan(0, start).Fill(_lines);
        for (int j = 0; j < _lines; j++)
        {
            foreach (int node in LineNode.AsSpan(LineStart[j], LineStart[j + 1] - LineStart[j])) NodeLine[NodeStart[node + 1]++] = j;
        }

        for (int n = 1; n < NodeStart.Length; n++) NodeStart[n] = (NodeStart[n] + LinesPerStep - 1) & -LinesPerStep;
    }

    private void SortByPiece()
    {
        if (PieceRun.Length < Runs.Length) PieceRun = new int[Runs.Length];
        PieceRunStart.AsSpan().Clear();
        for (int run = 0; run < _runs; run++) PieceRunStart[(2 * Runs[run].Piece) + (Runs[run].CoreStart < Runs[run].CoreEnd ? 1 : 2)]++;
        for (int i = 1; i < PieceRunStart.Length; i++) PieceRunStart[i] += PieceRunStart[i - 1];
        for (int run = _runs - 1; run >= 0; run--) PieceRun[--PieceRunStart[(2 * Runs[run].Piece) + (Runs[run].CoreStart < Runs[run].CoreEnd ? 1 : 2)]] = run;
        PieceRunStart.AsSpan(1).CopyTo(PieceRunStart);
        PieceRunStart[^1] = _runs;
    }

    private void SortByTile()
    {
        if (TileLines.Length < _unsorted.Length) TileLines = new TileLine[_unsorted.Length];
        TileStart.AsSpan().Clear();
        foreach (int key in _tileKey.AsSpan(0, _tileEntries)) TileStart[key + 1]++;
        for (int i = 1; i < TileStart.Length; i++) TileStart[i] += TileStart[i - 1];
        for (int entry = _tileEntries - 1; entry >= 0; entry--) TileLines[--TileStart[_tileKey[entry] + 1]] = _unsorted[entry];
        TileStart.AsSpan(1).CopyTo(TileStart);
        TileStart[^1] = _tileEntries;
    }

    // The largest number of windows on a pixel, from above: windows are widened to blocks of pixels.
    private int LargestOverlap(WavelengthTree tree, LineWindows windows)
    {
        int blocks = (tree.Pixels / OverlapBlock) + 2;
        if (_overlap.Length < blocks) _overlap = new int[blocks];
        _overlap.AsSpan().Clear();
        for (int j = 0; j < windows.Lines; j++)
        {
            int end = windows.First[j] + windows.Length[j] + (windows.HasDetachedPixel ? 2 : 0);
            if (end <= windows.First[j]) continue;
            _overlap[windows.First[j] / OverlapBlock]++;
            _overlap[((end - 1) / OverlapBlock) + 1]--;
        }

        int now = 0, largest = 0;
        for (int i = 0; i < blocks; i++)
        {
            now += _overlap[i];
            largest = Math.Max(largest, now);
        }

        return largest;
    }

    private void Reserve(WavelengthTree tree, int lines)
    {
        if (NodeStart.Length != tree.Nodes.Length + 1) NodeStart = new int[tree.Nodes.Length + 1];
        if (PieceRunStart.Length != (2 * tree.Pieces.Length) + 1) PieceRunStart = new int[(2 * tree.Pieces.Length) + 1];
        if (TileStart.Length != (2 * tree.Tiles.Length) + 1) TileStart = new int[(2 * tree.Tiles.Length) + 1];
        if (_center.Length >= lines && LineStart.Length > lines) return;
        (_first, _length, LineStart, RunStart) = (new int[lines], new int[lines], new int[lines + 1], new int[lines + 1]);
        (_center, _centerMargin, _restless) = (new double[lines], new double[lines], new byte[lines]);
        (_largestNumerator, _largestDepth) = (new double[lines], new double[lines]);
        (_leastRate, _leastSquare, IsWide) = (new double[lines], new double[lines], new bool[lines]);
    }
}
