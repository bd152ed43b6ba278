namespace Blase3D.Engine.Preprocessing;

/// <summary>How much white noise a spectrum shows, from its pixels alone.</summary>
public static class FluxNoise
{
    /// <summary>Spectra with less noise than this count as without: the features of models at their native and usual samplings reach 0.2 %.</summary>
    public const double LeastShare = 0.0025;

    /// <summary>
    /// The standard deviation of the noise over the median of the absolute flux, from fourth differences: 1.4826 median |f(i-2) - 4 f(i-1) + 6 f(i) - 4 f(i+1) +
    /// f(i+2)| / sqrt(70) (the higher orders of Stoehr et al. 2008, ASP 394, 505). A feature that is sampled by more than two pixels hardly takes part;
    /// noise that neighbouring pixels share, as after resampling, is found too small.
    /// </summary>
    /// <param name="flux">Any unit; NaN pixels are passed over.</param>
    /// <returns>0 or more; 0 for fewer than five pixels with data.</returns>
    public static double Share(ReadOnlySpan<double> flux)
    {
        var used = new List<double>(flux.Length);
        foreach (double f in flux)
        {
            if (double.IsFinite(f)) used.Add(f);
        }

        if (used.Count < 5) return 0;
        var difference = new double[used.Count - 4];
        for (int i = 0; i < difference.Length; i++)
            difference[i] = Math.Abs(used[i] - (4 * used[i + 1]) + (6 * used[i + 2]) - (4 * used[i + 3]) + used[i + 4]);
        double level = Percentile.Of([.. used.Select(Math.Abs)], 50);
        return level > 0 ? 1.4826 / Math.Sqrt(70) * Percentile.Of(difference, 50) / level : 0;
    }
}
