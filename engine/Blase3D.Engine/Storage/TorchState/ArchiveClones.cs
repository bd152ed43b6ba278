using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>
/// The state dictionaries of the public archive as clones, sorted by their points. A file is read when its row is asked for, so an archive may
/// be larger than the memory.
/// </summary>
public sealed class ArchiveClones : IClonedRows
{
    private const int MostNamed = 4;
    private readonly string[] _files;
    private readonly double[] _velocityKmPerS;
    private readonly (int NotFinite, int Lines)[] _leftOut;

    private ArchiveClones(GridPoints points, string[] files)
    {
        (Points, _files) = (points, files);
        _velocityKmPerS = new double[files.Length];
        _leftOut = new (int, int)[files.Length];
    }

    /// <inheritdoc/>
    public GridPoints Points { get; }

    /// <summary>The PHOENIX wavelengths of the paper.</summary>
    public double[] Wavelength { get; } = PhoenixWavelengths.Create(8038, 12849);

    /// <summary>The published recipe.</summary>
    public CloneRecipe Recipe => CloneRecipe.Published;

    /// <summary>The velocity that was saved with every row read so far and applied to its centres, in km/s.</summary>
    public IReadOnlyList<double> VelocityKmPerS => _velocityKmPerS;

    /// <summary>What a user should know about the rows read so far: velocities that were applied, lines that were left out.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            int[] moved = [.. Enumerable.Range(0, _files.Length).Where(row => _velocityKmPerS[row] != 0)];
            double[] velocity = [.. moved.Select(row => _velocityKmPerS[row]).Order()];
            if (moved.Length > MostNamed)
                yield return FormattableString.Invariant($"{moved.Length} of {_files.Length} files have a saved velocity, {velocity[0]:0.######} to {velocity[^1]:0.######} km/s (median {velocity[velocity.Length / 2]:0.######}); each was applied to the centres of its lines.");
            else foreach (int row in moved)
                yield return FormattableString.Invariant($"{NameOf(row)}: the saved velocity of {_velocityKmPerS[row]:0.######} km/s was applied to the centres.");
            int[] cut = [.. Enumerable.Range(0, _files.Length).Where(row => _leftOut[row].NotFinite > 0)];
            if (cut.Length > MostNamed)
                yield return $"{cut.Length} of {_files.Length} files have lines with a parameter that is not finite, {cut.Sum(row => (long)_leftOut[row].NotFinite)} in all, most of them {NameOf(cut.MaxBy(row => _leftOut[row].NotFinite))}; they were left out.";
            else foreach (int row in cut)
                yield return $"{NameOf(row)}: {_leftOut[row].NotFinite} of {_leftOut[row].Lines} lines have a parameter that is not finite; they were left out.";
        }
    }

    /// <summary>Finds the points of state dictionaries; nothing is read yet.</summary>
    /// <param name="files">The files, .pt or .npz.</param>
    /// <param name="point">The point of the only file, or null to take every point from its file's name.</param>
    /// <exception cref="EngineException">A point is not known or given twice, or there is no file.</exception>
    public static ArchiveClones Open(IReadOnlyList<string> files, ArchivePoint? point)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0) throw new EngineException(ErrorCode.BadInput, "No .pt file was found; give files or folders of them.");
        if (point is not null && files.Count > 1)
            throw new EngineException(ErrorCode.BadArguments, $"One point is given for {files.Count} files; give it for a single file, or name the files T..G..Z...pt.");
        (double[] Point, string File)[] found = [.. files.Select(file => (PointOf(file, point), file))];
        Array.Sort(found, (a, b) => a.Point.AsSpan().SequenceCompareTo(b.Point));
        for (int i = 1; i < found.Length; i++)
        {
            if (found[i].Point.AsSpan().SequenceEqual(found[i - 1].Point))
                throw new EngineException(ErrorCode.BadInput, $"{found[i - 1].File} and {found[i].File} have the same point; keep one of them.");
        }

        return new ArchiveClones(new GridPoints(["teff", "logg", "feh"], [.. found.SelectMany(f => f.Point)]), [.. found.Select(f => f.File)]);
    }

    /// <summary>
    /// Reads one state. A saved velocity v is applied to the centres, mu' = mu (1 + v / c), as the published model does; the rms is not known.
    /// </summary>
    /// <param name="row">0 to N - 1, in the order of the points.</param>
    /// <exception cref="EngineException">BadInput: the file is not a state dictionary of lines.</exception>
    public ClonedSpectrum Read(int row)
    {
        BlaseState state = BlaseState.Read(_files[row]);
        double factor = 1 + (state.RadialVelocityKmPerS / LineGradient.LightSpeedKmPerS);
        double[] initial = state.InitialCenterAngstrom ?? state.CenterAngstrom;
        int[] order = [.. Enumerable.Range(0, state.LineCount).Where(IsFinite).OrderBy(j => initial[j])];
        _velocityKmPerS[row] = state.RadialVelocityKmPerS;
        _leftOut[row] = (state.LineCount - order.Length, state.LineCount);
        return new ClonedSpectrum
        {
            InitialCenter = Array.ConvertAll(order, j => initial[j]),
            Lines = new LineTable(
                Array.ConvertAll(order, j => state.CenterAngstrom[j] * factor),
                Array.ConvertAll(order, j => state.LnAmplitude[j]),
                Array.ConvertAll(order, j => state.LnSigma[j]),
                Array.ConvertAll(order, j => state.LnGamma[j])),
            Rms = double.NaN,
            InitialRms = double.NaN,
            RadialVelocityKmPerS = state.RadialVelocityKmPerS,
        };

        // As BlaseState.NonFiniteLineCount counts them.
        bool IsFinite(int j) =>
            double.IsFinite(initial[j] + state.CenterAngstrom[j] + state.LnAmplitude[j] + state.LnSigma[j] + state.LnGamma[j]);
    }

    private string NameOf(int row) => Path.GetFileName(_files[row]);

    private static double[] PointOf(string file, ArchivePoint? given)
    {
        if (given is null && ArchiveFileName.TryParsePoint(file, out ArchivePoint named)) given = named;
        return given is { Feh: { } feh } point
            ? [point.Teff, point.Logg, feh]
            : throw new EngineException(
                ErrorCode.BadArguments, $"{file} does not say its point; name it like T4700G4.5Z-0.5.pt, or give --point teff=T,logg=G,feh=Z.");
    }
}
