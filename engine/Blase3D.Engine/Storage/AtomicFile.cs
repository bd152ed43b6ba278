namespace Blase3D.Engine.Storage;

/// <summary>Writes files that appear whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary name in the same folder and renames. A failure or an interruption leaves what was there before.
    /// </summary>
    /// <param name="path">The final name; its folder is made when missing.</param>
    /// <param name="write">Receives the temporary name.</param>
    /// <exception cref="EngineException">BadInput: the file cannot be written, with the system's reason; MissingLibrary.</exception>
    public static void Write(string path, Action<string> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;

        // The ending stays: some libraries choose the format by it.
        string temporary = Path.Combine(
            folder, $".{Path.GetFileNameWithoutExtension(full)}.{Guid.NewGuid():N}.partial{Path.GetExtension(full)}");
        try
        {
            if (Directory.Exists(full)) throw new IOException("there is a folder of that name");
            Directory.CreateDirectory(folder);
            write(temporary);
            using (FileStream stream = File.OpenWrite(temporary)) stream.Flush(flushToDisk: true);
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
            DeleteQuietly(temporary);
        }
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
