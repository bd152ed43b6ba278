using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>How the wings of lines on the points of a node, and the interpolated sum on the pixels, enter a composition.</summary>
internal interface IFarField
{
    /// <summary>
    /// ln S of the wings of some lines on a pack of points, which lie at middle + offset; their number is a multiple of
    /// <see cref="HierarchicalPlan.LinesPerStep"/>.
    /// </summary>
    static abstract T LogOfWings<T>(LineColumns lines, ReadOnlySpan<int> indices, double middle, T offset)
        where T : struct, ILane<T>;

    /// <summary>S from the accumulator of the near lines and ln S of the far ones.</summary>
    static abstract T Join<T>(T accumulator, T logFar)
        where T : struct, ILane<T>;

    /// <summary>ln S from accumulators of <see cref="IComposition"/>.</summary>
    static abstract double LogOf(double accumulator);

    /// <summary>weight (-d ln S / dV) / q'^2 for V = P / q'.</summary>
    static abstract T SensitivityPerSquare<T>(T weight, T numerator, T q)
        where T : struct, ILane<T>;
}

/// <summary>The far field of a <see cref="ProductComposition"/>.</summary>
/// <remarks>
/// 1 - V = (q' - P) / q' with q' = x^2 + q: numerators and denominators are multiplied up for 16 lines before they are divided, and for
/// 32 lines before the logarithm is taken. The plan keeps q' between 1e-17 and 1e17 A^2 and V at most 1 - 1e-9, so neither
/// product nor ratio leaves the range of a double.
/// </remarks>
internal readonly struct ProductFarField : IFarField
{
    private const int LinesPerLogarithm = 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOfWings<T>(LineColumns lines, ReadOnlySpan<int> indices, double middle, T offset)
        where T : struct, ILane<T>
    {
        ref double center = ref MemoryMarshal.GetArrayDataReference(lines.Center);
        ref double numerator = ref MemoryMarshal.GetArrayDataReference(lines.Numerator);
        ref double square = ref MemoryMarshal.GetArrayDataReference(lines.Square);
        ref int index = ref MemoryMarshal.GetReference(indices);
        T sum = T.Broadcast(0), one = T.Broadcast(1), origin = T.Broadcast(middle);
        int count = indices.Length, i = 0;
        while (i < count)
        {
            int stop = Math.Min(count, i + LinesPerLogarithm);
            T above0 = one, below0 = one, above1 = one, below1 = one;
            for (; i < stop; i += HierarchicalPlan.LinesPerStep)
            {
                nint j0 = Unsafe.Add(ref index, i), j1 = Unsafe.Add(ref index, i + 1);
                T x0 = (origin - T.Broadcast(Unsafe.Add(ref center, j0))) + offset;
                T x1 = (origin - T.Broadcast(Unsafe.Add(ref center, j1))) + offset;
                T q0 = T.MultiplyAdd(x0, x0, T.Broadcast(Unsafe.Add(ref square, j0)));
                T q1 = T.MultiplyAdd(x1, x1, T.Broadcast(Unsafe.Add(ref square, j1)));
                below0 *= q0;
                below1 *= q1;
                above0 *= q0 - T.Broadcast(Unsafe.Add(ref numerator, j0));
                above1 *= q1 - T.Broadcast(Unsafe.Add(ref numerator, j1));
            }

            sum += T.Log((above0 / below0) * (above1 / below1));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Join<T>(T accumulator, T logFar)
        where T : struct, ILane<T>
        => accumulator * LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), logFar));

    public static double LogOf(double accumulator) => Math.Log(accumulator);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SensitivityPerSquare<T>(T weight, T numerator, T q)
        where T : struct, ILane<T>
        => T.ZeroUnlessAtMost(numerator, q * T.Broadcast(LineModel.MaxDepth), weight / (q * (q - numerator)));
}

/// <summary>The far field of an <see cref="OpacityComposition"/>.</summary>
internal readonly struct OpacityFarField : IFarField
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogOfWings<T>(LineColumns lines, ReadOnlySpan<int> indices, double middle, T offset)
        where T : struct, ILane<T>
    {
        T sum = T.Broadcast(0), origin = T.Broadcast(middle);
        foreach (int j in indices)
        {
            T x = (origin - T.Broadcast(lines.Center[j])) + offset;
            sum -= T.Broadcast(lines.Numerator[j]) / T.MultiplyAdd(x, x, T.Broadcast(lines.Square[j]));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Join<T>(T accumulator, T logFar)
        where T : struct, ILane<T>
        => LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), logFar - accumulator));

    public static double LogOf(double accumulator) => -accumulator;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SensitivityPerSquare<T>(T weight, T numerator, T q)
        where T : struct, ILane<T>
        => weight / (q * q);
}
