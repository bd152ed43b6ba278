using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Devices;

/// <summary>Counts what a program holds of a device's memory and keeps it below a limit.</summary>
/// <param name="device">The device's name.</param>
/// <param name="limitBytes">The most bytes to hold.</param>
internal sealed class DeviceMemory(string device, long limitBytes)
{
    private long _used;

    /// <summary>The most bytes to hold.</summary>
    public long LimitBytes => limitBytes;

    /// <summary>Allocates; when it fails, buffers that nobody knows any more are freed first and it is tried again.</summary>
    /// <typeparam name="T">The driver's buffer.</typeparam>
    /// <param name="bytes">Its size.</param>
    /// <param name="allocate">Asks the driver.</param>
    /// <param name="isOutOfMemory">Whether a failure of the driver is one of memory.</param>
    /// <exception cref="ComputeDeviceException">OutOfMemory.</exception>
    public T Allocate<T>(long bytes, Func<T> allocate, Func<Exception, bool> isOutOfMemory)
    {
        Exception? last = null;
        for (int attempt = 0; attempt < 2; attempt++)
        {
            if (Interlocked.Add(ref _used, bytes) <= limitBytes)
            {
                try
                {
                    return allocate();
                }
                catch (Exception failure) when (isOutOfMemory(failure))
                {
                    last = failure;
                }
            }

            Interlocked.Add(ref _used, -bytes);
            if (attempt > 0) break;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        double taken = Interlocked.Read(ref _used) / 1e6;
        throw new ComputeDeviceException(
            DeviceFailure.OutOfMemory,
            FormattableString.Invariant($"The device {device} has no room for {bytes / 1e6:0.#} MB more: {taken:0.#} MB of the {limitBytes / 1e6:0.#} MB that may be used are taken")
            + "; raise --memory-limit if it is set, give a shorter wavelength range or fewer --threads, or give --backend cpu.",
            last);
    }

    /// <summary>Notes that a buffer is gone.</summary>
    /// <param name="bytes">Its size.</param>
    public void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
