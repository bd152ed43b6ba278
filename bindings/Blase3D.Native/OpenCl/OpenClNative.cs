using System.Runtime.InteropServices;

namespace Blase3D.Native.OpenCl;

/// <summary>
/// Raw imports of OpenCL 1.2, which every later loader exports as well. Handles are pointers, size_t is <c>nuint</c>, cl_bool is 32 bits wide.
/// The functions may be called from any thread, except that arguments of one kernel object belong to one thread at a time.
/// </summary>
internal static unsafe partial class OpenClNative
{
    internal const string Library = "opencl";

    internal const int Success = 0;
    internal const int DeviceNotFound = -1;
    internal const int BuildFailure = -11;
    internal const int NoPlatform = -1001;
    internal const ulong AllDevices = 0xFFFFFFFF;
    internal const ulong ReadWrite = 1;
    internal const uint PlatformName = 0x0902;
    internal const uint DeviceType = 0x1000;
    internal const uint DeviceComputeUnits = 0x1002;
    internal const uint DeviceLargestGroup = 0x1004;
    internal const uint DeviceLargestBuffer = 0x1010;
    internal const uint DeviceGlobalMemory = 0x101F;
    internal const uint DeviceLocalMemory = 0x1023;
    internal const uint DeviceAvailable = 0x1027;
    internal const uint DeviceCompilerAvailable = 0x1028;
    internal const uint DeviceName = 0x102B;
    internal const uint DriverVersion = 0x102D;
    internal const uint DeviceVersion = 0x102F;
    internal const uint DeviceExtensions = 0x1030;
    internal const uint DeviceDoubleConfig = 0x1032;
    internal const uint BuildLog = 0x1183;

    [LibraryImport(Library)] internal static partial int clGetPlatformIDs(uint capacity, nint* platforms, out uint count);

    [LibraryImport(Library)] internal static partial int clGetPlatformInfo(nint platform, uint what, nuint size, void* value, nuint* needed);

    [LibraryImport(Library)] internal static partial int clGetDeviceIDs(nint platform, ulong type, uint capacity, nint* devices, out uint count);

    [LibraryImport(Library)] internal static partial int clGetDeviceInfo(nint device, uint what, nuint size, void* value, nuint* needed);

    [LibraryImport(Library)]
    internal static partial nint clCreateContext(nint* properties, uint count, nint* devices, nint notify, nint data, out int status);

    [LibraryImport(Library)] internal static partial int clReleaseContext(nint context);

    /// <summary>Deprecated since 2.0 but exported by every loader; the newer function is missing from 1.2.</summary>
    [LibraryImport(Library)] internal static partial nint clCreateCommandQueue(nint context, nint device, ulong properties, out int status);

    [LibraryImport(Library)] internal static partial int clReleaseCommandQueue(nint queue);

    [LibraryImport(Library)]
    internal static partial nint clCreateProgramWithSource(nint context, uint count, byte** texts, nuint* lengths, out int status);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int clBuildProgram(nint program, uint count, nint* devices, string options, nint notify, nint data);

    [LibraryImport(Library)]
    internal static partial int clGetProgramBuildInfo(nint program, nint device, uint what, nuint size, void* value, nuint* needed);

    [LibraryImport(Library)] internal static partial int clReleaseProgram(nint program);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint clCreateKernel(nint program, string name, out int status);

    [LibraryImport(Library)] internal static partial int clReleaseKernel(nint kernel);

    [LibraryImport(Library)] internal static partial int clSetKernelArg(nint kernel, uint index, nuint size, void* value);

    [LibraryImport(Library)] internal static partial nint clCreateBuffer(nint context, ulong flags, nuint size, void* host, out int status);

    [LibraryImport(Library)] internal static partial int clReleaseMemObject(nint memory);

    [LibraryImport(Library)]
    internal static partial int clEnqueueWriteBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* values, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)]
    internal static partial int clEnqueueReadBuffer(
        nint queue, nint buffer, uint blocking, nuint offset, nuint size, void* values, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)]
    internal static partial int clEnqueueNDRangeKernel(
        nint queue, nint kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waits, nint* waitList, nint* done);

    [LibraryImport(Library)] internal static partial int clFinish(nint queue);
}
