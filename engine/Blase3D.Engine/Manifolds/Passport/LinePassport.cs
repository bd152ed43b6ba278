using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Manifolds.Passport;

/// <summary>What a manifold knows of one line: where it is present and how its parameters run over the nodes.</summary>
public sealed record LinePassport
{
    /// <summary>A wavelength means the deepest line within this distance, since blends are made of several.</summary>
    public const double SearchAngstrom = 0.05;

    /// <summary>The index of the line in the manifold.</summary>
    public required int Line { get; init; }

    /// <summary>Its reference centre in vacuum Angstrom.</summary>
    public required double ReferenceCenter { get; init; }

    /// <summary>Whether the line is at a node, length M.</summary>
    public required bool[] IsAt { get; init; }

    /// <summary>The tuned centre minus the reference centre in Angstrom, length M; NaN where the line is not.</summary>
    public required double[] CenterShift { get; init; }

    /// <summary>Natural logarithm of the amplitude in Angstrom, length M; NaN where the line is not.</summary>
    public required double[] LnAmplitude { get; init; }

    /// <summary>Natural logarithm of sigma in Angstrom, length M; NaN where the line is not.</summary>
    public required double[] LnSigma { get; init; }

    /// <summary>Natural logarithm of gamma in Angstrom, length M; NaN where the line is not.</summary>
    public required double[] LnGamma { get; init; }

    /// <summary>The depth at the centre, length M; NaN where the line is not.</summary>
    public required double[] Depth { get; init; }

    /// <summary>The nearest other lines, by the distance of their reference centres, ascending in the centre.</summary>
    public required IReadOnlyList<LineNeighbour> Neighbours { get; init; }

    /// <summary>The number of nodes at which the line is.</summary>
    public int Presence => IsAt.Count(at => at);

    /// <summary>The least and the largest of some values of the line, over the nodes at which it is.</summary>
    /// <param name="values">One of the columns.</param>
    public static (double Least, double Largest) RangeOf(double[] values)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        return known.Length == 0 ? (double.NaN, double.NaN) : (known.Min(), known.Max());
    }

    /// <summary>Looks a line up.</summary>
    /// <param name="manifold">A manifold with parameters at its nodes.</param>
    /// <param name="angstrom">
    /// Vacuum Angstrom: the line whose greatest depth is the greatest within <see cref="SearchAngstrom"/>, or else the nearest line.
    /// </param>
    /// <exception cref="EngineException">
    /// BadInput: the manifold has no lines, or surfaces in place of parameters; OutOfRange: the wavelength lies outside of it.
    /// </exception>
    public static LinePassport Of(LineManifold manifold, double angstrom)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        if (manifold.Surfaces is not null)
            throw new EngineException(ErrorCode.BadInput, "The manifold has surfaces in place of lines at nodes; build it without --regression to look at a line.");
        if (manifold.LineCenter.Length == 0) throw new EngineException(ErrorCode.BadInput, "The manifold has no lines; clone and build it again.");
        double[] wavelength = manifold.Wavelength;
        if (!(angstrom >= wavelength[0] && angstrom <= wavelength[^1]))
        {
            throw new EngineException(
                ErrorCode.OutOfRange,
                FormattableString.Invariant($"The wavelength {angstrom} A is outside of the manifold ({wavelength[0]:0.##} to {wavelength[^1]:0.##} A, vacuum); give one inside."));
        }

        (int first, int end) = manifold.LinesBetween(angstrom - SearchAngstrom, angstrom + SearchAngstrom);
        if (first == end) (first, end) = Nearest(manifold.LineCenter, angstrom);
        const int Beside = 3;
        int low = Math.Max(0, first - Beside), high = Math.Min(manifold.LineCenter.Length, end + Beside);
        double[] greatest = new double[high - low];
        int[] presence = new int[high - low];
        Visit(manifold, low, high, (_, columns, e) =>
        {
            int k = columns.LineIndex[e] - low;
            presence[k]++;
            greatest[k] = Math.Max(greatest[k], DepthOf(manifold, columns, e));
        });
        int line = Enumerable.Range(first, end - first).MaxBy(k => greatest[k - low]);
        return Read(manifold, line) with
        {
            Neighbours =
            [
                .. Enumerable.Range(low, high - low).Where(k => k != line).OrderBy(k => Math.Abs(manifold.LineCenter[k] - manifold.LineCenter[line])).Take(2 * Beside).Order()
                    .Select(k => new LineNeighbour(k, manifold.LineCenter[k], presence[k - low], greatest[k - low])),
            ],
        };
    }

    private static LinePassport Read(LineManifold manifold, int line)
    {
        int nodes = manifold.Axes.NodeCount;
        var passport = new LinePassport
        {
            Line = line,
            ReferenceCenter = manifold.LineCenter[line],
            IsAt = new bool[nodes],
            CenterShift = Unknown(nodes),
            LnAmplitude = Unknown(nodes),
            LnSigma = Unknown(nodes),
            LnGamma = Unknown(nodes),
            Depth = Unknown(nodes),
            Neighbours = [],
        };
        Visit(manifold, line, line + 1, (node, columns, e) =>
        {
            passport.IsAt[node] = true;
            passport.CenterShift[node] = columns.CenterShift[e];
            passport.LnAmplitude[node] = columns.LnAmplitude[e];
            passport.LnSigma[node] = columns.LnSigma[e];
            passport.LnGamma[node] = columns.LnGamma[e];
            passport.Depth[node] = DepthOf(manifold, columns, e);
        });
        return passport;

        static double[] Unknown(int length)
        {
            var values = new double[length];
            Array.Fill(values, double.NaN);
            return values;
        }
    }

    private static void Visit(LineManifold manifold, int firstLine, int endLine, Action<int, ManifoldEntries, int> visit)
    {
        for (int node = 0; node < manifold.Axes.NodeCount; node++)
        {
            if (!manifold.NodePresent[node]) continue;
            NodeRun run = manifold.Run(node);
            for (int e = run.LowerBound(firstLine); e < run.End && run.Columns.LineIndex[e] < endLine; e++) visit(node, run.Columns, e);
        }
    }

    private static double DepthOf(LineManifold manifold, ManifoldEntries columns, int e) =>
        LinePeak.Depth(manifold.Recipe.Cloning.Model.Profile, columns.LnAmplitude[e], columns.LnSigma[e], columns.LnGamma[e]);

    private static (int First, int End) Nearest(double[] centers, double angstrom)
    {
        int above = Math.Clamp(LineWindows.SearchSorted(centers, angstrom), 0, centers.Length - 1);
        int nearest = above > 0 && angstrom - centers[above - 1] < centers[above] - angstrom ? above - 1 : above;
        return (nearest, nearest + 1);
    }
}

/// <summary>A line beside another.</summary>
/// <param name="Line">Its index in the manifold.</param>
/// <param name="ReferenceCenter">Its reference centre in vacuum Angstrom.</param>
/// <param name="Presence">The number of nodes at which it is.</param>
/// <param name="GreatestDepth">Its depth at its centre where it is deepest.</param>
public sealed record LineNeighbour(int Line, double ReferenceCenter, int Presence, double GreatestDepth);
