using Blase3D.Engine.LineFinding;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>
/// Lines that begin as deep as they were seen. The published start gives every line of one prominence the same amplitude; as that is an area, a line broader
/// than about 0.1 A would begin far too shallow, and the search of the residual would take its foot for more lines.
/// </summary>
internal static class StartingDepth
{
    // A line that begins black has no slope to leave it by.
    private const double Deepest = 0.9;

    /// <summary>The lines, with amplitudes that make each as deep at its centre as its prominence is, in units of what surrounds it.</summary>
    /// <param name="found">Centres, widths, prominences, pixels.</param>
    /// <param name="profile">The shape.</param>
    /// <param name="levelOf">What surrounds the k-th line, given k; a level of 0 or less counts as nearly black.</param>
    public static LineTable Of(InitialLines found, LineProfile profile, Func<int, double> levelOf)
    {
        var amplitude = new double[found.Count];
        for (int k = 0; k < amplitude.Length; k++)
        {
            double level = levelOf(k), depth = level > 0 ? Math.Min(Deepest, found.Prominence[k] / level) : Deepest;
            double perAngstrom = LinePeak.Depth(profile, 0, found.LnSigma[k], found.LnGamma[k]);
            amplitude[k] = perAngstrom > 0 ? Math.Log(depth / perAngstrom) : found.LnAmplitude[k];
        }

        return new LineTable(found.CenterAngstrom, amplitude, found.LnSigma, found.LnGamma);
    }
}
