namespace Blase3D.Engine.Spectra;

/// <summary>How far peaks stand out: arrays with one entry per peak.</summary>
/// <param name="Prominence">Height of the peak above the higher one of its two bases.</param>
/// <param name="LeftBase">Index of the lowest sample between the peak and the nearest higher sample on its left (or the start).</param>
/// <param name="RightBase">The same on its right.</param>
public sealed record PeakProminences(double[] Prominence, int[] LeftBase, int[] RightBase);

/// <summary>How wide peaks are: arrays with one entry per peak, in pixels and fractions of a pixel.</summary>
/// <param name="WidthPixels">Right crossing minus left crossing.</param>
/// <param name="Height">The height at which the width is taken.</param>
/// <param name="LeftCrossing">Interpolated position of the crossing on the left.</param>
/// <param name="RightCrossing">Interpolated position of the crossing on the right.</param>
public sealed record PeakWidths(double[] WidthPixels, double[] Height, double[] LeftCrossing, double[] RightCrossing);

public static partial class PeakFinder
{
    /// <summary>
    /// The prominence of each peak: from the peak one walks both ways while no sample is higher; the lowest sample met is the base
    /// (the nearest one of equally low ones); the prominence is the height above the higher base.
    /// </summary>
    /// <param name="x">The curve.</param>
    /// <param name="peaks">Ascending indices into <paramref name="x"/>; any samples, SciPy's meaning for those that are no peaks
    /// included.</param>
    public static PeakProminences Prominences(ReadOnlySpan<double> x, ReadOnlySpan<int> peaks)
    {
        int[] leftBase = new int[peaks.Length];
        int[] rightBase = new int[peaks.Length];
        var walls = new WallStack(x.Length);
        for (int i = 0, k = 0; k < peaks.Length; i++)
        {
            int lowest = walls.Push(x, i);
            if (i == peaks[k])
                leftBase[k++] = lowest;
        }
        walls.Clear();
        for (int i = x.Length - 1, k = peaks.Length - 1; k >= 0; i--)
        {
            int lowest = walls.Push(x, i);
            if (i == peaks[k])
                rightBase[k--] = lowest;
        }

        double[] prominence = new double[peaks.Length];
        for (int k = 0; k < peaks.Length; k++)
            prominence[k] = x[peaks[k]] - Math.Max(x[leftBase[k]], x[rightBase[k]]);
        return new PeakProminences(prominence, leftBase, rightBase);
    }

    /// <summary>
    /// The width of each peak at its height minus a part of its prominence; the crossings are interpolated linearly and lie
    /// between the bases.
    /// The walk from the peak is short for nearly all peaks: a peak inside the walk of another one has at most
    /// <paramref name="relativeHeight"/> times its prominence, so that the walks cost time linear in the samples, times a logarithm.
    /// </summary>
    /// <param name="x">The curve.</param>
    /// <param name="peaks">Ascending indices into <paramref name="x"/>.</param>
    /// <param name="prominences">From <see cref="Prominences"/> for the same peaks.</param>
    /// <param name="relativeHeight">The part of the prominence, 0 to 1; 0.5 is the full width at half prominence.</param>
    public static PeakWidths Widths(
        ReadOnlySpan<double> x, ReadOnlySpan<int> peaks, PeakProminences prominences, double relativeHeight = 0.5)
    {
        int count = peaks.Length;
        var widths = new PeakWidths(new double[count], new double[count], new double[count], new double[count]);
        for (int k = 0; k < count; k++)
        {
            double height = x[peaks[k]] - prominences.Prominence[k] * relativeHeight;

            int i = peaks[k];
            while (i > prominences.LeftBase[k] && height < x[i])
                i--;
            double left = i;
            if (x[i] < height)
                left += (height - x[i]) / (x[i + 1] - x[i]);

            i = peaks[k];
            while (i < prominences.RightBase[k] && height < x[i])
                i++;
            double right = i;
            if (x[i] < height)
                right -= (height - x[i]) / (x[i - 1] - x[i]);

            widths.WidthPixels[k] = right - left;
            widths.Height[k] = height;
            widths.LeftCrossing[k] = left;
            widths.RightCrossing[k] = right;
        }
        return widths;
    }

    /// <summary>
    /// The samples seen so far that nothing seen since has reached, highest first; each carries the lowest sample between itself
    /// and the wall before it.
    /// A new sample takes over what it is at least as high as, so every sample is pushed once and popped once.
    /// </summary>
    private sealed class WallStack(int capacity)
    {
        private readonly int[] _wall = new int[capacity];
        private readonly int[] _lowest = new int[capacity];
        private int _count;

        public void Clear() => _count = 0;

        /// <summary>Adds sample i and returns the lowest sample between it and the nearest higher one seen before it.</summary>
        public int Push(ReadOnlySpan<double> x, int i)
        {
            int lowest = i;
            while (_count > 0 && x[_wall[_count - 1]] <= x[i])
            {
                _count--;
                // Strict: of equally low samples the one nearer to the peak stays.
                if (x[_lowest[_count]] < x[lowest])
                    lowest = _lowest[_count];
            }
            _wall[_count] = i;
            _lowest[_count++] = lowest;
            return lowest;
        }
    }
}
