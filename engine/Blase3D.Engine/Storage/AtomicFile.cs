using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;
using Blase3D.Native.Posix;

namespace Blase3D.Engine.Storage;

/// <summary>Writes files that appear whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary name in the same folder and renames. A failure or an interruption leaves what was there before; what an
    /// earlier, killed process left of the same file is removed. When this returns, content and name are on the disk (where the system can promise it).
    /// </summary>
    /// <param name="path">The final name; its folder is made when missing. A link is followed: what it points to is replaced.</param>
    /// <param name="write">Receives the temporary name and makes that file.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be written, with the system's reason; MissingLibrary.</exception>
    public static void Write(string path, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string temporary = string.Empty, folder = path;
        try
        {
            string full = FinalName(path);
            folder = Path.GetDirectoryName(full)!;
            Directory.CreateDirectory(folder);
            PartialFile.DeleteAbandoned(full);
            temporary = PartialFile.NameFor(full);
            write(temporary);

            // A file that the writer did not make is not made here either.
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite)) stream.Flush(flushToDisk: true);
            File.Move(temporary, full, overwrite: true);
            FolderSync.Flush(folder);
        }
        catch (Exception failure) when (Refusal(path, folder, temporary, failure) is { } refusal)
        {
            throw refusal;
        }
        finally
        {
            if (temporary.Length > 0) PartialFile.DeleteQuietly(temporary);
        }
    }

    /// <summary>
    /// Asks that a file can be written, before the hours of work that go into it. Nothing is changed: missing folders are not made yet.
    /// </summary>
    /// <param name="path">The final name.</param>
    /// <exception cref="EngineException">BadInput: as <see cref="Write"/>.</exception>
    public static void RequireWritable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string probe = string.Empty, folder = path;
        try
        {
            string full = FinalName(path);
            folder = Path.GetDirectoryName(full)!;
            string existing = folder;
            while (!Directory.Exists(existing))
            {
                if (File.Exists(existing)) throw new IOException($"{existing} is a file and no folder");
                existing = Path.GetDirectoryName(existing)!;
            }

            probe = PartialFile.NameFor(Path.Combine(existing, Path.GetFileName(full)));
            using var stream = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (Refusal(path, folder, probe, failure) is { } refusal)
        {
            throw refusal;
        }
    }

    private static EngineException? Refusal(string path, string folder, string temporary, Exception failure)
    {
        if (failure is EngineException or OperationCanceledException) return null;
        EngineException? translated = IsOversize(failure) ? new EngineException(ErrorCode.BadInput, path, failure) : NativeErrors.Translate(path, failure);
        if (translated is null || translated.Code == ErrorCode.MissingLibrary) return translated;
        string reason = failure switch
        {
            Hdf5Exception hdf5 => hdf5.NativeText,
            FitsException fits => fits.NativeText.Split(';')[0], // what follows are pieces of the temporary name
            ArgumentOutOfRangeException => "it would be larger than the system allows",
            _ => failure.Message,
        };
        if (temporary.Length > 0) reason = reason.Replace(temporary, path, StringComparison.Ordinal);
        return new EngineException(
            ErrorCode.BadInput,
            $"{path} could not be written ({reason.TrimEnd('.')}); nothing was changed; check the free space and the permissions of {folder}.",
            failure);
    }

    /// <summary>The runtime reports a file beyond the system's limit (EFBIG: a quota, an old file system) as a wrong argument.</summary>
    private static bool IsOversize(Exception failure) =>
        failure is ArgumentOutOfRangeException && failure.TargetSite?.DeclaringType?.Namespace == "System.IO";

    /// <summary>The file to replace. A folder or a device is refused: renaming would put a file in the place of /dev/null.</summary>
    private static string FinalName(string path)
    {
        string full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is not null) full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        if (Directory.Exists(full) || Path.EndsInDirectorySeparator(full)) throw new IOException("there is a folder of that name");
        if (!OperatingSystem.IsWindows() && full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal))
            throw new IOException("it is a device");
        return full;
    }
}
