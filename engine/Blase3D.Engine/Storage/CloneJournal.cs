using System.Runtime.InteropServices;
using System.Text;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The finished rows of a cloning run in a folder beside its output, one checksummed file per row, so that an interrupted run goes on
/// where it stopped. The folder belongs to one fingerprint (grid and recipe); rows of another are not used. Beside them lies
/// <see cref="JournalTable.Name"/>, one line per row for people to read.
/// </summary>
public sealed class CloneJournal
{
    private const string MarkerName = "fingerprint.txt";
    private readonly string _folder;
    private readonly JournalTable _table;

    private CloneJournal(string folder, JournalTable table) => (_folder, _table) = (folder, table);

    /// <summary>The finished rows of an earlier run that were not asked for and lie in <see cref="OldFolderOf"/> now.</summary>
    public int RowsSetAside { get; private init; }

    /// <summary>Where the rows of an earlier run are put when a new run starts without them.</summary>
    /// <param name="outputPath">The clones file to be.</param>
    public static string OldFolderOf(string outputPath) => FolderOf(outputPath) + ".old";

    /// <summary>The folder that belongs to an output file.</summary>
    /// <param name="outputPath">The clones file to be.</param>
    public static string FolderOf(string outputPath) => Path.GetFullPath(outputPath) + ".work";

    /// <summary>Opens the journal of an output file.</summary>
    /// <param name="outputPath">The clones file to be.</param>
    /// <param name="fingerprint">What the rows depend on.</param>
    /// <param name="resume">Whether to go on with what is there, if anything is; otherwise the journal starts empty.</param>
    /// <param name="pointOf">What to call a row in the table for people.</param>
    /// <exception cref="EngineException">
    /// BadArguments: the rows that are there have another fingerprint. BadInput: the folder is none of this engine, or cannot be made.
    /// </exception>
    public static CloneJournal Open(string outputPath, string fingerprint, bool resume, Func<int, string>? pointOf = null)
    {
        string folder = FolderOf(outputPath), marker = Path.Combine(folder, MarkerName);
        return NativeErrors.Guard(folder, () =>
        {
            RequireOwn(folder, marker);
            if (resume && File.Exists(marker) && File.ReadAllText(marker) != fingerprint)
            {
                throw new EngineException(
                    ErrorCode.BadArguments,
                    $"{folder} holds a run with another grid or other options; repeat those options, or leave out --resume to start anew.");
            }

            int setAside = resume ? 0 : SetAside(folder);
            Directory.CreateDirectory(folder);
            AtomicFile.Write(marker, temporary => File.WriteAllText(temporary, fingerprint));
            return new CloneJournal(folder, new JournalTable(folder, pointOf ?? (_ => string.Empty))) { RowsSetAside = setAside };
        });
    }

    // Hours of work are not thrown away because a switch was forgotten; an empty journal is.
    private static int SetAside(string folder)
    {
        if (!Directory.Exists(folder)) return 0;
        int rows = Directory.EnumerateFiles(folder, "*.npz").Select(path => Path.GetFileName(path).Split('-')[^1]).Distinct().Count();
        if (rows == 0)
        {
            Directory.Delete(folder, recursive: true);
            return 0;
        }

        string old = folder + ".old";
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        Directory.Move(folder, old);
        return rows;
    }

    /// <summary>Keeps a finished row; when this returns it is on the disk.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone, or a skipped one; losses and velocity are not kept.</param>
    /// <exception cref="EngineException">BadInput: the row cannot be written.</exception>
    public void Keep(int row, ClonedSpectrum clone)
    {
        Write(PathOf(row), clone);
        _table.Append(row, clone, clone.Seconds);
    }

    /// <summary>Keeps what a first sweep made of a row, of those to be finished or of those around them; when this returns it is on the disk.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone, or a skipped one.</param>
    /// <exception cref="EngineException">BadInput: the row cannot be written.</exception>
    public void KeepDraft(int row, ClonedSpectrum clone)
    {
        Write(DraftOf(row), clone);
        _table.AppendDraft(row, clone);
    }

    /// <summary>What a first sweep made of a row, or null when it is not there or not whole.</summary>
    /// <param name="row">The row of the grid.</param>
    public ClonedSpectrum? FindDraft(int row) => Read(DraftOf(row));

    private static void Write(string path, ClonedSpectrum clone)
    {
        ArgumentNullException.ThrowIfNull(clone);
        AtomicFile.Write(path, temporary =>
        {
            using FileStream stream = File.Create(temporary);
            using var writer = new NpzWriter(stream, deflate: false);
            LineTable lines = clone.Lines;
            writer.Add("initial_center", clone.InitialCenter);
            writer.Add("center", lines.Center.AsSpan(0, lines.Count));
            writer.Add("ln_amplitude", lines.LnAmplitude.AsSpan(0, lines.Count));
            writer.Add("ln_sigma", lines.LnSigma.AsSpan(0, lines.Count));
            writer.Add("ln_gamma", lines.LnGamma.AsSpan(0, lines.Count));
            double[] rms = [clone.Rms, clone.InitialRms, clone.MergedLines];
            writer.Add("rms", rms);
            if (clone.Origin.Length > 0) writer.Add("origin", MemoryMarshal.AsBytes(clone.Origin.AsSpan(0, lines.Count)));
            if (clone.SkipReason is { } reason) writer.Add("skip_reason", Encoding.UTF8.GetBytes(reason));
        });
    }

