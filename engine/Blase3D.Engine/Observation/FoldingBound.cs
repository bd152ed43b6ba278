using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Observation;

/// <summary>
/// How far a spectrum of lines that were widened (<see cref="LineFolding"/>) can be from the convolved spectrum, anywhere on some wavelengths, in units of the continuum.
/// </summary>
/// <remarks>
/// Let E be the mean over the instrument around a place. Folding takes prod (1 - V'_j) for E prod (1 - V_j).
/// (1) Blends: all factors lie in [0, 1], so taking them out of E one after the other changes it by at most sum_{i&lt;j} sd_i sd_j, sd_j being the standard deviation of
/// V_j under the instrument (covariances are at most products of these, and sd of a product at most the sum); for opacities, exp(-sum V_j), by sd^2 / 2 of the sum.
/// A Gaussian of width s has sd_j^2 at most s^2 E V_j'^2 (Poincare's inequality, Chernoff 1981), and E V_j'^2 at most the largest square within 4 s, and 6.4e-5 of the largest of all;
/// slopes are those of the profile (of Voigt functions from the Faddeeva function), and of pseudo-Voigt profiles the sum of those of both parts.
/// (2) The profile of one line: |E V_j - V'_j|, evaluated exactly with the Faddeeva function; 0 for the Voigt profile, whose Gaussians add.
/// (3) The instrument acts in ln(wavelength), lines are shapes in wavelength: at a distance x a displacement t differs by |x t| / c + lambda t^2 / (2 c^2), which the slope of V_j turns into flux.
/// Far from a line all three fall with the distance, and places are taken together. Where lines end at their windows is not counted.
/// With lines of real spectra, where the error is about 1e-4, the bound is 1 to 8 times the error: nearly the error itself where (2) counts most, which with the published profile is the
/// rule, and least sharp where many lines overlap, whose slopes it adds up without their signs.
/// </remarks>
public static class FoldingBound
{
    private const int Block = 32;

    private const double NearWidths = 20;

    /// <summary>The largest value of the bound.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines before they are widened.</param>
    /// <param name="sigmaKmPerS">The standard deviation of the instrument in km/s, above 0.</param>
    /// <param name="wavelengthAngstrom">Where, vacuum Angstrom, ascending; as narrow as lines are sampled.</param>
    /// <param name="enough">As soon as one line alone is worse than this, its value is returned.</param>
    /// <returns>The bound; or, where a single line passes <paramref name="enough"/>, what that line has.</returns>
    public static double Largest(LineModel model, LineTable lines, double sigmaKmPerS, double[] wavelengthAngstrom, double enough = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(wavelengthAngstrom);
        double share = sigmaKmPerS / DopplerShift.LightSpeedKmPerS;
        var folded = new List<FoldedLine>();
        for (int j = 0; j < lines.Count; j++)
        {
            if (FoldedLine.Of(model.Profile, lines, j, share) is not { } line) continue;
            folded.Add(line);
            double own = line.ProfileError(0) + line.Excess;
            if (own > enough) return own;
        }

        int places = wavelengthAngstrom.Length, blocks = (places + Block - 1) / Block;
        double[] spread = new double[places], squares = new double[places], error = new double[places], farSpread = new double[blocks], farError = new double[blocks];
        foreach (FoldedLine line in folded)
        {
            double reach = NearWidths * line.Width;
            for (int b = 0; b < blocks; b++)
            {
                int first = b * Block, end = Math.Min(places, first + Block);
                double distance = Math.Max(0, Math.Max(wavelengthAngstrom[first] - line.Center, line.Center - wavelengthAngstrom[end - 1]));
                if (distance > reach)
                {
                    farSpread[b] += line.Spread(distance);
                    farError[b] += line.FarError(distance, wavelengthAngstrom[end - 1]);
                    continue;
                }

                for (int i = first; i < end; i++)
                {
                    double x = Math.Abs(wavelengthAngstrom[i] - line.Center), slope = line.Slope(x), sd = line.Spread(x);
                    spread[i] += sd;
                    squares[i] += sd * sd;
                    error[i] += line.ProfileError(x) + line.Excess + line.Curved(x, slope, wavelengthAngstrom[i]);
                }
            }
        }

        double largest = 0;
        for (int i = 0; i < places; i++)
        {
            double sum = spread[i] + farSpread[i / Block], blends = 0.5 * ((sum * sum) - (model.Composition == Composition.Product ? squares[i] : 0));
            double here = blends + error[i] + farError[i / Block];

            // What is no number was too large for one.
            largest = Math.Max(largest, here < 1 ? here : 1);
        }

        return largest;
    }
}
