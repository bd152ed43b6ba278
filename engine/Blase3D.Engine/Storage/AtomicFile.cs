namespace Blase3D.Engine.Storage;

/// <summary>Writes files that appear whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary name in the same folder and renames. A failure or an interruption leaves what was there before.
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
            temporary = TemporaryName(full);
            Directory.CreateDirectory(folder);
            write(temporary);

            // A file that the writer did not make is not made here either.
            using (var stream = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite)) stream.Flush(flushToDisk: true);
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception failure) when (failure is not EngineException and not OperationCanceledException && NativeErrors.Translate(path, failure) is { } translated)
        {
            throw translated.Code == ErrorCode.MissingLibrary
                ? translated
                : new EngineException(
                    ErrorCode.BadInput,
                    $"{path} could not be written ({translated.InnerException!.Message.TrimEnd('.')}); nothing was changed. Check the free space and the permissions of {folder}.",
                    failure);
        }
        finally
        {
            if (temporary.Length > 0) DeleteQuietly(temporary);
        }
    }

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

    /// <summary>A hidden name beside the final one. The ending stays, because some libraries choose the format by it.</summary>
    private static string TemporaryName(string full)
    {
        // A name may have 255 bytes; 40 characters of it are enough to recognise what was left behind by a killed process.
        string stem = Path.GetFileNameWithoutExtension(full), ending = Path.GetExtension(full);
        if (stem.Length > 40) stem = stem[..40];
        if (ending.Length > 16) ending = string.Empty;
        return Path.Combine(Path.GetDirectoryName(full)!, $".{stem}.{Guid.NewGuid():N}.partial{ending}");
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
