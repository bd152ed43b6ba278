using Blase3D.Engine.LineFinding;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>
/// Gives lines the depth to begin with, the most prominent first: the one that leaves least over near the line, beside the lines that were there and those
/// that have begun already (matching pursuit, Mallat and Zhang 1993). So no line makes the fit worse by beginning.
/// </summary>
/// <remarks>
/// The published start gives every line of one prominence the same area, whatever its width. As deep as it was seen is no better a start: where lines blend, each shows
/// what all of them do, and in a dark trough the wings of a line that is deep enough to be seen at its bottom reach into the bright pixels beside it.
/// </remarks>
internal static class StartingDepth
{
    // A line that begins black has no slope to leave it by.
    private const double Deepest = 0.9;

    // The depth is fitted over the full width at half maximum to either side; a line counts as begun this many (sigma + gamma) from its centre.
    private const double BegunWidths = 10;

    /// <summary>Lines of a spectrum without lines so far; all of them begin.</summary>
    /// <param name="found">Centres, widths, prominences, pixels.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">What they were found in, length P.</param>
    /// <param name="options">The shape, the window.</param>
    /// <param name="least">The depth of lines that begin although the others leave nothing for them.</param>
    public static LineTable OfAll(InitialLines found, double[] wavelength, double[] flux, CloneOptions options, double least)
    {
        var transmission = new double[flux.Length];
        Array.Fill(transmission, 1);
        return Begin(found, new ActiveSpectrum(wavelength, flux, 0, flux.Length), transmission, options, depth => Math.Max(depth, least));
    }

    /// <summary>Lines of what other lines leave over; those that improve nothing do not begin.</summary>
    /// <param name="found">Centres, widths, prominences, pixels from the first that counts.</param>
    /// <param name="observed">The spectrum.</param>
    /// <param name="transmission">That of the other lines, length P; left as it is.</param>
    /// <param name="options">The shape, the window, the least depth.</param>
    public static LineTable OfMissing(InitialLines found, ActiveSpectrum observed, double[] transmission, CloneOptions options) =>
        Begin(found, observed, [.. transmission], options, depth => depth >= options.SmallestDepth ? depth : 0);

    private static LineTable Begin(InitialLines found, ActiveSpectrum observed, double[] transmission, CloneOptions options, Func<double, double> begins)
    {
        var lnAmplitude = new double[found.Count];
        foreach (int k in Enumerable.Range(0, found.Count).OrderByDescending(k => found.Prominence[k]))
        {
            int pixel = observed.Start + found.Pixel[k];
            double perAngstrom = LinePeak.Depth(options.Model.Profile, 0, found.LnSigma[k], found.LnGamma[k]);
            if (!(perAngstrom > 0) || !double.IsFinite(perAngstrom))
            {
                lnAmplitude[k] = found.LnAmplitude[k];
                continue;
            }

            var shape = StartingShape.Of(options.Model.Profile, found.CenterAngstrom[k], Math.Exp(found.LnSigma[k]), Math.Exp(found.LnGamma[k]));
            double depth = Math.Min(Deepest, begins(BestDepth(shape, observed, transmission, pixel, options.WingPixels / 2)));
            lnAmplitude[k] = depth > 0 ? Math.Log((options.Model.Composition == Composition.Opacity ? -Math.Log(1 - depth) : depth) / perAngstrom) : double.NaN;
            if (depth > 0) Enter(shape, depth, observed, transmission, pixel, options.WingPixels / 2);
        }

        int[] begun = [.. Enumerable.Range(0, found.Count).Where(k => !double.IsNaN(lnAmplitude[k]))];
        return new LineTable(
            Array.ConvertAll(begun, k => found.CenterAngstrom[k]), Array.ConvertAll(begun, k => lnAmplitude[k]),
            Array.ConvertAll(begun, k => found.LnSigma[k]), Array.ConvertAll(begun, k => found.LnGamma[k]));
    }

    // Least squares for T (1 - depth shape) = flux.
    private static double BestDepth(StartingShape shape, ActiveSpectrum observed, double[] transmission, int pixel, int most)
    {
        (int first, int end) = Around(observed, pixel, 0.5 * shape.FullWidthAngstrom, 2, most);
        double excess = 0, square = 0;
        for (int i = first; i < end; i++)
        {
            double answer = transmission[i] * shape.At(observed.Wavelength[i]);
            excess += (transmission[i] - observed.Flux[i]) * answer;
            square += answer * answer;
        }

        return square > 0 ? excess / square : 0;
    }

    private static void Enter(StartingShape shape, double depth, ActiveSpectrum observed, double[] transmission, int pixel, int most)
    {
        (int first, int end) = Around(observed, pixel, BegunWidths * shape.SumOfWidthsAngstrom, 2, most);
        for (int i = first; i < end; i++) transmission[i] *= 1 - (depth * shape.At(observed.Wavelength[i]));
    }

    private static (int First, int End) Around(ActiveSpectrum observed, int pixel, double angstrom, int least, int most)
    {
        int reach = (int)Math.Clamp(angstrom / observed.PixelAt(observed.Wavelength[pixel]), least, Math.Max(least, most));
        return (Math.Max(observed.Start, pixel - reach), Math.Min(observed.End, pixel + reach + 1));
    }
}
