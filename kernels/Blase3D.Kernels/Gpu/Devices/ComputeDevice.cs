namespace Blase3D.Kernels.Gpu.Devices;

/// <summary>
/// A device that runs kernel texts, as the kernels see it; which driver stands behind it they do not know. May be shared by threads.
/// </summary>
public interface IComputeDevice : IDisposable
{
    /// <summary>opencl or cuda.</summary>
    string Backend { get; }

    /// <summary>The device's name.</summary>
    string Name { get; }

    /// <summary>Whether it computes in doubles.</summary>
    bool HasDoublePrecision { get; }

    /// <summary>Bytes that the program may use of its memory.</summary>
    long MemoryBytes { get; }

    /// <summary>Makes a queue of commands for one thread at a time.</summary>
    /// <exception cref="ComputeDeviceException">The device fails.</exception>
    IComputeCommands CreateCommands();
}

/// <summary>Work for a device, done in the order in which it is given. For one thread at a time.</summary>
public interface IComputeCommands : IDisposable
{
    /// <summary>The device.</summary>
    IComputeDevice Device { get; }

    /// <summary>Reserves memory of the device; what it holds is not defined.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <exception cref="ComputeDeviceException">OutOfMemory, or another failure.</exception>
    ComputeBuffer Allocate(long bytes);

    /// <summary>A kernel of a program, which is compiled at its first use on the device.</summary>
    /// <param name="program">The program.</param>
    /// <param name="name">The kernel's name in the text.</param>
    /// <exception cref="ComputeDeviceException">BuildFailed with the compiler's log, or another failure.</exception>
    ComputeKernel Kernel(KernelProgram program, string name);

    /// <summary>Copies values to the device; they may be changed as soon as this returns.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="values">The values.</param>
    /// <param name="buffer">Has room for them.</param>
    /// <exception cref="ComputeDeviceException">The device fails.</exception>
    void Write<T>(ReadOnlySpan<T> values, ComputeBuffer buffer)
        where T : unmanaged;

    /// <summary>Waits for the work so far and copies values from the device.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="buffer">Holds as many.</param>
    /// <param name="values">Receives them.</param>
    /// <exception cref="ComputeDeviceException">The device fails, now or in the work before.</exception>
    void Read<T>(ComputeBuffer buffer, Span<T> values)
        where T : unmanaged;

    /// <summary>Starts a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="groups">Groups of <see cref="KernelProgram.GroupSize"/> work-items, at least 1.</param>
    /// <param name="arguments">Its arguments in their order.</param>
    /// <exception cref="ComputeDeviceException">The device fails.</exception>
    void Run(ComputeKernel kernel, int groups, ReadOnlySpan<ComputeArgument> arguments);

    /// <summary>Waits for the work so far.</summary>
    /// <exception cref="ComputeDeviceException">The device failed.</exception>
    void Finish();
}

/// <summary>Memory of a device. Freed by <see cref="Dispose()"/>, or when nobody knows it any more.</summary>
/// <param name="bytes">Its size.</param>
public abstract class ComputeBuffer(long bytes) : IDisposable
{
    /// <summary>Its size.</summary>
    public long Bytes { get; } = bytes;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    /// <param name="isDisposing">False when a finalizer calls.</param>
    protected abstract void Dispose(bool isDisposing);
}

/// <summary>A kernel that can be run.</summary>
/// <param name="name">Its name.</param>
public abstract class ComputeKernel(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;
}

/// <summary>An argument of a kernel: a buffer, or a whole number of 32 bits.</summary>
public readonly struct ComputeArgument
{
    private ComputeArgument(ComputeBuffer? buffer, int number) => (Buffer, Number) = (buffer, number);

    /// <summary>The buffer; null for a number.</summary>
    public ComputeBuffer? Buffer { get; }

    /// <summary>The number, when there is no buffer.</summary>
    public int Number { get; }

    /// <summary>A buffer as an argument.</summary>
    /// <param name="buffer">The buffer.</param>
    public static implicit operator ComputeArgument(ComputeBuffer buffer) => FromComputeBuffer(buffer);

    /// <summary>A number as an argument.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator ComputeArgument(int number) => FromInt32(number);

    /// <summary>A buffer as an argument.</summary>
    /// <param name="buffer">The buffer.</param>
    public static ComputeArgument FromComputeBuffer(ComputeBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return new ComputeArgument(buffer, 0);
    }

    /// <summary>A number as an argument.</summary>
    /// <param name="number">The number.</param>
    public static ComputeArgument FromInt32(int number) => new(null, number);
}
