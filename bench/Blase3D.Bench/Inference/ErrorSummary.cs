using Blase3D.Engine.Inference;

namespace Blase3D.Bench.Inference;

/// <summary>Errors of many stars, per axis.</summary>
internal sealed class ErrorSummary
{
    private readonly List<double[]> _errors = [];

    /// <summary>Errors of results against the truth.</summary>
    public static ErrorSummary Of(IEnumerable<(double[] True, double[] Found)> stars)
    {
        var summary = new ErrorSummary();
        foreach ((double[] truth, double[] found) in stars) summary._errors.Add([.. found.Zip(truth, (f, t) => f - t)]);
        return summary;
    }

    /// <summary>Stars counted.</summary>
    public int Count => _errors.Count;

    /// <summary>Mean absolute error per axis.</summary>
    public double[] Mean => [.. Enumerable.Range(0, 3).Select(d => _errors.Average(e => Math.Abs(e[d])))];

    /// <summary>Median absolute error per axis.</summary>
    public double[] Median => [.. Enumerable.Range(0, 3).Select(d => Middle(_errors.Select(e => Math.Abs(e[d]))))];

    /// <summary>Largest absolute error per axis.</summary>
    public double[] Largest => [.. Enumerable.Range(0, 3).Select(d => _errors.Max(e => Math.Abs(e[d])))];

    /// <summary>The middle of numbers.</summary>
    public static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        return sorted.Length == 0 ? double.NaN : 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }

    /// <summary>Kelvin and dex for a table.</summary>
    public static string Text(double[] values) => FormattableString.Invariant($"{values[0]:G3} K, {values[1]:G3}, {values[2]:G3}");

    /// <summary>The share of results with a flag that contains a text.</summary>
    public static string Share(IReadOnlyList<InferenceResult> results, string flag) =>
        FormattableString.Invariant($"{results.Count(result => result.Flags.Any(f => f.Contains(flag, StringComparison.Ordinal)))} of {results.Count}");
}
