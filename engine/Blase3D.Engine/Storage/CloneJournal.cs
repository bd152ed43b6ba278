using System.Runtime.InteropServices;
using System.Text;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The finished rows of a cloning run in a <see cref="WorkFolder"/> beside its output, one checksummed file per row, so that an interrupted run goes
/// on where it stopped. The fingerprint is that of grid and recipe. Beside them lies <see cref="JournalTable.Name"/>, one line per row for
/// people to read.
/// </summary>
public sealed class CloneJournal : IDisposable
{
    private readonly JournalTable _table;

    private CloneJournal(WorkFolder work, JournalTable table) => (Work, _table) = (work, table);

    /// <summary>The folder.</summary>
    public WorkFolder Work { get; }

    /// <summary>Opens the journal of an output file.</summary>
    /// <param name="outputPath">The clones file to be.</param>
    /// <param name="fingerprint">What the rows depend on.</param>
    /// <param name="insist">Whether rows of another fingerprint are refused; otherwise they are put aside.</param>
    /// <param name="pointOf">What to call a row in the table for people.</param>
    /// <exception cref="EngineException">
    /// BadArguments: rows of another fingerprint are there, and it was insisted. BadInput: another process has the folder open, it is none of this
    /// engine, or it cannot be made.
    /// </exception>
    public static CloneJournal Open(string outputPath, string fingerprint, bool insist, Func<int, string>? pointOf = null)
    {
        WorkFolder work = WorkFolder.Open(outputPath, fingerprint, insist, CountRows);
        try
        {
            return new CloneJournal(work, NativeErrors.Guard(work.Path, () => new JournalTable(work.Path, pointOf ?? (_ => string.Empty))));
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    // A row that is only drafted is work too.
    private static int CountRows(string folder) =>
        Directory.EnumerateFiles(folder, "row-*.npz").Concat(Directory.EnumerateFiles(folder, "draft-*.npz")).Select(path => Path.GetFileName(path).Split('-')[^1]).Distinct().Count();

    /// <summary>Lets other processes have the journal.</summary>
    public void Dispose() => Work.Dispose();

    /// <summary>Keeps a finished row; when this returns it is on the disk.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone, or a skipped one; losses and velocity are not kept.</param>
    /// <exception cref="EngineException">BadInput: the row cannot be written.</exception>
    public void Keep(int row, ClonedSpectrum clone)
    {
        Write(row, PathOf(row), clone);
        _table.Append(row, clone, clone.Seconds);
    }

    /// <summary>Keeps what a first sweep made of a row, of those to be finished or of those around them; when this returns it is on the disk.</summary>
    /// <param name="row">The row of the grid.</param>
    /// <param name="clone">Its clone, or a skipped one.</param>
    /// <exception cref="EngineException">BadInput: the row cannot be written.</exception>
    public void KeepDraft(int row, ClonedSpectrum clone)
    {
        Write(row, DraftOf(row), clone);
        _table.AppendDraft(row, clone);
    }

    /// <summary>What a first sweep made of a row, or null when it is not there or not whole.</summary>
    /// <param name="row">The row of the grid.</param>
    public ClonedSpectrum? FindDraft(int row) => Read(DraftOf(row));

    private void Write(int row, string path, ClonedSpectrum clone)
    {
        ArgumentNullException.ThrowIfNull(clone);
        bool isNew = !File.Exists(PathOf(row)) && !File.Exists(DraftOf(row));
        AtomicFile.Write(path, temporary => Write(temporary, clone));
        if (isNew) Work.CountFinished(1);
    }

    private void Write(string temporary, ClonedSpectrum clone)
    {
        using FileStream stream = File.Create(temporary);
        using var writer = new NpzWriter(stream, deflate: false);
        LineTable lines = clone.Lines;
        writer.Add("fingerprint", Encoding.UTF8.GetBytes(Work.Fingerprint));
        writer.Add("initial_center", clone.InitialCenter);
        writer.Add("center", lines.Center.AsSpan(0, lines.Count));
        writer.Add("ln_amplitude", lines.LnAmplitude.AsSpan(0, lines.Count));
        writer.Add("ln_sigma", lines.LnSigma.AsSpan(0, lines.Count));
        writer.Add("ln_gamma", lines.LnGamma.AsSpan(0, lines.Count));
        double[] rms = [clone.Rms, clone.InitialRms, clone.MergedLines];
        writer.Add("rms", rms);
        if (clone.Origin.Length > 0) writer.Add("origin", MemoryMarshal.AsBytes(clone.Origin.AsSpan(0, lines.Count)));
        if (clone.SkipReason is { } reason) writer.Add("skip_reason", Encoding.UTF8.GetBytes(reason));
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

    /// <summary>A finished row, or null when it is not there, not whole, or of another fingerprint.</summary>
    /// <param name="row">The row of the grid.</param>
    public ClonedSpectrum? Find(int row) => Read(PathOf(row));

    private ClonedSpectrum? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            NpzReader stored = NpzReader.Open(path);
            if (!stored.Contains("fingerprint") || Encoding.UTF8.GetString(stored.Bytes("fingerprint")) != Work.Fingerprint) return null;
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
    public void Remove() => Work.Remove();

    private sealed class JournalRows(CloneJournal journal, IReadOnlyList<int> rows, GridPoints points, double[] wavelength, CloneRecipe recipe) : IClonedRows
    {
        public GridPoints Points => points;

        public double[] Wavelength => wavelength;

        public CloneRecipe Recipe => recipe;

        public ClonedSpectrum Read(int row) => journal.Find(rows[row])
            ?? throw new EngineException(ErrorCode.BadInput, $"{journal.PathOf(rows[row])} was damaged or removed while it was needed; give the command again.");
    }

    private string DraftOf(int row) => Work.File(FormattableString.Invariant($"draft-{row:D6}.npz"));

    private string PathOf(int row) => Work.File(FormattableString.Invariant($"row-{row:D6}.npz"));
}
