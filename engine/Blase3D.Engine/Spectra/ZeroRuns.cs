namespace Blase3D.Engine.Spectra;

/// <summary>Pixels without data that a source writes as exact zeros.</summary>
public static class ZeroRuns
{
    /// <summary>The fewest zeros in a row that are no coincidence.</summary>
    public const int ShortestRun = 3;

    /// <summary>Takes runs of exact zeros as missing.</summary>
    /// <param name="flux">The flux of a spectrum, length P; NaN marks pixels without data.</param>
    /// <param name="masked">The number of pixels in runs of at least <see cref="ShortestRun"/> zeros.</param>
    /// <returns>The same flux with NaN in these pixels; the very array when there are none.</returns>
    public static double[] Mask(double[] flux, out int masked)
    {
        ArgumentNullException.ThrowIfNull(flux);
        double[] result = flux;
        masked = 0;
        for (int start = 0; start < flux.Length; start++)
        {
            int end = start;
            while (end < flux.Length && flux[end] == 0) end++;
            if (end - start >= ShortestRun)
            {
                if (masked == 0) result = [.. flux];
                result.AsSpan(start..end).Fill(double.NaN);
                masked += end - start;
            }

            start = end;
        }

        return result;
    }
}
