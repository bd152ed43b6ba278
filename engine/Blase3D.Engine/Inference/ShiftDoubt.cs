using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Inference;

/// <summary>
/// Whether a spectrum that fits badly is one whose wavelengths are shifted against the model's: by the velocity of a star, or by air wavelengths that were
/// taken as vacuum (80 to 90 km/s to the blue). A fit at rest has no parameter for that.
/// </summary>
/// <param name="VelocityKmPerS">Where the correlation with the shifted model is highest.</param>
/// <param name="Correlation">There.</param>
/// <param name="AtRest">Without a shift.</param>
internal sealed record ShiftDoubt(double VelocityKmPerS, double Correlation, double AtRest)
{
    /// <summary>The flag of a result.</summary>
    public const string Flag = "wavelengths_shifted";

    private const double LargestKmPerS = 300, StepKmPerS = 2;

    // What of the unexplained variance the shift has to take away, and how little it may be: models of wrong parameters shift the peak a little, too.
    private const double LeastFall = 0.3, LeastKmPerS = 6;

    // What the velocity of air wavelengths may be off by: the star moves, too, if its frame is not the star's.
    private const double AirReachKmPerS = 15;

    private const int MostPixels = 20_000;

    /// <summary>Looks for a shift.</summary>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="residual">Data minus model, NaN where a pixel does not count, length P.</param>
    /// <param name="model">Length P.</param>
    /// <returns>Null when no shift explains the spectrum clearly better than none.</returns>
    public static ShiftDoubt? Of(double[] wavelength, double[] residual, double[] model)
    {
        int[] used = [.. Enumerable.Range(0, wavelength.Length).Where(i => double.IsFinite(residual[i]) && double.IsFinite(model[i]))];
        if (used.Length > MostPixels) used = [.. used.Where((_, k) => k % ((used.Length / MostPixels) + 1) == 0)];
        if (used.Length < SpectrumRules.FewestPixels) return null;
        double[] data = Array.ConvertAll(used, i => residual[i] + model[i]), shifted = new double[used.Length];
        double atRest = CorrelationAt(0), best = atRest, velocity = 0;
        for (double v = -LargestKmPerS; v <= LargestKmPerS; v += StepKmPerS)
        {
            double correlation = CorrelationAt(v);
            if (correlation > best) (best, velocity) = (correlation, v);
        }

        double unexplained = 1 - Square(atRest), left = 1 - Square(best);
        return Math.Abs(velocity) >= LeastKmPerS && left < (1 - LeastFall) * unexplained ? new ShiftDoubt(velocity, best, Math.Max(0, atRest)) : null;

        // Over the pixels that the shifted model reaches.
        double CorrelationAt(double v)
        {
            double factor = DopplerShift.Factor(v);
            int first = used.Length, end = 0;
            for (int k = 0, at = 0; k < used.Length; k++)
            {
                double rest = wavelength[used[k]] / factor;
                if (rest < wavelength[0] || rest > wavelength[^1]) continue;
                (first, end) = (Math.Min(first, k), k + 1);
                while (at < wavelength.Length - 2 && wavelength[at + 1] <= rest) at++;
                double share = (rest - wavelength[at]) / (wavelength[at + 1] - wavelength[at]);
                shifted[k] = ((1 - share) * model[at]) + (share * model[at + 1]);
            }

            return 2 * (end - first) < used.Length ? 0 : Correlate(data.AsSpan(first..end), shifted.AsSpan(first..end));
        }
    }

    /// <summary>What to tell the user.</summary>
    /// <param name="isMediumAssumed">Whether nobody said what medium the wavelengths are in.</param>
    /// <param name="middleAngstrom">The middle of the spectrum.</param>
    public string Sentence(bool isMediumAssumed, double middleAngstrom)
    {
        double air = -DopplerShift.LightSpeedKmPerS * (AirVacuum.RefractiveIndex(Math.Clamp(middleAngstrom, AirVacuum.ShortestAngstrom, AirVacuum.LongestAngstrom)) - 1);
        string advice = isMediumAssumed && Math.Abs(VelocityKmPerS - air) < AirReachKmPerS
            ? FormattableString.Invariant($"air wavelengths look so ({air:0} km/s): give --medium air if they are, or --velocity free")
            : "give --velocity free, or wavelengths at rest";
        return FormattableString.Invariant(
            $"The spectrum fits badly, and its correlation with the model is {Correlation:0.00} at {VelocityKmPerS:0} km/s, {AtRest:0.00} at rest; {advice}.");
    }

    private static double Square(double correlation) => correlation > 0 ? correlation * correlation : 0;

    private static double Correlate(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double meanX = Mean(x), meanY = Mean(y), xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            (xx, yy, xy) = (xx + (dx * dx), yy + (dy * dy), xy + (dx * dy));
        }

        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : 0;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }
}
