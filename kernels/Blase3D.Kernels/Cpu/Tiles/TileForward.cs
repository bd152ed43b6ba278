using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Tiles;

/// <summary>
/// The forward model of one block of pixels by gathering: the pixels' accumulators stay in registers while the lines go by.
/// </summary>
/// <remarks>
/// Far from a line's core its depth is rational (<see cref="TileProducts"/>). Where a line's window ends inside a tile the same products are
/// taken with masked numerators, and the Gaussians of the cores come as corrections of pixels (<see cref="CoreForward"/>). Irregular lines (<see cref="SortedLines"/>) are sorted into far and near for every
/// block of tiles.
/// </remarks>
internal static class TileForward
{
    private const double SmallestFarSquare = 1e-9;

    /// <summary>The largest q' that products take, A^2.</summary>
    public const double LargestFarSquare = 4e9;

    /// <summary>How far from its centre a line may not be treated as far: its core, a depth beyond the clamp, or a very small square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Reach<TComposition>(in FarShape wing)
        where TComposition : struct, IComposition
    {
        double needed = Math.Max(TComposition.LeastFarSquare(wing.Numerator), SmallestFarSquare) - wing.Square;
        return needed > 0 ? Math.Max(wing.CoreHalfWidth, Math.Sqrt(needed) * (1 + 1e-12)) : wing.CoreHalfWidth;
    }

    /// <summary>The least q with which a line is far, but for its Gaussian, from every pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LeastSquare<TComposition>(double numerator)
        where TComposition : struct, IComposition
    {
        double least = TComposition.LeastFarSquare(numerator);
        return least > 0 ? Math.Max(least, numerator + SmallestFarSquare) : SmallestFarSquare;
    }

    /// <summary>Whether q' stays below the largest square that products take, at all wavelengths from low to high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBounded(double center, double square, double low, double high)
    {
        double farthest = Math.Max(Math.Abs(center - low), Math.Abs(center - high));
        return (farthest * farthest) + square <= LargestFarSquare;
    }

    /// <summary>Sorts the irregular lines that touch a block: those that are far from all of it go to its list, the others straight into
    /// the pixels.</summary>
    /// <param name="lines">The irregular lines that may touch the block.</param>
    /// <param name="hasDetachedPixel">Whether the pixel End + 1 belongs to every window as well.</param>
    /// <param name="start">The block's first pixel.</param>
    /// <param name="pixels">Pixels of the spectrum in the block.</param>
    /// <param name="scratch">The block.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Distribute<TLane, TComposition>(
        ReadOnlySpan<IrregularLine> lines, bool hasDetachedPixel, int start, int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        FarLines block = scratch.OfBlock;
        block.Reserve(lines.Length);
        double low = scratch.Wavelength[0], high = scratch.Wavelength[pixels - 1];
        int count = 0;
        foreach (ref readonly IrregularLine line in lines)
        {
            FarShape wing = line.Wing;
            int begin = line.First - start, stop = line.End - start;
            if (begin <= 0 && stop >= pixels && Distance(wing.Center, low, high) > Reach<TComposition>(wing) && IsBounded(wing.Center, wing.Square, low, high))
            {
                (block.Center[count], block.Square[count], block.Numerator[count]) = (wing.Center, wing.Square, wing.Numerator);
                count++;
                continue;
            }

            AddRun<TLane, TComposition>(line, Math.Max(begin, 0), Math.Min(stop, pixels), pixels, scratch);
            if (hasDetachedPixel) AddRun<TLane, TComposition>(line, Math.Max(stop + 1, 0), Math.Min(stop + 2, pixels), pixels, scratch);
        }

