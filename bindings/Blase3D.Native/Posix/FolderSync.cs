using System.Runtime.InteropServices;

namespace Blase3D.Native.Posix;

/// <summary>Brings the names in a folder to the disk: after a renaming and a power cut the new name is there only if this was done (fsync(2)).</summary>
public static partial class FolderSync
{
    private const string Library = "libc";
    private const int ReadOnly = 0; // O_RDONLY of Linux and macOS

    /// <summary>Asks the system to keep the names of a folder. Windows keeps them by itself, and a file system that cannot do it is left alone.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>Whether it was done.</returns>
    public static bool Flush(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (OperatingSystem.IsWindows()) return false;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return false;
        bool done = Synchronize(descriptor) == 0;
        _ = Close(descriptor);
        return done;
    }

    [LibraryImport(Library, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
