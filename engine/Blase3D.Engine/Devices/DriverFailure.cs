using System.Diagnostics.CodeAnalysis;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native.Cuda;
using Blase3D.Native.OpenCl;

namespace Blase3D.Engine.Devices;

/// <summary>Turns what a driver reports into a sentence for the user.</summary>
internal static class DriverFailure
{
    /// <summary>Makes a call of a driver.</summary>
    /// <exception cref="ComputeDeviceException">The driver failed.</exception>
    public static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception failure) when (TryTranslate(failure, out ComputeDeviceException? sentence))
        {
            throw sentence;
        }
    }

    /// <summary>Whether an exception is a driver's, and what it says.</summary>
    public static bool TryTranslate(Exception failure, [NotNullWhen(true)] out ComputeDeviceException? sentence)
    {
        sentence = failure switch
        {
            CudaException cuda => Translate(cuda, cuda.Log, cuda.IsOutOfMemory),
            OpenClException opencl => Translate(opencl, opencl.Log, opencl.IsOutOfMemory),
            _ => null,
        };
        return sentence is not null;
    }

    /// <summary>Whether a driver says that its memory does not suffice.</summary>
    public static bool IsOutOfMemory(Exception failure) => failure is CudaException { IsOutOfMemory: true } or OpenClException { IsOutOfMemory: true };

    private static ComputeDeviceException Translate(Exception failure, string? log, bool isOutOfMemory) => log is not null
        ? new ComputeDeviceException(DeviceFailure.BuildFailed, $"A kernel does not compile. {failure.Message}; report it, and give --backend cpu.", failure)
        : isOutOfMemory
            ? new ComputeDeviceException(DeviceFailure.OutOfMemory, $"{failure.Message}: its memory does not suffice; set a lower --memory-limit, or give --backend cpu.", failure)
            : new ComputeDeviceException(DeviceFailure.Failed, $"{failure.Message}; run again, choose another device (see 'blase3d devices'), or give --backend cpu.", failure);
}
