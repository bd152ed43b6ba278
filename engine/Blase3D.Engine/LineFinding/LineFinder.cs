using System.Globalization;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.LineFinding;

/// <summary>How lines are found.</summary>
public sealed record LineFindingOptions
{
    /// <summary>The smallest prominence of a line in a spectrum that is about 1 between lines; above 0, finite.</summary>
    public double Prominence { get; init; } = 0.005;

    /// <summary>The smallest distance of two lines in pixels, at least 1.</summary>
    public int DistancePixels { get; init; } = 4;

    /// <summary>
    /// Lines are kept where first wavelength + margin &lt; centre &lt; last wavelength - margin; in Angstrom, at least 0.
    /// The published code uses 30; short cuts of a spectrum need less.
    /// </summary>
    public double EdgeMarginAngstrom { get; init; } = 30;

    internal void Check()
    {
        if (!(Prominence > 0) || !double.IsFinite(Prominence))
            throw Bad($"The prominence is {Prominence}; it must be above 0 and finite (0.005 is usual).");
        if (DistancePixels < 1)
            throw Bad($"The line distance is {DistancePixels} pixels; it must be at least 1 (4 is usual).");
        if (!(EdgeMarginAngstrom >= 0) || !double.IsFinite(EdgeMarginAngstrom))
            throw Bad($"The edge margin is {EdgeMarginAngstrom} Angstrom; it must be 0 or more and finite (30 is usual).");
    }

    private static EngineException Bad(FormattableString sentence) =>
        new(ErrorCode.BadArguments, sentence.ToString(CultureInfo.InvariantCulture));
}

/// <summary>
/// Finds the lines of a preprocessed spectrum: the peaks of its negative with a least prominence, and from prominence and width
/// the parameters that the cloning starts from.
/// </summary>
public static class LineFinder
{
    /// <summary>The starting amplitude in Angstrom is this times the prominence (the published code's choice, as are the next
    /// two).</summary>
    public const double AmplitudePerProminence = 0.14;

    /// <summary>The starting sigma is this times s, with s = width * pixel / 2.355 / sqrt 2.</summary>
    public const double SigmaPerWidth = 1.28;

    /// <summary>The starting gamma is this times s.</summary>
    public const double GammaPerWidth = 1.52;

    /// <summary>Finds lines.</summary>
    /// <param name="wavelengthAngstrom">Vacuum wavelengths in Angstrom, strictly ascending, length P, at least 8.</param>
    /// <param name="flux">Preprocessed flux, about 1 between lines, finite, length P.</param>
    /// <param name="options">Prominence, distance, margin.</param>
    /// <returns>The lines, ascending in their centres; possibly none.</returns>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.BadInput"/>: lengths differ, fewer than 8 pixels, wavelengths not ascending, flux not finite;
    /// <see cref="ErrorCode.BadArguments"/>: an option is out of its range.
    /// </exception>
    public static InitialLines Find(ReadOnlySpan<double> wavelengthAngstrom, ReadOnlySpan<double> flux, LineFindingOptions options)
    {
        options.Check();
        SpectrumRules.RequireSameLength(wavelengthAngstrom.Length, flux.Length);
        SpectrumRules.RequireWavelengths(wavelengthAngstrom);
        SpectrumRules.RequireFinite(flux, "flux");

        double[] depth = new double[flux.Length];
        for (int i = 0; i < depth.Length; i++)
            depth[i] = -flux[i];
        int[] peaks = PeakFinder.Find(depth, options.DistancePixels);
        PeakProminences prominences = PeakFinder.Prominences(depth, peaks);
        (peaks, prominences) = Select(peaks, prominences, Enough(peaks, prominences, wavelengthAngstrom, options));
        PeakWidths widths = PeakFinder.Widths(depth, peaks, prominences);

        var lines = new InitialLines(peaks.Length);
        for (int k = 0; k < peaks.Length; k++)
        {
            int pixel = peaks[k];
            double pixelAngstrom = wavelengthAngstrom[pixel + 1] - wavelengthAngstrom[pixel];
            double sigmaAngstrom = widths.WidthPixels[k] * pixelAngstrom / 2.355 / Math.Sqrt(2);
            lines.Pixel[k] = pixel;
            lines.CenterAngstrom[k] = wavelengthAngstrom[pixel];
            lines.Prominence[k] = prominences.Prominence[k];
            lines.LnAmplitude[k] = Math.Log(AmplitudePerProminence * prominences.Prominence[k]);
            lines.LnSigma[k] = Math.Log(SigmaPerWidth * sigmaAngstrom);
            lines.LnGamma[k] = Math.Log(GammaPerWidth * sigmaAngstrom);
        }
        return lines;
    }

    private static int[] Enough(
        int[] peaks, PeakProminences prominences, ReadOnlySpan<double> wavelengthAngstrom, LineFindingOptions options)
    {
        double from = wavelengthAngstrom[0] + options.EdgeMarginAngstrom;
        double to = wavelengthAngstrom[^1] - options.EdgeMarginAngstrom;
        var kept = new List<int>();
        for (int k = 0; k < peaks.Length; k++)
        {
            double center = wavelengthAngstrom[peaks[k]];
            if (prominences.Prominence[k] >= options.Prominence && center > from && center < to)
                kept.Add(k);
        }
        return [.. kept];
    }

    private static (int[] Peaks, PeakProminences Prominences) Select(int[] peaks, PeakProminences p, int[] kept) =>
        (Array.ConvertAll(kept, k => peaks[k]), new PeakProminences(
            Array.ConvertAll(kept, k => p.Prominence[k]),
            Array.ConvertAll(kept, k => p.LeftBase[k]),
            Array.ConvertAll(kept, k => p.RightBase[k])));
}
