using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// Percentiles with linear interpolation, the default definition of NumPy's <c>percentile</c>: rank (n - 1) p / 100, between its
/// two neighbours.
/// The order statistics are found by selection (Hoare's quickselect, with a sort of what remains if it does not shrink fast), not
/// by sorting all.
/// </summary>
public static class Percentile
{
    /// <summary>The percentile of some values.</summary>
    /// <param name="values">Finite values in any order, at least one; left as they are.</param>
    /// <param name="percent">0 to 100.</param>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/>: no value, or one that is not finite; <see cref="ErrorCode.BadArguments"/>: percent
    /// outside of 0 to 100.
    /// </exception>
    public static double Of(ReadOnlySpan<double> values, double percent)
    {
        if (!(percent is >= 0 and <= 100))
            throw new EngineException(
                ErrorCode.BadArguments, FormattableString.Invariant($"The percentile is {percent}; it must be 0 to 100."));
        if (values.IsEmpty)
            throw new EngineException(ErrorCode.BadInput, "A percentile of no values was asked for; at least one is needed.");
        SpectrumRules.RequireFinite(values, "value");

        double[] scratch = values.ToArray();
        double rank = (scratch.Length - 1) * (percent / 100);
        int below = (int)Math.Floor(rank);
        double fraction = rank - below;
        Select(scratch, below);
        double low = scratch[below];
        if (fraction == 0)
            return low;

        double high = double.PositiveInfinity;
        for (int i = below + 1; i < scratch.Length; i++)
            high = Math.Min(high, scratch[i]);
        // From the nearer end, so that the rounding is the same as NumPy's.
        return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction);
    }

    /// <summary>Reorders so that the k-th smallest value is at index k, with nothing larger before it and nothing smaller after
    /// it.</summary>
    private static void Select(Span<double> values, int k)
    {
        int first = 0;
        int last = values.Length - 1;
        int roundsLeft = 2 * (int)Math.Log2(values.Length) + 8;
        while (last - first > 16 && roundsLeft-- > 0)
        {
            double pivot = MedianOfThree(values[first], values[(first + last) / 2], values[last]);
            int i = first;
            int j = last;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            if (k <= j)
                last = j;
            else if (k >= i)
                first = i;
            else
                return;
        }
        values[first..(last + 1)].Sort();
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
