using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// Which nodes of the tree every line contributes to, and on which pixels it is evaluated one by one; both in the order of lines and in
/// the order
/// of nodes. It holds as long as no line leaves the limits that it was made for.
/// </summary>
internal sealed partial class HierarchicalPlan
{
    /// <summary>The length of every node's list of lines is a multiple of this.</summary>
    public const int LinesPerStep = 2;

    // How far the parameters may move before the plan is made again. The distances grow with about the tenth root of the strength,
    // so these cost little. A line that leaves its limits is restless and gets wider ones in the next plan, again and again if need be.
    private const double CenterMarginPixels = 4;
    private const double StrengthGrowth = 2;
    private const double WidthGrowth = 1.5;
    private const int MostRestless = 6;

    private WavelengthTree? _tree;
    private LineModel _model;
    private double _tolerance;
    private bool _detached;
    private double[] _centerMargin = [];
    private byte[] _restless = [];
    private int _lines = -1;
    private int[] _first = [];
    private int[] _length = [];
    private double[] _center = [];
    private double[] _largestNumerator = [];
    private double[] _largestDepth = [];
    private double[] _leastRate = [];
    private double[] _leastSquare = [];

    /// <summary>The nodes of line j are <c>LineNode[LineStart[j] .. LineStart[j + 1]]</c>.</summary>
    public int[] LineStart { get; private set; } = [];

    /// <summary>Nodes, line by line.</summary>
    public int[] LineNode { get; private set; } = [];

    /// <summary>The lines of node n are <c>NodeLine[NodeStart[n] .. NodeStart[n + 1]]</c>.</summary>
    public int[] NodeStart { get; private set; } = [];

    /// <summary>Lines, node by node, ascending within a node; at the end of a list perhaps a few times the line
    /// <see cref="LineColumns.Nothing"/>.</summary>
    public int[] NodeLine { get; private set; } = [];

    /// <summary>The near runs of line j are <c>Runs[RunStart[j] .. RunStart[j + 1]]</c>.</summary>
    public int[] RunStart { get; private set; } = [];

    /// <summary>The runs of pixels on which lines are evaluated exactly, line by line; none crosses the border of a piece.</summary>
    public NearRun[] Runs { get; private set; } = [];

    /// <summary>
    /// The near runs of piece i with a core are <c>PieceRun[PieceRunStart[2 i] .. PieceRunStart[2 i + 1]]</c>, those without one follow up to
    /// <c>PieceRunStart[2 i + 2]</c>.
    /// </summary>
    public int[] PieceRunStart { get; private set; } = [];

    /// <summary>Indices of <see cref="Runs"/>, piece by piece, ascending within each part.</summary>
    public int[] PieceRun { get; private set; } = [];

    /// <summary>
    /// The lines near the whole tile i are <c>TileLines[TileStart[2 i] .. TileStart[2 i + 1]]</c>, those near a part of it follow up to
    /// <c>TileStart[2 i + 2]</c>: the runs once more, tile by tile.
    /// </summary>
    public int[] TileStart { get; private set; } = [];

    /// <summary>Lines and their pixels, tile by tile, ascending within each part.</summary>
    public TileLine[] TileLines { get; private set; } = [];

    /// <summary>Lines with near pixels so far away that products of squares may leave the range of a double.</summary>
    public bool[] IsWide { get; private set; } = [];

    /// <summary>How often a plan was made.</summary>
    public int Builds { get; private set; }

    /// <summary>Makes the plan again if it does not hold for these lines.</summary>
    public void Ensure<T>(WavelengthTree tree, LineModel model, double tolerance, LineColumns lines, LineWindows windows, Workers workers)
        where T : struct, ILane<T>
    {
        bool same = ReferenceEquals(tree, _tree) && model == _model && tolerance == _tolerance && lines.Count == _lines
            && windows.HasDetachedPixel == _detached
            && windows.First.AsSpan(0, _lines).SequenceEqual(_first.AsSpan(0, _lines))
            && windows.Length.AsSpan(0, _lines).SequenceEqual(_length.AsSpan(0, _lines));
        if (same && IsWithinLimits<T>(lines)) return;
        if (same) MarkRestless(lines);
        else _restless.AsSpan().Clear();
        (_tree, _model, _tolerance, _lines, _detached) = (tree, model, tolerance, lines.Count, windows.HasDetachedPixel);
        Build(tree, lines, windows, workers);
        Builds++;
    }

    private bool IsWithinLimits<T>(LineColumns lines)
        where T : struct, ILane<T>
    {
        T zero = T.Broadcast(0), worst = zero;
        int j = 0;
        for (; j <= _lines - T.Width; j += T.Width)
        {
            T moved = T.Load(in lines.Center[j]) - T.Load(in _center[j]);
            worst = T.Max(worst, T.Max(moved, zero - moved) - T.Load(in _centerMargin[j]));
            worst = T.Max(worst, T.Load(in lines.Numerator[j]) - T.Load(in _largestNumerator[j]));
            worst = T.Max(worst, T.Load(in lines.Depth[j]) - T.Load(in _largestDepth[j]));
            worst = T.Max(worst, T.Load(in _leastRate[j]) - T.Load(in lines.Rate[j]));
            worst = T.Max(worst, T.Load(in _leastSquare[j]) - T.Load(in lines.Square[j]));
        }

        bool holds = T.Sum(worst) <= 0;
        for (; j < _lines; j++) holds &= IsWithinLimits(lines, j);
        return holds;
    }

    private bool IsWithinLimits(LineColumns lines, int j) =>
        Math.Abs(lines.Center[j] - _center[j]) <= _centerMargin[j]
        && lines.Numerator[j] <= _largestNumerator[j] && lines.Depth[j] <= _largestDepth[j]
        && lines.Rate[j] >= _leastRate[j] && lines.Square[j] >= _leastSquare[j];

    private void MarkRestless(LineColumns lines)
    {
        for (int j = 0; j < _lines; j++)
        {
            if (_restless[j] < MostRestless && !IsWithinLimits(lines, j)) _restless[j]++;
        }
    }
}

/// <summary>A line near pixels of a tile.</summary>
/// <param name="Line">The line.</param>
/// <param name="First">The first pixel, from the tile's first.</param>
/// <param name="End">The pixel behind the last.</param>
internal readonly record struct TileLine(int Line, short First, short End);

/// <summary>Pixels [Start, End) on which a line is evaluated exactly; its Gaussian counts on [CoreStart, CoreEnd).</summary>
/// <param name="Line">The line.</param>
/// <param name="Piece">The piece of the tree that holds the pixels.</param>
/// <param name="Start">First pixel.</param>
/// <param name="End">Pixel behind the last.</param>
/// <param name="CoreStart">First pixel of the core, at most <paramref name="CoreEnd"/>; both are <paramref name="End"/> when there is no
/// core.</param>
/// <param name="CoreEnd">Pixel behind the last of the core.</param>
internal readonly record struct NearRun(int Line, int Piece, int Start, int End, int CoreStart, int CoreEnd);
