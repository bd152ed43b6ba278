using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Blase3D.Kernels.Cpu.Lanes;

/// <summary>Four doubles (AVX2 with FMA).</summary>
internal readonly struct Lane4(Vector256<double> value) : ILane<Lane4>
{
    private readonly Vector256<double> _value = value;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Broadcast(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Load(ref readonly double source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane4 value, ref double destination) => value._value.StoreUnsafe(ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator +(Lane4 left, Lane4 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator -(Lane4 left, Lane4 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator *(Lane4 left, Lane4 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 operator /(Lane4 left, Lane4 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 MultiplyAdd(Lane4 a, Lane4 b, Lane4 c) => new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Min(Lane4 left, Lane4 right) => new(Vector256.MinNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Max(Lane4 left, Lane4 right) => new(Vector256.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 ZeroUnlessAtMost(Lane4 left, Lane4 right, Lane4 chosen) =>
        new(Vector256.LessThanOrEqual(left._value, right._value) & chosen._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 KeepRange(Lane4 value, int from, int to)
    {
        Vector256<double> index = Vector256.CreateSequence(0.0, 1.0);
        Vector256<double> inside = Vector256.GreaterThanOrEqual(index, Vector256.Create((double)from)) & Vector256.LessThan(index, Vector256.Create((double)to));
        return new(inside & value._value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 ScaleByPowerOfTwo(Lane4 value, Lane4 shifted) =>
        new((value._value.AsInt64() + Vector256.ShiftLeft(shifted._value.AsInt64(), 52)).AsDouble());

    // The exponent's bits become the last ones of the mantissa of 2^52.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Exponent(Lane4 value) =>
        new((Vector256.ShiftRightLogical(value._value.AsInt64(), 52) | Vector256.Create(0x4330000000000000)).AsDouble() - Vector256.Create(4503599627370496.0 + 1023));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Sqrt(Lane4 value) => new(Vector256.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane4 Log(Lane4 value) => new(Vector256.Log(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Lane4 value) => Lane2.Sum(new Lane2(value._value.GetLower() + value._value.GetUpper()));
}
