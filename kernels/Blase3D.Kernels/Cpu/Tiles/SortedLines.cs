using System.Numerics;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Tiles;

/// <summary>
/// The lines of a spectrum as tiles of pixels want them: regular lines as packed columns in which the lines that concern a tile are
/// neighbours, and apart from them the few that break that order.
/// </summary>
/// <remarks>
/// Regular lines ascend in the first pixel and in the end of their windows, so the lines whose window covers a whole tile are a range, and
/// those whose window begins or ends in it are the ranges beside: a tile walks along the columns themselves, and nothing is copied for it.
/// They also have (1 - V) q' = q' - P above 1e-9 at every pixel, so the rational part serves for all pixels, and the core is a correction.
/// </remarks>
internal sealed class SortedLines
{
    private double[][] _kept = [];
    private int[] _keptFirst = [];
    private int[] _end = [];
    private int[] _begun = [0];
    private int[] _ended = [0];

    /// <summary>The number of regular lines.</summary>
    public int Count { get; private set; }

    /// <summary>Centres of the regular lines.</summary>
    public double[] Center { get; private set; } = [];

    /// <summary>q.</summary>
    public double[] Square { get; private set; } = [];

    /// <summary>P.</summary>
    public double[] Numerator { get; private set; } = [];

    /// <summary>Q.</summary>
    public double[] Depth { get; private set; } = [];

    /// <summary>h.</summary>
    public double[] Rate { get; private set; } = [];

    /// <summary>Half widths of the cores.</summary>
    public double[] CoreHalfWidth { get; private set; } = [];

    /// <summary>The largest wavelength that the core of this line or of one before it reaches.</summary>
    public double[] Highest { get; private set; } = [];

    /// <summary>The least wavelength that the core of this line or of one behind it reaches.</summary>
    public double[] Lowest { get; private set; } = [];

    /// <summary>First pixels of the windows, ascending.</summary>
    public int[] First { get; private set; } = [];

    /// <summary>Pixels behind the windows' contiguous ranges, ascending.</summary>
    public int[] End => _end;

    /// <summary>Whether the pixel End + 1 belongs to every window as well.</summary>
    public bool HasDetachedPixel { get; private set; }

    /// <summary>The number of irregular lines.</summary>
    public int IrregularCount { get; private set; }

    /// <summary>The irregular lines in the order of the first pixels of their windows.</summary>
    public IrregularLine[] Irregular { get; private set; } = [];

    /// <summary>First pixels of the irregular lines' windows, ascending.</summary>
    public int[] IrregularFirst { get; private set; } = [];

    /// <summary>The longest window of an irregular line.</summary>
    public int LongestIrregular { get; private set; }

    /// <summary>Sorts lines.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="order">The lines in the order of the first pixels of their windows, or null when they are in that order already.</param>
    /// <param name="isKept">
    /// Whether the columns must stay as they are. When they need not, and the lines are in order, nothing is copied: these columns are then those, from
    /// which irregular lines are taken out.
    /// </param>
    /// <param name="wavelength">The pixels, at least one.</param>
    /// <param name="tilePixels">Pixels of a tile, a power of two.</param>
    public void Fill<TComposition>(LineColumns lines, LineWindows windows, int[]? order, bool isKept, double[] wavelength, int tilePixels)
        where TComposition : struct, IComposition
    {
        int tiles = ((wavelength.Length - 1) / tilePixels) + 1;
        isKept |= order is not null;
        Take(lines, windows, isKept);
        Reserve(windows.Lines, tiles + 1);
        HasDetachedPixel = windows.HasDetachedPixel;
        Array.Clear(_begun, 0, tiles + 1);
        Array.Clear(_ended, 0, tiles + 1);
        Place<TComposition>(lines, windows, order, isKept, wavelength, tilePixels);
        for (int k = Count - 2; k >= 0; k--) Lowest[k] = Math.Min(Lowest[k], Lowest[k + 1]);
        int begun = 0, ended = 0;
        for (int tile = 0; tile <= tiles; tile++)
        {
            _begun[tile] = begun = Math.Max(begun, _begun[tile]);
            _ended[tile] = ended = Math.Max(ended, _ended[tile]);
        }
    }

