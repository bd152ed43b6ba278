namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>Mean and standard deviation by which the values of a Gaussian process are standardised.</summary>
/// <param name="Mean">Mean of the values, in their units.</param>
/// <param name="Sigma">Standard deviation, above 0; 1 when all values are equal.</param>
public readonly record struct ValueScaling(double Mean, double Sigma)
{
    /// <summary>Mean and population standard deviation of values.</summary>
    /// <param name="values">At least one finite value.</param>
    /// <returns>The scaling.</returns>
    public static ValueScaling Of(ReadOnlySpan<double> values)
    {
        // In units of the largest value nothing can overflow.
        double unit = 0;
        foreach (double value in values)
        {
            unit = Math.Max(unit, Math.Abs(value));
        }

        if (unit == 0)
        {
            return new ValueScaling(0, 1);
        }

        double sum = 0;
        foreach (double value in values)
        {
            sum += value / unit;
        }

        double mean = sum / values.Length;
        double squares = 0;
        foreach (double value in values)
        {
            double difference = (value / unit) - mean;
            squares += difference * difference;
        }

        // Equal values leave rounding errors only.
        double sigma = Math.Sqrt(squares / values.Length);
        return new ValueScaling(mean * unit, sigma > 1e-14 && sigma * unit > 0 ? sigma * unit : 1);
    }

    /// <summary>A value in standard deviations from the mean.</summary>
    /// <param name="value">A finite value.</param>
    /// <returns>The standardised value.</returns>
    public double Standardize(double value) => (value / Sigma) - (Mean / Sigma);
}
