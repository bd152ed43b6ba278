using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Association;

/// <summary>What an association made of the clones of a grid: how far families reach, and how their lines begin and end between neighbours.</summary>
public sealed record AssociationReport
{
    /// <summary>A line that ends between two neighbours at this depth or above did not fade: it was missed, or became part of another.</summary>
    public const double MissedDepth = 0.05;

    /// <summary>The number of families.</summary>
    public required int Families { get; init; }

    /// <summary>Families with a line at a single node.</summary>
    public required int Singles { get; init; }

    /// <summary>The mean number of nodes at which a family has a line.</summary>
    public required double MeanOccupancy { get; init; }

    /// <summary>The number of nodes at which the family in the middle of the entries has a line: half of all lines belong to families that reach as far.</summary>
    public required int TypicalReach { get; init; }

    /// <summary>Pairs of neighbouring nodes and lines that are in both.</summary>
    public required long Shared { get; init; }

    /// <summary>Per axis: lines that are at the upper node of a pair of neighbours and not at the lower one.</summary>
    public required long[] Births { get; init; }

    /// <summary>Per axis: lines that are at the lower node of a pair of neighbours and not at the upper one.</summary>
    public required long[] Deaths { get; init; }

    /// <summary>The median depth, at their centre, of the lines that begin or end; NaN when none does.</summary>
    public required double MedianEdgeDepth { get; init; }

    /// <summary>How many of them are deeper than <see cref="MissedDepth"/>, a share from 0 to 1.</summary>
    public required double MissedShare { get; init; }

    /// <summary>Lines whose tuned centre lies within one pixel of another's in the same spectrum, so that either could be the other; a share of all.</summary>
    public required double AmbiguousShare { get; init; }

    /// <summary>Looks at an association.</summary>
    /// <param name="clones">The clones.</param>
    /// <param name="families">Their association.</param>
    public static AssociationReport Of(LineClones clones, LineFamilies families)
    {
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(families);
        RectilinearAxes axes = RectilinearAxes.Enclosing(clones.Points);
        var spectrumOfNode = new Dictionary<int, int>();
        for (int s = 0; s < clones.Points.Count; s++) spectrumOfNode[axes.NodeAt(clones.Points[s])] = s;
        var occupancy = new int[families.Center.Length];
        foreach (int[] lines in families.FamilyOfLine)
        {
            foreach (int family in lines) occupancy[family]++;
        }

        long[] births = new long[axes.Dimensions], deaths = new long[axes.Dimensions];
        long shared = 0;
        var edges = new List<float>();
        foreach ((int node, int upper) in spectrumOfNode)
        {
            for (int d = 0; d < axes.Dimensions; d++)
            {
                if (axes.IndexAlong(node, d) == 0 || !spectrumOfNode.TryGetValue(node - axes.Stride(d), out int lower)) continue;
                long born = AddEdges(clones, families, upper, lower, edges);
                births[d] += born;
                deaths[d] += AddEdges(clones, families, lower, upper, edges);
                shared += families.FamilyOfLine[upper].Length - born;
            }
        }

        long entries = occupancy.Sum(nodes => (long)nodes);
        edges.Sort();
        return new AssociationReport
        {
            Families = occupancy.Length,
            Singles = occupancy.Count(nodes => nodes == 1),
            MeanOccupancy = families.MeanOccupancy,
            TypicalReach = Reach(occupancy, entries),
            Shared = shared,
            Births = births,
            Deaths = deaths,
            MedianEdgeDepth = edges.Count == 0 ? double.NaN : edges[edges.Count / 2],
            MissedShare = edges.Count == 0 ? 0 : edges.Count(depth => depth >= MissedDepth) / (double)edges.Count,
            AmbiguousShare = entries == 0 ? 0 : clones.Spectra.Sum(spectrum => (long)Ambiguous(spectrum.Lines, clones.Wavelength)) / (double)entries,
        };
    }

    /// <summary>The report as a user reads it.</summary>
    /// <param name="axisNames">The names of the axes.</param>
    public IEnumerable<string> Sentences(IReadOnlyList<string> axisNames)
    {
        ArgumentNullException.ThrowIfNull(axisNames);
        yield return FormattableString.Invariant(
            $"{Families} families of lines, {MeanOccupancy:0.0} nodes each in the mean ({Singles} at one node only); half of all lines belong to families of {TypicalReach} nodes or more");
        long between = Births.Sum() + Deaths.Sum();
        if (between + Shared == 0) yield break;
        yield return FormattableString.Invariant(
            $"between neighbours {100.0 * Shared / (Shared + (0.5 * between)):0} % of the lines go on; they begin and end along ")
            + string.Join(", ", axisNames.Select((name, d) => FormattableString.Invariant($"{name} {Births[d]} and {Deaths[d]} times")))
            + (between == 0
                ? string.Empty
                : FormattableString.Invariant($", at a median depth of {MedianEdgeDepth:0.0000}; {100 * MissedShare:0.0} % are deeper than {MissedDepth} there, so missed rather than weak"));
        yield return FormattableString.Invariant($"{100 * AmbiguousShare:0.0} % of the lines have another within a pixel, which could be taken for them");
    }

    // The lines of one spectrum whose family the other one lacks.
    private static long AddEdges(LineClones clones, LineFamilies families, int has, int lacks, List<float> edges)
    {
        var other = new HashSet<int>(families.FamilyOfLine[lacks]);
        LineTable lines = clones.Spectra[has].Lines;
        long count = 0;
        for (int j = 0; j < lines.Count; j++)
        {
            if (other.Contains(families.FamilyOfLine[has][j])) continue;
            count++;
            edges.Add((float)LinePeak.Depth(clones.Recipe.Cloning.Model.Profile, lines.LnAmplitude[j], lines.LnSigma[j], lines.LnGamma[j]));
        }

        return count;
    }

    private static int Reach(int[] occupancy, long entries)
    {
        long below = 0;
        foreach (int nodes in occupancy.Order())
        {
            below += nodes;
            if (2 * below >= entries) return nodes;
        }

        return 0;
    }

    private static int Ambiguous(LineTable lines, double[] wavelength)
    {
        double[] centers = [.. lines.Center.AsSpan(0, lines.Count)];
        Array.Sort(centers);
        int count = 0;
        for (int j = 0; j < centers.Length; j++)
        {
            int pixel = Math.Clamp(LineWindows.SearchSorted(wavelength, centers[j]), 1, wavelength.Length - 1);
            double step = wavelength[pixel] - wavelength[pixel - 1];
            if ((j > 0 && centers[j] - centers[j - 1] < step) || (j + 1 < centers.Length && centers[j + 1] - centers[j] < step)) count++;
        }

        return count;
    }
}
