using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>Puts one pseudo-Voigt line into the pixels of a near run, exactly.</summary>
internal static class NearForward
{
    /// <summary>Adds the line to the accumulators of a piece.</summary>
    /// <remarks>
    /// All packs start at multiples of their width from the piece's first pixel, so that the packs of overlapping lines are the same
    /// memory: a pack that
    /// overlaps two just written ones would wait for both to reach the cache.
    /// </remarks>
    /// <param name="lines">All lines.</param>
    /// <param name="run">The pixels.</param>
    /// <param name="wavelength">Padded by a pack.</param>
    /// <param name="origin">The piece's first pixel.</param>
    /// <param name="accumulator">See <see cref="IComposition"/>; that of the piece's first pixel; padded by a pack.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add<T, TComposition>(LineColumns lines, in NearRun run, double[] wavelength, int origin, ref double accumulator)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, start = run.Start, end = run.End, coreStart = run.CoreStart - T.Width, coreEnd = run.CoreEnd;
        if (run.CoreStart == run.CoreEnd) coreEnd = 0;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        ref double wave = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(wavelength), origin);
        for (int i = start - ((start - origin) & (T.Width - 1)); i < end; i += T.Width)
        {
            T x = T.Load(in Unsafe.Add(ref wave, i - origin)) - center, x2 = x * x;
            T v = p / (x2 + q);
            if (i > coreStart && i < coreEnd)
                v = T.MultiplyAdd(depth, LaneMath.Exp(T.Max(x2 * minusRate, T.Broadcast(LaneMath.MinArgument))), v);
            if (i < start || i > end - T.Width) v = T.KeepRange(v, start - i, end - i);
            ref double own = ref Unsafe.Add(ref accumulator, i - origin);
            T.Store(TComposition.Add(T.Load(in own), v), ref own);
        }
    }
}
