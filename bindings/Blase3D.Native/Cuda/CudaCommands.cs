namespace Blase3D.Native.Cuda;

/// <summary>Work for a device, done in the order in which it is given. For one thread at a time.</summary>
public sealed unsafe class CudaCommands : IDisposable
{
    private const int MostArguments = 64;

    private readonly CudaContext _context;
    private readonly CudaHandle _stream;

    internal CudaCommands(CudaContext context, CudaHandle stream) => (_context, _stream) = (context, stream);

    /// <summary>Copies values to the device; they may be changed as soon as this returns.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="values">The values.</param>
    /// <param name="buffer">Has room for them behind the offset.</param>
    /// <param name="offsetBytes">Where the first one goes.</param>
    /// <exception cref="CudaException">The device fails.</exception>
    public void Write<T>(ReadOnlySpan<T> values, CudaBuffer buffer, long offsetBytes = 0)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (values.IsEmpty) return;
        RequireRoom(buffer, offsetBytes, values.Length, sizeof(T));
        _context.Enter();
        fixed (T* start = values)
        {
            CudaException.Check(
                CudaNative.cuMemcpyHtoDAsync_v2((ulong)buffer.Handle.Pointer + (ulong)offsetBytes, start, (nuint)values.Length * (nuint)sizeof(T), _stream.Pointer),
                nameof(CudaNative.cuMemcpyHtoDAsync_v2),
                _context.Device.Name);

            // Machines whose devices read ordinary memory themselves may still be reading it when the call returns.
            Finish();
        }

        GC.KeepAlive(buffer);
    }

    /// <summary>Waits for the work so far and copies values from the device.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="buffer">Holds as many behind the offset.</param>
    /// <param name="values">Receives them.</param>
    /// <param name="offsetBytes">Where the first one lies.</param>
    /// <exception cref="CudaException">The device fails, now or in the work before.</exception>
    public void Read<T>(CudaBuffer buffer, Span<T> values, long offsetBytes = 0)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (values.IsEmpty) return;
        RequireRoom(buffer, offsetBytes, values.Length, sizeof(T));
        _context.Enter();
        fixed (T* start = values)
        {
            CudaException.Check(
                CudaNative.cuMemcpyDtoHAsync_v2(start, (ulong)buffer.Handle.Pointer + (ulong)offsetBytes, (nuint)values.Length * (nuint)sizeof(T), _stream.Pointer),
                nameof(CudaNative.cuMemcpyDtoHAsync_v2),
                _context.Device.Name);
            Finish();
        }

        GC.KeepAlive(buffer);
    }

    /// <summary>Starts a kernel over a line of blocks.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="blocks">At least 1.</param>
    /// <param name="threads">Threads of a block, at least 1.</param>
    /// <param name="arguments">
    /// The arguments in their order as 64 bits each: the address of a buffer, or the bits of an int, float or double in the low end.
    /// </param>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public void Run(CudaKernel kernel, int blocks, int threads, ReadOnlySpan<ulong> arguments)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, MostArguments);
        _context.Enter();
        void** pointers = stackalloc void*[MostArguments];
        fixed (ulong* values = arguments)
        {
            for (int i = 0; i < arguments.Length; i++) pointers[i] = values + i;
            CudaException.Check(
                CudaNative.cuLaunchKernel(kernel.Function, (uint)blocks, 1, 1, (uint)threads, 1, 1, 0, _stream.Pointer, pointers, null),
                $"{nameof(CudaNative.cuLaunchKernel)}({kernel.Name})",
                _context.Device.Name);
        }

        GC.KeepAlive(kernel.Module);
    }

    /// <summary>The address of a buffer, as an argument.</summary>
    /// <param name="buffer">Must live until the kernel has run.</param>
    public static ulong AddressOf(CudaBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return (ulong)buffer.Handle.Pointer;
    }

    /// <summary>Waits for the work so far.</summary>
    /// <exception cref="CudaException">The device failed.</exception>
    public void Finish()
    {
        _context.Enter();
        CudaException.Check(CudaNative.cuStreamSynchronize(_stream.Pointer), nameof(CudaNative.cuStreamSynchronize), _context.Device.Name);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static void RequireRoom(CudaBuffer buffer, long offsetBytes, int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        if (offsetBytes + ((long)count * size) > buffer.Bytes)
            throw new ArgumentException($"{count} values of {size} bytes from byte {offsetBytes} do not lie within the buffer's {buffer.Bytes} bytes.", nameof(buffer));
    }
}
