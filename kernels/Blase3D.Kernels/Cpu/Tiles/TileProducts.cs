using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Tiles;

/// <summary>The steps of products over lines whose depth is rational, for one pack of pixels; all forward kernels take these.</summary>
/// <remarks>
/// 1 - V = (q' - P) / q' with q' = x^2 + q. Numerators and denominators are multiplied apart, so a line costs three multiply-adds and two
/// subtractions per pack, and a division serves <see cref="LinesPerFlush"/> lines.
/// </remarks>
internal static class TileProducts
{
    /// <summary>Lines per division: squares between 1e-9 and 4e9 A^2 to this power stay within the range of a double.</summary>
    public const int LinesPerFlush = 32;

    /// <summary>One more line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T, TComposition>(ref T numerator, ref T denominator, T wavelength, T center, T q, T p)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        T x = wavelength - center;
        x = T.MultiplyAdd(x, x, q);
        numerator = TComposition.FarStep(numerator, denominator, x, p);
        denominator *= x;
    }

    /// <summary>One more line that reaches the elements [first, end) of the pack only: elsewhere its numerator is 0, and it gives q' / q'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddWithin<T, TComposition>(ref T numerator, ref T denominator, T wavelength, T center, T q, T p, int first, int end)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
        => Add<T, TComposition>(ref numerator, ref denominator, wavelength, center, q, T.KeepRange(p, first, end));

    /// <summary>Puts the lines so far into the pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Flush<T, TComposition>(ref double pixels, T numerator, T denominator)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
        => T.Store(TComposition.FarFinish(T.Load(in pixels), numerator / denominator), ref pixels);

    /// <summary>Corrects a pack of pixels, which has a line's rational part or will have it, for its Gaussian.</summary>
    /// <remarks>
    /// The product has the factor (q' - P) / q' of the rational part, so it is multiplied by (q' - P') / (q' - P), where P' = P + Q q' exp(-h x^2) is
    /// the whole depth times q', clamped. q' - P is above 1e-9 for such lines and has the same bits in both places, so nothing is lost by it.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddCore<T, TComposition>(ref double pixels, T wavelength, T center, T q, T p, T depth, T minusRate, int first, int end)
        where T : struct, ILane<T>
        where TComposition : struct, IComposition
    {
        T x = wavelength - center, none = T.Broadcast(TComposition.Empty);
        T e = LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), x * x * minusRate));
        T factor = TComposition.CoreFactor(T.MultiplyAdd(x, x, q), p, depth * e);
        if (first > 0 || end < T.Width) factor = none + T.KeepRange(factor - none, first, end);
        T.Store(TComposition.FarFinish(T.Load(in pixels), factor), ref pixels);
    }
}
