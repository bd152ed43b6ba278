using System.Runtime.CompilerServices;
using Blase3D.Kernels.Cpu.Lanes;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The Faddeeva function far from the origin by its asymptotic series, over lanes:
/// w(z) = i / (sqrt(pi) z) sum_k (2k-1)!! t^k and w'(z) = -i / (sqrt(pi) z^2) sum_k (2k+1)!! t^k with t = 1 / (2 z^2).
/// </summary>
/// <remarks>
/// The first term left out bounds the error: (2k-1)!! / (2 |z|^2)^k is below 2e-17 for 13 terms from |z|^2 = 144, for 6 from 1e4 and for 4
/// from 1e6. Horner's scheme in the form s_k = 1 + (2k-1) t s_(k+1) needs no double factorials.
/// </remarks>
internal static class VoigtWing
{
    /// <summary>The series serves from this |z|^2.</summary>
    public const double SquaredRadius = 144;

    private const double InverseSqrtPi = 0.56418958354775628695;

    /// <summary>The number of terms that are enough from a |z|^2 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Terms(double squaredRadius) => squaredRadius >= 1e6 ? 4 : squaredRadius >= 1e4 ? 6 : 13;

    /// <summary>Re w(x + iy).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RealPart<T>(T x, T y, int terms)
        where T : struct, ILane<T>
    {
        Inverse(x, y, out T inverseReal, out T inverseImaginary, out T tReal, out T tImaginary);
        T one = T.Broadcast(1), sumReal = one, sumImaginary = T.Broadcast(0);
        for (int k = terms; k >= 1; k--)
        {
            T factor = T.Broadcast((2 * k) - 1);
            T real = factor * ((tReal * sumReal) - (tImaginary * sumImaginary));
            sumImaginary = factor * ((tReal * sumImaginary) + (tImaginary * sumReal));
            sumReal = one + real;
        }

        // Re(i c) = -Im(c) for c = sum / z.
        return T.Broadcast(InverseSqrtPi) * (T.Broadcast(0) - ((inverseReal * sumImaginary) + (inverseImaginary * sumReal)));
    }

    /// <summary>Re w, Re w' and Im w' at x + iy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WithDerivative<T>(T x, T y, int terms, out T real, out T slopeReal, out T slopeImaginary)
        where T : struct, ILane<T>
    {
        Inverse(x, y, out T inverseReal, out T inverseImaginary, out T tReal, out T tImaginary);
        T one = T.Broadcast(1), zero = T.Broadcast(0), sumReal = one, sumImaginary = zero, otherReal = one, otherImaginary = zero;
        for (int k = terms; k >= 1; k--)
        {
            T factor = T.Broadcast((2 * k) - 1), otherFactor = T.Broadcast((2 * k) + 1);
            T next = one + (factor * ((tReal * sumReal) - (tImaginary * sumImaginary)));
            sumImaginary = factor * ((tReal * sumImaginary) + (tImaginary * sumReal));
            sumReal = next;
            next = one + (otherFactor * ((tReal * otherReal) - (tImaginary * otherImaginary)));
            otherImaginary = otherFactor * ((tReal * otherImaginary) + (tImaginary * otherReal));
            otherReal = next;
        }

        // w' = -i c / sqrt(pi) with c = other / z^2 = 2 t other.
        T scale = T.Broadcast(InverseSqrtPi), twice = T.Broadcast(2 * InverseSqrtPi);
        real = scale * (zero - ((inverseReal * sumImaginary) + (inverseImaginary * sumReal)));
        slopeReal = twice * ((tReal * otherImaginary) + (tImaginary * otherReal));
        slopeImaginary = twice * ((tImaginary * otherImaginary) - (tReal * otherReal));
    }

    // 1 / z and t = 1 / (2 z^2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse<T>(T x, T y, out T real, out T imaginary, out T tReal, out T tImaginary)
        where T : struct, ILane<T>
    {
        T scale = T.Broadcast(1) / T.MultiplyAdd(x, x, y * y);
        real = x * scale;
        imaginary = T.Broadcast(0) - (y * scale);
        tReal = T.Broadcast(0.5) * ((real * real) - (imaginary * imaginary));
        tImaginary = real * imaginary;
    }
}
