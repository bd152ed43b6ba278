using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Blase3D.Kernels.Cpu.Lanes;

/// <summary>Two doubles (Arm NEON, SSE4.1 with FMA).</summary>
internal readonly struct Lane2(Vector128<double> value) : ILane<Lane2>
{
    private readonly Vector128<double> _value = value;

    public static int Width => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Broadcast(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Load(ref readonly double source) => new(Vector128.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane2 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator +(Lane2 left, Lane2 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator -(Lane2 left, Lane2 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator *(Lane2 left, Lane2 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 operator /(Lane2 left, Lane2 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 MultiplyAdd(Lane2 a, Lane2 b, Lane2 c) => new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Min(Lane2 left, Lane2 right) => new(Vector128.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Max(Lane2 left, Lane2 right) => new(Vector128.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 ZeroUnlessAtMost(Lane2 left, Lane2 right, Lane2 chosen) =>
        new(Vector128.LessThanOrEqual(left._value, right._value) & chosen._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 KeepRange(Lane2 value, int from, int to)
    {
        Vector128<double> index = Vector128.CreateSequence(0.0, 1.0);
        Vector128<double> inside = Vector128.GreaterThanOrEqual(index, Vector128.Create((double)from)) & Vector128.LessThan(index, Vector128.Create((double)to));
        return new(inside & value._value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 ScaleByPowerOfTwo(Lane2 value, Lane2 shifted) =>
        new((value._value.AsInt64() + Vector128.ShiftLeft(shifted._value.AsInt64(), 52)).AsDouble());

    // The exponent's bits become the last ones of the mantissa of 2^52.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Exponent(Lane2 value) =>
        new((Vector128.ShiftRightLogical(value._value.AsInt64(), 52) | Vector128.Create(0x4330000000000000)).AsDouble() - Vector128.Create(4503599627370496.0 + 1023));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Sqrt(Lane2 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane2 Log(Lane2 value) => new(Vector128.Log(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lane2 value) => value._value.GetElement(0) + value._value.GetElement(1);
}
