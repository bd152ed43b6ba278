using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds;

/// <summary>Lays the clones of a grid out node by node.</summary>
public static class ManifoldBuilder
{
    /// <summary>Builds a manifold. Lines with a parameter that is not finite are left out, as they are in a reconstruction.</summary>
    /// <param name="clones">The clones; points that are missing from the lattice become missing nodes.</param>
    /// <param name="families">Which line is which.</param>
    /// <param name="scheme">What reconstructions do between the nodes unless something else is asked for.</param>
    /// <exception cref="EngineException">Two spectra have the same point, or the families do not belong to the clones.</exception>
    public static LineManifold Build(LineClones clones, LineFamilies families, InterpolationScheme scheme = LineManifold.DefaultScheme)
    {
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(families);
        RectilinearAxes axes = RectilinearAxes.Enclosing(clones.Points);
        var spectrumOfNode = new int[axes.NodeCount];
        Array.Fill(spectrumOfNode, -1);
        for (int s = 0; s < clones.Points.Count; s++)
        {
            int node = axes.NodeAt(clones.Points[s]);
            if (spectrumOfNode[node] >= 0)
                throw new EngineException(ErrorCode.BadInput, $"Two clones have the point {clones.Points.Describe(s)}; keep one of them.");
            spectrumOfNode[node] = s;
            if (families.FamilyOfLine[s].Length != clones.Spectra[s].Lines.Count)
                throw new EngineException(ErrorCode.BadInput, $"The association of {clones.Points.Describe(s)} does not have one family per line; associate these clones again.");
        }

        var offset = new long[axes.NodeCount + 1];
        for (int node = 0; node < axes.NodeCount; node++)
        {
            int s = spectrumOfNode[node];
            offset[node + 1] = offset[node] + (s < 0 ? 0 : Enumerable.Range(0, clones.Spectra[s].Lines.Count).Count(line => IsUsable(clones.Spectra[s].Lines, line)));
        }

        ManifoldEntries entries = ManifoldEntries.Allocate(offset[^1]);
        for (int node = 0; node < axes.NodeCount; node++)
        {
            if (spectrumOfNode[node] >= 0) Fill(clones.Spectra[spectrumOfNode[node]].Lines, families.FamilyOfLine[spectrumOfNode[node]], families.Center, entries, offset[node]);
        }

        return new LineManifold(axes, clones.Wavelength, families.Center, Array.ConvertAll(spectrumOfNode, s => s >= 0), offset, entries, clones.Recipe) { Scheme = scheme };
    }

    private static bool IsUsable(LineTable lines, int line) => !ILineKernels.IsDegenerate(lines, line);

    private static void Fill(LineTable lines, int[] family, double[] center, ManifoldEntries entries, long at)
    {
        int[] order = [.. Enumerable.Range(0, lines.Count).Where(line => IsUsable(lines, line)).OrderBy(line => family[line])];
        foreach (int line in order)
        {
            entries.LineIndex[at] = family[line];
            entries.CenterShift[at] = (float)(lines.Center[line] - center[family[line]]);
            entries.LnAmplitude[at] = (float)lines.LnAmplitude[line];
            entries.LnSigma[at] = (float)lines.LnSigma[line];
            entries.LnGamma[at] = (float)lines.LnGamma[line];
            at++;
        }
    }
}
