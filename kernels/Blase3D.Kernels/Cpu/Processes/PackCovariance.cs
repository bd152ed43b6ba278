using System.Runtime.CompilerServices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Processes;

/// <summary>
/// The Matern 5/2 covariance c (1 + s + s^2/3) exp(-s), s = sqrt(5) r, and the factor c (5/3) (1 + s) exp(-s) that its derivatives share:
/// dk/d ln l_k = factor d_k^2 and dk/dx_k = -factor d_k / l_k with d_k = (x_k - x'_k) / l_k.
/// </summary>
internal static unsafe class PackCovariance<T>
    where T : struct, ILane<T>
{
    private const int Members = ProcessBatch.Members;
    private static readonly double SqrtFive = Math.Sqrt(5);

    /// <summary>Divides the points by the lengths, for one part of the members.</summary>
    public static void Scale(double* points, double* inverseLength, int capacity, int count, int dimension, double* scaled)
    {
        for (int k = 0; k < dimension; k++)
        {
            T inverse = T.Load(in inverseLength[k * Members]);
            double* from = points + ((nint)k * capacity * Members), to = scaled + ((nint)k * capacity * Members);
            for (nint i = 0; i < count; i++) T.Store(T.Load(in from[i * Members]) * inverse, ref to[i * Members]);
        }
    }

    /// <summary>One element: the covariance and its slope factor at a squared distance in lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Matern(T square, T constant, out T slope)
    {
        T s = T.Sqrt(square) * T.Broadcast(SqrtFive);
        T decay = LaneMath.Exp(T.Max(T.Broadcast(LaneMath.MinArgument), default(T) - s)) * constant;
        T linear = T.Broadcast(1) + s;
        slope = decay * linear * T.Broadcast(5.0 / 3);
        return decay * T.MultiplyAdd(s, s * T.Broadcast(1.0 / 3), linear);
    }

    /// <summary>The covariances of a point (divided by the lengths) with all observations; what is beyond them up to the rows is 0.</summary>
    public static void Column(double* scaled, int capacity, int count, int rows, int dimension, double* point, double* constant, double* kernel, double* slope)
    {
        T c = T.Load(in constant[0]);
        for (nint i = 0; i < count; i++)
        {
            T square = default;
            for (int k = 0; k < dimension; k++)
            {
                T difference = T.Load(in point[k * Members]) - T.Load(in scaled[(((nint)k * capacity) + i) * Members]);
                square = T.MultiplyAdd(difference, difference, square);
            }

            T.Store(Matern(square, c, out T factor), ref kernel[i * Members]);
            if (slope is not null) T.Store(factor, ref slope[i * Members]);
        }

        for (nint i = count; i < rows; i++)
        {
            T.Store(default, ref kernel[i * Members]);
            if (slope is not null) T.Store(default, ref slope[i * Members]);
        }
    }
}
