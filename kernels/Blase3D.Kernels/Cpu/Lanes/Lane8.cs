using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Blase3D.Kernels.Cpu.Lanes;

/// <summary>Eight doubles (AVX-512).</summary>
internal readonly struct Lane8(Vector512<double> value) : ILane<Lane8>
{
    private readonly Vector512<double> _value = value;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Broadcast(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Load(ref readonly double source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane8 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator +(Lane8 left, Lane8 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator -(Lane8 left, Lane8 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator *(Lane8 left, Lane8 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 operator /(Lane8 left, Lane8 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 MultiplyAdd(Lane8 a, Lane8 b, Lane8 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Min(Lane8 left, Lane8 right) => new(Vector512.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Max(Lane8 left, Lane8 right) => new(Vector512.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 ZeroUnlessAtMost(Lane8 left, Lane8 right, Lane8 chosen) =>
        new(Vector512.LessThanOrEqual(left._value, right._value) & chosen._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 KeepRange(Lane8 value, int from, int to)
    {
        Vector512<double> index = Vector512.CreateSequence(0.0, 1.0);
        Vector512<double> inside = Vector512.GreaterThanOrEqual(index, Vector512.Create((double)from)) & Vector512.LessThan(index, Vector512.Create((double)to));
        return new(inside & value._value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 ScaleByPowerOfTwo(Lane8 value, Lane8 shifted) =>
        new((value._value.AsInt64() + Vector512.ShiftLeft(shifted._value.AsInt64(), 52)).AsDouble());

    // The exponent's bits become the last ones of the mantissa of 2^52.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Exponent(Lane8 value) =>
        new((Vector512.ShiftRightLogical(value._value.AsInt64(), 52) | Vector512.Create(0x4330000000000000)).AsDouble() - Vector512.Create(4503599627370496.0 + 1023));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Sqrt(Lane8 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane8 Log(Lane8 value) => new(Vector512.Log(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lane8 value) => Lane4.Sum(new Lane4(value._value.GetLower() + value._value.GetUpper()));
}
