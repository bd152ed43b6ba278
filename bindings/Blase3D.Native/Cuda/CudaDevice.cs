using System.Runtime.InteropServices;

namespace Blase3D.Native.Cuda;

/// <summary>A device of NVIDIA's driver.</summary>
public sealed unsafe class CudaDevice
{
    // Kernels are compiled for this capability and newer ones.
    private const int LeastMajor = 8;

    private CudaDevice(int id, int driver)
    {
        (Id, DriverVersion) = (id, driver);
        byte* name = stackalloc byte[256];
        CudaException.Check(CudaNative.cuDeviceGetName(name, 256, id), nameof(CudaNative.cuDeviceGetName), "CUDA");
        Name = Marshal.PtrToStringUTF8((nint)name)!;
        (Major, Minor) = (Attribute(CudaNative.MajorCapability), Attribute(CudaNative.MinorCapability));
        Multiprocessors = Attribute(CudaNative.MultiprocessorCount);
        ClockKiloHertz = Attribute(CudaNative.ClockKiloHertz);
        CudaException.Check(CudaNative.cuDeviceTotalMem_v2(out nuint bytes, id), nameof(CudaNative.cuDeviceTotalMem_v2), Name);
        MemoryBytes = (long)bytes;
        WhyUnusable = Major < LeastMajor ? $"its compute capability is {Major}.{Minor}, and the kernels need {LeastMajor}.0; try --backend opencl" : null;
    }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>The compute capability before the point.</summary>
    public int Major { get; }

    /// <summary>The compute capability behind the point.</summary>
    public int Minor { get; }

    /// <summary>Processors that run blocks side by side.</summary>
    public int Multiprocessors { get; }

    /// <summary>The highest clock of the processors in kHz.</summary>
    public int ClockKiloHertz { get; }

    /// <summary>Memory in bytes.</summary>
    public long MemoryBytes { get; }

    /// <summary>The highest version of CUDA that the driver knows: 1000 times the major plus 10 times the minor version.</summary>
    public int DriverVersion { get; }

    /// <summary>Why no kernel can run on it; null when one can.</summary>
    public string? WhyUnusable { get; }

    internal int Id { get; }

    /// <summary>All devices, in the driver's order.</summary>
    /// <returns>Nothing when the driver finds no device.</returns>
    /// <exception cref="NativeLibraryMissingException">There is no driver.</exception>
    /// <exception cref="CudaException">The driver failed.</exception>
    public static IReadOnlyList<CudaDevice> List()
    {
        if (!CudaLibrary.Start()) return [];
        CudaException.Check(CudaNative.cuDriverGetVersion(out int driver), nameof(CudaNative.cuDriverGetVersion), "CUDA");
        CudaException.Check(CudaNative.cuDeviceGetCount(out int count), nameof(CudaNative.cuDeviceGetCount), "CUDA");
        var devices = new CudaDevice[count];
        for (int i = 0; i < count; i++)
        {
            CudaException.Check(CudaNative.cuDeviceGet(out int id, i), nameof(CudaNative.cuDeviceGet), "CUDA");
            devices[i] = new CudaDevice(id, driver);
        }

        return devices;
    }

    private int Attribute(int attribute)
    {
        CudaException.Check(CudaNative.cuDeviceGetAttribute(out int value, attribute, Id), nameof(CudaNative.cuDeviceGetAttribute), Name);
        return value;
    }
}
