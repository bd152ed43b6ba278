namespace Blase3D.Native.Cuda;

/// <summary>The loaded CUDA driver: its names, and its start.</summary>
internal static class CudaLibrary
{
    internal const string InstallSentence =
        "It is part of NVIDIA's driver: install that for the card (nothing else of CUDA is needed), or set CUDA_DRIVER_LIBRARY to the full path of the library.";

    private static readonly Lock Gate = new();
    private static readonly NativeLibraryLoader Loader = new(
        CudaNative.Library,
        "CUDA driver",
        NativeLibraryCandidates.For(
            NativeLibraryCandidates.ThisPlatform,
            Environment.GetEnvironmentVariable,
            "CUDA_DRIVER_LIBRARY",
            Names(NativeLibraryCandidates.ThisPlatform)),
        "cuLaunchKernel",
        InstallSentence);

    private static bool s_started;

    /// <summary>The file names of the library on a platform; there is none for macOS.</summary>
    internal static IReadOnlyList<string> Names(NativePlatform platform) => platform switch
    {
        NativePlatform.Windows => ["nvcuda.dll"],
        NativePlatform.MacOS => ["libcuda.dylib"],
        _ => ["libcuda.so.1", "libcuda.so"],
    };

    /// <summary>Loads and starts the driver at the first call.</summary>
    /// <returns>False when the driver finds no device.</returns>
    /// <exception cref="NativeLibraryMissingException">The driver is absent.</exception>
    /// <exception cref="CudaException">The driver does not start.</exception>
    internal static bool Start()
    {
        lock (Gate)
        {
            if (s_started) return true;
            NativeImportResolver.Register(Loader);
            _ = Loader.Load();
            int status = CudaNative.cuInit(0);
            if (status == CudaNative.NoDevice) return false;
            CudaException.Check(status, nameof(CudaNative.cuInit), "CUDA");
            return s_started = true;
        }
    }
}
