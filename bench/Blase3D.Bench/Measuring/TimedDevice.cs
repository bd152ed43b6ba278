using System.Diagnostics;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Bench.Measuring;

/// <summary>A device whose kernels are waited for and timed one by one; what is around them is then visible as the difference.</summary>
internal sealed class TimedDevice(IComputeDevice inner) : IComputeDevice
{
    // A short run is mostly the start and the wait: these kernels, which give the same however often they run, then run again and again.
    private const double ShortSeconds = 2e-3;
    private const int Repeats = 20;
    private static readonly string[] Repeatable = ["forward_spectrum", "forward_residual", "adjoint_lines", "resident_spectra"];

    private readonly Dictionary<string, (double Fastest, double Total)> _kernels = new(StringComparer.Ordinal);

    /// <summary>The device itself, for whole jobs whose kernels follow each other without a wait.</summary>
    public IComputeDevice Untimed => inner;

    public string Backend => inner.Backend;

    public string Name => inner.Name;

    public bool HasDoublePrecision => inner.HasDoublePrecision;

    public long MemoryBytes => inner.MemoryBytes;

    /// <summary>The fastest run of every kernel since the last call, and the sum of all runs.</summary>
    public IReadOnlyList<(string Kernel, double Seconds, double Total)> Take()
    {
        (string, double, double)[] taken = [.. _kernels.Select(entry => (entry.Key, entry.Value.Fastest, entry.Value.Total))];
        _kernels.Clear();
        return taken;
    }

    public IComputeCommands CreateCommands() => new Commands(this, inner.CreateCommands());

    public void Dispose() => inner.Dispose();

    private void Note(string kernel, double seconds)
    {
        (double fastest, double total) = _kernels.GetValueOrDefault(kernel, (double.PositiveInfinity, 0));
        _kernels[kernel] = (Math.Min(fastest, seconds), total + seconds);
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
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (seconds < ShortSeconds && Repeatable.Contains(kernel.Name))
            {
                start = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < Repeats; repeat++) inner.Run(kernel, groups, arguments);
                inner.Finish();
                seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / Repeats;
            }

            device.Note(kernel.Name, seconds);
        }

        public void Finish() => inner.Finish();

        public void Dispose() => inner.Dispose();
    }
}
