using System.Globalization;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native;
using Blase3D.Native.Cuda;
using Blase3D.Native.OpenCl;

namespace Blase3D.Engine.Devices;

/// <summary>What the machine can compute on besides its processor.</summary>
/// <param name="Backend">opencl or cuda.</param>
/// <param name="Index">Its number within the backend, for <c>--device</c>; -1 when the backend itself cannot be used.</param>
/// <param name="Name">The device, or the backend.</param>
/// <param name="Details">Driver, versions, sizes.</param>
/// <param name="MemoryBytes">Memory in bytes.</param>
/// <param name="HasDoublePrecision">Whether it computes in doubles.</param>
/// <param name="WhyNot">Why it cannot be used; null when it can.</param>
/// <param name="IsProcessor">Whether it is this machine's processor in another guise, as PoCL makes one.</param>
public sealed record DeviceEntry(string Backend, int Index, string Name, string Details, long MemoryBytes, bool HasDoublePrecision, string? WhyNot, bool IsProcessor = false);

/// <summary>Lists devices and takes them into use.</summary>
public static class DeviceCatalog
{
    /// <summary>Every device of every driver, and for a backend without any the reason.</summary>
    public static IReadOnlyList<DeviceEntry> List() => [.. CudaEntries(), .. OpenClEntries()];

    /// <summary>Takes a device into use.</summary>
    /// <param name="backend">opencl or cuda.</param>
    /// <param name="index">Its number within the backend, or null for the first one that can be used.</param>
    /// <param name="memoryLimitBytes">The most of its memory to use, or null for nine tenths.</param>
    /// <exception cref="EngineException">MissingLibrary: no driver, no such device, or one that cannot be used.</exception>
    public static IComputeDevice Open(string backend, int? index, long? memoryLimitBytes)
    {
        ArgumentNullException.ThrowIfNull(backend);
        DeviceEntry[] entries = [.. backend == "cuda" ? CudaEntries() : OpenClEntries()];
        DeviceEntry[] devices = [.. entries.Where(entry => entry.Index >= 0)];
        if (devices.Length == 0) throw Refuse($"There is no device for --backend {backend}: {entries[0].WhyNot}");
        if (index is { } wanted && (wanted < 0 || wanted >= devices.Length))
            throw Refuse($"The device {wanted} does not exist; --backend {backend} has {(devices.Length == 1 ? "one device, number 0" : $"the devices 0 to {devices.Length - 1}")}, see 'blase3d devices'");
        DeviceEntry? chosen = index is { } given ? devices[given] : Array.Find(devices, device => device.WhyNot is null);
        if (chosen is null || chosen.WhyNot is not null)
            throw Refuse($"The device {(chosen ?? devices[0]).Name} cannot be used: {(chosen ?? devices[0]).WhyNot}");
        try
        {
            return backend == "cuda"
                ? new CudaComputeDevice(CudaDevice.List()[chosen.Index], memoryLimitBytes)
                : new OpenClComputeDevice(OpenClDevice.List()[chosen.Index], memoryLimitBytes);
        }
        catch (ComputeDeviceException failure)
        {
            throw new EngineException(ErrorCode.MissingLibrary, failure.Message, failure);
        }

        static EngineException Refuse(string sentence) => new(ErrorCode.MissingLibrary, $"{sentence.TrimEnd('.')}; or give --backend cpu to compute on the processor.");
    }

    private static IEnumerable<DeviceEntry> CudaEntries()
    {
        try
        {
            IReadOnlyList<CudaDevice> devices = CudaDevice.List();
            if (devices.Count == 0) return [Absent("cuda", "CUDA", "the driver finds no device")];
            return devices.Select((device, i) => new DeviceEntry(
                "cuda",
                i,
                device.Name,
                string.Create(CultureInfo.InvariantCulture, $"capability {device.Major}.{device.Minor}, {device.Multiprocessors} multiprocessors, driver for CUDA {device.DriverVersion / 1000}.{device.DriverVersion % 1000 / 10}"),
                device.MemoryBytes,
                HasDoublePrecision: true,
                device.WhyUnusable));
        }
        catch (NativeLibraryMissingException failure)
        {
            return [Absent("cuda", "CUDA", failure.Message)];
        }
        catch (CudaException failure)
        {
            return [Absent("cuda", "CUDA", failure.Message)];
        }
    }

    private static IEnumerable<DeviceEntry> OpenClEntries()
    {
        try
        {
            IReadOnlyList<OpenClDevice> devices = OpenClDevice.List();
            if (devices.Count == 0)
                return [Absent("opencl", "OpenCL", "no driver is installed; install that of the device, or 'apt install pocl-opencl-icd' to make a device of the processor")];
            return devices.Select((device, i) => new DeviceEntry(
                "opencl",
                i,
                device.Name,
                $"{device.Platform}, {device.Version}, driver {device.Driver}, {device.ComputeUnits} units",
                device.MemoryBytes,
                device.HasDoublePrecision,
                device.WhyUnusable,
                device.Kind == OpenClDeviceKind.Cpu));
        }
        catch (NativeLibraryMissingException failure)
        {
            return [Absent("opencl", "OpenCL", failure.Message)];
        }
        catch (OpenClException failure)
        {
            return [Absent("opencl", "OpenCL", failure.Message)];
        }
    }

    private static DeviceEntry Absent(string backend, string name, string why) => new(backend, -1, name, string.Empty, 0, HasDoublePrecision: false, why);
}
