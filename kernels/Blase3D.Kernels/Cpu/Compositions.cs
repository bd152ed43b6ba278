using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu;

/// <summary>How a kernel body puts the depth V of one line into a pixel, and what the adjoint needs of it.</summary>
internal interface IComposition
{
    /// <summary>The value of a pixel that no line reaches, before <see cref="Finish"/>.</summary>
    static abstract double Empty { get; }

    /// <summary>The pixel's accumulator with one more line of depth v.</summary>
    static abstract T Add<T>(T accumulator, T v)
        where T : struct, ILane<T>;

    /// <summary>d ln S / dV with the sign turned: 1 / (1 - V), or 0 where the depth is clamped; 1 for opacities.</summary>
    static abstract T Sensitivity<T>(T v)
        where T : struct, ILane<T>;

    /// <summary>Turns accumulators into transmissions.</summary>
    static abstract void Finish(Span<double> accumulator);

    /// <summary>The least square at which a depth of numerator / square needs no clamp.</summary>
    static abstract double LeastFarSquare(double numerator);

    /// <summary>What <see cref="FarFinish"/> takes where a line of depth p / square has a Gaussian of depth gauss on top.</summary>
    static abstract T CoreFactor<T>(T square, T p, T gauss)
        where T : struct, ILane<T>;

    /// <summary>The numerator of no far line.</summary>
    static abstract T FarNumerator<T>()
        where T : struct, ILane<T>;

    /// <summary>The numerator with one more far line of depth p / square; the denominator so far is given, and is multiplied by square afterwards.</summary>
    static abstract T FarStep<T>(T numerator, T denominator, T square, T p)
        where T : struct, ILane<T>;

    /// <summary>The accumulator with the ratio of the far lines' numerator and denominator.</summary>
    static abstract T FarFinish<T>(T accumulator, T ratio)
        where T : struct, ILane<T>;

    /// <summary>The adjoint's divisor is q' (q' - 2 half), q' squared over d ln S / dV with the sign turned: half the numerator, or 0.</summary>
    static abstract double HalfNumerator(double numerator);
}

/// <summary>S = prod (1 - clamp(V, 0, 0.999999999)).</summary>
internal readonly struct ProductComposition : IComposition
{
    public static double Empty => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add<T>(T accumulator, T v)
        where T : struct, ILane<T>
        => accumulator * (T.Broadcast(1) - T.Min(T.Broadcast(LineModel.MaxDepth), T.Max(T.Broadcast(0), v)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sensitivity<T>(T v)
        where T : struct, ILane<T>
        => T.ZeroUnlessAtMost(v, T.Broadcast(LineModel.MaxDepth), T.Broadcast(1) / (T.Broadcast(1) - v));

    public static void Finish(Span<double> accumulator)
    {
    }

    public static double LeastFarSquare(double numerator) => numerator * (1 / LineModel.MaxDepth);

    // (1 - V) / (1 - p / square).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CoreFactor<T>(T square, T p, T gauss)
        where T : struct, ILane<T>
        => (square - T.Min(square * T.Broadcast(LineModel.MaxDepth), T.Max(T.Broadcast(0), T.MultiplyAdd(gauss, square, p)))) / (square - p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FarNumerator<T>()
        where T : struct, ILane<T>
        => T.Broadcast(1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FarStep<T>(T numerator, T denominator, T square, T p)
        where T : struct, ILane<T>
        => numerator * (square - p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FarFinish<T>(T accumulator, T ratio)
        where T : struct, ILane<T>
        => accumulator * ratio;

    public static double HalfNumerator(double numerator) => 0.5 * numerator;
}

/// <summary>S = exp(-sum max(V, 0)).</summary>
internal readonly struct OpacityComposition : IComposition
{
    public static double Empty => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add<T>(T accumulator, T v)
        where T : struct, ILane<T>
        => accumulator + T.Max(T.Broadcast(0), v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sensitivity<T>(T v)
        where T : struct, ILane<T>
        => T.Broadcast(1);

    public static void Finish(Span<double> accumulator)
    {
        for (int i = 0; i < accumulator.Length; i++) accumulator[i] = Math.Exp(-accumulator[i]);
    }

    public static double LeastFarSquare(double numerator) => 0;

    public static double HalfNumerator(double numerator) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CoreFactor<T>(T square, T p, T gauss)
        where T : struct, ILane<T>
        => gauss;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FarNumerator<T>()
        where T : struct, ILane<T>
        => T.Broadcast(0);

    // a / d + p / s = (a s + p d) / (d s).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FarStep<T>(T numerator, T denominator, T square, T p)
        where T : struct, ILane<T>
        => T.MultiplyAdd(numerator, square, p * denominator);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T FarFinish<T>(T accumulator, T ratio)
        where T : struct, ILane<T>
        => accumulator + ratio;
}
