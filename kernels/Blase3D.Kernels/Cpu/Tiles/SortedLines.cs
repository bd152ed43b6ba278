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
/// They also have (1 - V) q' = q' - P above 1e-9 everywhere, so the rational part serves for all pixels, and the core is a correction.
/// </remarks>
internal sealed class SortedLines
{
    // A hundred thousand of such lines on one pixel are below rounding.
    private const double InvisibleDepth = 1e-22;

    private int[] _first = [];
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

    /// <summary>-h.</summary>
    public double[] MinusRate { get; private set; } = [];

    /// <summary>Half widths of the cores.</summary>
    public double[] CoreHalfWidth { get; private set; } = [];

    /// <summary>The largest wavelength that the core of this line or of one before it reaches.</summary>
    public double[] Highest { get; private set; } = [];

    /// <summary>The least wavelength that the core of this line or of one behind it reaches.</summary>
    public double[] Lowest { get; private set; } = [];

    /// <summary>First pixels of the windows, ascending.</summary>
    public int[] First => _first;

    /// <summary>Pixels behind the windows' contiguous ranges, ascending.</summary>
    public int[] End => _end;

    /// <summary>Whether the pixel End + 1 belongs to every window as well.</summary>
    public bool HasDetachedPixel { get; private set; }

    /// <summary>The number of irregular lines.</summary>
    public int IrregularCount { get; private set; }

    /// <summary>The irregular lines in the order of the first pixels of their windows.</summary>
    public int[] Irregular { get; private set; } = [];

    /// <summary>First pixels of the irregular lines' windows, ascending.</summary>
    public int[] IrregularFirst { get; private set; } = [];

    /// <summary>The longest window of an irregular line.</summary>
    public int LongestIrregular { get; private set; }

    /// <summary>Sorts the lines of a table.</summary>
    /// <param name="shapes">The lines.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="order">The lines in the order of the first pixels of their windows, or null when they are in that order already.</param>
    /// <param name="wavelength">The pixels, at least one.</param>
    /// <param name="tilePixels">Pixels of a tile, a power of two.</param>
    public void Fill<TComposition>(LineShapeTable shapes, LineWindows windows, int[]? order, double[] wavelength, int tilePixels)
        where TComposition : struct, IComposition
    {
        int lines = windows.Lines, tiles = ((wavelength.Length - 1) / tilePixels) + 1, tileBits = BitOperations.Log2((uint)tilePixels);
        Reserve(lines, tiles + 1);
        HasDetachedPixel = windows.HasDetachedPixel;
        int[] begun = _begun, ended = _ended, first = windows.First, length = windows.Length;
        Array.Clear(begun, 0, tiles + 1);
        Array.Clear(ended, 0, tiles + 1);
        double low = wavelength[0], high = wavelength[^1], highest = double.NegativeInfinity;
        int count = 0, irregular = 0, end = 0;
        LongestIrregular = 0;
        for (int k = 0; k < lines; k++)
        {
            int j = order is null ? k : order[k];
            ref readonly FarShape wing = ref shapes.Far[j];
            if ((wing.Numerator == 0 && wing.CoreHalfWidth == 0) || (length[j] == 0 && !HasDetachedPixel)) continue;
            int stop = first[j] + length[j];
            if (stop < end || wing.Square < TileForward.LeastSquare<TComposition>(wing.Numerator)
                || !(TileForward.IsBounded(wing, low, high) || IsBounded(wing, wavelength, first[j], stop)))
            {
                if (IsInvisible(shapes, j, wavelength, first[j], stop)) continue;
                (Irregular[irregular], IrregularFirst[irregular]) = (j, first[j]);
                LongestIrregular = Math.Max(LongestIrregular, length[j]);
                irregular++;
                continue;
            }

            end = stop;
            highest = Math.Max(highest, wing.Center + wing.CoreHalfWidth);
            (Center[count], Square[count], Numerator[count], CoreHalfWidth[count]) = (wing.Center, wing.Square, wing.Numerator, wing.CoreHalfWidth);
            (Depth[count], MinusRate[count]) = (shapes.GaussDepth[j], -shapes.GaussRate[j]);
            (_first[count], _end[count], Highest[count], Lowest[count]) = (first[j], stop, highest, wing.Center - wing.CoreHalfWidth);
            count++;
            begun[(first[j] + tilePixels - 1) >> tileBits] = count;
            ended[stop >> tileBits] = count;
        }

        (Count, IrregularCount) = (count, irregular);
        for (int k = count - 2; k >= 0; k--) Lowest[k] = Math.Min(Lowest[k], Lowest[k + 1]);
        for (int tile = 1; tile <= tiles; tile++)
        {
            begun[tile] = Math.Max(begun[tile], begun[tile - 1]);
            ended[tile] = Math.Max(ended[tile], ended[tile - 1]);
        }
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
    private static bool IsBounded(in FarShape wing, double[] wavelength, int first, int stop) =>
        TileForward.IsBounded(wing, wavelength[first], wavelength[Math.Min(stop + 1, wavelength.Length - 1)]);

    // Whether a line is so narrow that it falls between two pixels of its window. Its detached pixel may be the nearest: at an end of the
    // spectrum and in front of a gap the centre lies outside of the contiguous range.
    private bool IsInvisible(LineShapeTable shapes, int line, double[] wavelength, int first, int stop)
    {
        double center = shapes.Center[line];
        ReadOnlySpan<double> pixels = wavelength.AsSpan(first, stop - first);
        int behind = LineWindows.SearchSortedFrom(pixels, center, pixels.Length / 2);
        double nearest = Math.Min(
            behind < pixels.Length ? pixels[behind] - center : double.PositiveInfinity,
            behind > 0 ? center - pixels[behind - 1] : double.PositiveInfinity);
        if (HasDetachedPixel && stop + 1 < wavelength.Length) nearest = Math.Min(nearest, Math.Abs(wavelength[stop + 1] - center));
        double square = nearest * nearest;
        return Math.Abs(shapes.LorentzNumerator[line]) < InvisibleDepth * square
            && Math.Abs(shapes.GaussDepth[line]) * Math.Exp(-shapes.GaussRate[line] * square) < InvisibleDepth;
    }

    private void Reserve(int lines, int tiles)
    {
        if (_begun.Length < tiles) (_begun, _ended) = (new int[tiles], new int[tiles]);
        if (_first.Length >= lines) return;
        (Center, Square, Numerator) = (new double[lines], new double[lines], new double[lines]);
        (Depth, MinusRate, CoreHalfWidth) = (new double[lines], new double[lines], new double[lines]);
        (Highest, Lowest) = (new double[lines], new double[lines]);
        (_first, _end, Irregular, IrregularFirst) = (new int[lines], new int[lines], new int[lines], new int[lines]);
    }
}

/// <summary>The regular lines that concern a tile.</summary>
/// <param name="From">The first whose window may touch the tile.</param>
/// <param name="CoverFrom">The first whose window covers the tile.</param>
/// <param name="CoverTo">The line behind the last whose window covers the tile.</param>
/// <param name="To">The line behind the last whose window may touch the tile.</param>
internal readonly record struct TileRange(int From, int CoverFrom, int CoverTo, int To);
