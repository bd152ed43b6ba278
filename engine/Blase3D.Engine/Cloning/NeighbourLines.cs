using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>What the clones around a node know that its own clone lacks: lines to try there too, and other names of lines that it has.</summary>
/// <param name="Renamed">The names of the own lines, some of them those that the parent gave the same line; not in order any more.</param>
/// <param name="Taken">Which own lines were renamed: they are the parent's now.</param>
/// <param name="Names">The names of the lines to try, ascending, none of them an own name.</param>
/// <param name="Lines">Their parameters as the neighbour has them.</param>
internal sealed record NeighbourLines(double[] Renamed, bool[] Taken, double[] Names, LineTable Lines)
{
    // Two lines of two names are one when they lie closer than this share of the narrower one's width and are alike within this many logarithms.
    private const double ClosestPerWidth = 0.5;
    private const double MostUnlike = 0.7;

    /// <summary>Whether there is nothing to try and nothing to rename.</summary>
    public bool IsEmpty => Names.Length == 0 && !Taken.Contains(true);

    /// <summary>Compares a clone with those around it.</summary>
    /// <param name="own">The clone.</param>
    /// <param name="around">The neighbours' clones, and whether each is its parent; of a line that several have, the first counts.</param>
    public static NeighbourLines Of(ClonedSpectrum own, IEnumerable<(ClonedSpectrum Clone, bool IsParent)> around)
    {
        double[] renamed = [.. own.InitialCenter];
        var taken = new bool[renamed.Length];
        int[] byCenter = [.. Enumerable.Range(0, renamed.Length).OrderBy(j => own.Lines.Center[j])];
        double[] centers = Array.ConvertAll(byCenter, j => own.Lines.Center[j]);
        var names = new SortedDictionary<double, (ClonedSpectrum Clone, int Line)>();
        var known = new HashSet<double>(own.InitialCenter);
        foreach ((ClonedSpectrum clone, bool isParent) in around)
        {
            for (int k = 0; k < clone.InitialCenter.Length; k++)
            {
                double name = clone.InitialCenter[k];
                if (known.Contains(name)) continue;
                int twin = Twin(clone, k);
                if (twin < 0)
                {
                    names.TryAdd(name, (clone, k));
                    continue;
                }

                // The same line under two names: the one that was there first gave it its name, unless the line has its own from elsewhere.
                known.Add(name);
                names.Remove(name);
                if (!isParent || taken[twin] || IsInherited(own, twin)) continue;
                (renamed[twin], taken[twin]) = (name, true);
            }
        }

        (ClonedSpectrum Clone, int Line)[] lines = [.. names.Values];
        return new NeighbourLines(renamed, taken, [.. names.Keys], new LineTable(
            Array.ConvertAll(lines, l => l.Clone.Lines.Center[l.Line]), Array.ConvertAll(lines, l => l.Clone.Lines.LnAmplitude[l.Line]),
            Array.ConvertAll(lines, l => l.Clone.Lines.LnSigma[l.Line]), Array.ConvertAll(lines, l => l.Clone.Lines.LnGamma[l.Line])));

        // The own line in the place of a neighbour's that the neighbour does not know by its name; -1 when there is none.
        int Twin(ClonedSpectrum other, int line)
        {
            double center = other.Lines.Center[line], reach = ClosestPerWidth * Width(other.Lines, line);
            int from = LineWindows.SearchSorted(centers, center - reach), best = -1;
            for (int at = from; at < centers.Length && centers[at] <= center + reach; at++)
            {
                int j = byCenter[at];
                double apart = Math.Abs(centers[at] - center);
                bool isTwin = apart < ClosestPerWidth * Width(own.Lines, j)
                    && AreAlike(own.Lines, j, other.Lines, line)
                    && other.InitialCenter.AsSpan().BinarySearch(own.InitialCenter[j]) < 0;
                if (isTwin && (best < 0 || apart < Math.Abs(own.Lines.Center[best] - center))) best = j;
            }

            return best;
        }
    }

    private static bool IsInherited(ClonedSpectrum clone, int line) => clone.Origin.Length > 0 && clone.Origin[line] == LineOrigin.Inherited;

    private static bool AreAlike(LineTable a, int i, LineTable b, int k) =>
        Math.Abs(a.LnAmplitude[i] - b.LnAmplitude[k]) <= MostUnlike
        && Math.Abs(Math.Log(Width(a, i) / Width(b, k))) <= MostUnlike;

    private static double Width(LineTable table, int line) => LinePeak.FullWidth(table.LnSigma[line], table.LnGamma[line]);
}
