using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>Puts one pseudo-Voigt line into the pixels of a near run, exactly.</summary>
internal static class NearForward
{
    /// <summary>Adds the line to the accumulators.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="run">The pixels.</param>
    /// <param name="wavelength">Padded by a pack.</param>
    /// <param name="limit">The pixel behind the last that may be written, here with its own value again.</param>
    /// <param name="accumulator">See <see cref="IComposition"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T, TComposition>(LineColumns lines, in NearRun run, double[] wavelength, int limit, double[] accumulator)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        int j = run.Line, i = run.Start, end = run.End, full = end - T.Width;
        T center = T.Broadcast(lines.Center[j]), p = T.Broadcast(lines.Numerator[j]), q = T.Broadcast(lines.Square[j]);
        T depth = T.Broadcast(lines.Depth[j]), minusRate = T.Broadcast(-lines.Rate[j]);
        for (; i <= run.CoreStart - T.Width; i += T.Width)
            T.Store(TComposition.Add(T.Load(in accumulator[i]), Wing(T.Load(in wavelength[i]), center, p, q)), ref accumulator[i]);
        for (; i < run.CoreEnd && i <= full; i += T.Width)
            T.Store(TComposition.Add(T.Load(in accumulator[i]), Core(T.Load(in wavelength[i]), center, p, q, depth, minusRate)), ref accumulator[i]);
        for (; i <= full; i += T.Width)
            T.Store(TComposition.Add(T.Load(in accumulator[i]), Wing(T.Load(in wavelength[i]), center, p, q)), ref accumulator[i]);
        if (i >= end) return;
        bool isCore = run.CoreStart < run.CoreEnd && i < run.CoreEnd;
        if (i <= limit - T.Width)
        {
            T mask = LaneMask.First<T>(end - i), w = T.Load(in wavelength[i]);
            T v = isCore ? Core(w, center, p, q, depth, minusRate) : Wing(w, center, p, q);
            T.Store(TComposition.Add(T.Load(in accumulator[i]), v * mask), ref accumulator[i]);
            return;
        }

        (Lane1 center1, Lane1 p1, Lane1 q1) = (Lane1.Broadcast(lines.Center[j]), Lane1.Broadcast(lines.Numerator[j]), Lane1.Broadcast(lines.Square[j]));
        (Lane1 depth1, Lane1 minusRate1) = (Lane1.Broadcast(lines.Depth[j]), Lane1.Broadcast(-lines.Rate[j]));
        for (; i < end; i++)
        {
            var w = Lane1.Broadcast(wavelength[i]);
            Lane1 v = isCore ? Core(w, center1, p1, q1, depth1, minusRate1) : Wing(w, center1, p1, q1);
            Lane1.Store(TComposition.Add(Lane1.Broadcast(accumulator[i]), v), ref accumulator[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Wing<T>(T wavelength, T center, T p, T q)
        where T : struct, ILane<T>
    {
        T x = wavelength - center;
        return p / T.MultiplyAdd(x, x, q);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Core<T>(T wavelength, T center, T p, T q, T depth, T minusRate)
        where T : struct, ILane<T>
    {
        T x = wavelength - center, x2 = x * x;
        return T.MultiplyAdd(depth, LaneMath.Exp(T.Max(x2 * minusRate, T.Broadcast(LaneMath.MinArgument))), p / (x2 + q));
    }
}
