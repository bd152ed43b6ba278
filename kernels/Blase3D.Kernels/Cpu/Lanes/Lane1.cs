namespace Blase3D.Kernels.Cpu.Lanes;

/// <summary>One double: the reference lane, and the tail of every other.</summary>
internal readonly struct Lane1(double value) : ILane<Lane1>
{
    private readonly double _value = value;

    public static int Width => 1;

    public static Lane1 Broadcast(double value) => new(value);

    public static Lane1 Load(ref readonly double source) => new(source);

    public static void Store(Lane1 value, ref double destination) => destination = value._value;

    public static Lane1 operator +(Lane1 left, Lane1 right) => new(left._value + right._value);

    public static Lane1 operator -(Lane1 left, Lane1 right) => new(left._value - right._value);

    public static Lane1 operator *(Lane1 left, Lane1 right) => new(left._value * right._value);

    public static Lane1 operator /(Lane1 left, Lane1 right) => new(left._value / right._value);

    public static Lane1 MultiplyAdd(Lane1 a, Lane1 b, Lane1 c) => new(Math.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lane1 Min(Lane1 left, Lane1 right) => left._value < right._value ? left : right;

    public static Lane1 Max(Lane1 left, Lane1 right) => left._value > right._value ? left : right;

    public static Lane1 ZeroUnlessAtMost(Lane1 left, Lane1 right, Lane1 chosen) => left._value <= right._value ? chosen : default;

    public static Lane1 KeepRange(Lane1 value, int from, int to) => from <= 0 && to > 0 ? value : default;

    public static Lane1 ScaleByPowerOfTwo(Lane1 value, Lane1 shifted) =>
        new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value._value) + (BitConverter.DoubleToInt64Bits(shifted._value) << 52)));

    public static Lane1 Exponent(Lane1 value) => new((BitConverter.DoubleToInt64Bits(value._value) >>> 52) - 1023.0);

    public static Lane1 Sqrt(Lane1 value) => new(Math.Sqrt(value._value));

    public static Lane1 Log(Lane1 value) => new(Math.Log(value._value));

    public static double Sum(Lane1 value) => value._value;
}
