using System.Globalization;
using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Inference;

/// <summary>
/// What is known of every axis before: an interval in which all values are equally likely (of length zero it fixes the axis), or a mean and a
/// standard deviation, cut at five of them.
/// </summary>
public sealed class ParameterPrior
{
    /// <summary>Standard deviations from the mean at which a Gaussian prior ends.</summary>
    public const double GaussianReach = 5;

    private ParameterPrior(double[] lower, double[] upper, double[]? mean = null, double[]? sigma = null, IReadOnlyList<string>? notes = null)
    {
        (Lower, Upper, Notes) = (lower, upper, notes ?? []);
        Mean = mean ?? [.. lower.Select(_ => double.NaN)];
        Sigma = sigma ?? [.. lower.Select(_ => double.PositiveInfinity)];
    }

    /// <summary>The lower ends, one per axis.</summary>
    public IReadOnlyList<double> Lower { get; }

    /// <summary>The upper ends, one per axis.</summary>
    public IReadOnlyList<double> Upper { get; }

    /// <summary>The means of Gaussian axes; NaN for the others.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>The standard deviations of Gaussian axes; infinite for the others.</summary>
    public IReadOnlyList<double> Sigma { get; }

    /// <summary>A sentence for every interval that was cut to the grid.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The middle of every interval.</summary>
    public double[] Center => [.. Lower.Zip(Upper, (low, high) => 0.5 * (low + high))];

    /// <summary>The axes that are free.</summary>
    public int[] FreeAxes => [.. Enumerable.Range(0, Lower.Count).Where(d => Upper[d] > Lower[d])];

    /// <summary>Minus twice the logarithm of the prior's density at a point, but for a constant: the sum of ((x - mean) / sigma)^2.</summary>
    /// <param name="point">One value per axis, within the intervals.</param>
    public double Penalty(ReadOnlySpan<double> point)
    {
        double sum = 0;
        for (int d = 0; d < point.Length; d++)
        {
            if (!double.IsFinite(Sigma[d])) continue;
            double off = (point[d] - Mean[d]) / Sigma[d];
            sum += off * off;
        }

        return sum;
    }

    /// <summary>The whole range of a lattice.</summary>
    /// <param name="axes">The lattice.</param>
    public static ParameterPrior WholeRange(RectilinearAxes axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        int n = axes.Dimensions;
        return new ParameterPrior([.. Enumerable.Range(0, n).Select(d => axes.Values(d)[0])], [.. Enumerable.Range(0, n).Select(d => axes.Values(d)[^1])]);
    }

    /// <summary>Reads intervals as a user writes them; an axis that is not named keeps its whole range.</summary>
    /// <param name="axes">The lattice.</param>
    /// <param name="specifications">For example <c>teff=5000:6000</c>, <c>logg=4.4+-0.1</c> (Gaussian) or, to fix an axis, <c>feh=0</c>.</param>
    /// <exception cref="EngineException">BadArguments: not of that form or an unknown axis; OutOfRange: the interval misses the grid.</exception>
    public static ParameterPrior Parse(RectilinearAxes axes, IEnumerable<string> specifications)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(specifications);
        ParameterPrior whole = WholeRange(axes);
        double[] lower = [.. whole.Lower], upper = [.. whole.Upper], mean = [.. whole.Mean], sigma = [.. whole.Sigma];
        var seen = new HashSet<int>();
        var notes = new List<string>();
        foreach (string specification in specifications)
        {
            string[] sides = specification.Split('=', 2, StringSplitOptions.TrimEntries);
            int d = axes.Names.ToList().FindIndex(name => string.Equals(name, sides[0], StringComparison.OrdinalIgnoreCase));
            string[] ends = sides.Length == 2 ? sides[1].Split(':', StringSplitOptions.TrimEntries) : [];
            if (d >= 0 && ends.Length == 1 && TryGaussian(ends[0], out double center, out double width))
            {
                (mean[d], sigma[d]) = (center, width);
                ends = [Text(center - (GaussianReach * width)), Text(center + (GaussianReach * width))];
            }

            if (d < 0 || ends.Length is < 1 or > 2 || !TryNumber(ends[0], out double low) || !TryNumber(ends[^1], out double high) || high < low || !seen.Add(d))
            {
                throw new EngineException(
                    ErrorCode.BadArguments,
                    $"The prior '{specification}' is not understood; write NAME=LOW:HIGH, NAME=MEAN+-SIGMA (or NAME=VALUE to fix it), once for each of {string.Join(", ", axes.Names)}.");
            }

            if (high < lower[d] || low > upper[d])
            {
                throw new EngineException(
                    ErrorCode.OutOfRange,
                    FormattableString.Invariant($"The prior '{specification}' lies outside of the grid, whose {axes.Names[d]} goes from {lower[d]} to {upper[d]}; give an interval within."));
            }

            if (mean[d] < lower[d] || mean[d] > upper[d])
                notes.Add(FormattableString.Invariant($"The mean of the prior '{specification}' lies outside of the grid, whose {axes.Names[d]} goes from {lower[d]} to {upper[d]}; only its tail counts."));
            bool isCut = low < lower[d] || high > upper[d];
            (lower[d], upper[d]) = (Math.Max(low, lower[d]), Math.Min(high, upper[d]));
            if (isCut && !double.IsFinite(sigma[d])) notes.Add(FormattableString.Invariant($"The prior '{specification}' reaches beyond the grid and was cut to {axes.Names[d]}={lower[d]}:{upper[d]}."));
        }

        return new ParameterPrior(lower, upper, mean, sigma, notes);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool TryGaussian(string text, out double mean, out double sigma)
    {
        (mean, sigma) = (0, 0);
        string[] parts = text.Replace("\u00b1", "+-", StringComparison.Ordinal).Split("+-", StringSplitOptions.TrimEntries);
        return parts.Length == 2 && TryNumber(parts[0], out mean) && TryNumber(parts[1], out sigma) && sigma > 0;
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
