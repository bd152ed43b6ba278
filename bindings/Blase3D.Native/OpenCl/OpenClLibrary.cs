namespace Blase3D.Native.OpenCl;

/// <summary>The loaded OpenCL loader: its names.</summary>
internal static class OpenClLibrary
{
    internal const string InstallSentence =
        "Install the driver of the device; the loader alone is 'apt install ocl-icd-libopencl1' (Debian, Ubuntu), 'dnf install ocl-icd' (Fedora) or "
        + "'conda install ocl-icd' (conda), and 'apt install pocl-opencl-icd' makes a device of the processor; or set OPENCL_LIBRARY to the "
        + "full path of the library.";

    private static readonly NativeLibraryLoader Loader = new(
        OpenClNative.Library,
        "OpenCL",
        NativeLibraryCandidates.For(
            NativeLibraryCandidates.ThisPlatform,
            Environment.GetEnvironmentVariable,
            "OPENCL_LIBRARY",
            Names(NativeLibraryCandidates.ThisPlatform)),
        "clGetPlatformIDs",
        InstallSentence);

    /// <summary>The file names of the library on a platform.</summary>
    internal static IReadOnlyList<string> Names(NativePlatform platform) => platform switch
    {
        NativePlatform.Windows => ["OpenCL.dll"],
        NativePlatform.MacOS => ["/System/Library/Frameworks/OpenCL.framework/OpenCL", "libOpenCL.dylib"],
        _ => ["libOpenCL.so.1", "libOpenCL.so"],
    };

    /// <summary>Loads the library at the first call.</summary>
    /// <exception cref="NativeLibraryMissingException">The library is absent.</exception>
    internal static void Load()
    {
        NativeImportResolver.Register(Loader);
        _ = Loader.Load();
    }
}
