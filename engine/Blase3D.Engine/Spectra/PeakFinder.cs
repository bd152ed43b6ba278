namespace Blase3D.Engine.Spectra;

/// <summary>
/// Peaks of a sampled curve with the definitions of SciPy's <c>scipy.signal.find_peaks</c>, <c>peak_prominences</c> (without a window)
/// and <c>peak_widths</c> (SciPy reference guide); indices are equal to SciPy's. Samples must be finite; all results are ascending
/// in the index.
/// Prominences of all peaks together cost time linear in the number of samples.
/// </summary>
public static partial class PeakFinder
{
    /// <summary>The local maxima at least a distance apart.</summary>
    /// <param name="x">The curve.</param>
    /// <param name="distancePixels">The smallest distance between two peaks kept, at least 1; see <see cref="KeepDistant"/>.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: a sample is not finite;
    /// <see cref="ErrorCode.BadArguments"/>: the distance.</exception>
    public static int[] Find(ReadOnlySpan<double> x, int distancePixels = 1) => KeepDistant(LocalMaxima(x), x, distancePixels);

    /// <summary>
    /// The samples that are higher than both neighbours. A flat top counts once, at its middle (rounded down), when both of its sides fall.
    /// The first and the last sample are never peaks.
    /// </summary>
    /// <param name="x">The curve.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: a sample is not finite.</exception>
    public static int[] LocalMaxima(ReadOnlySpan<double> x)
    {
        SpectrumRules.RequireFinite(x, "curve");
        var peaks = new List<int>();
        int last = x.Length - 1;
        for (int i = 1; i < last; i++)
        {
            if (!(x[i - 1] < x[i]))
                continue;
            int ahead = i + 1;
            while (ahead < last && x[ahead] == x[i])
                ahead++;
            if (x[ahead] < x[i])
                peaks.Add((i + ahead - 1) / 2);
            // The samples up to ahead - 1 are equal and cannot rise again.
            i = ahead - 1;
        }
        return [.. peaks];
    }

    /// <summary>
    /// Drops peaks that are nearer than a distance to a higher one that is kept: the peaks are visited from the highest to the lowest,
    /// and each one visited drops those nearer than the distance. Of equally high ones the later index is visited first.
    /// That is SciPy's order for up to 16 peaks; above, SciPy leaves the order of equally high peaks to an unstable sort that differs
    /// between versions and processors, so that peaks of exactly equal height nearer than the distance may be kept differently.
    /// </summary>
    /// <param name="peaks">Ascending indices into <paramref name="x"/>.</param>
    /// <param name="x">The curve.</param>
    /// <param name="distancePixels">The smallest distance kept, at least 1 (which keeps all).</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: the distance is below 1.</exception>
    public static int[] KeepDistant(ReadOnlySpan<int> peaks, ReadOnlySpan<double> x, int distancePixels)
    {
        if (distancePixels < 1)
            throw new EngineException(ErrorCode.BadArguments, $"The peak distance is {distancePixels} pixels; it must be at least 1.");
        double[] height = new double[peaks.Length];
        int[] order = new int[peaks.Length];
        for (int k = 0; k < peaks.Length; k++)
        {
            height[k] = x[peaks[k]];
            order[k] = k;
        }
        Array.Sort(order, (a, b) => height[a] != height[b] ? height[b].CompareTo(height[a]) : b.CompareTo(a));

        bool[] dropped = new bool[peaks.Length];
        int kept = 0;
        foreach (int j in order)
        {
            if (dropped[j])
                continue;
            kept++;
            for (int k = j - 1; k >= 0 && peaks[j] - peaks[k] < distancePixels; k--)
                dropped[k] = true;
            for (int k = j + 1; k < peaks.Length && peaks[k] - peaks[j] < distancePixels; k++)
                dropped[k] = true;
        }

        int[] result = new int[kept];
        int next = 0;
        for (int k = 0; k < peaks.Length; k++)
        {
            if (!dropped[k])
                result[next++] = peaks[k];
        }
        return result;
    }
}
