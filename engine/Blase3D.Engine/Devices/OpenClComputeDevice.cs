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
        _context = Guard(() => new OpenClContext(device));
        _memory = new DeviceMemory(device.Name, Math.Min(memoryLimitBytes ?? long.MaxValue, device.MemoryBytes / 10 * 9));
    }

    public string Backend => "opencl";

    public string Name => _context.Device.Name;

    public bool HasDoublePrecision => _context.Device.HasDoublePrecision;

    public long MemoryBytes => _memory.LimitBytes;

    public IComputeCommands CreateCommands() => Guard(() => new Commands(this));

    public void Dispose()
    {
        foreach (Lazy<OpenClProgram> program in _programs.Values.Where(program => program.IsValueCreated)) program.Value.Dispose();
        _context.Dispose();
    }

    private static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (OpenClException failure)
        {
            throw Translate(failure);
        }
    }

    private static ComputeDeviceException Translate(OpenClException failure) => failure.Log is not null
        ? new ComputeDeviceException(DeviceFailure.BuildFailed, $"A kernel does not compile. {failure.Message}; report it, and leave --backend out.", failure)
        : failure.IsOutOfMemory
            ? new ComputeDeviceException(DeviceFailure.OutOfMemory, $"{failure.Message}: its memory does not suffice; set a lower --memory-limit, or leave --backend out.", failure)
            : new ComputeDeviceException(DeviceFailure.Failed, $"{failure.Message}; run again, choose another device (see 'blase3d devices'), or leave --backend out.", failure);

    // Fused multiply-adds keep their accuracy; nothing may reorder sums.
    private OpenClProgram Program(KernelProgram program) => _programs.GetOrAdd(
        program.CacheKey(string.Empty),
        _ => new Lazy<OpenClProgram>(() => _context.Build(program.Text, "-cl-std=CL1.2 " + string.Join(' ', program.Definitions.Select(name => $"-D {name}"))))).Value;

    private sealed class Commands(OpenClComputeDevice device) : IComputeCommands
    {
        private readonly OpenClCommands _queue = device._context.CreateCommands();
        private readonly Dictionary<string, Kernel> _kernels = new(StringComparer.Ordinal);

        public IComputeDevice Device => device;

        public ComputeBuffer Allocate(long bytes) => new Buffer(
            device._memory.Allocate(bytes, () => device._context.Allocate(bytes), failure => failure is OpenClException { IsOutOfMemory: true }), device._memory);

        public ComputeKernel Kernel(KernelProgram program, string name) => Guard(() =>
        {
            string key = $"{program.Name}/{name}";
            if (!_kernels.TryGetValue(key, out Kernel? kernel))
                _kernels.Add(key, kernel = new Kernel(name, device.Program(program).CreateKernel(name)));
            return kernel;
        });

        public void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
            where T : unmanaged
        {
            try
            {
                _queue.Write(values, ((Buffer)buffer).Memory);
            }
            catch (OpenClException failure)
            {
                throw Translate(failure);
            }
        }

        public void Read<T>(ComputeBuffer buffer, Span<T> values)
            where T : unmanaged
        {
            try
            {
                _queue.Read(((Buffer)buffer).Memory, values);
            }
            catch (OpenClException failure)
            {
                throw Translate(failure);
            }
        }

        public void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
        {
            OpenClKernel native = ((Kernel)kernel).Native;
            try
            {
                for (int i = 0; i < arguments.Length; i++)
                {
                    if (arguments[i].Buffer is { } buffer) native.Set(i, ((Buffer)buffer).Memory);
                    else native.Set(i, arguments[i].Number);
                }

                _queue.Run(native, groups, KernelProgram.GroupSize);
            }
            catch (OpenClException failure)
            {
                throw Translate(failure);
            }
        }

        public void Finish() => Guard(() =>
        {
            _queue.Finish();
            return true;
        });

        public void Dispose()
        {
            foreach (Kernel kernel in _kernels.Values) kernel.Native.Dispose();
            _queue.Dispose();
        }
    }

    private sealed class Kernel(string name, OpenClKernel native) : ComputeKernel(name)
    {
        public OpenClKernel Native => native;
    }

    private sealed class Buffer(OpenClBuffer memory, DeviceMemory account) : ComputeBuffer(memory.Bytes)
    {
        private int _isFreed;

        ~Buffer() => Dispose(false);

        public OpenClBuffer Memory => memory;

        // The driver's handle frees itself when a finalizer comes first.
        protected override void Dispose(bool isDisposing)
        {
            if (Interlocked.Exchange(ref _isFreed, 1) != 0) return;
            account.Release(Bytes);
            if (isDisposing) memory.Dispose();
        }
    }
}
