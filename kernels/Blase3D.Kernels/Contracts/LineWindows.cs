namespace Blase3D.Kernels.Contracts;

/// <summary>
/// The pixels on which every line is evaluated: a contiguous range, and, for the published window, one more pixel behind a gap of one.
/// </summary>
public sealed class LineWindows
{
    private LineWindows(int capacity) => (First, Length) = (new int[capacity], new int[capacity]);

    /// <summary>The first pixel of every line's range.</summary>
    public int[] First { get; private set; }

    /// <summary>The length of every line's contiguous range in pixels; 0 when the line reaches no pixel.</summary>
    public int[] Length { get; private set; }

    /// <summary>The number of lines.</summary>
    public int Lines { get; private set; }

    /// <summary>
    /// Whether the pixel <c>First + Length + 1</c> of every line belongs to the window as well (the published code leaves out the one before it).
    /// </summary>
    public bool HasDetachedPixel { get; private set; }

    /// <summary>The default windows: <c>[zero, zero + width)</c> with <c>zero = searchsorted(wavelength, centre) - width / 2</c>,
    /// moved inward at the ends; the whole spectrum when it is shorter than the width.</summary>
    /// <param name="center">Centres in Angstrom, one per line.</param>
    /// <param name="wavelength">Ascending wavelengths in Angstrom, length P.</param>
    /// <param name="width">Pixels per window, at least 1.</param>
    /// <param name="reuse">Windows to fill again instead of making new ones.</param>
    /// <param name="index">An index of the wavelengths, which finds centres faster.</param>
    public static LineWindows Create(
        ReadOnlySpan<double> center, ReadOnlySpan<double> wavelength, int width, LineWindows? reuse = null, WavelengthIndex? index = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        LineWindows windows = Prepare(center.Length, reuse);
        Fill(center, wavelength, width, index, windows.First, windows.Length);
        return windows;
    }

    /// <summary>
    /// The windows of the published code: <c>width - 1</c> pixels from <c>zero</c>, and the pixel <c>zero + width</c>; at the upper end
    /// <c>zero = P - width - 1</c>.
    /// </summary>
    /// <param name="center">Centres in Angstrom, one per line.</param>
    /// <param name="wavelength">Ascending wavelengths in Angstrom, length P, longer than the width.</param>
    /// <param name="width">Pixels per window, at least 2.</param>
    /// <param name="reuse">Windows to fill again instead of making new ones.</param>
    /// <param name="index">An index of the wavelengths, which finds centres faster.</param>
    /// <exception cref="ArgumentException">The spectrum is not longer than the window (the published code then reads wrong pixels).</exception>
    public static LineWindows CreatePublished(
        ReadOnlySpan<double> center, ReadOnlySpan<double> wavelength, int width, LineWindows? reuse = null, WavelengthIndex? index = null)
    {
        RequirePublished(wavelength.Length, width);
        LineWindows windows = Prepare(center.Length, reuse);
        windows.HasDetachedPixel = true;
        FillPublished(center, wavelength, width, index, windows.First, windows.Length);
        return windows;
    }

    /// <summary>
    /// The same windows on other wavelengths: every pixel of <paramref name="other"/> that lies between the first and the last
    /// wavelength of the line's window.
    /// </summary>
    /// <param name="own">The wavelengths these windows were made on, ascending, Angstrom.</param>
    /// <param name="other">Ascending, Angstrom; a slice of <paramref name="own"/> or any other sampling.</param>
    /// <param name="reuse">Windows to fill again instead of making new ones.</param>
    /// <exception cref="InvalidOperationException">The windows have a detached pixel, which has no meaning on other wavelengths.</exception>
    public LineWindows Transfer(ReadOnlySpan<double> own, ReadOnlySpan<double> other, LineWindows? reuse = null)
    {
        if (HasDetachedPixel) throw new InvalidOperationException("Published windows belong to the wavelengths they were made on.");
        LineWindows windows = Prepare(Lines, reuse);
        int first = 0, end = 0;
        for (int j = 0; j < Lines; j++)
        {
            first = SearchSortedFrom(other, own[First[j]], first);
            end = SearchSortedFrom(other, Math.BitIncrement(own[First[j] + Length[j] - 1]), end);
            windows.First[j] = first;
            windows.Length[j] = end - first;
        }

        return windows;
    }

