using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Devices;

/// <summary>A queue of a driver as the kernels see it: memory is counted, kernels are found once, and failures become sentences.</summary>
/// <typeparam name="TMemory">The driver's buffer.</typeparam>
/// <typeparam name="TKernel">The driver's kernel.</typeparam>
internal abstract class DriverCommands<TMemory, TKernel>(IComputeDevice device, DeviceMemory account) : IComputeCommands
    where TMemory : IDisposable
{
    private readonly Dictionary<string, Found> _kernels = new(StringComparer.Ordinal);

    public IComputeDevice Device => device;

    /// <summary>The kernels found so far.</summary>
    protected IEnumerable<TKernel> Known => _kernels.Values.Select(found => found.Native);

    public ComputeBuffer Allocate(long bytes) =>
        DriverFailure.Guard(() => new Counted(account.Allocate(bytes, () => Reserve(bytes), DriverFailure.IsOutOfMemory), bytes, account));

    public ComputeKernel Kernel(KernelProgram program, string name) => DriverFailure.Guard(() =>
    {
        string key = $"{program.Name}/{name}";
        if (!_kernels.TryGetValue(key, out Found? kernel)) _kernels.Add(key, kernel = new Found(name, Find(program, name)));
        return kernel;
    });

    public void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
        where T : unmanaged
    {
        try
        {
            Copy(values, MemoryOf(buffer));
        }
        catch (Exception failure) when (DriverFailure.TryTranslate(failure, out ComputeDeviceException? sentence))
        {
            throw sentence;
        }
    }

    public void Read<T>(ComputeBuffer buffer, Span<T> values)
        where T : unmanaged
    {
        try
        {
            CopyBack(MemoryOf(buffer), values);
        }
        catch (Exception failure) when (DriverFailure.TryTranslate(failure, out ComputeDeviceException? sentence))
        {
            throw sentence;
        }
    }

    public void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments)
    {
        try
        {
            Start(((Found)kernel).Native, groups, arguments);
        }
        catch (Exception failure) when (DriverFailure.TryTranslate(failure, out ComputeDeviceException? sentence))
        {
            throw sentence;
        }
    }

    public void Finish() => DriverFailure.Guard(() =>
    {
        Wait();
        return true;
    });

    public abstract void Dispose();

    protected static TMemory MemoryOf(ComputeBuffer buffer) => ((Counted)buffer).Memory;

    protected abstract TMemory Reserve(long bytes);

    protected abstract TKernel Find(KernelProgram program, string name);

    protected abstract void Copy<T>(ReadOnlySpan<T> values, TMemory memory)
        where T : unmanaged;

    protected abstract void CopyBack<T>(TMemory memory, Span<T> values)
        where T : unmanaged;

    protected abstract void Start(TKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments);

    protected abstract void Wait();

    private sealed class Found(string name, TKernel native) : ComputeKernel(name)
    {
        public TKernel Native => native;
    }

    private sealed class Counted(TMemory memory, long bytes, DeviceMemory account) : ComputeBuffer(bytes)
    {
        private int _isFreed;

        ~Counted() => Dispose(false);

        public TMemory Memory => memory;

        // The driver's handle frees itself when a finalizer comes first.
        protected override void Dispose(bool isDisposing)
        {
            if (Interlocked.Exchange(ref _isFreed, 1) != 0) return;
            account.Release(Bytes);
            if (isDisposing) memory.Dispose();
        }
    }
}
