using System.Numerics;

namespace Blase3D.Engine.Reconstruction;

/// <summary>Squared residuals of a spectrum that is written already, added up stretch by stretch.</summary>
internal struct ResidualTally
{
    /// <summary>Pixels in a stretch: a star's and those of some models stay in the nearest caches.</summary>
    public const int StretchPixels = 1024;

    /// <summary>The sum of weight (data - model)^2.</summary>
    public double Squares;

    /// <summary>The sum of the weights of the pixels that count.</summary>
    public double Weight;

    /// <summary>The number of pixels that count.</summary>
    public int Pixels;

    /// <summary>A whole spectrum.</summary>
    /// <param name="data">The data, NaN where a pixel does not count.</param>
    /// <param name="model">As long.</param>
    /// <param name="weight">As long and NaN where a pixel does not count, or null for 1.</param>
    public static ResidualTally Of(ReadOnlySpan<double> data, ReadOnlySpan<double> model, double[]? weight)
    {
        var tally = default(ResidualTally);
        for (int from = 0; from < data.Length; from += StretchPixels) tally.AddStretch(data, model, weight, from);
        return tally;
    }

    /// <summary>Adds the stretch that begins at a pixel.</summary>
    /// <param name="data">The whole data.</param>
    /// <param name="model">The whole model.</param>
    /// <param name="weight">All weights, or null for 1.</param>
    /// <param name="from">The first pixel.</param>
    public void AddStretch(ReadOnlySpan<double> data, ReadOnlySpan<double> model, double[]? weight, int from)
    {
        int length = Math.Min(StretchPixels, data.Length - from);
        Add(data.Slice(from, length), model.Slice(from, length), weight is null ? [] : weight.AsSpan(from, length));
    }

    // Two sums side by side, each over vectors of doubles, in an order that depends on nothing but the length.
    private void Add(ReadOnlySpan<double> data, ReadOnlySpan<double> model, ReadOnlySpan<double> weight)
    {
        int width = Vector<double>.Count, i = 0;
        Vector<double> first = default, second = default, weights = default, ones = default;
        for (; i <= data.Length - (2 * width); i += 2 * width)
        {
            Vector<double> a = new Vector<double>(data[i..]) - new Vector<double>(model[i..]);
            Vector<double> b = new Vector<double>(data[(i + width)..]) - new Vector<double>(model[(i + width)..]);
            Vector<double> weightA = weight.IsEmpty ? Vector<double>.One : new Vector<double>(weight[i..]);
            Vector<double> weightB = weight.IsEmpty ? Vector<double>.One : new Vector<double>(weight[(i + width)..]);
            Vector<double> squareA = weightA * a * a, squareB = weightB * b * b;
            Vector<long> isA = Vector.Equals(squareA, squareA), isB = Vector.Equals(squareB, squareB);
            first += Vector.ConditionalSelect(isA, squareA, Vector<double>.Zero);
            second += Vector.ConditionalSelect(isB, squareB, Vector<double>.Zero);
            weights += Vector.ConditionalSelect(isA, weightA, Vector<double>.Zero) + Vector.ConditionalSelect(isB, weightB, Vector<double>.Zero);
            ones += Vector.ConditionalSelect(isA, Vector<double>.One, Vector<double>.Zero) + Vector.ConditionalSelect(isB, Vector<double>.One, Vector<double>.Zero);
        }

        double squares = Vector.Sum(first + second), total = Vector.Sum(weights);
        int counted = (int)Vector.Sum(ones);
        for (; i < data.Length; i++)
        {
            double residual = data[i] - model[i], own = weight.IsEmpty ? 1 : weight[i], square = own * residual * residual;
            if (double.IsNaN(square)) continue;
            squares += square;
            total += own;
            counted++;
        }

        (Squares, Weight, Pixels) = (Squares + squares, Weight + total, Pixels + counted);
    }
}
