using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Tiles;

/// <summary>The Gaussians of regular lines in one block of pixels, as corrections of what the rational parts gave or will give (<see cref="TileProducts"/>).</summary>
internal static class CoreForward
{
    /// <summary>Corrects the block's accumulators.</summary>
    /// <param name="lines">The regular lines.</param>
    /// <param name="start">The block's first pixel.</param>
    /// <param name="pixels">Pixels of the spectrum in the block.</param>
    /// <param name="scratch">The block.</param>
    public static void Add<TLane, TComposition>(SortedLines lines, int start, int pixels, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        double[] wavelength = scratch.Wavelength;
        double blockLow = wavelength[0], blockHigh = wavelength[pixels - 1];
        double perPixel = blockHigh > blockLow ? (pixels - 1) / (blockHigh - blockLow) : 0;
        int from = WindowOrder.LowerBound(lines.Highest.AsSpan(0, lines.Count), blockLow), last = lines.Count;
        for (int j = from; j < last && lines.Lowest[j] <= blockHigh; j++)
        {
            double core = lines.CoreHalfWidth[j], low = lines.Center[j] - core, high = lines.Center[j] + core;
            if (!(low <= blockHigh && high >= blockLow && core > 0)) continue;
            int first = lines.First[j] - start, end = lines.End[j] - start;

            // From a guess that is right where the pixels are even.
            int at = Math.Clamp((int)((low - blockLow) * perPixel), 0, pixels - 1);
            while (at > 0 && wavelength[at - 1] >= low) at--;
            while (at < pixels - 1 && wavelength[at] < low) at++;
            AddLine<TLane, TComposition>(lines, j, Math.Max(at, first), Math.Min(pixels, end), high, scratch);
            if (lines.HasDetachedPixel && end + 1 >= at)
                AddLine<TLane, TComposition>(lines, j, Math.Max(end + 1, 0), Math.Min(pixels, end + 2), high, scratch);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddLine<TLane, TComposition>(SortedLines lines, int j, int first, int end, double high, TileScratch scratch)
        where TLane : struct, ILane<TLane>
        where TComposition : struct, IComposition
    {
        TLane center = TLane.Broadcast(lines.Center[j]), q = TLane.Broadcast(lines.Square[j]), p = TLane.Broadcast(lines.Numerator[j]);
        TLane depth = TLane.Broadcast(lines.Depth[j]), minusRate = TLane.Broadcast(-lines.Rate[j]);
        ref double wavelength = ref MemoryMarshal.GetArrayDataReference(scratch.Wavelength);
        ref double accumulator = ref MemoryMarshal.GetArrayDataReference(scratch.Accumulator);
        for (int i = first & -TLane.Width; i < end && Unsafe.Add(ref wavelength, i) <= high; i += TLane.Width)
        {
            TileProducts.AddCore<TLane, TComposition>(
                ref Unsafe.Add(ref accumulator, i), TLane.Load(in Unsafe.Add(ref wavelength, i)), center, q, p, depth, minusRate, first - i, end - i);
        }
    }
}
