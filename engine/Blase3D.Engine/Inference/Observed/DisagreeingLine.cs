using Blase3D.Engine.Observation;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>A line of the model where the data are systematically above or below it.</summary>
/// <param name="CenterAngstrom">Its centre at rest, vacuum Angstrom.</param>
/// <param name="ObservedAngstrom">Where it is in the data of the first exposure.</param>
/// <param name="MeanResidual">The weighted mean of data minus model over its width, in units of the continuum.</param>
/// <param name="Significance">That mean over its standard error.</param>
public sealed record DisagreeingLine(double CenterAngstrom, double ObservedAngstrom, double MeanResidual, double Significance)
{
    /// <summary>The lines with the largest significance, no two within a width of each other.</summary>
    /// <param name="lines">The lines at the best point.</param>
    /// <param name="velocityKmPerS">The velocity of every pixel there.</param>
    /// <param name="halfWidthKmPerS">Half the width of a line in the data.</param>
    /// <param name="wavelength">Observed wavelengths of the pixels.</param>
    /// <param name="residual">NaN where a pixel does not count.</param>
    /// <param name="weight">One over the variances, or null for one over the mean square of the residual.</param>
    /// <param name="count">How many.</param>
    internal static List<DisagreeingLine> Find(
        LineTable lines, double[] velocityKmPerS, double halfWidthKmPerS, double[] wavelength, double[] residual, double[]? weight, int count)
    {
        double[] rest = [.. wavelength.Select((w, i) => w / DopplerShift.Factor(velocityKmPerS[i]))];
        int[] used = [.. Enumerable.Range(0, wavelength.Length).Where(i => double.IsFinite(residual[i])).OrderBy(i => rest[i])];
        double[] at = [.. used.Select(i => rest[i])];
        double plain = weight is null ? used.Length / used.Sum(i => residual[i] * residual[i]) : 0;
        var found = new List<DisagreeingLine>();
        double factor = DopplerShift.Factor(velocityKmPerS[0]), share = halfWidthKmPerS / DopplerShift.LightSpeedKmPerS;
        for (int j = 0; j < lines.Count; j++)
        {
            double center = lines.Center[j], sum = 0, total = 0;
            int first = LineWindows.SearchSorted(at, center * (1 - share)), end = LineWindows.SearchSorted(at, center * (1 + share));
            for (int n = first; n < end; n++)
            {
                double w = weight?[used[n]] ?? plain;
                sum += w * residual[used[n]];
                total += w;
            }

            if (total > 0) found.Add(new DisagreeingLine(center, center * factor, sum / total, sum / Math.Sqrt(total)));
        }

        var taken = new List<DisagreeingLine>();
        foreach (DisagreeingLine line in found.OrderByDescending(line => Math.Abs(line.Significance)).ThenBy(line => line.CenterAngstrom))
        {
            if (taken.Count == count) break;
            if (taken.TrueForAll(other => Math.Abs(other.ObservedAngstrom - line.ObservedAngstrom) > 2 * share * line.ObservedAngstrom)) taken.Add(line);
        }

        return taken;
    }
}
