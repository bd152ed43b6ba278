using System.Globalization;

namespace Blase3D.Engine.Preprocessing;

/// <summary>How a spectrum is brought to about 1 between its lines.</summary>
public sealed record PreprocessingOptions
{
    /// <summary>The largest polynomial degree.</summary>
    public const int LargestDegree = 30;

    /// <summary>The percentile of flux / blackbody that becomes 1 before the continuum is fitted, 0 to 100. Not used when
    /// <see cref="Published"/>.</summary>
    public double Percentile { get; init; } = 99;

    /// <summary>
    /// The degree of the continuum polynomial, 0 to 30. When <see cref="Published"/> it is the number of Vandermonde columns as in the
    /// published code, whose "5" is a quartic; then at least 1.
    /// </summary>
    public int ContinuumDegree { get; init; } = 5;

    /// <summary>The smallest distance of two continuum anchors in pixels, at least 1.</summary>
    public int ContinuumDistancePixels { get; init; } = 5001;

    /// <summary>
    /// Whether to do exactly what the published code does: no percentile, the distance as given whatever the length,
    /// and the rank-deficient polynomial in raw Angstrom.
    /// </summary>
    public bool Published { get; init; }

    internal void Check()
    {
        if (!(Percentile is >= 0 and <= 100))
            throw Bad($"The percentile is {Percentile}; it must be 0 to 100 (99 is usual).");
        if (ContinuumDegree < (Published ? 1 : 0) || ContinuumDegree > LargestDegree)
            throw Bad($"The continuum degree is {ContinuumDegree}; it must be {(Published ? 1 : 0)} to {LargestDegree} (5 is usual).");
        if (ContinuumDistancePixels < 1)
            throw Bad($"The continuum distance is {ContinuumDistancePixels} pixels; it must be at least 1 (5001 is usual).");
    }

    private static EngineException Bad(FormattableString sentence) =>
        new(ErrorCode.BadArguments, sentence.ToString(CultureInfo.InvariantCulture));
}
