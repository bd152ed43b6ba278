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
        _context = Guard(() => new CudaContext(device));
        long free = Guard(() => _context.FreeBytes);
        _memory = new DeviceMemory(device.Name, Math.Min(memoryLimitBytes ?? long.MaxValue, free / 10 * 9));
    }

    public string Backend => "cuda";

    public string Name => _context.Device.Name;

    public bool HasDoublePrecision => true;

    public long MemoryBytes => _memory.LimitBytes;

    public IComputeCommands CreateCommands() => Guard(() => new Commands(this));

    public void Dispose()
    {
        foreach (Lazy<CudaModule> module in _modules.Values.Where(module => module.IsValueCreated)) module.Value.Dispose();
        _context.Dispose();
    }

    private static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (CudaException failure)
        {
            throw Translate(failure);
        }
    }

    private static ComputeDeviceException Translate(CudaException failure) => failure.Log is not null
        ? new ComputeDeviceException(DeviceFailure.BuildFailed, $"A kernel does not compile. {failure.Message}; report it, and leave --backend out.", failure)
        : failure.IsOutOfMemory
            ? new ComputeDeviceException(DeviceFailure.OutOfMemory, $"{failure.Message}: its memory does not suffice; set a lower --memory-limit, or leave --backend out.", failure)
            : new ComputeDeviceException(DeviceFailure.Failed, $"{failure.Message}; run again, choose another device (see 'blase3d devices'), or leave --backend out.", failure);

    private CudaModule Module(KernelProgram program) =>
        _modules.GetOrAdd(program.CacheKey(string.Empty), _ => new Lazy<CudaModule>(() => _context.Load(CudaPrograms.PtxOf(program, _context.Device)))).Value;

    private sealed class Commands(CudaComputeDevice device) : IComputeCommands
    {
        private readonly CudaCommands _stream = device._context.CreateCommands();
        private readonly Dictionary<string, Kernel> _kernels = new(StringComparer.Ordinal);
        private ulong[] _arguments = new ulong[32];

        public IComputeDevice Device => device;

        public ComputeBuffer Allocate(long bytes) => new Buffer(
            device._memory.Allocate(bytes, () => device._context.Allocate(bytes), failure => failure is CudaException { IsOutOfMemory: true }), device._memory);

        public ComputeKernel Kernel(KernelProgram program, string name) => Guard(() =>
        {
            string key = $"{program.Name}/{name}";
            if (!_kernels.TryGetValue(key, out Kernel? kernel)) _kernels.Add(key, kernel = new Kernel(name, device.Module(program).Kernel(name)));
            return kernel;
        });

        public void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
            where T : unmanaged
        {
            try
            {
                _stream.Write(values, ((Buffer)buffer).Memory);
            }
            catch (CudaException failure)
            {
                throw Translate(failure);
            }
        }

        public void Read<T>(ComputeBuffer buffer, Span<T> values)
            where T : unmanaged
        {
            try
            {
                _stream.Read(((Buffer)buffer).Memory, values);
            }
            catch (CudaException failure)
            {
                throw Translate(failure);
            }
        }

        public void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
        {
            if (_arguments.Length < arguments.Length) _arguments = new ulong[arguments.Length];
            for (int i = 0; i < arguments.Length; i++)
                _arguments[i] = arguments[i].Buffer is { } buffer ? CudaCommands.AddressOf(((Buffer)buffer).Memory) : (uint)arguments[i].Number;
            try
            {
                _stream.Run(((Kernel)kernel).Native, groups, KernelProgram.GroupSize, _arguments.AsSpan(0, arguments.Length));
            }
            catch (CudaException failure)
            {
                throw Translate(failure);
            }
        }

        public void Finish() => Guard(() =>
        {
            _stream.Finish();
            return true;
        });

        public void Dispose() => _stream.Dispose();
    }

    private sealed class Kernel(string name, CudaKernel native) : ComputeKernel(name)
    {
        public CudaKernel Native => native;
    }

    private sealed class Buffer(CudaBuffer memory, DeviceMemory account) : ComputeBuffer(memory.Bytes)
    {
        private int _isFreed;

        ~Buffer() => Dispose(false);

        public CudaBuffer Memory => memory;

        // The driver's handle frees itself when a finalizer comes first.
        protected override void Dispose(bool isDisposing)
        {
            if (Interlocked.Exchange(ref _isFreed, 1) != 0) return;
            account.Release(Bytes);
            if (isDisposing) memory.Dispose();
        }
    }
}