    /// <summary>The first index whose wavelength is not below the value (numpy's searchsorted, side left).</summary>
    /// <param name="wavelength">Ascending.</param>
    /// <param name="value">The value to place.</param>
    /// <returns>0 to the length.</returns>
    public static int SearchSorted(ReadOnlySpan<double> wavelength, double value)
    {
        int low = 0, high = wavelength.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (wavelength[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The same as <see cref="SearchSorted"/>, from a place that is near the result.</summary>
    /// <remarks>
    /// Pixels are even over short distances, so the step of the pixels at the place tells about where the value is; doubling steps from there do the rest.
    /// </remarks>
    internal static int SearchSortedFrom(ReadOnlySpan<double> wavelength, double value, int near)
    {
        if (double.IsNaN(value)) return 0;
        if (near > 0 && near < wavelength.Length)
        {
            double guess = near + ((value - wavelength[near]) / (wavelength[near] - wavelength[near - 1]));
            near = guess > 0 && guess < wavelength.Length ? (int)guess : near;
        }

        int low = 0, high = wavelength.Length, step = 1;
        if (near > 0 && wavelength[near - 1] >= value)
        {
            for (high = near; high - step > 0 && wavelength[high - step] >= value; step *= 2) high -= step;
            low = Math.Max(0, high - step);
        }
        else
        {
            for (low = near; low + step < wavelength.Length && wavelength[low + step] < value; step *= 2) low += step;
            high = Math.Min(wavelength.Length, low + step);
        }

        return low + SearchSorted(wavelength[low..high], value);
    }

    /// <summary>See <see cref="Create"/>.</summary>
    internal static void Fill(
        ReadOnlySpan<double> center, ReadOnlySpan<double> wavelength, int width, WavelengthIndex? index, Span<int> first, Span<int> lengths)
    {
        int length = Math.Min(width, wavelength.Length), at = 0;
        for (int j = 0; j < center.Length; j++)
        {
            at = index is null ? SearchSortedFrom(wavelength, center[j], at) : index.Find(center[j]);
            first[j] = Math.Clamp(at - (width / 2), 0, wavelength.Length - length);
            lengths[j] = length;
        }
    }

    /// <summary>See <see cref="CreatePublished"/>.</summary>
    internal static void FillPublished(
        ReadOnlySpan<double> center, ReadOnlySpan<double> wavelength, int width, WavelengthIndex? index, Span<int> first, Span<int> lengths)
    {
        int at = 0;
        for (int j = 0; j < center.Length; j++)
        {
            at = index is null ? SearchSortedFrom(wavelength, center[j], at) : index.Find(center[j]);
            int zero = Math.Max(0, at - (width / 2));
            first[j] = zero + width >= wavelength.Length ? wavelength.Length - width - 1 : zero;
            lengths[j] = width - 1;
        }
    }

    /// <summary>Refuses widths for which the published windows have no meaning.</summary>
    internal static void RequirePublished(int pixels, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        if (pixels <= width)
            throw new ArgumentException($"The published window of {width} pixels needs a longer spectrum than {pixels} pixels.", nameof(width));
    }

    /// <summary>Drops the last lines.</summary>
    internal void Cut(int lines) => Lines = lines;

    /// <summary>Room for more lines behind the last; what was there is kept.</summary>
    /// <returns>The first of them.</returns>
    internal int Extend(int lines, bool hasDetachedPixel)
    {
        int row = Lines;
        if (First.Length < row + lines)
        {
            (int[] first, int[] length) = (First, Length);
            Array.Resize(ref first, Math.Max(row + lines, 2 * row));
            Array.Resize(ref length, first.Length);
            (First, Length) = (first, length);
        }

        (Lines, HasDetachedPixel) = (row + lines, hasDetachedPixel);
        return row;
    }

    /// <summary>Windows for a number of lines, without a detached pixel, to be filled.</summary>
    internal static LineWindows Prepare(int lines, LineWindows? reuse)
    {
        LineWindows windows = reuse ?? new LineWindows(lines);
        if (windows.First.Length < lines) (windows.First, windows.Length) = (new int[lines], new int[lines]);
        windows.Lines = lines;
        windows.HasDetachedPixel = false;
        return windows;
    }
}
