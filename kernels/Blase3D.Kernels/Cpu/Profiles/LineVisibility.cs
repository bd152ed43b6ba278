using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>Whether a pseudo-Voigt line can be seen at all.</summary>
internal static class LineVisibility
{
    /// <summary>A line with a larger square is not that narrow, A^2.</summary>
    public const double LargestSquare = 1e-9;

    // A hundred thousand of such lines on one pixel are below rounding.
    private const double InvisibleDepth = 1e-22;

    // exp(-750) is 0.
    private const double LargestExponent = 750;

    /// <summary>The square of the distance from a wavelength to the nearest pixel.</summary>
    /// <param name="center">The wavelength.</param>
    /// <param name="wavelength">The pixels, at least one.</param>
    /// <param name="near">A pixel that may be the next one behind.</param>
    public static double NearestSquare(double center, double[] wavelength, int near)
    {
        int behind = near;
        if (!(behind > 0 && behind < wavelength.Length && wavelength[behind - 1] < center && center <= wavelength[behind]))
            behind = LineWindows.SearchSortedFrom(wavelength, center, Math.Clamp(near, 0, wavelength.Length - 1));
        double nearest = Math.Min(
            behind < wavelength.Length ? wavelength[behind] - center : double.PositiveInfinity,
            behind > 0 ? center - wavelength[behind - 1] : double.PositiveInfinity);
        return nearest * nearest;
    }

    /// <summary>Whether a line is so narrow that it falls between two pixels.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="line">The line.</param>
    /// <param name="nearestSquare">The square of the distance of the nearest pixel.</param>
    public static bool IsInvisible(LineColumns lines, int line, double nearestSquare)
    {
        double exponent = lines.Rate[line] * nearestSquare;
        return lines.Numerator[line] < InvisibleDepth * nearestSquare
            && (exponent > LargestExponent || lines.Depth[line] * Math.Exp(-exponent) < InvisibleDepth);
    }
}
