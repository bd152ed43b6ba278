using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>A device that counts the memory it gives, and is lost after a number of kernels.</summary>
internal sealed class WatchedDevice(IComputeDevice inner, long runsUntilLost = long.MaxValue) : IComputeDevice
{
    private long _bytes;
    private long _runs;
    private long _written;

    /// <summary>All that was ever allocated.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _bytes);

    /// <summary>All that was ever brought there.</summary>
    public long WrittenBytes => Interlocked.Read(ref _written);

    /// <summary>Kernels that were run or refused.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    public string Backend => inner.Backend;

    public string Name => inner.Name;

    public bool HasDoublePrecision => inner.HasDoublePrecision;

    public long MemoryBytes => inner.MemoryBytes;

    public IComputeCommands CreateCommands() => new Commands(this, inner.CreateCommands());

    // The inner device belongs to whoever opened it.
    public void Dispose()
    {
    }

    private sealed class Commands(WatchedDevice device, IComputeCommands inner) : IComputeCommands
    {
        public IComputeDevice Device => device;

        public ComputeBuffer Allocate(long bytes)
        {
            Interlocked.Add(ref device._bytes, bytes);
            return inner.Allocate(bytes);
        }

        public ComputeKernel Kernel(KernelProgram program, string name) => inner.Kernel(program, name);

        public void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
            where T : unmanaged
        {
            Interlocked.Add(ref device._written, (long)values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
            inner.Write(values, buffer);
        }

        public void Read<T>(ComputeBuffer buffer, Span<T> values)
            where T : unmanaged
            => inner.Read(buffer, values);

        public void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
        {
            if (Interlocked.Increment(ref device._runs) > device.RunsUntilLost) throw new ComputeDeviceException(DeviceFailure.Failed, "The device is lost.");
            inner.Run(kernel, groups, arguments);
        }

        public void Finish() => inner.Finish();

        public void Dispose() => inner.Dispose();
    }

    private long RunsUntilLost => runsUntilLost;
}
