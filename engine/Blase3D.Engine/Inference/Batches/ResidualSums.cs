using System.Numerics;

namespace Blase3D.Engine.Inference.Batches;

/// <summary>Sums of squared residuals over a stretch of pixels.</summary>
internal static class ResidualSums
{
    /// <summary>Pixels in a stretch: a star's and those of some models stay in the nearest caches.</summary>
    public const int StretchPixels = 1024;

    /// <summary>
    /// Adds the squares of flux minus model; pixels at which either is NaN do not count. Four sums side by side, each over vectors of
    /// doubles, in an order that depends on nothing but the length.
    /// </summary>
    public static void Add(ReadOnlySpan<double> flux, ReadOnlySpan<double> model, ref double sum, ref int counted)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> first = default, second = default, ones = default;
        for (; i <= flux.Length - (2 * width); i += 2 * width)
        {
            Vector<double> a = new Vector<double>(flux[i..]) - new Vector<double>(model[i..]);
            Vector<double> b = new Vector<double>(flux[(i + width)..]) - new Vector<double>(model[(i + width)..]);
            Vector<long> isA = Vector.Equals(a, a), isB = Vector.Equals(b, b);
            first += Vector.ConditionalSelect(isA, a * a, Vector<double>.Zero);
            second += Vector.ConditionalSelect(isB, b * b, Vector<double>.Zero);
            ones += Vector.ConditionalSelect(isA, Vector<double>.One, Vector<double>.Zero) + Vector.ConditionalSelect(isB, Vector<double>.One, Vector<double>.Zero);
        }

        double total = Vector.Sum(first + second);
        int count = (int)Vector.Sum(ones);
        for (; i < flux.Length; i++)
        {
            double residual = flux[i] - model[i];
            if (double.IsNaN(residual)) continue;
            total += residual * residual;
            count++;
        }

        sum += total;
        counted += count;
    }
}
