using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu.Processes;

/// <summary>Small Gaussian processes on a device that computes in doubles.</summary>
/// <param name="device">The device.</param>
/// <param name="processor">Takes processes that are larger than the text, or a batch that is larger than the device's memory, has room for.</param>
/// <param name="note">Receives a sentence when the processor takes a batch for want of memory.</param>
internal sealed class GpuProcessKernels(IComputeDevice device, IProcessKernels processor, Action<string>? note) : IProcessKernels
{
    /// <summary>Most observations of a process (MOST_OBSERVATIONS of the text).</summary>
    public const int MostObservations = 512;

    /// <summary>Most inputs of a process (MOST_INPUTS of the text).</summary>
    public const int MostInputs = 8;

    // A group per process: 2,048 of them keep a large card busy.
    public int PacksInStep => 256;

    public ProcessBatch Reserve(int packs, int capacity, int dimension)
    {
        if (capacity > MostObservations || dimension > MostInputs) return processor.Reserve(packs, capacity, dimension);
        try
        {
            return new GpuProcessBatch(device, packs, capacity, dimension);
        }
        catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
        {
            note?.Invoke($"The Gaussian processes of the search are computed on the processor, because they have no room on the device: {failure.Message}");
            return processor.Reserve(packs, capacity, dimension);
        }
    }
}
