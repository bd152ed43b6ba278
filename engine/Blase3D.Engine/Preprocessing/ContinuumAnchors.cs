using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// Which pixels the continuum goes through, and which degree they carry. The rule of the default continuum:
/// the anchors are the peaks at least min(asked distance, pixels / 8) apart (never below 1), so that short spectra have some too;
/// the degree is the one asked for, at most anchors / 2 - 1 (never below 0), so that the fit always averages over about two
/// anchors per coefficient.
/// Without any peak (a monotonic spectrum) the highest pixel is the only anchor.
/// </summary>
internal static class ContinuumAnchors
{
    /// <summary>The anchors of a spectrum, ascending, at least one.</summary>
    /// <param name="divided">Flux over blackbody, finite, length P of at least 8.</param>
    /// <param name="distancePixels">The distance asked for.</param>
    public static int[] Find(ReadOnlySpan<double> divided, int distancePixels)
    {
        int[] anchors = PeakFinder.Find(divided, Math.Max(1, Math.Min(distancePixels, divided.Length / 8)));
        return anchors.Length > 0 ? anchors : [Highest(divided)];
    }

    /// <summary>The degree that a number of anchors carries.</summary>
    public static int Degree(int asked, int anchors) => Math.Max(0, Math.Min(asked, anchors / 2 - 1));

    private static int Highest(ReadOnlySpan<double> values)
    {
        int highest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[highest])
                highest = i;
        }
        return highest;
    }
}
