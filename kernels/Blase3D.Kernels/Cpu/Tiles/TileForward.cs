using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Tiles;

/// <summary>
/// The forward model of one block of pixels by gathering: the pixels' accumulators stay in registers while the lines go by.
/// </summary>
/// <remarks>
/// Far from a line's core 1 - V = (q' - P) / q' with q' = x^2 + q. The numerators and the denominators of up to
/// <see cref="LinesPerFlush"/> lines are multiplied apart, so a line costs 3 multiply-adds and 2 subtractions per lane and no division.
/// Only blocks that a line's core or the end of its window touches treat that line by itself, with a division.
/// </remarks>
internal static class TileForward
{
    /// <summary>q' lies between 1e-9 (else the line is near) and 1e9 A^2, so this many factors stay within the range of a double.</summary>
    private const int LinesPerFlush = 32;

    private const double SmallestFarSquare = 1e-9;

    /// <summary>Sorts lines: those that are far from the whole block go to its list, the others straight into the pixels.</summary>
    /// <param name="shapes">All lines.</param>
    /// <param name="windows">Their windows.</param>
    /// <param name="order">The lines in the order of their windows, or null when they are in that order already.</param>
    /// <param name="from">The first line that may touch the block, in that order.</param>
    /// <param name="to">The line behind the last.</param>
    /// <param name="start">The block's first pixel.</param>
    /// <param name="pixels">Pixels of the spectrum in the block.</param>
    /// <param name="scratch">The block.</param>
    public static void Distribute<TLane, TComposition>(
        LineShapeTable shapes, LineWindows windows, int[]? order, int from, int to, int start, int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        FarLines block = scratch.OfBlock;
        block.Reserve(Math.Max(0, to - from));
        ref FarShape shape = ref MemoryMarshal.GetArrayDataReference(shapes.Far);
        ref int first = ref MemoryMarshal.GetArrayDataReference(windows.First);
        ref int length = ref MemoryMarshal.GetArrayDataReference(windows.Length);
        ref double center = ref block.Center[0];
        ref double square = ref block.Square[0];
        ref double numerator = ref block.Numerator[0];
        double low = scratch.Wavelength[0], high = scratch.Wavelength[pixels - 1];
        int count = 0;
        for (int k = from; k < to; k++)
        {
            int line = order is null ? k : order[k];
            ref readonly FarShape wing = ref Unsafe.Add(ref shape, line);
            int begin = Unsafe.Add(ref first, line) - start, stop = begin + Unsafe.Add(ref length, line);
            if (begin <= 0 && stop >= pixels && IsFar<TComposition>(Distance(wing.Center, low, high), wing))
            {
                Unsafe.Add(ref center, count) = wing.Center;
                Unsafe.Add(ref square, count) = wing.Square;
                Unsafe.Add(ref numerator, count) = wing.Numerator;
                count++;
                continue;
            }

            AddRun<TLane, TComposition>(shapes, line, Math.Max(begin, 0), Math.Min(stop, pixels), pixels, scratch);
            if (windows.HasDetachedPixel)
                AddRun<TLane, TComposition>(shapes, line, Math.Max(stop + 1, 0), Math.Min(stop + 2, pixels), pixels, scratch);
        }

        block.Count = count;
    }

    // A line that is near to some pixel of the block, or whose window ends in it: straight into the pixels, runs of tiles that its core touches
    // apart from runs that it does not. Gathering these too would cost more in lists than it saves in divisions.
    private static void AddRun<TLane, TComposition>(LineShapeTable shapes, int line, int from, int to, int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        FarShape wing = shapes.Far[line];
        if (from >= to || (wing.Numerator == 0 && wing.CoreHalfWidth == 0)) return;
        int tilePixels = TileScratch.LanesPerTile * TLane.Width;
        while (from < to)
        {
            int tile = from / tilePixels;
            bool inCore = TouchesCore(wing, scratch.Wavelength, tile, tilePixels, pixels);
            do tile++;
            while (tile * tilePixels < to && TouchesCore(wing, scratch.Wavelength, tile, tilePixels, pixels) == inCore);
            int stop = Math.Min(to, tile * tilePixels);
            AddPixels<TLane, TComposition>(shapes, line, scratch.Wavelength, scratch.Accumulator, from, stop, inCore);
            from = stop;
        }
    }

    private static bool TouchesCore(in FarShape wing, double[] wavelength, int tile, int tilePixels, int pixels)
    {
        int first = tile * tilePixels, last = Math.Min(first + tilePixels, pixels) - 1;
        return Distance(wing.Center, wavelength[first], wavelength[last]) <= wing.CoreHalfWidth;
    }

