using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>Finds the pixels of a run that are near the centre of a line.</summary>
internal static class CorePixels
{
    // Below it 1 / (q' (q' - P)) is left to plain divisions.
    private const double SmallestFarSquare = 1e-9;

    /// <summary>How far a core reaches: as far as the Gaussian, as the rational part is deeper than asked, and as its square is very small.</summary>
    /// <param name="numerator">P.</param>
    /// <param name="square">q.</param>
    /// <param name="gaussHalfWidth">That of the Gaussian.</param>
    /// <param name="depth">The largest depth outside.</param>
    public static double HalfWidth(double numerator, double square, double gaussHalfWidth, double depth)
    {
        double needed = Math.Max(numerator / depth, SmallestFarSquare) - square;
        return Math.Max(gaussHalfWidth, needed > 0 ? Math.Sqrt(needed) * (1 + 1e-12) : 0);
    }

    /// <summary>The pixels within <paramref name="halfWidth"/> of the centre, cut to [start, end); empty at the nearer end otherwise.</summary>
    public static (int Start, int End) Find(double center, double halfWidth, double[] wavelength, int start, int end)
    {
        if (halfWidth <= 0) return (end, end);
        ReadOnlySpan<double> run = wavelength.AsSpan(start, end - start);

        // Most lines sit in the middle of their window, and their cores are narrow.
        int coreStart = LineWindows.SearchSortedFrom(run, center - halfWidth, run.Length / 2);
        int coreEnd = LineWindows.SearchSortedFrom(run, Math.BitIncrement(center + halfWidth), coreStart);
        return (start + coreStart, start + Math.Max(coreStart, coreEnd));
    }
}
