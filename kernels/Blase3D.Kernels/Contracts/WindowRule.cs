namespace Blase3D.Kernels.Contracts;

/// <summary>How the window of a line follows from its centre alone, on one array of wavelengths; see <see cref="LineWindows"/> for the windows themselves.</summary>
public sealed class WindowRule
{
    private readonly double[] _counted;
    private readonly WavelengthIndex _index;
    private readonly double[]? _other;
    private readonly WavelengthIndex? _otherIndex;
    private readonly int _width;

    private WindowRule(double[] counted, double[]? other, int width, bool isPublished)
    {
        ArgumentNullException.ThrowIfNull(counted);
        (_counted, _width, IsPublished, _index) = (counted, width, isPublished, new WavelengthIndex(counted));
        if (other is null || ReferenceEquals(counted, other)) return;
        (_other, _otherIndex) = (other, new WavelengthIndex(other));
    }

    /// <summary>Whether the windows are those of the published code.</summary>
    public bool IsPublished { get; }

    /// <summary>The windows of <see cref="LineWindows.Create"/>.</summary>
    /// <param name="counted">The wavelengths on which the width is counted, ascending, vacuum Angstrom; they must not change.</param>
    /// <param name="width">Pixels per window, at least 1.</param>
    /// <param name="other">
    /// The wavelengths that are evaluated, ascending; null for <paramref name="counted"/>. On others a window is every pixel between its first and its last
    /// wavelength.
    /// </param>
    public static WindowRule Centered(double[] counted, int width, double[]? other = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return new WindowRule(counted, other, width, isPublished: false);
    }

    /// <summary>The windows of <see cref="LineWindows.CreatePublished"/>.</summary>
    /// <param name="wavelength">Ascending, vacuum Angstrom, longer than the width; they must not change.</param>
    /// <param name="width">Pixels per window, at least 2.</param>
    public static WindowRule Published(double[] wavelength, int width)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        LineWindows.RequirePublished(wavelength.Length, width);
        return new WindowRule(wavelength, null, width, isPublished: true);
    }

    /// <summary>The windows of some lines.</summary>
    /// <param name="center">Centres in Angstrom, one per line.</param>
    /// <param name="reuse">Windows to fill again instead of making new ones.</param>
    public LineWindows Create(ReadOnlySpan<double> center, LineWindows? reuse = null)
    {
        LineWindows windows = LineWindows.Prepare(0, reuse);
        Append(center, windows);
        return windows;
    }

    /// <summary>Appends the windows of lines to others of this rule.</summary>
    internal void Append(ReadOnlySpan<double> center, LineWindows windows)
    {
        int row = windows.Extend(center.Length, IsPublished);
        Span<int> first = windows.First.AsSpan(row, center.Length), length = windows.Length.AsSpan(row, center.Length);
        if (IsPublished) LineWindows.FillPublished(center, _counted, _width, _index, first, length);
        else LineWindows.Fill(center, _counted, _width, _index, first, length);
        for (int j = 0; j < first.Length && _other is not null; j++)
        {
            int at = _otherIndex!.Find(_counted[first[j]]);
            (first[j], length[j]) = (at, _otherIndex.Find(Math.BitIncrement(_counted[first[j] + length[j] - 1])) - at);
        }
    }
}
