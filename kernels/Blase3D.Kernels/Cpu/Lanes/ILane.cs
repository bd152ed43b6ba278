namespace Blase3D.Kernels.Cpu.Lanes;

/// <summary>
/// A pack of doubles that a kernel body is written over once. The pack of one is the reference; all packs do the same correctly
/// rounded operations per element, so element-wise results agree bit for bit between them.
/// </summary>
/// <typeparam name="T">The lane type itself.</typeparam>
internal interface ILane<T>
    where T : struct, ILane<T>
{
    static abstract int Width { get; }

    static abstract T Broadcast(double value);

    static abstract T Load(ref readonly double source);

    static abstract void Store(T value, ref double destination);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>a * b + c with one rounding.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>The smaller numbers; with a NaN on the right that NaN, so what may be one stands there.</summary>
    static abstract T Min(T left, T right);

    /// <summary>The larger numbers; with a NaN on the right that NaN, so what may be one stands there.</summary>
    static abstract T Max(T left, T right);

    /// <summary>Per element: left at most right ? chosen : 0.</summary>
    static abstract T ZeroUnlessAtMost(T left, T right, T chosen);

    /// <summary>The elements from index <paramref name="from"/> up to but without <paramref name="to"/>; 0 elsewhere.</summary>
    static abstract T KeepRange(T value, int from, int to);

    /// <summary>
    /// value * 2^n, where n sits in the low mantissa bits of <paramref name="shifted"/> = n + 1.5 * 2^52; the result must be a normal number.
    /// </summary>
    static abstract T ScaleByPowerOfTwo(T value, T shifted);

    /// <summary>floor(log2 x) of positive normal numbers; below -1022 for zero and subnormal ones.</summary>
    static abstract T Exponent(T value);

    /// <summary>The square roots, correctly rounded; of negative numbers NaN.</summary>
    static abstract T Sqrt(T value);

    /// <summary>The natural logarithm of positive normal numbers.</summary>
    static abstract T Log(T value);

    /// <summary>The sum of the elements, pairwise from the ends of the pack inward.</summary>
    static abstract double Sum(T value);
}