        block.Count = count;
    }

    // A line that is near to some pixel of the block, or whose window ends in it: straight into the pixels, runs of tiles that its core touches
    // apart from runs that it does not. Gathering these too would cost more in lists than it saves in divisions.
    private static void AddRun<TLane, TComposition>(in IrregularLine line, int from, int to, int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int tilePixels = TileScratch.LanesPerTile * TLane.Width;
        while (from < to)
        {
            int tile = from / tilePixels;
            bool inCore = TouchesCore(line.Wing, scratch.Wavelength, tile, tilePixels, pixels);
            do tile++;
            while (tile * tilePixels < to && TouchesCore(line.Wing, scratch.Wavelength, tile, tilePixels, pixels) == inCore);
            int stop = Math.Min(to, tile * tilePixels);
            AddPixels<TLane, TComposition>(line, scratch.Wavelength, scratch.Accumulator, from, stop, inCore);
            from = stop;
        }
    }

    private static bool TouchesCore(in FarShape wing, double[] wavelength, int tile, int tilePixels, int pixels)
    {
        int first = tile * tilePixels, last = Math.Min(first + tilePixels, pixels) - 1;
        return Distance(wing.Center, wavelength[first], wavelength[last]) <= wing.CoreHalfWidth;
    }

    /// <summary>Multiplies the regular lines and the block's far irregular ones into the accumulators, tile by tile.</summary>
    /// <param name="lines">The regular lines.</param>
    /// <param name="start">The block's first pixel.</param>
    /// <param name="pixels">Pixels of the spectrum in the block.</param>
    /// <param name="scratch">The block.</param>
    public static void AddTiles<TLane, TComposition>(SortedLines lines, int start, int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int tilePixels = TileScratch.LanesPerTile * TLane.Width;
        FarLines few = scratch.OfBlock;
        for (int at = 0; at < pixels; at += tilePixels)
        {
            TileRange range = lines.RangeOf((start + at) / tilePixels, start + at);
            AddTile<TLane, TComposition>(lines.Center, lines.Square, lines.Numerator, lines, range, start + at, scratch, at);
            if (few.Count > 0)
                AddTile<TLane, TComposition>(few.Center, few.Square, few.Numerator, lines, new TileRange(0, 0, few.Count, few.Count), 0, scratch, at);
            if (lines.HasDetachedPixel) AddDetached<TComposition>(lines, range, start + at, tilePixels, scratch, at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Distance(double center, double low, double high) => center < low ? low - center : center > high ? center - high : 0;

    // First the lines whose window begins or ends in the tile, then those that cover it. The windows are those of the sorted lines.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddTile<TLane, TComposition>(
        double[] centers, double[] squares, double[] numerators, SortedLines windows, TileRange range, int start, TileScratch scratch, int at)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int w = TLane.Width, j = range.CoverFrom, end = range.CoverTo, k = range.From, ends = range.CoverFrom - range.From + (range.To - range.CoverTo);
        double[] wavelength = scratch.Wavelength;
        ref double center = ref MemoryMarshal.GetArrayDataReference(centers);
        ref double square = ref MemoryMarshal.GetArrayDataReference(squares);
        ref double numerator = ref MemoryMarshal.GetArrayDataReference(numerators);
        ref double sum = ref scratch.Accumulator[at];
        TLane w0 = TLane.Load(in wavelength[at]), w1 = TLane.Load(in wavelength[at + w]);
        TLane w2 = TLane.Load(in wavelength[at + (2 * w)]), w3 = TLane.Load(in wavelength[at + (3 * w)]);
        while (j < end || ends > 0)
        {
            int room = TileProducts.LinesPerFlush;
            TLane n0 = TComposition.FarNumerator<TLane>(), n1 = n0, n2 = n0, n3 = n0;
            TLane d0 = TLane.Broadcast(1), d1 = d0, d2 = d0, d3 = d0;
            for (; ends > 0 && room > 0; ends--, room--, k++)
            {
                if (k == range.CoverFrom) k = end;
                TLane c = TLane.Broadcast(Unsafe.Add(ref center, k)), q = TLane.Broadcast(Unsafe.Add(ref square, k));
                TLane p = TLane.Broadcast(Unsafe.Add(ref numerator, k));
                int first = windows.First[k] - start, stop = windows.End[k] - start;
                TileProducts.AddWithin<TLane, TComposition>(ref n0, ref d0, w0, c, q, p, first, stop);
                TileProducts.AddWithin<TLane, TComposition>(ref n1, ref d1, w1, c, q, p, first - w, stop - w);
                TileProducts.AddWithin<TLane, TComposition>(ref n2, ref d2, w2, c, q, p, first - (2 * w), stop - (2 * w));
                TileProducts.AddWithin<TLane, TComposition>(ref n3, ref d3, w3, c, q, p, first - (3 * w), stop - (3 * w));
            }

            for (int to = Math.Min(end, j + room); j < to; j++)
            {
                TLane c = TLane.Broadcast(Unsafe.Add(ref center, j)), q = TLane.Broadcast(Unsafe.Add(ref square, j));
                TLane p = TLane.Broadcast(Unsafe.Add(ref numerator, j));
                TileProducts.Add<TLane, TComposition>(ref n0, ref d0, w0, c, q, p);
                TileProducts.Add<TLane, TComposition>(ref n1, ref d1, w1, c, q, p);
                TileProducts.Add<TLane, TComposition>(ref n2, ref d2, w2, c, q, p);
                TileProducts.Add<TLane, TComposition>(ref n3, ref d3, w3, c, q, p);
            }

            TileProducts.Flush<TLane, TComposition>(ref sum, n0, d0);
            TileProducts.Flush<TLane, TComposition>(ref Unsafe.Add(ref sum, w), n1, d1);
            TileProducts.Flush<TLane, TComposition>(ref Unsafe.Add(ref sum, 2 * w), n2, d2);
            TileProducts.Flush<TLane, TComposition>(ref Unsafe.Add(ref sum, 3 * w), n3, d3);
        }
    }

    private static void AddDetached<TComposition>(SortedLines lines, TileRange range, int start, int tilePixels, TileScratch scratch, int at)
        where TComposition : struct, IComposition
    {
        for (int j = range.From; j < range.CoverFrom; j++)
        {
            int pixel = lines.End[j] + 1 - start;
            if ((uint)pixel >= (uint)tilePixels) continue;
            double x = scratch.Wavelength[at + pixel] - lines.Center[j];
            ref double own = ref scratch.Accumulator[at + pixel];
            Lane1.Store(TComposition.Add(Lane1.Load(in own), Lane1.Broadcast(lines.Numerator[j] / ((x * x) + lines.Square[j]))), ref own);
        }
    }

    // The pixels [from, to), lane by lane, with the depth set to 0 outside of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPixels<TLane, TComposition>(
        in IrregularLine line, double[] wavelength, double[] accumulator, int from, int to, bool inCore)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        TLane center = TLane.Broadcast(line.Wing.Center), q = TLane.Broadcast(line.Wing.Square), p = TLane.Broadcast(line.Wing.Numerator);
        TLane depth = TLane.Broadcast(line.Depth), minusRate = TLane.Broadcast(-line.Rate);
        TLane least = TLane.Broadcast(LaneMath.MinArgument);
        for (int at = from / TLane.Width * TLane.Width; at < to; at += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[at]) - center;
            TLane x2 = x * x;
            TLane v = p / (x2 + q);
            if (inCore) v = TLane.MultiplyAdd(depth, LaneMath.Exp(TLane.Max(least, x2 * minusRate)), v);
            if (at < from || at + TLane.Width > to) v = TLane.KeepRange(v, from - at, to - at);
            TLane.Store(TComposition.Add(TLane.Load(in accumulator[at]), v), ref accumulator[at]);
        }
    }
}
