using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <content>The making of a plan.</content>
/// <remarks>
/// <para>The tolerance is shared by the lines: each may be wrong by tolerance / n at any pixel, with n the largest number of windows that
/// overlap.
/// S is at most 1 and so is every factor, so errors of ln S and of single factors add up to at most the tolerance in S. Of a line's share,
/// 3/4 belongs to the interpolation (<see cref="Separation"/>) and 1/32 bounds its neglected Gaussian Q exp(-h x^2) (which counts
/// (1 + 2.3) / (1 - V) times, at most 7 times, for Voigt lines that are interpolated with it: 7/32).</para>
/// <para>On one side of a line, the nodes of one level that lie inside the window and far enough away are an interval of cells. The
/// distance to keep
/// shrinks from level to level, so the intervals nest, and each level adds at most a few nodes at the two ends of what the levels above
/// cover: no search is needed. What is left of the window between, beside and beyond the two covered ranges is evaluated exactly.</para>
/// </remarks>
internal sealed partial class HierarchicalPlan
{
    private const double InterpolationShare = 0.75;
    private const double GaussianShare = 1.0 / 32;

    // Products of 16 squares must stay inside the range of a double.
    private const double LargestDistance = 1e8;
    private const double LeastStep = 1e-8;
    private const double LargestNearDistance = 5e4;
    private const double NegligibleDepth = 1e-20;
    private const int OverlapBlock = 32;

    private int[] _overlap = [];
    private int _nodeEntries;
    private int _runs;
    private int _tileEntries;

    private void Build(WavelengthTree tree, LineColumns lines, LineWindows windows, Workers workers)
    {
        double step = (tree.Wavelength[tree.Pixels - 1] - tree.Wavelength[0]) / tree.Pixels;
        Reserve(tree, lines.Count);
        NodeStart.AsSpan().Clear();
        PieceRunStart.AsSpan().Clear();
        TileStart.AsSpan().Clear();
        IsWide.AsSpan().Clear();
        (_nodeEntries, _runs, _tileEntries) = (0, 0, 0);
        double share = _tolerance / Math.Max(1, LargestOverlap(tree, windows));
        bool usesNodes = step > LeastStep && tree.RootWidth < LargestDistance;
        for (int j = 0; j < lines.Count; j++)
        {
            (_first[j], _length[j]) = (windows.First[j], windows.Length[j]);
            (double strength, double width) = _restless[j] == 0
                ? (StrengthGrowth, WidthGrowth)
                : (Math.Pow(StrengthGrowth, 1 + _restless[j]), Math.Pow(WidthGrowth, 1 + _restless[j]));
            _centerMargin[j] = CenterMarginPixels * step * (1 + _restless[j]);
            (_center[j], _largestNumerator[j], _largestDepth[j]) =
                (lines.Center[j], strength * lines.Numerator[j], strength * Math.Abs(lines.Depth[j]));
            (_leastRate[j], _leastSquare[j]) = (lines.Rate[j] / width, lines.Square[j] / width);
            (LineStart[j], RunStart[j]) = (_nodeEntries, _runs);
            if (!lines.IsDegenerate[j]) PlanLine(tree, j, share, usesNodes && lines.Square[j] < LargestDistance * LargestDistance);
        }

        (LineStart[_lines], RunStart[_lines]) = (_nodeEntries, _runs);
        SortByNode();
        SortByPiece();
        SortByTile();
    }

    private void PlanLine(WavelengthTree tree, int j, double share, bool usesNodes)
    {
        int start = _first[j], end = start + _length[j];
        double gaussian = _largestDepth[j] / (GaussianShare * share);
        double core = gaussian > 1 ? Math.Sqrt(Math.Log(gaussian) / _leastRate[j]) + _centerMargin[j] : 0;
        bool hasWing = _largestNumerator[j] > NegligibleDepth * _leastSquare[j];
        usesNodes &= Math.Abs(_center[j] - tree.Origin) < LargestDistance;
        CoveredRange left = CoveredRange.None(start), right = CoveredRange.None(end);
        if (!hasWing)
        {
            // A pure Gaussian: only its core is left.
            ReadOnlySpan<double> window = tree.Wavelength.AsSpan(start, end - start);
            left = CoveredRange.Of(start, start + LineWindows.SearchSorted(window, _center[j] - core));
            right = CoveredRange.Of(start + LineWindows.SearchSorted(window, Math.BitIncrement(_center[j] + core)), end);
            if (core <= 0) left = CoveredRange.Of(start, right.First);
        }
        else if (usesNodes && end > start)
        {
            CoverByNodes(tree, j, share, core, ref left, ref right);
        }

        AddRun(tree, j, core, start, left.First);
        AddRun(tree, j, core, left.End, right.First);
        AddRun(tree, j, core, right.End, end);
        if (_detached) AddRun(tree, j, core, end + 1, end + 2);
    }

