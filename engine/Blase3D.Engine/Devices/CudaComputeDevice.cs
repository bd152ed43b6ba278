using System.Collections.Concurrent;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Native.Cuda;

namespace Blase3D.Engine.Devices;

/// <summary>A CUDA device as the kernels see it.</summary>
internal sealed class CudaComputeDevice : IComputeDevice
{
    private readonly CudaContext _context;
    private readonly DeviceMemory _memory;
    private readonly ConcurrentDictionary<string, Lazy<CudaModule>> _modules = new(StringComparer.Ordinal);

    /// <summary>Takes a device into use.</summary>
    /// <param name="device">A usable device.</param>
    /// <param name="memoryLimitBytes">The most memory to use; null for nine tenths of what is free now.</param>
    /// <exception cref="ComputeDeviceException">The driver refuses.</exception>
    public CudaComputeDevice(CudaDevice device, long? memoryLimitBytes)
    {
        _context = DriverFailure.Guard(() => new CudaContext(device));
        long free = DriverFailure.Guard(() => _context.FreeBytes);
        _memory = new DeviceMemory(device.Name, Math.Min(memoryLimitBytes ?? long.MaxValue, free / 10 * 9));
    }

    public string Backend => "cuda";

    public string Name => _context.Device.Name;

    public bool HasDoublePrecision => true;

    public long MemoryBytes => _memory.LimitBytes;

    public IComputeCommands CreateCommands() => DriverFailure.Guard(() => new Commands(this));

    public void Dispose()
    {
        foreach (Lazy<CudaModule> module in _modules.Values.Where(module => module.IsValueCreated)) module.Value.Dispose();
        _context.Dispose();
    }

    private CudaModule Module(KernelProgram program) => _modules.GetOrAdd(
        program.CacheKey(string.Empty),
        _ => new Lazy<CudaModule>(() => _context.Load(CudaPrograms.PtxOf(program, Name, (10 * _context.Device.Major) + _context.Device.Minor)))).Value;

    private sealed class Commands(CudaComputeDevice device) : DriverCommands<CudaBuffer, CudaKernel>(device, device._memory)
    {
        private readonly CudaCommands _stream = device._context.CreateCommands();
        private ulong[] _arguments = new ulong[32];

        public override void Dispose() => _stream.Dispose();

        protected override CudaBuffer Reserve(long bytes) => device._context.Allocate(bytes);

        protected override CudaKernel Find(KernelProgram program, string name) => device.Module(program).Kernel(name);

        protected override void Copy<T>(ReadOnlySpan<T> values, CudaBuffer memory) => _stream.Write(values, memory);

        protected override void CopyBack<T>(CudaBuffer memory, Span<T> values) => _stream.Read(memory, values);

        protected override void Wait() => _stream.Finish();

        protected override void Start(CudaKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
        {
            if (_arguments.Length < arguments.Length) _arguments = new ulong[arguments.Length];
            for (int i = 0; i < arguments.Length; i++)
                _arguments[i] = arguments[i].Buffer is { } buffer ? CudaCommands.AddressOf(MemoryOf(buffer)) : (uint)arguments[i].Number;
            _stream.Run(kernel, groups, KernelProgram.GroupSize, _arguments.AsSpan(0, arguments.Length));
        }
    }
}
