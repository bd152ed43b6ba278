using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Observation;

/// <summary>
/// A Gaussian instrument folded into the lines: a line of Gaussian width sigma seen by an instrument of width s has sqrt(sigma^2 + s^2), and nothing needs to be
/// convolved. That is exact for a single line whose profile is a Voigt function, and otherwise wrong by at most what <see cref="FoldingBound"/> says.
/// </summary>
public static class LineFolding
{
    /// <summary>Widens lines and what is known of their derivatives, in place.</summary>
    /// <param name="lines">The lines of the star at rest.</param>
    /// <param name="sigmaKmPerS">The standard deviation s of the instrument in km/s, at least 0; of a line at mu it is s mu / c Angstrom.</param>
    /// <param name="directions">Derivatives of centre, ln a, ln sigma and ln gamma of these lines.</param>
    public static void Widen(LineTable lines, double sigmaKmPerS, IReadOnlyList<LineTable> directions)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(directions);
        double perAngstrom = sigmaKmPerS / DopplerShift.LightSpeedKmPerS;
        for (int j = 0; j < lines.Count; j++)
        {
            double center = lines.Center[j], own = Math.Exp(2 * lines.LnSigma[j]), added = perAngstrom * perAngstrom * center * center, whole = own + added;
            if (!(added > 0)) continue;
            lines.LnSigma[j] = 0.5 * Math.Log(whole);

            // d ln sqrt(sigma^2 + s^2) = (sigma^2 d ln sigma + s^2 d ln s) / (sigma^2 + s^2), and s goes with the centre.
            foreach (LineTable direction in directions)
                direction.LnSigma[j] = ((own * direction.LnSigma[j]) + (added * direction.Center[j] / center)) / whole;
        }
    }

    /// <summary>The derivative of widened lines by a factor f of the resolving power, to which s is inversely proportional.</summary>
    /// <param name="lines">The lines after <see cref="Widen"/>.</param>
    /// <param name="sigmaKmPerS">s at this factor, in km/s.</param>
    /// <param name="factor">f, above 0.</param>
    /// <returns>d ln sigma / df = -s^2 / (f (sigma^2 + s^2)); nothing else changes.</returns>
    public static LineTable AlongResolution(LineTable lines, double sigmaKmPerS, double factor)
    {
        ArgumentNullException.ThrowIfNull(lines);
        double perAngstrom = sigmaKmPerS / DopplerShift.LightSpeedKmPerS;
        var direction = new LineTable(lines.Count) { Count = lines.Count };
        for (int j = 0; j < lines.Count; j++)
        {
            double s = perAngstrom * lines.Center[j];
            direction.LnSigma[j] = -s * s * Math.Exp(-2 * lines.LnSigma[j]) / factor;
        }

        return direction;
    }
}
