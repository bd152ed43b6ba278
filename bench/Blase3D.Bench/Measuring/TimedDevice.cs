using System.Diagnostics;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Bench.Measuring;

/// <summary>A device whose kernels are waited for and timed one by one; what is around them is then visible as the difference.</summary>
internal sealed class TimedDevice(IComputeDevice inner) : IComputeDevice
{
    private readonly Dictionary<string, (double Seconds, int Runs)> _kernels = new(StringComparer.Ordinal);

    /// <summary>The device itself, for whole jobs whose kernels follow each other without a wait.</summary>
    public IComputeDevice Untimed => inner;

    public string Backend => inner.Backend;

    public string Name => inner.Name;

    public bool HasDoublePrecision => inner.HasDoublePrecision;

    public long MemoryBytes => inner.MemoryBytes;

    /// <summary>The fastest run of every kernel since the last call, and how many there were.</summary>
    public IReadOnlyList<(string Kernel, double Seconds, int Runs)> Take()
    {
        (string, double, int)[] taken = [.. _kernels.Select(entry => (entry.Key, entry.Value.Seconds, entry.Value.Runs))];
        _kernels.Clear();
        return taken;
    }

    public IComputeCommands CreateCommands() => new Commands(this, inner.CreateCommands());

    public void Dispose() => inner.Dispose();

    private void Note(string kernel, double seconds)
    {
        (double fastest, int runs) = _kernels.GetValueOrDefault(kernel, (double.PositiveInfinity, 0));
        _kernels[kernel] = (Math.Min(fastest, seconds), runs + 1);
    }

    private sealed class Commands(TimedDevice device, IComputeCommands inner) : IComputeCommands
    {
        public IComputeDevice Device => device;

        public ComputeBuffer Allocate(long bytes) => inner.Allocate(bytes);

        public ComputeKernel Kernel(KernelProgram program, string name) => inner.Kernel(program, name);

        public void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
            where T : unmanaged
            => inner.Write(values, buffer);

        public void Read<T>(ComputeBuffer buffer, Span<T> values)
            where T : unmanaged
            => inner.Read(buffer, values);

        public void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
        {
            inner.Finish();
            long start = Stopwatch.GetTimestamp();
            inner.Run(kernel, groups, arguments);
            inner.Finish();
            device.Note(kernel.Name, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        public void Finish() => inner.Finish();

        public void Dispose() => inner.Dispose();
    }
}
