using System.Runtime.InteropServices;

namespace Blase3D.Native.Hdf5;

/// <summary>The loaded HDF5 library: its names, its lock and the identifiers that exist only after H5open.</summary>
internal static unsafe class Hdf5Library
{
    internal const string InstallSentence =
        "Install it with 'apt install libhdf5-103-1' or the libhdf5 package of your release (Debian, Ubuntu), 'dnf install hdf5' (Fedora), "
        + "'conda install hdf5' (conda) or 'brew install hdf5' (Homebrew), or set HDF5_LIBRARY to the full path of the library.";

    // The C library may be built without thread safety, so one lock guards the whole process. It also holds back finalizers:
    // a handle cannot be closed by the collector in the middle of a call that uses it.
    private static readonly Lock Gate = new();
    private static readonly NativeLibraryLoader Loader = new(
        Hdf5Native.Library,
        "HDF5 (1.10 or later)",
        NativeLibraryCandidates.For(
            NativeLibraryCandidates.ThisPlatform,
            Environment.GetEnvironmentVariable,
            "HDF5_LIBRARY",
            Names(NativeLibraryCandidates.ThisPlatform)),
        "H5Fopen",
        InstallSentence);

    private static Hdf5TypeIds? s_types;

    private static bool s_hasFileLocking;

    [ThreadStatic]
    private static bool t_silenced;

    /// <summary>The identifiers of types and property classes; valid inside <see cref="Enter"/>.</summary>
    internal static Hdf5TypeIds Types => s_types!;

    /// <summary>Whether the library lets a program choose whether files are locked; valid inside <see cref="Enter"/>.</summary>
    internal static bool HasFileLocking => s_hasFileLocking;

    /// <summary>The file names of the library on a platform, newest first after the unversioned ones.</summary>
    internal static IReadOnlyList<string> Names(NativePlatform platform) => platform switch
    {
        NativePlatform.Windows => ["hdf5.dll", "libhdf5-310.dll", "libhdf5-200.dll", "libhdf5-103.dll", "libhdf5-0.dll"],
        NativePlatform.MacOS => ["libhdf5.dylib", "libhdf5.310.dylib", "libhdf5.300.dylib", "libhdf5.200.dylib", "libhdf5.103.dylib"],
        _ =>
        [
            "libhdf5.so", "libhdf5_serial.so",
            "libhdf5.so.310", "libhdf5_serial.so.310", "libhdf5.so.300", "libhdf5_serial.so.300",
            "libhdf5.so.200", "libhdf5_serial.so.200", "libhdf5.so.103", "libhdf5_serial.so.103",
            "libhdf5.so.101", "libhdf5_serial.so.101", "libhdf5.so.100", "libhdf5_serial.so.100",
        ],
    };

    /// <summary>Takes the process-wide lock; loads the library at the first call and silences its own printing on this thread.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is absent or older than 1.10.</exception>
    internal static Lock.Scope Enter()
    {
        Lock.Scope scope = Gate.EnterScope();
        try
        {
            s_types ??= Open();
            if (!t_silenced)
            {
                _ = Hdf5Native.H5Eset_auto2(0, null, null);
                t_silenced = true;
            }

            return scope;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    private static Hdf5TypeIds Open()
    {
        NativeImportResolver.Register(Loader);
        nint module = Loader.Load();

        // At the end of the process the library would close what is still open inside it. After a full disk that is a file that can
        // neither be written nor closed, and 1.10.8 ends in a segmentation fault. It must be the first call: the next one starts the library.
        _ = Hdf5Native.H5dont_atexit();

        // Identifiers were 32 bits wide before 1.10: nothing else may be called on such a library.
        _ = Hdf5Native.H5get_libversion(out uint major, out uint minor, out uint release);
        if (major < 1 || (major == 1 && minor < 10)) throw Loader.Unusable($"is version {major}.{minor}.{release}");
        if (Hdf5Native.H5open() < 0) throw Loader.Unusable("H5open failed");
        s_hasFileLocking = NativeLibrary.TryGetExport(module, "H5Pset_file_locking", out _);
        return new Hdf5TypeIds(symbol => *(long*)NativeLibrary.GetExport(module, symbol));
    }
}
