namespace Blase3D.Native.Cfitsio;

/// <summary>The loaded CFITSIO library: its names and its lock.</summary>
internal static class FitsLibrary
{
    internal const string InstallSentence =
        "Install it with 'apt install libcfitsio10' or the libcfitsio package of your release (Debian, Ubuntu), "
        + "'dnf install cfitsio' (Fedora), 'conda install cfitsio' (conda) or 'brew install cfitsio' (Homebrew), or set CFITSIO_LIBRARY "
        + "to the full path of the library.";

    // The error message stack and the table of open files are shared by the process, so one lock guards them.
    private static readonly Lock Gate = new();
    private static readonly NativeLibraryLoader Loader = new(
        FitsNative.Library,
        "CFITSIO",
        NativeLibraryCandidates.For(
            NativeLibraryCandidates.ThisPlatform,
            Environment.GetEnvironmentVariable,
            "CFITSIO_LIBRARY",
            Names(NativeLibraryCandidates.ThisPlatform)),
        "ffdkopn",
        InstallSentence);

    /// <summary>The file names of the library on a platform.</summary>
    internal static IReadOnlyList<string> Names(NativePlatform platform) => platform switch
    {
        NativePlatform.Windows => ["cfitsio.dll", "libcfitsio.dll", "libcfitsio-10.dll"],
        NativePlatform.MacOS => ["libcfitsio.dylib", "libcfitsio.10.dylib", "libcfitsio.9.dylib"],
        _ => ["libcfitsio.so", "libcfitsio.so.10", "libcfitsio.so.9", "libcfitsio.so.8"],
    };

    /// <summary>Takes the process-wide lock; loads the library at the first call.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is absent.</exception>
    internal static Lock.Scope Enter()
    {
        Lock.Scope scope = Gate.EnterScope();
        try
        {
            NativeImportResolver.Register(Loader);
            _ = Loader.Load();
            return scope;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }
}
