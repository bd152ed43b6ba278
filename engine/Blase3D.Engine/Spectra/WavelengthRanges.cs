namespace Blase3D.Engine.Spectra;

/// <summary>Ranges of wavelengths, both ends included, merged and sorted, so that asking whether a wavelength is in one is quick.</summary>
public sealed class WavelengthRanges
{
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>Takes ranges in any order; they may overlap.</summary>
    /// <param name="ranges">Lower and upper end of each, vacuum Angstrom.</param>
    public WavelengthRanges(IEnumerable<(double Low, double High)> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var merged = new List<(double Low, double High)>();
        foreach ((double low, double high) in ranges.Where(range => range.High >= range.Low).Order())
        {
            if (merged.Count > 0 && low <= merged[^1].High) merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, high));
            else merged.Add((low, high));
        }

        (_low, _high) = ([.. merged.Select(range => range.Low)], [.. merged.Select(range => range.High)]);
    }

    /// <summary>No range.</summary>
    public static WavelengthRanges None { get; } = new([]);

    /// <summary>The number of ranges after merging.</summary>
    public int Count => _low.Length;

    /// <summary>Whether a wavelength is in one.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom.</param>
    public bool Contains(double wavelengthAngstrom)
    {
        int at = Array.BinarySearch(_low, wavelengthAngstrom);
        if (at >= 0) return true;
        return ~at > 0 && wavelengthAngstrom <= _high[~at - 1];
    }
}
