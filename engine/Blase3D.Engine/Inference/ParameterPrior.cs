using System.Globalization;
using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Inference;

/// <summary>A uniform prior: an interval for every axis of a manifold. An interval of length zero fixes the axis.</summary>
public sealed class ParameterPrior
{
    private ParameterPrior(double[] lower, double[] upper, IReadOnlyList<string>? notes = null) => (Lower, Upper, Notes) = (lower, upper, notes ?? []);

    /// <summary>The lower ends, one per axis.</summary>
    public IReadOnlyList<double> Lower { get; }

    /// <summary>The upper ends, one per axis.</summary>
    public IReadOnlyList<double> Upper { get; }

    /// <summary>A sentence for every interval that was cut to the grid.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The middle of every interval.</summary>
    public double[] Center => [.. Lower.Zip(Upper, (low, high) => 0.5 * (low + high))];

    /// <summary>The axes that are free.</summary>
    public int[] FreeAxes => [.. Enumerable.Range(0, Lower.Count).Where(d => Upper[d] > Lower[d])];

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
    /// <param name="specifications">For example <c>teff=5000:6000</c> or, to fix an axis, <c>feh=0</c>.</param>
    /// <exception cref="EngineException">BadArguments: not of that form or an unknown axis; OutOfRange: the interval misses the grid.</exception>
    public static ParameterPrior Parse(RectilinearAxes axes, IEnumerable<string> specifications)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(specifications);
        ParameterPrior whole = WholeRange(axes);
        double[] lower = [.. whole.Lower], upper = [.. whole.Upper];
        var seen = new HashSet<int>();
        var notes = new List<string>();
        foreach (string specification in specifications)
        {
            string[] sides = specification.Split('=', 2, StringSplitOptions.TrimEntries);
            int d = axes.Names.ToList().FindIndex(name => string.Equals(name, sides[0], StringComparison.OrdinalIgnoreCase));
            string[] ends = sides.Length == 2 ? sides[1].Split(':', StringSplitOptions.TrimEntries) : [];
            if (d < 0 || ends.Length is < 1 or > 2 || !TryNumber(ends[0], out double low) || !TryNumber(ends[^1], out double high) || high < low || !seen.Add(d))
            {
                throw new EngineException(
                    ErrorCode.BadArguments,
                    $"The prior '{specification}' is not understood; write NAME=LOW:HIGH (or NAME=VALUE to fix it), once for each of {string.Join(", ", axes.Names)}.");
            }

            if (high < lower[d] || low > upper[d])
            {
                throw new EngineException(
                    ErrorCode.OutOfRange,
                    FormattableString.Invariant($"The prior '{specification}' lies outside of the grid, whose {axes.Names[d]} goes from {lower[d]} to {upper[d]}; give an interval within."));
            }

            bool isCut = low < lower[d] || high > upper[d];
            (lower[d], upper[d]) = (Math.Max(low, lower[d]), Math.Min(high, upper[d]));
            if (isCut) notes.Add(FormattableString.Invariant($"The prior '{specification}' reaches beyond the grid and was cut to {axes.Names[d]}={lower[d]}:{upper[d]}."));
        }

        return new ParameterPrior(lower, upper, notes);
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
