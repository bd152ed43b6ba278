using Blase3D.Engine.Preprocessing;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>How far a clone is from its spectrum at one resolution, in units of the continuum.</summary>
/// <param name="Rms">Root mean square of clone minus spectrum.</param>
/// <param name="Median">The median of its absolute value.</param>
/// <param name="Percentile999">The 99.9th percentile of its absolute value.</param>
/// <param name="Largest">The largest absolute value.</param>
/// <param name="WorstAngstrom">Where that is, vacuum Angstrom.</param>
public sealed record ResidualStatistics(double Rms, double Median, double Percentile999, double Largest, double WorstAngstrom)
{
    /// <summary>The statistics of a residual.</summary>
    /// <param name="wavelength">Vacuum Angstrom, length P, at least 1.</param>
    /// <param name="residual">Clone minus spectrum, finite, length P.</param>
    public static ResidualStatistics Of(ReadOnlySpan<double> wavelength, ReadOnlySpan<double> residual)
    {
        var size = new double[residual.Length];
        double sum = 0;
        int worst = 0;
        for (int i = 0; i < size.Length; i++)
        {
            size[i] = Math.Abs(residual[i]);
            sum += residual[i] * residual[i];
            if (size[i] > size[worst]) worst = i;
        }

        return new ResidualStatistics(Math.Sqrt(sum / size.Length), Percentile.Of(size, 50), Percentile.Of(size, 99.9), size[worst], wavelength[worst]);
    }
}

/// <summary>A piece of a spectrum.</summary>
/// <param name="LowAngstrom">Its lower end.</param>
/// <param name="HighAngstrom">Its upper end.</param>
/// <param name="Rms">Root mean square of clone minus spectrum in it.</param>
public sealed record ResidualRegion(double LowAngstrom, double HighAngstrom, double Rms);

/// <summary>How well one spectrum was cloned.</summary>
/// <param name="Row">The row of the clones.</param>
/// <param name="Lines">The number of lines of every origin, in the order of <see cref="LineOrigin"/>.</param>
/// <param name="SkipReason">Why there is no clone, or null when there is one; then there are no statistics either.</param>
/// <param name="Residuals">One per resolution of the report, the native one first; empty when skipped.</param>
/// <param name="Typical">The region whose rms is the median of all regions, or null when skipped.</param>
/// <param name="Worst">The region of the largest rms, or null when skipped.</param>
public sealed record NodeReport(
    int Row, int[] Lines, string? SkipReason, IReadOnlyList<ResidualStatistics> Residuals, ResidualRegion? Typical, ResidualRegion? Worst)
{
    /// <summary>The number of lines.</summary>
    public int LineCount => Lines.Sum();

    /// <summary>How often two lines became one because the spectrum could not tell them apart.</summary>
    public int MergedLines { get; init; }

    /// <summary>
    /// Root mean square, over all pixels, of what the spectrum lies above its continuum: emission, or a continuum drawn too low. Lines absorb, so a clone
    /// cannot follow there, and its rms is hardly smaller than this.
    /// </summary>
    public double RmsAboveContinuum { get; init; }

    /// <summary>The highest pixel in units of the continuum; NaN when skipped.</summary>
    public double HighestFlux { get; init; } = double.NaN;

    /// <summary>Where that is, vacuum Angstrom; NaN when skipped.</summary>
    public double HighestAngstrom { get; init; } = double.NaN;
}
