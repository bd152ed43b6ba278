using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>Finds the pixels of a run in which the Gaussian part of a line counts.</summary>
internal static class CorePixels
{
    /// <summary>The pixels within <see cref="LineShape.CoreHalfWidth"/> of the centre, cut to [start, end); empty at the nearer end otherwise.</summary>
    public static (int Start, int End) Find(in LineShape shape, double[] wavelength, int start, int end)
    {
        if (shape.CoreHalfWidth <= 0) return (end, end);
        ReadOnlySpan<double> run = wavelength.AsSpan(start, end - start);
        int coreStart = LineWindows.SearchSorted(run, shape.Center - shape.CoreHalfWidth);
        int coreLength = LineWindows.SearchSorted(run[coreStart..], Math.BitIncrement(shape.Center + shape.CoreHalfWidth));
        return (start + coreStart, start + coreStart + coreLength);
    }
}
