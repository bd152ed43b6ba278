using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Blase3D.Bench.Measuring;

/// <summary>A vector of doubles of one width, for the loops that measure peak rates.</summary>
/// <typeparam name="T">The vector itself.</typeparam>
internal interface IPack<T>
    where T : struct, IPack<T>
{
    /// <summary>Doubles per vector.</summary>
    static abstract int Width { get; }

    /// <summary>All elements the same.</summary>
    static abstract T Of(double value);

    /// <summary>a b + c with one rounding.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The first element.</summary>
    static abstract double First(T value);

    /// <summary>The sum.</summary>
    static abstract T operator +(T left, T right);

    /// <summary>The quotient.</summary>
    static abstract T operator /(T left, T right);
}

/// <summary>One double.</summary>
internal readonly struct Pack1(double value) : IPack<Pack1>
{
    private readonly double _value = value;

    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack1 Of(double value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack1 MultiplyAdd(Pack1 a, Pack1 b, Pack1 c) => new(Math.FusedMultiplyAdd(a._value, b._value, c._value));

    public static double First(Pack1 value) => value._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack1 operator +(Pack1 left, Pack1 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack1 operator /(Pack1 left, Pack1 right) => new(left._value / right._value);
}

/// <summary>128 bits.</summary>
internal readonly struct Pack2(Vector128<double> value) : IPack<Pack2>
{
    private readonly Vector128<double> _value = value;

    public static int Width => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack2 Of(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack2 MultiplyAdd(Pack2 a, Pack2 b, Pack2 c) => new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    public static double First(Pack2 value) => value._value[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack2 operator +(Pack2 left, Pack2 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack2 operator /(Pack2 left, Pack2 right) => new(left._value / right._value);
}

/// <summary>256 bits.</summary>
internal readonly struct Pack4(Vector256<double> value) : IPack<Pack4>
{
    private readonly Vector256<double> _value = value;

    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack4 Of(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack4 MultiplyAdd(Pack4 a, Pack4 b, Pack4 c) => new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    public static double First(Pack4 value) => value._value[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack4 operator +(Pack4 left, Pack4 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack4 operator /(Pack4 left, Pack4 right) => new(left._value / right._value);
}

/// <summary>512 bits.</summary>
internal readonly struct Pack8(Vector512<double> value) : IPack<Pack8>
{
    private readonly Vector512<double> _value = value;

    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack8 Of(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack8 MultiplyAdd(Pack8 a, Pack8 b, Pack8 c) => new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    public static double First(Pack8 value) => value._value[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack8 operator +(Pack8 left, Pack8 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pack8 operator /(Pack8 left, Pack8 right) => new(left._value / right._value);
}