    /// <summary>Multiplies the block's far lines into the accumulators, tile by tile.</summary>
    /// <param name="pixels">Pixels of the spectrum in the block.</param>
    /// <param name="scratch">The block.</param>
    public static void AddFar<TLane, TComposition>(int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int tilePixels = TileScratch.LanesPerTile * TLane.Width;
        for (int tile = 0; tile * tilePixels < pixels; tile++)
        {
            FarTile<TLane, TComposition>(scratch.OfBlock, scratch.Wavelength, scratch.Accumulator, tile * tilePixels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Distance(double center, double low, double high) => center < low ? low - center : center > high ? center - high : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFar<TComposition>(double distance, in FarShape wing)
        where TComposition : struct, IComposition
    {
        double nearest = (distance * distance) + wing.Square;
        return distance > wing.CoreHalfWidth && nearest >= SmallestFarSquare && TComposition.IsUnclamped(wing.Numerator, nearest);
    }

    private static void FarTile<TLane, TComposition>(FarLines lines, double[] wavelength, double[] accumulator, int at)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        int count = lines.Count, w = TLane.Width;
        if (count == 0) return;
        ref double center = ref lines.Center[0];
        ref double square = ref lines.Square[0];
        ref double numerator = ref lines.Numerator[0];
        ref double sum = ref accumulator[at];
        TLane w0 = TLane.Load(in wavelength[at]), w1 = TLane.Load(in wavelength[at + w]);
        TLane w2 = TLane.Load(in wavelength[at + (2 * w)]), w3 = TLane.Load(in wavelength[at + (3 * w)]);
        for (int j = 0; j < count;)
        {
            int stop = Math.Min(count, j + LinesPerFlush);
            TLane n0 = TComposition.FarNumerator<TLane>(), n1 = n0, n2 = n0, n3 = n0;
            TLane d0 = TLane.Broadcast(1), d1 = d0, d2 = d0, d3 = d0;
            for (; j < stop; j++)
            {
                TLane c = TLane.Broadcast(Unsafe.Add(ref center, j)), q = TLane.Broadcast(Unsafe.Add(ref square, j));
                TLane p = TLane.Broadcast(Unsafe.Add(ref numerator, j));
                TLane x0 = w0 - c, x1 = w1 - c, x2 = w2 - c, x3 = w3 - c;
                x0 = TLane.MultiplyAdd(x0, x0, q);
                x1 = TLane.MultiplyAdd(x1, x1, q);
                x2 = TLane.MultiplyAdd(x2, x2, q);
                x3 = TLane.MultiplyAdd(x3, x3, q);
                n0 = TComposition.FarStep(n0, d0, x0, p);
                n1 = TComposition.FarStep(n1, d1, x1, p);
                n2 = TComposition.FarStep(n2, d2, x2, p);
                n3 = TComposition.FarStep(n3, d3, x3, p);
                d0 *= x0;
                d1 *= x1;
                d2 *= x2;
                d3 *= x3;
            }

            Flush<TLane, TComposition>(ref sum, n0, d0);
            Flush<TLane, TComposition>(ref Unsafe.Add(ref sum, w), n1, d1);
            Flush<TLane, TComposition>(ref Unsafe.Add(ref sum, 2 * w), n2, d2);
            Flush<TLane, TComposition>(ref Unsafe.Add(ref sum, 3 * w), n3, d3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Flush<TLane, TComposition>(ref double sum, TLane numerator, TLane denominator)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
        => TLane.Store(TComposition.FarFinish(TLane.Load(in sum), numerator / denominator), ref sum);

    // The pixels [from, to), lane by lane, with the depth set to 0 outside of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddPixels<TLane, TComposition>(
        LineShapeTable shapes, int line, double[] wavelength, double[] accumulator, int from, int to, bool inCore)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        TLane center = TLane.Broadcast(shapes.Center[line]), q = TLane.Broadcast(shapes.LorentzSquare[line]);
        TLane p = TLane.Broadcast(shapes.LorentzNumerator[line]);
        TLane depth = TLane.Broadcast(shapes.GaussDepth[line]), minusRate = TLane.Broadcast(-shapes.GaussRate[line]);
        TLane least = TLane.Broadcast(LaneMath.MinArgument);
        for (int at = from / TLane.Width * TLane.Width; at < to; at += TLane.Width)
        {
            TLane x = TLane.Load(in wavelength[at]) - center;
            TLane x2 = x * x;
            TLane v = p / (x2 + q);
            if (inCore) v = TLane.MultiplyAdd(depth, LaneMath.Exp(TLane.Max(x2 * minusRate, least)), v);
            if (at < from || at + TLane.Width > to) v = TLane.KeepRange(v, from - at, to - at);
            TLane.Store(TComposition.Add(TLane.Load(in accumulator[at]), v), ref accumulator[at]);
        }
    }
}
