using System.Runtime.InteropServices;
using Blase3D.Engine.Cloning;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>Reads and writes `line-clones` revision 1 (data-schemas/line-clones.md).</summary>
public static class LineClonesFile
{
    /// <summary>The TYPE.</summary>
    public const string Type = "line-clones";

    private const string OriginMeaning = "0: detected in the spectrum; 1: inherited from the clone of a neighbouring point; 2: found in what the lines before had left over";
    private const string StatusMeaning = "0: cloned; 1: skipped, see /status_text: this point is missing, it is not one without lines";

    /// <summary>Writes clones; no more than one spectrum is in memory.</summary>
    /// <param name="path">The file; appears whole or not at all.</param>
    /// <param name="clones">The clones; every row is read twice.</param>
    /// <param name="provenance">How they came to be.</param>
    /// <param name="run">Which run they are of, or null.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <param name="cancellation">Stops between two spectra; nothing is left behind.</param>
    /// <returns>What was written, in numbers.</returns>
    /// <exception cref="EngineException">BadInput: the wavelengths do not ascend, or the file cannot be written.</exception>
    public static CloneTally Write(
        string path, IClonedRows clones, Provenance provenance, CloneRun? run = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(provenance);
        if (clones is LineClones { Spectra.Count: var given } && given != clones.Points.Count)
            throw new ArgumentException($"There are {clones.Points.Count} points and {given} spectra; each point needs one.", nameof(clones));
        FileHeader.RequireAscending(clones.Wavelength, path);
        CloneTally tally = CloneTally.Of(clones, row => Done(row, 0));
        AtomicFile.Write(path, temporary =>
        {
            using Hdf5File file = Hdf5File.Create(temporary);
            FileHeader.Write(file, path, Type, clones.Points.AxisNames, provenance);
            RecipeAttributes.Write(file, clones.Recipe);
            RunAttributes.Write(file, run);
            file.Write<double>("/wavelength", clones.Wavelength, [clones.Wavelength.Length]);
            file.Write("/points", clones.Points.Values, [clones.Points.Count, clones.Points.Dimensions]);
            file.Write<long>("/line_offset", tally.LineOffset, [tally.LineOffset.Length]);
            file.Write<double>("/rms", tally.Rms, [tally.Count]);
            file.Write<double>("/initial_rms", tally.InitialRms, [tally.Count]);
            if (tally.MergedLines.Any(count => count > 0)) file.Write<int>("/merged_lines", tally.MergedLines, [tally.Count]);
            if (tally.SkippedRows.Any()) WriteStatus(file, tally);
            WriteLines(file, clones, tally, row => Done(row, 0.5));
            file.Close();
        });
        return tally;

        void Done(int row, double from)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(from + (0.5 * (row + 1) / clones.Points.Count));
        }
    }

    /// <summary>Opens clones; they are read when asked for.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, or does not fit together.</exception>
    public static StoredClones Open(string path) => FileHeader.Read(path, [Type], file => StoredClones.From(file, path));

    /// <summary>Reads clones into memory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EngineException">The file is missing, of another type or revision, or does not fit together.</exception>
    public static LineClones Read(string path)
    {
        using StoredClones stored = Open(path);
        return new LineClones(stored.Points, stored.Wavelength, [.. Enumerable.Range(0, stored.Points.Count).Select(stored.Read)], stored.Recipe);
    }

    private static void WriteStatus(Hdf5File file, CloneTally tally)
    {
        file.Write<byte>("/status", [.. tally.SkipReason.Select(reason => (byte)(reason is null ? 0 : 1))], [tally.Count]);
        file.SetAttribute("/status", "meaning", StatusMeaning);
        file.WriteStrings("/status_text", [.. tally.SkipReason.Select(reason => reason ?? string.Empty)]);
    }

    private static void WriteLines(Hdf5File file, IClonedRows clones, CloneTally tally, Action<int> done)
    {
        long[] shape = [tally.LineCount];
        string[] names = ["/initial_center", "/center", "/ln_amplitude", "/ln_sigma", "/ln_gamma"];
        Hdf5Dataset[] columns = [.. names.Select(name => file.CreateDataset<double>(name, shape))];
        using Hdf5Dataset? origin = tally.HasOrigins ? file.CreateDataset<byte>("/origin", shape) : null;
        for (int row = 0; row < tally.Count; row++)
        {
            ClonedSpectrum clone = clones.Read(row);
            int lines = clone.Lines.Count;
            if (lines != tally.LineOffset[row + 1] - tally.LineOffset[row])
                throw new EngineException(ErrorCode.BadInput, $"The lines at {clones.Points.Describe(row)} were changed while they were copied; start again when nobody else writes them.");
            done(row);
            if (lines == 0) continue;
            long[] at = [tally.LineOffset[row]], length = [lines];
            double[][] values = [clone.InitialCenter, clone.Lines.Center, clone.Lines.LnAmplitude, clone.Lines.LnSigma, clone.Lines.LnGamma];
            for (int k = 0; k < columns.Length; k++) columns[k].Write<double>(at, length, values[k].AsSpan(0, lines));
            origin?.Write<byte>(at, length, clone.Origin.Length == 0 ? new byte[lines] : MemoryMarshal.AsBytes(clone.Origin.AsSpan(0, lines)));
        }

        foreach (Hdf5Dataset column in columns) column.Dispose();
        if (origin is not null) file.SetAttribute("/origin", "meaning", OriginMeaning);
    }
}
