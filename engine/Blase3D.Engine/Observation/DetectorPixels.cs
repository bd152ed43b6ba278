using System.Globalization;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Observation;

/// <summary>
/// The pixels of one order of a detector: each gives the mean of the flux between its two edges, and they may be irregular and have gaps.
/// Wavelengths are vacuum Angstrom in the frame of the observer.
/// </summary>
public sealed class DetectorPixels
{
    // A step this many times the usual one nearby is a gap, over which no pixel reaches.
    private const double GapSteps = 1.6;

    private DetectorPixels(double[] center, double[] lower, double[] upper) => (CenterAngstrom, LowerAngstrom, UpperAngstrom) = (center, lower, upper);

    /// <summary>The wavelengths of the pixels, ascending, length P.</summary>
    public double[] CenterAngstrom { get; }

    /// <summary>Where the pixels begin, length P.</summary>
    public double[] LowerAngstrom { get; }

    /// <summary>Where the pixels end, length P; equal to <see cref="LowerAngstrom"/> for pixels that are points.</summary>
    public double[] UpperAngstrom { get; }

    /// <summary>The number of pixels P.</summary>
    public int Count => CenterAngstrom.Length;

    /// <summary>
    /// Pixels that touch each other half way between their wavelengths; beside a gap, and at the ends, a pixel is symmetric. A step is a gap when it is
    /// longer than 1.6 times the median of the two steps on either side of it.
    /// </summary>
    /// <param name="centerAngstrom">Ascending, at least 8.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: too few, or not ascending.</exception>
    public static DetectorPixels FromCenters(double[] centerAngstrom)
    {
        ArgumentNullException.ThrowIfNull(centerAngstrom);
        SpectrumRules.RequireWavelengths(centerAngstrom);
        int pixels = centerAngstrom.Length;
        var step = new double[pixels - 1];
        for (int i = 0; i < step.Length; i++) step[i] = centerAngstrom[i + 1] - centerAngstrom[i];
        var lower = new double[pixels];
        var upper = new double[pixels];
        for (int i = 0; i < pixels; i++)
        {
            double below = i > 0 && !IsGap(step, i - 1) ? step[i - 1] : double.NaN;
            double above = i < step.Length && !IsGap(step, i) ? step[i] : double.NaN;
            if (double.IsNaN(below) && double.IsNaN(above)) below = above = Math.Min(Usual(step, Math.Max(0, i - 1)), Usual(step, Math.Min(i, step.Length - 1)));
            lower[i] = centerAngstrom[i] - (0.5 * (double.IsNaN(below) ? above : below));
            upper[i] = centerAngstrom[i] + (0.5 * (double.IsNaN(above) ? below : above));
        }

        return new DetectorPixels([.. centerAngstrom], lower, upper);
    }

    /// <summary>Pixels with edges that are known.</summary>
    /// <param name="lowerAngstrom">Where they begin, ascending, above 0.</param>
    /// <param name="upperAngstrom">Where they end, each above where it begins.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the edges do not ascend.</exception>
    public static DetectorPixels FromEdges(double[] lowerAngstrom, double[] upperAngstrom)
    {
        ArgumentNullException.ThrowIfNull(lowerAngstrom);
        ArgumentNullException.ThrowIfNull(upperAngstrom);
        SpectrumRules.RequireSameLength(lowerAngstrom.Length, upperAngstrom.Length);
        var center = new double[lowerAngstrom.Length];
        for (int i = 0; i < center.Length; i++)
        {
            if (!(lowerAngstrom[i] > 0 && upperAngstrom[i] > lowerAngstrom[i] && double.IsFinite(upperAngstrom[i])))
                throw new EngineException(ErrorCode.BadInput, string.Create(CultureInfo.InvariantCulture, $"Pixel {i} reaches from {lowerAngstrom[i]} to {upperAngstrom[i]} Angstrom; its end must be beyond its begin, and both finite and positive."));
            center[i] = 0.5 * (lowerAngstrom[i] + upperAngstrom[i]);
        }

        SpectrumRules.RequireWavelengths(center);
        return new DetectorPixels(center, [.. lowerAngstrom], [.. upperAngstrom]);
    }

    /// <summary>Pixels without extent: the flux at wavelengths, as a model spectrum gives it.</summary>
    /// <param name="wavelengthAngstrom">Ascending, at least 8.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: too few, or not ascending.</exception>
    public static DetectorPixels Points(double[] wavelengthAngstrom)
    {
        ArgumentNullException.ThrowIfNull(wavelengthAngstrom);
        SpectrumRules.RequireWavelengths(wavelengthAngstrom);
        double[] own = [.. wavelengthAngstrom];
        return new DetectorPixels(own, own, own);
    }

    private static bool IsGap(double[] step, int i) => step[i] > GapSteps * Usual(step, i);

    // The median of the two steps on either side, without the step itself.
    private static double Usual(double[] step, int i)
    {
        Span<double> near = stackalloc double[4];
        int count = 0;
        for (int j = Math.Max(0, i - 2); j <= Math.Min(step.Length - 1, i + 2); j++)
        {
            if (j != i) near[count++] = step[j];
        }

        near = near[..count];
        near.Sort();
        return 0.5 * (near[(count - 1) / 2] + near[count / 2]);
    }
}
