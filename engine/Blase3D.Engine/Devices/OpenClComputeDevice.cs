using System.Collections.Concurrent;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native.OpenCl;

namespace Blase3D.Engine.Devices;

/// <summary>An OpenCL device as the kernels see it.</summary>
internal sealed class OpenClComputeDevice : IComputeDevice
{
    private readonly OpenClContext _context;
    private readonly DeviceMemory _memory;
    private readonly ConcurrentDictionary<string, Lazy<OpenClProgram>> _programs = new(StringComparer.Ordinal);

    /// <summary>Takes a device into use.</summary>
    /// <param name="device">A usable device.</param>
    /// <param name="memoryLimitBytes">The most memory to use; null for nine tenths of the device's.</param>
    /// <exception cref="ComputeDeviceException">The driver refuses.</exception>
    public OpenClComputeDevice(OpenClDevice device, long? memoryLimitBytes)
    {
        _context = DriverFailure.Guard(() => new OpenClContext(device));
        _memory = new DeviceMemory(device.Name, Math.Min(memoryLimitBytes ?? long.MaxValue, device.MemoryBytes / 10 * 9));
    }

    public string Backend => "opencl";

    public string Name => _context.Device.Name;

    public bool HasDoublePrecision => _context.Device.HasDoublePrecision;

    public long MemoryBytes => _memory.LimitBytes;

    public IComputeCommands CreateCommands() => DriverFailure.Guard(() => new Commands(this));

    public void Dispose()
    {
        foreach (Lazy<OpenClProgram> program in _programs.Values.Where(program => program.IsValueCreated)) program.Value.Dispose();
        _context.Dispose();
    }

    // Fused multiply-adds keep their accuracy; nothing may reorder sums.
    private OpenClProgram Program(KernelProgram program) => _programs.GetOrAdd(
        program.CacheKey(string.Empty),
        _ => new Lazy<OpenClProgram>(() => _context.Build(program.Text, "-cl-std=CL1.2 " + string.Join(' ', program.Definitions.Select(name => $"-D {name}"))))).Value;

    private sealed class Commands(OpenClComputeDevice device) : DriverCommands<OpenClBuffer, OpenClKernel>(device, device._memory)
    {
        private readonly OpenClCommands _queue = device._context.CreateCommands();

        public override void Dispose()
        {
            foreach (OpenClKernel kernel in Known) kernel.Dispose();
            _queue.Dispose();
        }

        protected override OpenClBuffer Reserve(long bytes) => device._context.Allocate(bytes);

        protected override OpenClKernel Find(KernelProgram program, string name) => device.Program(program).CreateKernel(name);

        protected override void Copy<T>(ReadOnlySpan<T> values, OpenClBuffer memory) => _queue.Write(values, memory);

        protected override void CopyBack<T>(OpenClBuffer memory, Span<T> values) => _queue.Read(memory, values);

        protected override void Wait() => _queue.Finish();

        protected override void Start(OpenClKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
        {
            for (int i = 0; i < arguments.Length; i++)
            {
                if (arguments[i].Buffer is { } buffer) kernel.Set(i, MemoryOf(buffer));
                else kernel.Set(i, arguments[i].Number);
            }

            _queue.Run(kernel, groups, KernelProgram.GroupSize);
        }
    }
}
