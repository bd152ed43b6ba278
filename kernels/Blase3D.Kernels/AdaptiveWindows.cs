using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels;

/// <summary>Windows that follow the strength of every line.</summary>
public static class AdaptiveWindows
{
    /// <summary>The least tolerance.</summary>
    public const double LeastTolerance = 1e-12;

    private const int Bins = 256;

    // Halvings of the search for the common level; the level is then within 5 % of the largest one that is proven.
    private const int Halvings = 40;

    /// <summary>
    /// Windows that reach as far as each line's wing is above a common level, chosen so that all that is neglected together changes S by
    /// less than a tolerance.
    /// </summary>
    /// <remarks>
    /// What is neglected at a pixel is at most the sum of the wings V of the lines whose window does not hold it, and S changes by no more
    /// than that. The sum is bounded with the lines counted in bins of wavelength: n lines of total P at a distance of at least D
    /// contribute at most min(n level, P / D^2).
    /// </remarks>
    /// <param name="model">Profile and composition of the lines.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="wavelength">Ascending wavelengths in Angstrom, length P.</param>
    /// <param name="tolerance">The largest change of S, 1e-12 to 0.1.</param>
    /// <param name="reuse">Windows to fill again instead of making new ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is out of its range.</exception>
    public static LineWindows Create(
        LineModel model, LineTable lines, ReadOnlySpan<double> wavelength, double tolerance, LineWindows? reuse = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (!(tolerance is >= LeastTolerance and <= 0.1))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance of adaptive windows is 1e-12 to 0.1.");
        LineWindows windows = LineWindows.Prepare(lines.Count, reuse);
        if (wavelength.IsEmpty)
        {
            Array.Clear(windows.First);
            Array.Clear(windows.Length);
            return windows;
        }


        double low = wavelength[0], width = Math.Max(wavelength[^1] - low, 1e-9) / Bins;
        Span<double> number = stackalloc double[Bins], strength = stackalloc double[Bins];
        number.Clear();
        strength.Clear();
        for (int j = 0; j < lines.Count; j++)
        {
            if (ILineKernels.IsDegenerate(lines, j)) continue;
            int bin = Math.Clamp((int)((lines.Center[j] - low) / width), 0, Bins - 1);
            number[bin]++;
            strength[bin] += Wing(model, lines, j).Numerator;
        }

        double level = LargestLevel(number, strength, width, tolerance);
        for (int j = 0; j < lines.Count; j++)
        {
            (windows.First[j], windows.Length[j]) = (0, 0);
            if (ILineKernels.IsDegenerate(lines, j)) continue;
            (double numerator, double core) = Wing(model, lines, j);
            double reach = Math.Max(core, Math.Sqrt(numerator / level));
            windows.First[j] = LineWindows.SearchSorted(wavelength, lines.Center[j] - reach);
            windows.Length[j] = LineWindows.SearchSorted(wavelength, Math.BitIncrement(lines.Center[j] + reach)) - windows.First[j];
        }

        return windows;
    }

    // The far wing is at most numerator / x^2 beyond the core. Beyond 8 sigma (and 12 of the scaled distance for the exact profile) the
    // Gaussian is below 1e-13 of its peak, and the exact profile exceeds its Lorentzian by less than 3 / (2 x^2 / sigma^2), 5 %.
    private static (double Numerator, double Core) Wing(LineModel model, LineTable lines, int line)
    {
        double a = Math.Exp(lines.LnAmplitude[line]), sigma = Math.Exp(lines.LnSigma[line]), gamma = Math.Exp(lines.LnGamma[line]);
        if (model.Profile == LineProfile.Voigt) return (1.05 * a * gamma / Math.PI, 17 * sigma);
        LineShape shape = LineShape.Create(model.Profile, lines.Center[line], a, sigma, gamma);
        return (shape.LorentzNumerator, shape.CoreHalfWidth);
    }

    private static double LargestLevel(ReadOnlySpan<double> number, ReadOnlySpan<double> strength, double width, double tolerance)
    {
        double tooLarge = tolerance;
        if (Neglected(number, strength, width, tooLarge) <= tolerance) return tooLarge;
        double lines = 0;
        foreach (double n in number) lines += n;
        double proven = tolerance / lines;
        for (int i = 0; i < Halvings && tooLarge / proven > 1.05; i++)
        {
            double middle = Math.Sqrt(proven * tooLarge);
            if (Neglected(number, strength, width, middle) <= tolerance) proven = middle;
            else tooLarge = middle;
        }

        return proven;
    }

    private static double Neglected(ReadOnlySpan<double> number, ReadOnlySpan<double> strength, double width, double level)
    {
        double worst = 0;
        for (int at = 0; at < Bins; at++)
        {
            double sum = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                double distance = (Math.Abs(at - bin) - 1) * width;
                sum += distance > 0 ? Math.Min(number[bin] * level, strength[bin] / (distance * distance)) : number[bin] * level;
            }

            worst = Math.Max(worst, sum);
        }

        return worst;
    }
}
