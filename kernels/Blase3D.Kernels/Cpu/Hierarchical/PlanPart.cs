using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>The plan of some neighbouring lines, before it is put together with that of others.</summary>
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
internal sealed class PlanPart
{
    /// <summary>Products of 16 squares must stay inside the range of a double.</summary>
    public const double LargestDistance = 1e8;

    private const double InterpolationShare = 0.75;
    private const double GaussianShare = 1.0 / 32;
    private const double LargestNearDistance = 5e4;
    private const double NegligibleDepth = 1e-20;

    private WavelengthTree _tree = null!;
    private LineModel _model;
    private double _share;
    private bool _isWide;
    private int[] _node = new int[1024];
    private NearRun[] _run = new NearRun[256];
    private TileLine[] _tile = new TileLine[1024];
    private int[] _tileKey = new int[1024];
    private int _firstTile;

    /// <summary>Entries of nodes.</summary>
    public int NodeCount { get; private set; }

    /// <summary>Near runs.</summary>
    public int RunCount { get; private set; }

    /// <summary>Entries of tiles.</summary>
    public int TileCount { get; private set; }

    /// <summary>Where the entries of nodes go.</summary>
    public int FirstNode { get; private set; }

    /// <summary>Where the near runs go.</summary>
    public int FirstRun { get; private set; }

    /// <summary>Starts a part.</summary>
    public void Begin(WavelengthTree tree, LineModel model, double share)
    {
        (_tree, _model, _share) = (tree, model, share);
        (NodeCount, RunCount, TileCount) = (0, 0, 0);
    }

    /// <summary>Says where the part goes.</summary>
    public void Place(int firstNode, int firstRun, int firstTile) => (FirstNode, FirstRun, _firstTile) = (firstNode, firstRun, firstTile);

    /// <summary>Copies the part to its place.</summary>
    public void CopyTo(int[] nodes, NearRun[] runs, TileLine[] tiles, int[] tileKeys)
    {
        Array.Copy(_node, 0, nodes, FirstNode, NodeCount);
        Array.Copy(_run, 0, runs, FirstRun, RunCount);
        Array.Copy(_tile, 0, tiles, _firstTile, TileCount);
        Array.Copy(_tileKey, 0, tileKeys, _firstTile, TileCount);
    }

    /// <summary>Plans a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="start">The first pixel of its window.</param>
    /// <param name="end">The pixel behind the last of its contiguous range.</param>
    /// <param name="isDetached">Whether the pixel end + 1 belongs to the window as well.</param>
    /// <param name="usesNodes">Whether nodes may be used at all.</param>
    /// <returns>Whether near pixels are so far away that products of squares may leave the range of a double.</returns>
    public bool Plan(in LineLimits line, int start, int end, bool isDetached, bool usesNodes)
    {
        _isWide = false;
        double gaussian = line.LargestDepth / (GaussianShare * _share);
        double core = gaussian > 1 ? Math.Sqrt(Math.Log(gaussian) / line.LeastRate) + line.CenterMargin : 0;
        bool hasWing = line.LargestNumerator > NegligibleDepth * line.LeastSquare;
        usesNodes &= Math.Abs(line.Center - _tree.Origin) < LargestDistance;
        CoveredRange left = CoveredRange.None(start), right = CoveredRange.None(end);
        if (!hasWing)
        {
            // A pure Gaussian: only its core is left.
            ReadOnlySpan<double> window = _tree.Wavelength.AsSpan(start, end - start);
            left = CoveredRange.Of(start, start + LineWindows.SearchSorted(window, line.Center - core));
            right = CoveredRange.Of(start + LineWindows.SearchSorted(window, Math.BitIncrement(line.Center + core)), end);
            if (core <= 0) left = CoveredRange.Of(start, right.First);
        }
        else if (usesNodes && end > start)
        {
            CoverByNodes(line, start, end, core, ref left, ref right);
        }

        AddRun(line, core, start, left.First);
        AddRun(line, core, left.End, right.First);
        AddRun(line, core, right.End, end);
        if (isDetached) AddRun(line, core, end + 1, end + 2);
        return _isWide;
    }

