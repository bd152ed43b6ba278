using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Every line's parameters over the nodes of a grid: for each node a run of (line, parameters), ascending in the line. Immutable.
/// </summary>
/// <remarks>Layout of `line-manifold` revision 1 (data-schemas/line-manifold.md): E entries over M nodes and K lines.</remarks>
public sealed class LineManifold
{
    /// <summary>Takes the columns over; nothing is copied.</summary>
    /// <exception cref="EngineException">The columns do not fit together.</exception>
    public LineManifold(
        RectilinearAxes axes,
        double[] wavelength,
        double[] lineCenter,
        bool[] nodePresent,
        long[] nodeOffset,
        ManifoldEntries entries,
        CloneRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(lineCenter);
        ArgumentNullException.ThrowIfNull(nodePresent);
        ArgumentNullException.ThrowIfNull(nodeOffset);
        ArgumentNullException.ThrowIfNull(entries);
        (Axes, Wavelength, LineCenter, NodePresent, NodeOffset, Entries, Recipe) =
            (axes, wavelength, lineCenter, nodePresent, nodeOffset, entries, recipe);
        Validate();
        MaxShiftAngstrom = entries.CenterShift.Length == 0 ? 0 : entries.CenterShift.Max(Math.Abs);
    }

    /// <summary>The lattice of nodes.</summary>
    public RectilinearAxes Axes { get; }

    /// <summary>The wavelengths the lines were cloned on, vacuum Angstrom, ascending, length P.</summary>
    public double[] Wavelength { get; }

    /// <summary>The reference centre mu of every line in Angstrom, ascending, length K.</summary>
    public double[] LineCenter { get; }

    /// <summary>Whether a node has a spectrum, length M. A present node may have no lines.</summary>
    public bool[] NodePresent { get; }

    /// <summary>Where the entries of a node begin, length M + 1.</summary>
    public long[] NodeOffset { get; }

    /// <summary>The parameters, length E each.</summary>
    public ManifoldEntries Entries { get; }

    /// <summary>How the lines were made.</summary>
    public CloneRecipe Recipe { get; }

    /// <summary>The largest distance of a tuned centre from its line's reference centre in Angstrom.</summary>
    public double MaxShiftAngstrom { get; }

    /// <summary>The nodes without a spectrum.</summary>
    public IEnumerable<int> MissingNodes => Enumerable.Range(0, NodePresent.Length).Where(node => !NodePresent[node]);

    /// <summary>Finds the cell around a point and refuses a cell that needs a missing node.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="cell">Receives the corners.</param>
    /// <exception cref="EngineException">OutOfRange: outside of the grid, or a corner of the cell is missing.</exception>
    public void Locate(ReadOnlySpan<double> point, GridCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Axes.Locate(point, cell);
        for (int c = 0; c < cell.Count; c++)
        {
            if (!NodePresent[cell.Node[c]])
            {
                throw new EngineException(
                    ErrorCode.OutOfRange,
                    $"The point {GridPoints.Describe(Axes.Names, point)} needs the node {Axes.Describe(cell.Node[c])}, which the manifold does not have; take a point of a complete cell or add that node to the grid.");
            }
        }
    }

    /// <summary>The lines whose reference centre lies in [low, high], as a range of line indices.</summary>
    /// <param name="lowAngstrom">Vacuum Angstrom.</param>
    /// <param name="highAngstrom">Vacuum Angstrom.</param>
    public (int First, int End) LinesBetween(double lowAngstrom, double highAngstrom) => (
        Kernels.Contracts.LineWindows.SearchSorted(LineCenter, lowAngstrom),
        Kernels.Contracts.LineWindows.SearchSorted(LineCenter, Math.BitIncrement(highAngstrom)));

    private void Validate()
    {
        int nodes = Axes.NodeCount;
        if (NodePresent.Length != nodes || NodeOffset.Length != nodes + 1)
            throw Broken($"{nodes} nodes come with {NodePresent.Length} node flags and {NodeOffset.Length} offsets");
        if (NodeOffset[0] != 0 || NodeOffset[^1] != Entries.LineIndex.Length) throw Broken($"the offsets run from {NodeOffset[0]} to {NodeOffset[^1]}, the entries to {Entries.LineIndex.Length}");
        for (int node = 0; node < nodes; node++)
        {
            if (NodeOffset[node + 1] < NodeOffset[node] || NodeOffset[node + 1] > NodeOffset[^1])
                throw Broken($"the offset {NodeOffset[node + 1]} after node {node} does not lie between the one before it and the end");
            int previous = -1;
            for (long e = NodeOffset[node]; e < NodeOffset[node + 1]; e++)
            {
                int line = Entries.LineIndex[e];
                if (line <= previous || line >= LineCenter.Length) throw Broken($"node {node} lists line {line} after line {previous} of {LineCenter.Length}");
                previous = line;
            }
        }

        for (int k = 0; k < LineCenter.Length; k++)
        {
            if (!double.IsFinite(LineCenter[k]) || (k > 0 && LineCenter[k] < LineCenter[k - 1]))
                throw Broken($"the line centres are not finite and ascending at line {k}");
        }

        RequireNumbers(Entries.CenterShift, "center_shift", allowZeroWidth: false);
        RequireNumbers(Entries.LnAmplitude, "ln_amplitude", allowZeroWidth: true);
        RequireNumbers(Entries.LnSigma, "ln_sigma", allowZeroWidth: true);
        RequireNumbers(Entries.LnGamma, "ln_gamma", allowZeroWidth: true);

        // A width or an amplitude of zero is a logarithm of minus infinity; nothing else may be infinite, and nothing is NaN.
        static void RequireNumbers(float[] column, string name, bool allowZeroWidth)
        {
            int bad = Array.FindIndex(column, v => !float.IsFinite(v) && !(allowZeroWidth && float.IsNegativeInfinity(v)));
            if (bad >= 0) throw Broken(FormattableString.Invariant($"{name} is {column[bad]} at entry {bad}"));
        }

        static EngineException Broken(string what) => new(ErrorCode.BadInput, $"The manifold does not fit together: {what}; build it again.");
    }
}

/// <summary>The columns of the entries of a manifold, float32 as stored.</summary>
/// <param name="LineIndex">The line of an entry, ascending within a node.</param>
/// <param name="CenterShift">Tuned centre minus reference centre in Angstrom.</param>
/// <param name="LnAmplitude">Natural logarithm of the amplitude in Angstrom.</param>
/// <param name="LnSigma">Natural logarithm of the Gaussian standard deviation in Angstrom.</param>
/// <param name="LnGamma">Natural logarithm of the Lorentzian half width in Angstrom.</param>
public sealed record ManifoldEntries(int[] LineIndex, float[] CenterShift, float[] LnAmplitude, float[] LnSigma, float[] LnGamma)
{
    /// <summary>Makes empty columns.</summary>
    /// <param name="count">The number of entries E.</param>
    public static ManifoldEntries Allocate(long count) => new(new int[count], new float[count], new float[count], new float[count], new float[count]);
}
