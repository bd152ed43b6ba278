using System.Text;

namespace Blase3D.Native.OpenCl;

/// <summary>What kind of processor an OpenCL device is.</summary>
public enum OpenClDeviceKind
{
    /// <summary>None of the others.</summary>
    Other = 0,

    /// <summary>The processor of this machine.</summary>
    Cpu = 2,

    /// <summary>A graphics processor.</summary>
    Gpu = 4,

    /// <summary>Another accelerator.</summary>
    Accelerator = 8,
}

/// <summary>A device that some OpenCL driver of this machine offers.</summary>
public sealed unsafe class OpenClDevice
{
    private OpenClDevice(nint id, string platform)
    {
        (Id, Platform) = (id, platform);
        Name = Text(OpenClNative.DeviceName);
        Driver = Text(OpenClNative.DriverVersion);
        Version = Text(OpenClNative.DeviceVersion);
        Kind = (Number(OpenClNative.DeviceType) & 0xE) switch { 2 => OpenClDeviceKind.Cpu, 4 => OpenClDeviceKind.Gpu, 8 => OpenClDeviceKind.Accelerator, _ => OpenClDeviceKind.Other };
        ComputeUnits = (int)Number(OpenClNative.DeviceComputeUnits);
        LargestGroup = (int)Number(OpenClNative.DeviceLargestGroup);
        MemoryBytes = (long)Number(OpenClNative.DeviceGlobalMemory);
        LargestBufferBytes = (long)Number(OpenClNative.DeviceLargestBuffer);
        LocalMemoryBytes = (long)Number(OpenClNative.DeviceLocalMemory);
        HasDoublePrecision = Text(OpenClNative.DeviceExtensions).Split(' ').Contains("cl_khr_fp64") || Number(OpenClNative.DeviceDoubleConfig) != 0;
        WhyUnusable = Number(OpenClNative.DeviceAvailable) == 0 ? "its driver says that it is not available"
            : Number(OpenClNative.DeviceCompilerAvailable) == 0 ? "its driver has no compiler for kernel texts"
            : null;
    }

    /// <summary>The driver's name for its platform.</summary>
    public string Platform { get; }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>The driver's version.</summary>
    public string Driver { get; }

    /// <summary>The version of OpenCL, as the driver writes it.</summary>
    public string Version { get; }

    /// <summary>The kind of processor.</summary>
    public OpenClDeviceKind Kind { get; }

    /// <summary>Processors that run work-groups side by side.</summary>
    public int ComputeUnits { get; }

    /// <summary>The largest work-group.</summary>
    public int LargestGroup { get; }

    /// <summary>Global memory in bytes.</summary>
    public long MemoryBytes { get; }

    /// <summary>The largest buffer in bytes.</summary>
    public long LargestBufferBytes { get; }

    /// <summary>Memory of a work-group in bytes.</summary>
    public long LocalMemoryBytes { get; }

    /// <summary>Whether kernels may use doubles.</summary>
    public bool HasDoublePrecision { get; }

    /// <summary>Why no kernel can run on it; null when one can.</summary>
    public string? WhyUnusable { get; }

    internal nint Id { get; }

    /// <summary>All devices of all drivers, in the order of the loader.</summary>
    /// <returns>Nothing when no driver is installed.</returns>
    /// <exception cref="NativeLibraryMissingException">There is no OpenCL loader.</exception>
    /// <exception cref="OpenClException">A driver failed.</exception>
    public static IReadOnlyList<OpenClDevice> List()
    {
        OpenClLibrary.Load();
        int status = OpenClNative.clGetPlatformIDs(0, null, out uint count);
        if (status == OpenClNative.NoPlatform || count == 0) return [];
        OpenClException.Check(status, nameof(OpenClNative.clGetPlatformIDs), "OpenCL");
        var platforms = new nint[count];
        fixed (nint* all = platforms) OpenClException.Check(OpenClNative.clGetPlatformIDs(count, all, out count), nameof(OpenClNative.clGetPlatformIDs), "OpenCL");
        var found = new List<OpenClDevice>();
        foreach (nint platform in platforms)
        {
            string name = Utf8(needed => OpenClNative.clGetPlatformInfo(platform, OpenClNative.PlatformName, 0, null, needed), (size, text) =>
                OpenClNative.clGetPlatformInfo(platform, OpenClNative.PlatformName, size, text, null));
            status = OpenClNative.clGetDeviceIDs(platform, OpenClNative.AllDevices, 0, null, out count);
            if (status == OpenClNative.DeviceNotFound || count == 0) continue;
            OpenClException.Check(status, nameof(OpenClNative.clGetDeviceIDs), name);
            var ids = new nint[count];
            fixed (nint* all = ids) OpenClException.Check(OpenClNative.clGetDeviceIDs(platform, OpenClNative.AllDevices, count, all, out count), nameof(OpenClNative.clGetDeviceIDs), name);
            found.AddRange(ids.Select(id => new OpenClDevice(id, name)));
        }

        return found;
    }

    private delegate int SizeQuery(nuint* needed);

    private delegate int TextQuery(nuint size, byte* text);

    private static string Utf8(SizeQuery sizeOf, TextQuery read)
    {
        nuint size = 0;
        if (sizeOf(&size) != OpenClNative.Success || size == 0) return string.Empty;
        var bytes = new byte[(int)size];
        fixed (byte* text = bytes)
        {
            if (read(size, text) != OpenClNative.Success) return string.Empty;
        }

        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }

    private string Text(uint what) => Utf8(
        needed => OpenClNative.clGetDeviceInfo(Id, what, 0, null, needed), (size, text) => OpenClNative.clGetDeviceInfo(Id, what, size, text, null));

    // Numbers of 4 or 8 bytes, little-endian on every system that OpenCL runs on; 0 when the driver does not know the question.
    private ulong Number(uint what)
    {
        ulong value = 0;
        nuint size = 0;
        if (OpenClNative.clGetDeviceInfo(Id, what, 0, null, &size) != OpenClNative.Success || size > sizeof(ulong)) return 0;
        return OpenClNative.clGetDeviceInfo(Id, what, size, &value, null) == OpenClNative.Success ? value : 0;
    }
}