    /// <summary>
    /// A finished row, or null, as <see cref="Find"/>; one that the table for people lacks (the run was killed between the two) is entered there.
    /// </summary>
    /// <param name="row">The row of the grid.</param>
    public ClonedSpectrum? Recall(int row)
    {
        ClonedSpectrum? clone = Find(row);
        if (clone is not null && !_table.Holds(row)) _table.Append(row, clone, double.NaN);
        return clone;
    }

    /// <summary>Finished rows as clones.</summary>
    /// <param name="rows">The rows of the grid.</param>
    /// <param name="points">The points of these rows.</param>
    /// <param name="wavelength">Vacuum Angstrom, length P.</param>
    /// <param name="recipe">How they were made.</param>
    public IClonedRows Rows(IReadOnlyList<int> rows, GridPoints points, double[] wavelength, CloneRecipe recipe) =>
        new JournalRows(this, rows, points, wavelength, recipe);

    /// <summary>A finished row, or null when it is not there or not whole.</summary>
    /// <param name="row">The row of the grid.</param>
    public ClonedSpectrum? Find(int row) => Read(PathOf(row));

    private static ClonedSpectrum? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            NpzReader stored = NpzReader.Open(path);
            string[] names = ["initial_center", "center", "ln_amplitude", "ln_sigma", "ln_gamma"];
            double[][] columns = [.. names.Select(stored.Doubles)];
            double[] rms = stored.Doubles("rms");
            LineOrigin[] origin = stored.Contains("origin") ? Array.ConvertAll(stored.Bytes("origin"), value => (LineOrigin)value) : [];
            bool fits = rms.Length == 3 && columns.All(column => column.Length == columns[0].Length) && (origin.Length == 0 || origin.Length == columns[0].Length);
            if (!fits || !origin.All(Enum.IsDefined)) return null;
            return new ClonedSpectrum
            {
                InitialCenter = columns[0],
                Lines = new LineTable(columns[1], columns[2], columns[3], columns[4]),
                Rms = rms[0],
                InitialRms = rms[1],
                MergedLines = (int)rms[2],
                Origin = origin,
                SkipReason = stored.Contains("skip_reason") ? Encoding.UTF8.GetString(stored.Bytes("skip_reason")) : null,
            };
        }
        catch (EngineException)
        {
            return null;
        }
    }

    /// <summary>Removes the journal; the output is whole.</summary>
    /// <exception cref="EngineException">BadInput: the folder cannot be removed.</exception>
    public void Remove() => NativeErrors.Guard(_folder, () =>
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    });

    /// <summary>Removes the journal of a run that ended before its first row: there is nothing to go on with.</summary>
    public void RemoveIfEmpty()
    {
        if (Directory.Exists(_folder) && !Directory.EnumerateFiles(_folder, "*.npz").Any()) Remove();
    }

    private sealed class JournalRows(CloneJournal journal, IReadOnlyList<int> rows, GridPoints points, double[] wavelength, CloneRecipe recipe) : IClonedRows
    {
        public GridPoints Points => points;

        public double[] Wavelength => wavelength;

        public CloneRecipe Recipe => recipe;

        public ClonedSpectrum Read(int row) => journal.Find(rows[row])
            ?? throw new EngineException(ErrorCode.BadInput, $"{journal.PathOf(rows[row])} was damaged or removed while it was needed; give the command again with --resume.");
    }

    private string DraftOf(int row) => Path.Combine(_folder, FormattableString.Invariant($"draft-{row:D6}.npz"));

    private string PathOf(int row) => Path.Combine(_folder, FormattableString.Invariant($"row-{row:D6}.npz"));

    /// <summary>A folder of that name with other things in it is somebody's, and is neither used nor emptied.</summary>
    private static void RequireOwn(string folder, string marker)
    {
        // An interruption before the marker was there leaves nothing, or the marker's hidden temporary.
        if (File.Exists(marker) || !Directory.Exists(folder)) return;
        if (Directory.EnumerateFileSystemEntries(folder).All(entry => Path.GetFileName(entry).StartsWith(".fingerprint.", StringComparison.Ordinal))) return;
        throw new EngineException(
            ErrorCode.BadInput, $"{folder} is in the way: it has no {MarkerName}, so it is no journal of clones; move it away or name another output.");
    }
}
