using System.Runtime.InteropServices;

namespace Blase3D.Native.Cuda;

/// <summary>
/// Raw imports of the CUDA driver API. Several names carry _v2, which C headers add in silence. CUdeviceptr is 64 bits wide, CUdevice and
/// CUresult are 32.
/// </summary>
internal static unsafe partial class CudaNative
{
    internal const string Library = "cuda";

    internal const int Success = 0;
    internal const int NoDevice = 100;
    internal const int MajorCapability = 75;
    internal const int MinorCapability = 76;
    internal const int MultiprocessorCount = 16;
    internal const int ClockKiloHertz = 13;
    internal const int JitErrorLogBuffer = 5;
    internal const int JitErrorLogBytes = 6;

    [LibraryImport(Library)] internal static partial int cuInit(uint flags);

    [LibraryImport(Library)] internal static partial int cuDriverGetVersion(out int version);

    [LibraryImport(Library)] internal static partial int cuGetErrorName(int status, out byte* text);

    [LibraryImport(Library)] internal static partial int cuGetErrorString(int status, out byte* text);

    [LibraryImport(Library)] internal static partial int cuDeviceGetCount(out int count);

    [LibraryImport(Library)] internal static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)] internal static partial int cuDeviceGetName(byte* name, int capacity, int device);

    [LibraryImport(Library)] internal static partial int cuDeviceGetAttribute(out int value, int attribute, int device);

    [LibraryImport(Library)] internal static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Library)] internal static partial int cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library)] internal static partial int cuDevicePrimaryCtxRelease_v2(int device);

    [LibraryImport(Library)] internal static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(Library)] internal static partial int cuMemGetInfo_v2(out nuint free, out nuint total);

    [LibraryImport(Library)] internal static partial int cuMemAlloc_v2(out ulong address, nuint bytes);

    [LibraryImport(Library)] internal static partial int cuMemFree_v2(ulong address);

    [LibraryImport(Library)] internal static partial int cuMemcpyHtoDAsync_v2(ulong address, void* values, nuint bytes, nint stream);

    [LibraryImport(Library)] internal static partial int cuMemcpyDtoHAsync_v2(void* values, ulong address, nuint bytes, nint stream);

    [LibraryImport(Library)] internal static partial int cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library)] internal static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(Library)] internal static partial int cuStreamDestroy_v2(nint stream);

    [LibraryImport(Library)] internal static partial int cuModuleLoadDataEx(out nint module, byte* image, uint options, int* names, void** values);

    [LibraryImport(Library)] internal static partial int cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    internal static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);
}