    private void CoverByNodes(in LineLimits line, int start, int end, double core, ref CoveredRange left, ref CoveredRange right)
    {
        WavelengthTree tree = _tree;
        int deepest = tree.Levels - 1;
        bool voigt = _model.Profile == LineProfile.Voigt, product = _model.Composition == Composition.Product;
        double strength = line.LargestNumerator, tolerance = InterpolationShare * _share, half = tree.RootWidth / 2;

        // Reach: the real poles' distance from the centre, where V = MaxDepth; height: the poles' least distance from the real axis.
        double excess = product ? (strength / LineModel.MaxDepth) - line.LeastSquare : -line.LeastSquare;
        double reach = Math.Sqrt(Math.Max(0, excess)), height = Math.Sqrt(Math.Max(0, -excess));
        double scaled = strength / (tolerance * half * half);
        int beside = Separation.Index((voigt ? 128 : 9) * scaled), above = Separation.Index(scaled);
        double[] besideTable = voigt ? Separation.Mixture : Separation.Beside;
        double leastVoigt = voigt ? Math.Sqrt(32 * strength) : 0;
        int cellBefore = start > 0 ? tree.FinestCell(tree.Wavelength[start - 1]) : -1;
        int cellBehind = end < tree.Pixels ? tree.FinestCell(tree.Wavelength[end]) : tree.Roots << deepest;
        double position = line.Center - tree.Origin, inverseWidth = 1 / tree.RootWidth;
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
                distance += line.CenterMargin;
                int leftEnd = (int)Math.Clamp(Math.Floor((position - distance) * inverseWidth), low, high);
                int rightStart = (int)Math.Clamp(Math.Ceiling((position + distance) * inverseWidth), low, high);
                Extend(level, low, leftEnd, innerIsHigh: true, ref left);
                Extend(level, rightStart, high, innerIsHigh: false, ref right);
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
    private void Extend(int level, int low, int high, bool innerIsHigh, ref CoveredRange covered)
    {
        if (covered.LowCell < covered.HighCell)
        {
            for (int cell = covered.LowCell - 1; covered.LowIsOpen && cell >= low; cell--)
                covered.LowIsOpen = Accept(level, cell, ref covered);
            for (int cell = covered.HighCell; covered.HighIsOpen && cell < high; cell++)
                covered.HighIsOpen = Accept(level, cell, ref covered);
            return;
        }

        // The first nodes: from the outer end inward; cells inside larger leaves at the outer end are left out.
        for (int i = 0; i < high - low; i++)
        {
            bool isAccepted = Accept(level, innerIsHigh ? low + i : high - 1 - i, ref covered);
            if (isAccepted || covered.LowCell >= covered.HighCell) continue;
            if (innerIsHigh) covered.HighIsOpen = false;
            else covered.LowIsOpen = false;
            return;
        }
    }

    private bool Accept(int level, int cell, ref CoveredRange covered)
    {
        int node = _tree.Find(level, cell);
        if (node == WavelengthTree.InsideLeaf) return false;
        if (node != WavelengthTree.Empty)
        {
            if (NodeCount == _node.Length) Array.Resize(ref _node, 2 * NodeCount);
            _node[NodeCount++] = node;
            covered.Include(_tree.Nodes[node]);
        }
        else if (covered.LowCell >= covered.HighCell)
        {
            return true;
        }

        covered.IncludeCell(cell);
        return true;
    }

    private void AddRun(in LineLimits line, double core, int start, int end)
    {
        WavelengthTree tree = _tree;
        while (start < end)
        {
            int piece = tree.PieceOf(start), stop = Math.Min(end, tree.Pieces[piece].End);
            int coreStart = stop, coreEnd = stop;
            double low = line.Center - core, high = line.Center + core;
            if (core > 0 && tree.Wavelength[start] <= high && tree.Wavelength[stop - 1] >= low)
            {
                ReadOnlySpan<double> run = tree.Wavelength.AsSpan(start, stop - start);
                coreStart = start + LineWindows.SearchSorted(run, low);
                coreEnd = start + LineWindows.SearchSorted(run, Math.BitIncrement(high));
            }

            if (RunCount == _run.Length) Array.Resize(ref _run, 2 * RunCount);
            _run[RunCount++] = new NearRun(line.Line, piece, start, stop, coreStart, coreEnd);
            _isWide |= !(Math.Max(line.Center - tree.Wavelength[start], tree.Wavelength[stop - 1] - line.Center) < LargestNearDistance);
            AddTiles(line.Line, start, stop);
            start = stop;
        }
    }

    private void AddTiles(int line, int start, int stop)
    {
        WavelengthTree tree = _tree;
        for (int tile = tree.TileOf(start); tile < tree.Tiles.Length && tree.Tiles[tile].First < stop; tile++)
        {
            PixelRange pixels = tree.Tiles[tile];
            int first = Math.Max(start, pixels.First) - pixels.First, end = Math.Min(stop, pixels.End) - pixels.First;
            int key = (2 * tile) + (end - first == pixels.End - pixels.First ? 0 : 1);
            if (TileCount == _tile.Length)
            {
                Array.Resize(ref _tile, 2 * TileCount);
                Array.Resize(ref _tileKey, 2 * TileCount);
            }

            (_tile[TileCount], _tileKey[TileCount]) = (new TileLine(line, (short)first, (short)end), key);
            TileCount++;
        }
    }
}

/// <summary>What a plan of a line holds for.</summary>
/// <param name="Line">Its row.</param>
/// <param name="Center">Its centre.</param>
/// <param name="CenterMargin">How far the centre may move.</param>
/// <param name="LargestNumerator">The largest P.</param>
/// <param name="LargestDepth">The largest Q.</param>
/// <param name="LeastRate">The least h.</param>
/// <param name="LeastSquare">The least q.</param>
internal readonly record struct LineLimits(
    int Line, double Center, double CenterMargin, double LargestNumerator, double LargestDepth, double LeastRate, double LeastSquare);