    private void Place<TComposition>(LineColumns lines, LineWindows windows, int[]? order, bool isKept, double[] wavelength, int tilePixels)
        where TComposition : struct, IComposition
    {
        int tileBits = BitOperations.Log2((uint)tilePixels), count = 0, end = 0;
        double low = wavelength[0], high = wavelength[^1], highest = double.NegativeInfinity;
        double[] centers = lines.Center, squares = lines.Square, numerators = lines.Numerator, cores = lines.CoreHalfWidth;
        int[] first = windows.First, length = windows.Length;
        (IrregularCount, LongestIrregular) = (0, 0);
        for (int k = 0; k < windows.Lines; k++)
        {
            int j = order is null ? k : order[k], at = first[j], stop = at + length[j];
            double center = centers[j], square = squares[j], numerator = numerators[j], core = cores[j];
            if ((numerator == 0 && core == 0) || (stop == at && !HasDetachedPixel)) continue;
            double least = TileForward.LeastSquare<TComposition>(numerator), nearest = 0;
            if (square < least)
            {
                nearest = LineVisibility.NearestSquare(center, wavelength, at + ((length[j] + 1) / 2));
                if (LineVisibility.IsInvisible(lines, j, nearest)) continue;
            }

            if (stop < end || square + nearest < least
                || !(TileForward.IsBounded(center, square, low, high) || IsBounded(center, square, wavelength, at, stop)))
            {
                AddIrregular(lines, j, at, stop);
                continue;
            }

            end = stop;
            highest = Math.Max(highest, center + core);
            if (isKept || k > count)
            {
                (Center[count], Square[count], Numerator[count], CoreHalfWidth[count]) = (center, square, numerator, core);
                (Depth[count], Rate[count], First[count]) = (lines.Depth[j], lines.Rate[j], at);
            }

            (_end[count], Highest[count], Lowest[count]) = (stop, highest, center - core);
            count++;
            _begun[(at + tilePixels - 1) >> tileBits] = count;
            _ended[stop >> tileBits] = count;
        }

        Count = count;
    }

    /// <summary>The lines that concern a tile.</summary>
    /// <param name="tile">The tile's number.</param>
    /// <param name="start">Its first pixel.</param>
    public TileRange RangeOf(int tile, int start)
    {
        int from = tile == 0 ? 0 : _ended[tile - 1], to = _begun[tile + 1];

        // A detached pixel lies one pixel behind the end.
        while (HasDetachedPixel && from > 0 && _end[from - 1] + 1 >= start) from--;
        int coverFrom = Math.Min(_ended[tile], to);
        return new TileRange(from, coverFrom, Math.Max(coverFrom, _begun[tile]), to);
    }

    // Whether squares stay small enough in the line's window; asked for when they do not in the whole spectrum, because to look up pixels takes long.
    private static bool IsBounded(double center, double square, double[] wavelength, int first, int stop) =>
        TileForward.IsBounded(center, square, wavelength[first], wavelength[Math.Min(stop + 1, wavelength.Length - 1)]);

    private void AddIrregular(LineColumns lines, int line, int first, int stop)
    {
        if (IrregularCount == Irregular.Length)
        {
            int room = Math.Max(16, 2 * IrregularCount);
            (IrregularLine[] irregular, int[] starts) = (Irregular, IrregularFirst);
            Array.Resize(ref irregular, room);
            Array.Resize(ref starts, room);
            (Irregular, IrregularFirst) = (irregular, starts);
        }

        Irregular[IrregularCount] = new IrregularLine(new FarShape(lines, line), lines.Depth[line], lines.Rate[line], first, stop);
        IrregularFirst[IrregularCount++] = first;
        LongestIrregular = Math.Max(LongestIrregular, stop - first);
    }

    // The columns to fill: others than those of the lines, or the very same.
    private void Take(LineColumns lines, LineWindows windows, bool isKept)
    {
        if (!isKept)
        {
            (Center, Square, Numerator) = (lines.Center, lines.Square, lines.Numerator);
            (Depth, Rate, CoreHalfWidth, First) = (lines.Depth, lines.Rate, lines.CoreHalfWidth, windows.First);
            return;
        }

        if (_kept.Length == 0 || _kept[0].Length < windows.Lines)
        {
            int room = windows.Lines;
            _kept = [new double[room], new double[room], new double[room], new double[room], new double[room], new double[room]];
            _keptFirst = new int[windows.Lines];
        }

        (Center, Square, Numerator) = (_kept[0], _kept[1], _kept[2]);
        (Depth, Rate, CoreHalfWidth, First) = (_kept[3], _kept[4], _kept[5], _keptFirst);
    }

    private void Reserve(int lines, int tiles)
    {
        if (_begun.Length < tiles) (_begun, _ended) = (new int[tiles], new int[tiles]);
        if (_end.Length < lines) (_end, Highest, Lowest) = (new int[lines], new double[lines], new double[lines]);
    }
}

/// <summary>The regular lines that concern a tile.</summary>
/// <param name="From">The first whose window may touch the tile.</param>
/// <param name="CoverFrom">The first whose window covers the tile.</param>
/// <param name="CoverTo">The line behind the last whose window covers the tile.</param>
/// <param name="To">The line behind the last whose window may touch the tile.</param>
internal readonly record struct TileRange(int From, int CoverFrom, int CoverTo, int To);

/// <summary>The far wing of a line, P / (x^2 + q), and how far from the centre it begins.</summary>
internal readonly record struct FarShape(double Center, double Square, double Numerator, double CoreHalfWidth)
{
    /// <summary>That of a line of a table.</summary>
    public FarShape(LineColumns lines, int line)
        : this(lines.Center[line], lines.Square[line], lines.Numerator[line], lines.CoreHalfWidth[line])
    {
    }
}

/// <summary>A line that breaks the order.</summary>
/// <param name="Wing">Its far wing.</param>
/// <param name="Depth">Q.</param>
/// <param name="Rate">h.</param>
/// <param name="First">The first pixel of its window.</param>
/// <param name="End">The pixel behind the last of its window's contiguous range.</param>
internal readonly record struct IrregularLine(FarShape Wing, double Depth, double Rate, int First, int End);
