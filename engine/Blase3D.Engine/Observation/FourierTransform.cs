using System.Numerics;

namespace Blase3D.Engine.Observation;

/// <summary>
/// The discrete Fourier transform of one length, a power of two, on real and imaginary parts in two arrays (Cooley and Tukey 1965: bit reversal,
/// then butterflies in place). It is not changed by use: several threads may share one.
/// </summary>
internal sealed class FourierTransform
{
    // The roots of unity of a stage with half length m are at [m, 2m).
    private readonly double[] _cos;
    private readonly double[] _sin;

    /// <summary>Prepares the roots of unity.</summary>
    /// <param name="length">A power of two, at least 2.</param>
    public FourierTransform(int length)
    {
        if (length < 2 || !BitOperations.IsPow2(length)) throw new ArgumentOutOfRangeException(nameof(length), length, "A power of two, at least 2.");
        (Length, _cos, _sin) = (length, new double[length], new double[length]);
        for (int half = 1; half < length; half *= 2)
        {
            for (int k = 0; k < half; k++) (_sin[half + k], _cos[half + k]) = Math.SinCos(-Math.PI * k / half);
        }
    }

    /// <summary>The number of samples.</summary>
    public int Length { get; }

    /// <summary>sum_n z_n exp(-2 pi i n m / N), in place.</summary>
    /// <param name="real">Length N.</param>
    /// <param name="imaginary">Length N.</param>
    public void Forward(double[] real, double[] imaginary)
    {
        Reverse(real, imaginary);
        for (int half = 1; half < Length; half *= 2)
        {
            for (int start = 0; start < Length; start += 2 * half) Butterflies(real, imaginary, start, half);
        }
    }

    /// <summary>sum_m Z_m exp(+2 pi i n m / N), in place: the inverse of <see cref="Forward"/> times N.</summary>
    /// <param name="real">Length N.</param>
    /// <param name="imaginary">Length N.</param>
    public void Backward(double[] real, double[] imaginary) => Forward(imaginary, real);

    private void Butterflies(double[] real, double[] imaginary, int start, int half)
    {
        Span<double> r0 = real.AsSpan(start, half), r1 = real.AsSpan(start + half, half);
        Span<double> i0 = imaginary.AsSpan(start, half), i1 = imaginary.AsSpan(start + half, half);
        ReadOnlySpan<double> c = _cos.AsSpan(half, half), s = _sin.AsSpan(half, half);
        int k = 0;
        for (int lanes = Vector<double>.Count; k + lanes <= half; k += lanes)
        {
            Vector<double> cos = new(c[k..]), sin = new(s[k..]), re = new(r1[k..]), im = new(i1[k..]), a = new(r0[k..]), b = new(i0[k..]);
            Vector<double> x = (re * cos) - (im * sin), y = (re * sin) + (im * cos);
            (a + x).CopyTo(r0[k..]);
            (b + y).CopyTo(i0[k..]);
            (a - x).CopyTo(r1[k..]);
            (b - y).CopyTo(i1[k..]);
        }

        for (; k < half; k++)
        {
            double x = (r1[k] * c[k]) - (i1[k] * s[k]), y = (r1[k] * s[k]) + (i1[k] * c[k]);
            (r1[k], i1[k]) = (r0[k] - x, i0[k] - y);
            (r0[k], i0[k]) = (r0[k] + x, i0[k] + y);
        }
    }

    private void Reverse(double[] real, double[] imaginary)
    {
        // j counts as i does, from the other end of the bits.
        int j = 0;
        for (int i = 1; i < Length; i++)
        {
            int bit = Length >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j |= bit;
            if (j <= i) continue;
            (real[i], real[j]) = (real[j], real[i]);
            (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
        }
    }
}
