using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native;
using Blase3D.Native.Cfitsio;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage;

/// <summary>
/// Turns the failures of native libraries, devices and of the file system into the engine's one exception. All readers and writers use it.
/// </summary>
public static class NativeErrors
{
    /// <summary>Runs a reader or writer of a file; its failures come out as <see cref="EngineException"/>.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="file">The file, for the sentence.</param>
    /// <param name="act">The work.</param>
    /// <exception cref="EngineException">
    /// <see cref="ErrorCode.MissingLibrary"/> when the native library is absent or a device fails, <see cref="ErrorCode.BadInput"/> when the file fails.
    /// </exception>
    public static T Guard<T>(string file, Func<T> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        try
        {
            return act();
        }
        catch (Exception e) when (Translate(file, e) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>As <see cref="Guard{T}"/>, for work without a result.</summary>
    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string file, Action act)
    {
        ArgumentNullException.ThrowIfNull(act);
        _ = Guard(file, () =>
        {
            act();
            return true;
        });
    }

    /// <summary>The engine's exception for a failure, or null when it is none of a native library, a device or the file system.</summary>
    /// <param name="file">The file, for the sentence.</param>
    /// <param name="failure">What was thrown.</param>
    public static EngineException? Translate(string file, Exception failure) => failure switch
    {
        NativeLibraryMissingException e => new EngineException(ErrorCode.MissingLibrary, $"{file} needs a native library. {e.Message}", e),
        ComputeDeviceException e => new EngineException(ErrorCode.MissingLibrary, e.Message.ReplaceLineEndings(" "), e),
        FitsException e => new EngineException(
            ErrorCode.BadInput, $"{file} cannot be used as FITS: {e.NativeText.Split(';')[0].TrimEnd('.')}; check that the file is whole, or fetch it again.", e),
        Hdf5Exception e => new EngineException(
            ErrorCode.BadInput, $"{file} cannot be used as HDF5: {e.NativeText} ({e.Path}); check that the file is whole, or make it "
            + "again.", e),
        FileNotFoundException or DirectoryNotFoundException => new EngineException(
            ErrorCode.BadInput, $"{file} does not exist; check the name.", failure),
        UnauthorizedAccessException when Directory.Exists(file) => new EngineException(
            ErrorCode.BadInput, $"{file} is a folder; give a file.", failure),
        IOException or UnauthorizedAccessException or InvalidDataException => new EngineException(
            ErrorCode.BadInput, $"{file} cannot be read or written: {failure.Message}", failure),
        _ => null,
    };
}
