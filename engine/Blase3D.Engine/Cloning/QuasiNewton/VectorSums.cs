using System.Numerics;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>The two operations on long vectors that a limited-memory method is made of.</summary>
internal static class VectorSums
{
    /// <summary>sum a_i b_i; the order of the additions depends on the processor's vector width alone.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        for (; i <= a.Length - (2 * width); i += 2 * width)
        {
            even += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
            odd += new Vector<double>(a[(i + width)..]) * new Vector<double>(b[(i + width)..]);
        }

        double sum = Vector.Sum(even + odd);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>y_i += factor a_i.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> a, Span<double> y)
    {
        int width = Vector<double>.Count, i = 0;
        var factors = new Vector<double>(factor);
        for (; i <= y.Length - width; i += width) (new Vector<double>(y[i..]) + (factors * new Vector<double>(a[i..]))).CopyTo(y[i..]);
        for (; i < y.Length; i++) y[i] += factor * a[i];
    }
}
