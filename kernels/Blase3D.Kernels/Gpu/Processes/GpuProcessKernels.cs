using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Gpu.Processes;

/// <summary>Small Gaussian processes on a device that computes in doubles.</summary>
/// <param name="device">The device.</param>
/// <param name="processor">Takes processes that are larger than the text, or a batch that is larger than the device's memory, has room for.</param>
/// <param name="note">Receives a sentence when the processor takes a batch, for want of memory or because its processes are too large; each sentence once.</param>
internal sealed class GpuProcessKernels(IComputeDevice device, IProcessKernels processor, Action<string>? note) : IProcessKernels
{
    /// <summary>Most observations of a process (MOST_OBSERVATIONS of the text).</summary>
    public const int MostObservations = 512;

    /// <summary>Most inputs of a process (MOST_INPUTS of the text).</summary>
    public const int MostInputs = 8;

    // A group per process: 2,048 of them keep a large card busy.
    public int PacksInStep => 256;

    int IProcessKernels.MostObservations => MostObservations;

    private int _saidLarge, _saidMemory;

    public ProcessBatch Reserve(int packs, int capacity, int dimension)
    {
        if (capacity > MostObservations || dimension > MostInputs)
        {
            if (note is not null && Interlocked.Exchange(ref _saidLarge, 1) == 0)
                note($"The Gaussian processes of the search are computed on the processor from {MostObservations + 1} observations or {MostInputs + 1} free parameters on; ask for fewer evaluations to keep them on the device.");
            return processor.Reserve(packs, capacity, dimension);
        }

        try
        {
            return new GpuProcessBatch(device, packs, capacity, dimension);
        }
        catch (ComputeDeviceException failure) when (failure.Failure == DeviceFailure.OutOfMemory)
        {
            if (note is not null && Interlocked.Exchange(ref _saidMemory, 1) == 0) note($"The Gaussian processes of the search are computed on the processor, because they have no room on the device: {failure.Message}");
            return processor.Reserve(packs, capacity, dimension);
        }
    }
}
