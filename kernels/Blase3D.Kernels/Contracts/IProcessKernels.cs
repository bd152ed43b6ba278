namespace Blase3D.Kernels.Contracts;

/// <summary>
/// The kernels of small Gaussian processes: thousands of them are conditioned and searched in step, in a <see cref="ProcessBatch"/> of packs of
/// eight. What they compute depends on no state; a batch is the memory, on this machine or on a device.
/// </summary>
public interface IProcessKernels
{
    /// <summary>
    /// Packs of eight that a batch had best have: 1 where a thread works fastest with one pack in its cache, and threads have batches of
    /// their own; hundreds on a device, that needs much work at a time. At least 1.
    /// </summary>
    int PacksInStep { get; }

    /// <summary>Most observations that a batch of these kernels is meant for; beyond that others may take its place.</summary>
    int MostObservations => int.MaxValue;

    /// <summary>Makes a batch; dispose of it when it is no longer needed.</summary>
    /// <param name="packs">Packs of eight processes, at least 1.</param>
    /// <param name="capacity">Most observations of a process, at least 1.</param>
    /// <param name="dimension">Inputs, at least 1.</param>
    /// <exception cref="Gpu.Devices.ComputeDeviceException">The device has no room.</exception>
    ProcessBatch Reserve(int packs, int capacity, int dimension);
}
