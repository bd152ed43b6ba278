using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Association;

/// <summary>
/// Follows lines from node to node with a tolerance. Nodes are visited in C order; the lines of a node join the families of its lower
/// neighbours, nearest pairs first, each family at most once per node; what finds no family starts one. Deterministic.
/// </summary>
/// <remarks>
/// The position compared is the starting pixel: it marks a local minimum of the spectrum, whereas the tuned centre of a blended line may
/// wander by many pixels.
/// </remarks>
public static class TrackedAssociation
{
    /// <summary>Lines farther apart than this many pixels are not the same line; detected lines are at least 4 pixels apart.</summary>
    public const double DefaultTolerancePixels = 3;

    /// <summary>Associates the lines of a grid.</summary>
    /// <param name="clones">The clones; their points need not fill the lattice.</param>
    /// <param name="tolerancePixels">In units of the local pixel, positive.</param>
    public static LineFamilies Associate(LineClones clones, double tolerancePixels = DefaultTolerancePixels)
    {
        ArgumentNullException.ThrowIfNull(clones);
        if (!(tolerancePixels > 0))
            throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The association tolerance is {tolerancePixels} pixels; it must be above 0."));
        RectilinearAxes axes = RectilinearAxes.Enclosing(clones.Points);
        var spectrumOfNode = new int[axes.NodeCount];
        Array.Fill(spectrumOfNode, -1);
        for (int s = 0; s < clones.Points.Count; s++) spectrumOfNode[axes.NodeAt(clones.Points[s])] = s;

        var families = new List<(double Sum, int Count)>();
        var familyOfLine = new int[clones.Spectra.Count][];
        var candidates = new List<(double Distance, int Line, int Family)>();
        for (int node = 0; node < axes.NodeCount; node++)
        {
            int spectrum = spectrumOfNode[node];
            if (spectrum < 0) continue;
            double[] position = clones.Spectra[spectrum].InitialCenter;
            candidates.Clear();
            for (int d = 0; d < axes.Dimensions; d++)
            {
                int neighbour = LowerNeighbour(axes, spectrumOfNode, node, d);
                if (neighbour >= 0)
                    AddPairs(clones.Wavelength, position, clones.Spectra[neighbour].InitialCenter, familyOfLine[neighbour], tolerancePixels, candidates);
            }

            familyOfLine[spectrum] = Join(position, candidates, families);
        }

        return Sorted(families, familyOfLine);
    }

    private static int LowerNeighbour(RectilinearAxes axes, int[] spectrumOfNode, int node, int axis)
    {
        int steps = axes.IndexAlong(node, axis);
        for (int k = 1; k <= steps; k++)
        {
            int spectrum = spectrumOfNode[node - (k * axes.Stride(axis))];
            if (spectrum >= 0) return spectrum;
        }

        return -1;
    }

    // Both lists ascend, so one sweep finds every pair within the tolerance.
    private static void AddPairs(
        double[] wavelength, double[] position, double[] other, int[] familyOfOther, double tolerancePixels, List<(double, int, int)> candidates)
    {
        int from = 0;
        for (int line = 0; line < position.Length; line++)
        {
            int pixel = Math.Clamp(LineWindows.SearchSorted(wavelength, position[line]), 1, wavelength.Length - 1);
            double tolerance = tolerancePixels * (wavelength[pixel] - wavelength[pixel - 1]) * (1 + 1e-6);
            while (from < other.Length && other[from] < position[line] - tolerance) from++;
            for (int k = from; k < other.Length && other[k] <= position[line] + tolerance; k++)
                candidates.Add((Math.Abs(other[k] - position[line]), line, familyOfOther[k]));
        }
    }

    private static int[] Join(double[] position, List<(double Distance, int Line, int Family)> candidates, List<(double Sum, int Count)> families)
    {
        var family = new int[position.Length];
        Array.Fill(family, -1);
        var taken = new HashSet<int>();
        candidates.Sort();
        foreach ((_, int line, int candidate) in candidates)
        {
            if (family[line] >= 0 || !taken.Add(candidate)) continue;
            family[line] = candidate;
            families[candidate] = (families[candidate].Sum + position[line], families[candidate].Count + 1);
        }

        for (int line = 0; line < position.Length; line++)
        {
            if (family[line] >= 0) continue;
            family[line] = families.Count;
            families.Add((position[line], 1));
        }

        return family;
    }

    private static LineFamilies Sorted(List<(double Sum, int Count)> families, int[][] familyOfLine)
    {
        double[] center = [.. families.Select(f => f.Sum / f.Count)];
        int[] order = [.. Enumerable.Range(0, center.Length)];
        Array.Sort([.. center], order);
        var rank = new int[center.Length];
        for (int k = 0; k < order.Length; k++) rank[order[k]] = k;
        foreach (int[] lines in familyOfLine)
        {
            for (int i = 0; i < lines.Length; i++) lines[i] = rank[lines[i]];
        }

        return new LineFamilies(Array.ConvertAll(order, k => center[k]), familyOfLine);
    }
}
