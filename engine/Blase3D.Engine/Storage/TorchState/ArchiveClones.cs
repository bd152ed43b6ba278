using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Storage.TorchState;

/// <summary>Makes clones of the state dictionaries of the public archive.</summary>
public static class ArchiveClones
{
    /// <summary>Reads state dictionaries; a saved velocity v is applied to the centres, mu' = mu (1 + v / c), as the published model does.</summary>
    /// <param name="files">The .pt files.</param>
    /// <param name="point">The point of the only file, or null to take every point from its file's name.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <returns>The clones on the PHOENIX wavelengths of the paper (their rms is not known: NaN), and what a user should know about them.</returns>
    /// <exception cref="EngineException">A file is not a state dictionary of lines, or its point is not known or given twice.</exception>
    public static (LineClones Clones, IReadOnlyList<string> Notes) Read(
        IReadOnlyList<string> files, ArchivePoint? point, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0) throw new EngineException(ErrorCode.BadInput, "No .pt file was found; give files or folders of them.");
        if (point is not null && files.Count > 1)
            throw new EngineException(ErrorCode.BadArguments, $"One point is given for {files.Count} files; give it for a single file, or name the files T..G..Z...pt.");
        var notes = new List<string>();
        var spectra = new (double[] Point, string File, ClonedSpectrum Clone)[files.Count];
        for (int i = 0; i < files.Count; i++)
        {
            double[] at = PointOf(files[i], point);
            spectra[i] = (at, files[i], Convert(BlaseState.Read(files[i]), files[i], notes));
            progress?.Invoke((i + 1.0) / files.Count);
        }

        Array.Sort(spectra, (a, b) => a.Point.AsSpan().SequenceCompareTo(b.Point));
        for (int i = 1; i < spectra.Length; i++)
        {
            if (spectra[i].Point.AsSpan().SequenceEqual(spectra[i - 1].Point))
                throw new EngineException(ErrorCode.BadInput, $"{spectra[i - 1].File} and {spectra[i].File} have the same point; keep one of them.");
        }

        var points = new GridPoints(["teff", "logg", "feh"], [.. spectra.SelectMany(s => s.Point)]);
        return (new LineClones(points, PhoenixWavelengths.Create(8038, 12849), [.. spectra.Select(s => s.Clone)], CloneRecipe.Published), notes);
    }

    private static double[] PointOf(string file, ArchivePoint? given)
    {
        if (given is null && ArchiveFileName.TryParsePoint(file, out ArchivePoint named)) given = named;
        return given is { Feh: { } feh } point
            ? [point.Teff, point.Logg, feh]
            : throw new EngineException(
                ErrorCode.BadArguments, $"{file} does not say its point; name it like T4700G4.5Z-0.5.pt, or give --point teff=T,logg=G,feh=Z.");
    }

    private static ClonedSpectrum Convert(BlaseState state, string file, List<string> notes)
    {
        double factor = 1 + (state.RadialVelocityKmPerS / LineGradient.LightSpeedKmPerS);
        if (state.RadialVelocityKmPerS != 0)
            notes.Add(FormattableString.Invariant($"{Path.GetFileName(file)}: the saved velocity of {state.RadialVelocityKmPerS:0.######} km/s was applied to the centres."));
        double[] initial = state.InitialCenterAngstrom ?? state.CenterAngstrom;
        int[] order = [.. Enumerable.Range(0, state.LineCount).Where(IsFinite).OrderBy(j => initial[j])];
        if (order.Length < state.LineCount)
        {
            notes.Add($"{Path.GetFileName(file)}: {state.LineCount - order.Length} of {state.LineCount} lines have a parameter "
                + "that is not finite; they were left out.");
        }

        return new ClonedSpectrum
        {
            InitialCenter = Array.ConvertAll(order, j => initial[j]),
            Lines = new LineTable(
                Array.ConvertAll(order, j => state.CenterAngstrom[j] * factor),
                Array.ConvertAll(order, j => state.LnAmplitude[j]),
                Array.ConvertAll(order, j => state.LnSigma[j]),
                Array.ConvertAll(order, j => state.LnGamma[j])),
            Rms = double.NaN,
            RadialVelocityKmPerS = state.RadialVelocityKmPerS,
        };

        // As BlaseState.NonFiniteLineCount counts them.
        bool IsFinite(int j) =>
            double.IsFinite(initial[j] + state.CenterAngstrom[j] + state.LnAmplitude[j] + state.LnSigma[j] + state.LnGamma[j]);
    }
}
