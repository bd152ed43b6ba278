using System.Globalization;

namespace Blase3D.Engine.Storage;

/// <summary>
/// The folder beside an output in which a long run keeps what it has finished: the same command given again goes on with it. It belongs to one
/// fingerprint (input, options, version), which every finished row carries too, and to one process at a time. Finished work is never deleted
/// before the output is whole: what belongs to another fingerprint is put aside under a new name.
/// </summary>
public sealed class WorkFolder : IDisposable
{
    private const string MarkerName = "fingerprint.txt";
    private const string LockName = "lock";
    private const string OwnerName = "owner.txt";

    // What flock and Windows say when another process holds a lock: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION.
    private static readonly int[] HeldCodes = [11, 35, unchecked((int)0x80070020)];

    private readonly Func<string, int> _count;
    private FileStream? _lock;

    private WorkFolder(string path, string fingerprint, Func<string, int> count) => (Path, Fingerprint, _count) = (path, fingerprint, count);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What the rows in it depend on.</summary>
    public string Fingerprint { get; }

    /// <summary>How many rows were finished, or begun, when the folder was opened: this run goes on with them.</summary>
    public int Resumed { get; private set; }

    /// <summary>How many rows are finished, or begun, now; 0 once the folder is removed.</summary>
    public int Finished { get; private set; }

    /// <summary>How many rows of another fingerprint were put aside.</summary>
    public int RowsSetAside { get; private set; }

    /// <summary>Where they lie now; null when there were none.</summary>
    public string? SetAsideIn { get; private set; }

    /// <summary>The folder that belongs to an output file.</summary>
    /// <param name="outputPath">The file to be.</param>
    public static string Of(string outputPath) => System.IO.Path.GetFullPath(outputPath) + ".work";

    /// <summary>Opens the folder of an output file for this process alone.</summary>
    /// <param name="outputPath">The file to be.</param>
    /// <param name="fingerprint">What the rows depend on.</param>
    /// <param name="insist">Whether rows of another fingerprint are refused; otherwise they are put aside.</param>
    /// <param name="count">Counts the rows in such a folder that are finished or begun.</param>
    /// <exception cref="EngineException">
    /// BadArguments: other rows are there, and it was insisted. BadInput: another process has it open, it is none of this engine, or it cannot be made.
    /// </exception>
    internal static WorkFolder Open(string outputPath, string fingerprint, bool insist, Func<string, int> count)
    {
        var work = new WorkFolder(Of(outputPath), fingerprint, count);
        return NativeErrors.Guard(work.Path, () =>
        {
            work.RequireOwn();
            work.Lock();
            try
            {
                work.TakeOver(insist);
                return work;
            }
            catch
            {
                work.Dispose();
                throw;
            }
        });
    }

    /// <summary>The path of a file in the folder.</summary>
    internal string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Counts rows that were finished now.</summary>
    internal void CountFinished(int rows) => Finished += rows;

    /// <summary>Removes the folder; the output is whole. May be done twice.</summary>
    /// <exception cref="EngineException">BadInput: the folder cannot be removed.</exception>
    internal void Remove() => NativeErrors.Guard(Path, () =>
    {
        if (_lock is null) return;
        string gone = PartialFile.NameFor(Path);
        MoveTo(gone);
        Directory.Delete(gone, recursive: true);
        Finished = 0;
    });

    /// <summary>Lets other processes have it; a folder without a row is removed.</summary>
    public void Dispose()
    {
        if (_lock is null) return;
        try
        {
            if (_count(Path) == 0) Remove();
        }
        catch (Exception failure) when (failure is EngineException or IOException or UnauthorizedAccessException)
        {
            // That an empty folder stays is not worth hiding the failure that may have led here.
        }

        _lock?.Dispose();
        _lock = null;
    }

    // Renamed first, so that nobody opens it half-removed; Windows does not rename a folder with an open file.
    private void MoveTo(string target)
    {
        if (OperatingSystem.IsWindows()) _lock!.Dispose();
        Directory.Move(Path, target);
        _lock!.Dispose();
        _lock = null;
    }

    private void Lock()
    {
        Directory.CreateDirectory(Path);
        try
        {
            _lock = new FileStream(File(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (HeldCodes.Contains(failure.HResult))
        {
            throw new EngineException(
                ErrorCode.BadInput, $"{Path} belongs to another run with this output that has not ended{Owner()}; wait for it, stop it, or name another output.", failure);
        }

        System.IO.File.WriteAllText(File(OwnerName), string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
    }

    private string Owner()
    {
        try
        {
            return $" ({System.IO.File.ReadAllText(File(OwnerName))})";
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private void TakeOver(bool insist)
    {
        string marker = File(MarkerName);
        string? found = System.IO.File.Exists(marker) ? System.IO.File.ReadAllText(marker) : null;
        int rows = found is null ? 0 : _count(Path);
        if (found == Fingerprint)
        {
            Resumed = Finished = rows;
            return;
        }

        if (insist && found is not null)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"{Path} holds the work on {rows} spectra with another input, other options or another version; repeat those, or leave out --resume to put them aside and start anew.");
        }

        if (rows > 0) SetAside(rows);
        foreach (string left in Directory.EnumerateFiles(Path).Where(path => System.IO.Path.GetFileName(path) is not (LockName or OwnerName)).ToArray()) System.IO.File.Delete(left);
        AtomicFile.Write(marker, temporary => System.IO.File.WriteAllText(temporary, Fingerprint));
    }

    private void SetAside(int rows)
    {
        string old = Path + ".old";
        for (int k = 2; Directory.Exists(old) || System.IO.File.Exists(old); k++) old = string.Create(CultureInfo.InvariantCulture, $"{Path}.old-{k}");
        MoveTo(old);
        (RowsSetAside, SetAsideIn) = (rows, old);
        Lock();
    }

    /// <summary>A folder of that name with other things in it is somebody's, and is neither used nor emptied.</summary>
    private void RequireOwn()
    {
        // An interruption before the marker was there leaves nothing, the lock, or the marker's hidden temporary.
        if (System.IO.File.Exists(File(MarkerName)) || !Directory.Exists(Path)) return;
        if (Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)).All(
            name => name is LockName or OwnerName || name.StartsWith(".fingerprint.", StringComparison.Ordinal)))
            return;
        throw new EngineException(
            ErrorCode.BadInput, $"{Path} is in the way: it has no {MarkerName}, so it holds no finished work of this engine; move it away or name another output.");
    }
}
