using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;

namespace Blase3D.Engine.Manifolds;

/// <summary>
/// Every line's parameters over the nodes of a grid: for each node a run of (line, parameters), ascending in the line. Immutable.
/// </summary>
/// <remarks>Layout of `line-manifold` revision 1 (data-schemas/line-manifold.md): E entries over M nodes and K lines.</remarks>
public sealed class LineManifold
{
    /// <summary>What <see cref="Scheme"/> is unless something else is said.</summary>
    public const InterpolationScheme DefaultScheme = InterpolationScheme.Linear;

    private readonly INodeReader? _reader;
    private readonly ReadNode?[] _readNodes = [];
    private readonly Lock _gathering = new();
    private (ManifoldEntries Columns, long[] Offset)? _whole;

    /// <summary>Takes the columns over; nothing is copied.</summary>
    /// <param name="axes">The lattice.</param>
    /// <param name="wavelength">As <see cref="Wavelength"/>.</param>
    /// <param name="lineCenter">As <see cref="LineCenter"/>.</param>
    /// <param name="nodePresent">As <see cref="NodePresent"/>.</param>
    /// <param name="nodeOffset">As <see cref="NodeOffset"/>.</param>
    /// <param name="entries">As <see cref="Entries"/>; with surfaces only the line indices.</param>
    /// <param name="recipe">As <see cref="Recipe"/>.</param>
    /// <param name="maxShiftAngstrom">As <see cref="MaxShiftAngstrom"/>, when the entries do not say it.</param>
    /// <exception cref="EngineException">The columns do not fit together.</exception>
    public LineManifold(
        RectilinearAxes axes,
        double[] wavelength,
        double[] lineCenter,
        bool[] nodePresent,
        long[] nodeOffset,
        ManifoldEntries entries,
        CloneRecipe recipe,
        double maxShiftAngstrom = 0)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(lineCenter);
        ArgumentNullException.ThrowIfNull(nodePresent);
        ArgumentNullException.ThrowIfNull(nodeOffset);
        ArgumentNullException.ThrowIfNull(entries);
        (Axes, Wavelength, LineCenter, NodePresent, Recipe) = (axes, wavelength, lineCenter, nodePresent, recipe);
        _whole = (entries, nodeOffset);
        ValidateCenters();
        Validate(nodeOffset, entries);
        MaxShiftAngstrom = maxShiftAngstrom;
        foreach (float shift in entries.CenterShift) MaxShiftAngstrom = Math.Max(MaxShiftAngstrom, Math.Abs(shift));
    }

    /// <summary>Makes a manifold whose entries are read node by node when they are needed, and kept.</summary>
    /// <param name="axes">The lattice.</param>
    /// <param name="wavelength">As <see cref="Wavelength"/>.</param>
    /// <param name="lineCenter">As <see cref="LineCenter"/>.</param>
    /// <param name="nodePresent">As <see cref="NodePresent"/>.</param>
    /// <param name="reader">Reads the entries.</param>
    /// <param name="maxShiftAngstrom">As <see cref="MaxShiftAngstrom"/>.</param>
    /// <param name="recipe">As <see cref="Recipe"/>.</param>
    /// <exception cref="EngineException">The columns do not fit together.</exception>
    public LineManifold(
        RectilinearAxes axes,
        double[] wavelength,
        double[] lineCenter,
        bool[] nodePresent,
        INodeReader reader,
        double maxShiftAngstrom,
        CloneRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(axes);
        ArgumentNullException.ThrowIfNull(nodePresent);
        (Axes, Wavelength, LineCenter, NodePresent, Recipe) = (axes, wavelength, lineCenter, nodePresent, recipe);
        (_reader, MaxShiftAngstrom) = (reader, maxShiftAngstrom);
        if (nodePresent.Length != axes.NodeCount) throw Broken($"{axes.NodeCount} nodes come with {nodePresent.Length} node flags");
        _readNodes = new ReadNode?[axes.NodeCount];
        ValidateCenters();
    }

    /// <summary>How values between the nodes are found unless something else is asked for.</summary>
    public InterpolationScheme Scheme { get; init; } = DefaultScheme;

    /// <summary>What lines cannot carry: the native spectra minus the lines at the nodes; null when it is not part of the manifold.</summary>
    public ResidualTerm? Residual { get; init; }

    /// <summary>What a reconstruction is expected to be wrong by, measured on nodes left out; null when it is not part of the manifold.</summary>
    public ErrorMap? ErrorMap { get; init; }

    /// <summary>Surfaces fitted to the parameters of every line; then there are no parameters at the nodes. Null otherwise.</summary>
    public LineSurfaces? Surfaces { get; init; }

    /// <summary>The lattice of nodes.</summary>
    public RectilinearAxes Axes { get; }

    /// <summary>The wavelengths the lines were cloned on, vacuum Angstrom, ascending, length P.</summary>
    public double[] Wavelength { get; }

    /// <summary>The reference centre mu of every line in Angstrom, ascending, length K.</summary>
    public double[] LineCenter { get; }

    /// <summary>Whether a node has a spectrum, length M. A present node may have no lines.</summary>
    public bool[] NodePresent { get; }

    /// <summary>Where the entries of a node begin in <see cref="Entries"/>, length M + 1. Reads what is not read yet.</summary>
    public long[] NodeOffset => Whole().Offset;

    /// <summary>The parameters of all nodes, length E each. Reads what is not read yet; <see cref="Run"/> reads one node.</summary>
    public ManifoldEntries Entries => Whole().Columns;

    /// <summary>How the lines were made.</summary>
    public CloneRecipe Recipe { get; }

    /// <summary>The largest distance of a tuned centre from its line's reference centre in Angstrom.</summary>
    public double MaxShiftAngstrom { get; }

    /// <summary>The same manifold, all of it in memory, with a residual term.</summary>
    /// <param name="residual">The term, made for the lines of this manifold.</param>
    public LineManifold With(ResidualTerm residual) => Copy(residual, null);

    /// <summary>The same manifold, all of it in memory, with a map of its errors.</summary>
    /// <param name="errors">The map, measured on this manifold.</param>
    public LineManifold With(ErrorMap errors) => Copy(Residual, errors);

    private LineManifold Copy(ResidualTerm? residual, ErrorMap? errors) => new(Axes, Wavelength, LineCenter, NodePresent, NodeOffset, Entries, Recipe, MaxShiftAngstrom)
    {
        Scheme = Scheme,
        Residual = residual,
        Surfaces = Surfaces,
        ErrorMap = errors,
    };

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
            if (!NodePresent[cell.Node[c]]) throw Axes.LacksNode(point, cell.Node[c]);
        }
    }

    /// <summary>The lines whose reference centre lies in [low, high], as a range of line indices.</summary>
    /// <param name="lowAngstrom">Vacuum Angstrom.</param>
    /// <param name="highAngstrom">Vacuum Angstrom.</param>
    public (int First, int End) LinesBetween(double lowAngstrom, double highAngstrom) => (
        Kernels.Contracts.LineWindows.SearchSorted(LineCenter, lowAngstrom),
        Kernels.Contracts.LineWindows.SearchSorted(LineCenter, Math.BitIncrement(highAngstrom)));

    /// <summary>The entries of a node.</summary>
    /// <param name="node">0 to M - 1.</param>
    /// <exception cref="EngineException">BadInput: they had to be read, and what is stored is damaged.</exception>
    public NodeRun Run(int node)
    {
        if (_whole is { } whole) return new NodeRun(whole.Columns, (int)whole.Offset[node], (int)whole.Offset[node + 1]);
        return (Volatile.Read(ref _readNodes[node]) ?? ReadRun(node)).Run;
    }

    // Two threads may read the same node at once; both get the same.
    private ReadNode ReadRun(int node)
    {
        NodeRun run = _reader!.Read(node);
        ValidateNode(node, run.Columns, run.Begin, run.End);
        RequireNumbers(run.Columns, run.Begin, run.End);
        var read = new ReadNode(run);
        Volatile.Write(ref _readNodes[node], read);
        return read;
    }

    private (ManifoldEntries Columns, long[] Offset) Whole()
    {
        lock (_gathering)
        {
            if (_whole is { } known) return known;
            var offset = new long[Axes.NodeCount + 1];
            for (int node = 0; node < Axes.NodeCount; node++) offset[node + 1] = offset[node] + Run(node).Count;
            ManifoldEntries all = ManifoldEntries.Allocate(offset[^1]);
            for (int node = 0; node < Axes.NodeCount; node++) Run(node).Columns.Slice(Run(node).Begin, Run(node).End).CopyTo(all, offset[node]);
            _whole = (all, offset);
            return (all, offset);
        }
    }

    private void Validate(long[] offset, ManifoldEntries entries)
    {
        int nodes = Axes.NodeCount;
        if (NodePresent.Length != nodes || offset.Length != nodes + 1)
            throw Broken($"{nodes} nodes come with {NodePresent.Length} node flags and {offset.Length} offsets");
        if (offset[0] != 0 || offset[^1] != entries.LineIndex.Length) throw Broken($"the offsets run from {offset[0]} to {offset[^1]}, the entries to {entries.LineIndex.Length}");
        for (int node = 0; node < nodes; node++)
        {
            if (offset[node + 1] < offset[node] || offset[node + 1] > offset[^1])
                throw Broken($"the offset {offset[node + 1]} after node {node} does not lie between the one before it and the end");
            ValidateNode(node, entries, (int)offset[node], (int)offset[node + 1]);
        }

        RequireNumbers(entries, 0, entries.LineIndex.Length);
    }

    private void ValidateNode(int node, ManifoldEntries entries, int begin, int end)
    {
        int previous = -1;
        for (int e = begin; e < end; e++)
        {
            int line = entries.LineIndex[e];
            if (line <= previous || line >= LineCenter.Length) throw Broken($"node {node} lists line {line} after line {previous} of {LineCenter.Length}");
            previous = line;
        }
    }

    private void ValidateCenters()
    {
        for (int k = 0; k < LineCenter.Length; k++)
        {
            if (!double.IsFinite(LineCenter[k]) || (k > 0 && LineCenter[k] < LineCenter[k - 1]))
                throw Broken($"the line centres are not finite and ascending at line {k}");
        }
    }

    private static void RequireNumbers(ManifoldEntries entries, int begin, int end)
    {
        RequireNumbers(entries.CenterShift, "center_shift", allowZeroWidth: false);
        RequireNumbers(entries.LnAmplitude, "ln_amplitude", allowZeroWidth: true);
        RequireNumbers(entries.LnSigma, "ln_sigma", allowZeroWidth: true);
        RequireNumbers(entries.LnGamma, "ln_gamma", allowZeroWidth: true);

        // A width or an amplitude of zero is a logarithm of minus infinity; nothing else may be infinite, and nothing is NaN.
        void RequireNumbers(float[] column, string name, bool allowZeroWidth)
        {
            for (int bad = begin; bad < Math.Min(end, column.Length); bad++)
            {
                float v = column[bad];
                if (!float.IsFinite(v) && !(allowZeroWidth && float.IsNegativeInfinity(v)))
                    throw Broken(FormattableString.Invariant($"{name} is {v} at entry {bad}"));
            }
        }
    }

    // A box, so that a run is published to other threads as a whole.
    private sealed record ReadNode(NodeRun Run);

    private static EngineException Broken(string what) => new(ErrorCode.BadInput, $"The manifold does not fit together: {what}; build it again.");
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

    /// <summary>A copy of some entries.</summary>
    /// <param name="begin">The first entry.</param>
    /// <param name="end">The entry behind the last.</param>
    public ManifoldEntries Slice(int begin, int end)
    {
        return new ManifoldEntries(LineIndex[begin..end], Part(CenterShift), Part(LnAmplitude), Part(LnSigma), Part(LnGamma));

        // With surfaces there are no parameters at the nodes.
        float[] Part(float[] column) => column.Length == 0 ? column : column[begin..end];
    }

    /// <summary>Copies all entries into larger columns.</summary>
    /// <param name="destination">Has room behind <paramref name="at"/>.</param>
    /// <param name="at">Where the first entry goes.</param>
    public void CopyTo(ManifoldEntries destination, long at)
    {
        ArgumentNullException.ThrowIfNull(destination);
        LineIndex.CopyTo(destination.LineIndex, at);
        CenterShift.CopyTo(destination.CenterShift, at);
        LnAmplitude.CopyTo(destination.LnAmplitude, at);
        LnSigma.CopyTo(destination.LnSigma, at);
        LnGamma.CopyTo(destination.LnGamma, at);
    }
}
