using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>Finds the pixels of a run that are near the centre of a line.</summary>
internal static class CorePixels
{
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
