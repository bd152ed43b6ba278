namespace Blase3D.Engine.Plotting;

/// <summary>Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.</summary>
/// <param name="Values">Ascending, all within the range.</param>
/// <param name="Decimals">The digits after the point that tell two neighbours apart.</param>
/// <param name="Exponent">The power of ten that labels leave out and the axis names once; 0 for ordinary numbers.</param>
public sealed record PlotTicks(double[] Values, int Decimals, int Exponent)
{
    /// <summary>Chooses ticks.</summary>
    /// <param name="low">The lower end, finite.</param>
    /// <param name="high">The upper end, finite, above <paramref name="low"/>.</param>
    /// <param name="most">The largest number of ticks wanted, at least 2.</param>
    public static PlotTicks Between(double low, double high, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (!(high > low) || !double.IsFinite(high - low)) return new PlotTicks([low], 3, 0);
        double step = Step((high - low) / most);

        // Numbering the multiples keeps 0 exact and rounding errors from adding up.
        long first = (long)Math.Ceiling((low / step) - 1e-9), last = (long)Math.Floor((high / step) + 1e-9);
        double[] values = [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)];
        int power = (int)Math.Floor(Math.Log10(step) + 1e-9), largest = (int)Math.Floor(Math.Log10(Math.Max(Math.Abs(low), Math.Abs(high))) + 1e-9);
        int exponent = largest is >= 5 or <= -4 ? largest : 0;
        return new PlotTicks(values, Math.Max(0, exponent - power), exponent);
    }

    /// <summary>What stands beside a tick.</summary>
    /// <param name="value">One of <see cref="Values"/>.</param>
    public string LabelOf(double value) =>
        (value / Math.Pow(10, Exponent)).ToString($"F{Decimals}", System.Globalization.CultureInfo.InvariantCulture);

    // The least of 1, 2, 5 times a power of ten that is not below the wanted step.
    private static double Step(double wanted)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        double mantissa = wanted / power;
        return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
    }
}