    private void CoverByNodes(WavelengthTree tree, int j, double share, double core, ref CoveredRange left, ref CoveredRange right)
    {
        int start = _first[j], end = start + _length[j], deepest = tree.Levels - 1;
        bool voigt = _model.Profile == LineProfile.Voigt, product = _model.Composition == Composition.Product;
        double strength = _largestNumerator[j], tolerance = InterpolationShare * share, half = tree.RootWidth / 2;

        // Reach: the real poles' distance from the centre, where V = MaxDepth; height: the poles' least distance from the real axis.
        double excess = product ? (strength / LineModel.MaxDepth) - _leastSquare[j] : -_leastSquare[j];
        double reach = Math.Sqrt(Math.Max(0, excess)), height = Math.Sqrt(Math.Max(0, -excess));
        double scaled = strength / (tolerance * half * half);
        int beside = Separation.Index((voigt ? 128 : 9) * scaled), above = Separation.Index(scaled);
        double[] besideTable = voigt ? Separation.Mixture : Separation.Beside;
        double leastVoigt = voigt ? Math.Sqrt(32 * strength) : 0;
        int cellBefore = start > 0 ? tree.FinestCell(tree.Wavelength[start - 1]) : -1;
        int cellBehind = end < tree.Pixels ? tree.FinestCell(tree.Wavelength[end]) : tree.Roots << deepest;
        double position = _center[j] - tree.Origin, inverseWidth = 1 / tree.RootWidth;
        for (int level = 0; level <= deepest; level++)
        {
            int low = cellBefore < 0 ? 0 : (cellBefore >> (deepest - level)) + 1, high = cellBehind >> (deepest - level);
            if (low < high)
            {
                double distance = voigt
                    ? Math.Max(half * Separation.At(besideTable, beside), leastVoigt) + core
                    : height >= half * Separation.At(Separation.Above, above)
                        ? core
                        : Math.Max((half * Separation.At(besideTable, beside)) + reach, core);
                distance += _centerMargin[j];
                int leftEnd = (int)Math.Clamp(Math.Floor((position - distance) * inverseWidth), low, high);
                int rightStart = (int)Math.Clamp(Math.Ceiling((position + distance) * inverseWidth), low, high);
                Extend(tree, level, low, leftEnd, innerIsHigh: true, ref left);
                Extend(tree, level, rightStart, high, innerIsHigh: false, ref right);
            }

            left.Descend();
            right.Descend();
            beside += Separation.EntriesPerLevel;
            above += Separation.EntriesPerLevel;
            half *= 0.5;
            inverseWidth *= 2;
        }
    }

    /// <summary>
    /// Adds the nodes of cells [low, high) that are not covered yet. Growth ends where a cell lies inside a node that was not halved (and
    /// was not far enough
    /// away as a whole), so that what is covered stays contiguous.
    /// </summary>
    private void Extend(WavelengthTree tree, int level, int low, int high, bool innerIsHigh, ref CoveredRange covered)
    {
        if (covered.LowCell < covered.HighCell)
        {
            for (int cell = covered.LowCell - 1; covered.LowIsOpen && cell >= low; cell--)
                covered.LowIsOpen = Accept(tree, level, cell, ref covered);
            for (int cell = covered.HighCell; covered.HighIsOpen && cell < high; cell++)
                covered.HighIsOpen = Accept(tree, level, cell, ref covered);
            return;
        }

        // The first nodes: from the outer end inward; cells inside larger leaves at the outer end are left out.
        for (int i = 0; i < high - low; i++)
        {
            bool isAccepted = Accept(tree, level, innerIsHigh ? low + i : high - 1 - i, ref covered);
            if (isAccepted || covered.LowCell >= covered.HighCell) continue;
            if (innerIsHigh) covered.HighIsOpen = false;
            else covered.LowIsOpen = false;
            return;
        }
    }

    private bool Accept(WavelengthTree tree, int level, int cell, ref CoveredRange covered)
    {
        int node = tree.Find(level, cell);
        if (node == WavelengthTree.InsideLeaf) return false;
        if (node != WavelengthTree.Empty)
        {
            if (_nodeEntries == LineNode.Length) GrowNodes();
            LineNode[_nodeEntries++] = node;
            NodeStart[node + 1]++;
            covered.Include(tree.Nodes[node]);
        }
        else if (covered.LowCell >= covered.HighCell)
        {
            return true;
        }

        covered.IncludeCell(cell);
        return true;
    }

    private void AddRun(WavelengthTree tree, int j, double core, int start, int end)
    {
        while (start < end)
        {
            int piece = tree.PieceOf(start), stop = Math.Min(end, tree.Pieces[piece].End);
            int coreStart = stop, coreEnd = stop;
            double low = _center[j] - core, high = _center[j] + core;
            if (core > 0 && tree.Wavelength[start] <= high && tree.Wavelength[stop - 1] >= low)
            {
                ReadOnlySpan<double> run = tree.Wavelength.AsSpan(start, stop - start);
                coreStart = start + LineWindows.SearchSorted(run, low);
                coreEnd = start + LineWindows.SearchSorted(run, Math.BitIncrement(high));
            }

            if (_runs == Runs.Length) GrowRuns();
            Runs[_runs++] = new NearRun(j, piece, start, stop, coreStart, coreEnd);
            PieceRunStart[(2 * piece) + (coreStart < coreEnd ? 1 : 2)]++;
            IsWide[j] |= !(Math.Max(_center[j] - tree.Wavelength[start], tree.Wavelength[stop - 1] - _center[j]) < LargestNearDistance);
            AddTiles(tree, j, start, stop);
            start = stop;
        }
    }

    private void AddTiles(WavelengthTree tree, int j, int start, int stop)
    {
        for (int tile = tree.TileOf(start); tile < tree.Tiles.Length && tree.Tiles[tile].First < stop; tile++)
        {
            PixelRange pixels = tree.Tiles[tile];
            int first = Math.Max(start, pixels.First) - pixels.First, end = Math.Min(stop, pixels.End) - pixels.First;
            int key = (2 * tile) + (end - first == pixels.End - pixels.First ? 0 : 1);
            if (_tileEntries == _unsorted.Length) GrowTileLines();
            (_unsorted[_tileEntries], _tileKey[_tileEntries]) = (new TileLine(j, (short)first, (short)end), key);
            _tileEntries++;
            TileStart[key + 1]++;
        }
    }
}
