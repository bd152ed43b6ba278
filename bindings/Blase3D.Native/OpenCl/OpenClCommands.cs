namespace Blase3D.Native.OpenCl;

/// <summary>Work for a device, done in the order in which it is given. For one thread at a time.</summary>
public sealed unsafe class OpenClCommands : IDisposable
{
    private readonly OpenClHandle _handle;
    private readonly string _device;

    internal OpenClCommands(OpenClHandle handle, string device) => (_handle, _device) = (handle, device);

    /// <summary>Copies values to the device; they may be changed as soon as this returns.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="values">The values.</param>
    /// <param name="buffer">Has room for them behind the offset.</param>
    /// <param name="offsetBytes">Where the first one goes.</param>
    /// <exception cref="OpenClException">The device fails.</exception>
    public void Write<T>(ReadOnlySpan<T> values, OpenClBuffer buffer, long offsetBytes = 0)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (values.IsEmpty) return;
        RequireRoom(buffer, offsetBytes, values.Length, sizeof(T));
        fixed (T* start = values)
        {
            OpenClException.Check(
                OpenClNative.clEnqueueWriteBuffer(_handle.Pointer, buffer.Handle.Pointer, 1, (nuint)offsetBytes, (nuint)values.Length * (nuint)sizeof(T), start, 0, null, null),
                nameof(OpenClNative.clEnqueueWriteBuffer),
                _device);
        }

        GC.KeepAlive(buffer);
    }

    /// <summary>Waits for the work so far and copies values from the device.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="buffer">Holds as many behind the offset.</param>
    /// <param name="values">Receives them.</param>
    /// <param name="offsetBytes">Where the first one lies.</param>
    /// <exception cref="OpenClException">The device fails, now or in the work before.</exception>
    public void Read<T>(OpenClBuffer buffer, Span<T> values, long offsetBytes = 0)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (values.IsEmpty) return;
        RequireRoom(buffer, offsetBytes, values.Length, sizeof(T));
        fixed (T* start = values)
        {
            OpenClException.Check(
                OpenClNative.clEnqueueReadBuffer(_handle.Pointer, buffer.Handle.Pointer, 1, (nuint)offsetBytes, (nuint)values.Length * (nuint)sizeof(T), start, 0, null, null),
                nameof(OpenClNative.clEnqueueReadBuffer),
                _device);
        }

        GC.KeepAlive(buffer);
    }

    /// <summary>Starts a kernel over a line of work-groups.</summary>
    /// <param name="kernel">With all its arguments set.</param>
    /// <param name="groups">Work-groups, at least 1.</param>
    /// <param name="groupSize">Work-items in each, at least 1.</param>
    /// <exception cref="OpenClException">The driver refuses.</exception>
    public void Run(OpenClKernel kernel, int groups, int groupSize)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groupSize, 1);
        nuint local = (nuint)groupSize, global = (nuint)groups * local;
        OpenClException.Check(
            OpenClNative.clEnqueueNDRangeKernel(_handle.Pointer, kernel.Handle.Pointer, 1, null, &global, &local, 0, null, null),
            $"{nameof(OpenClNative.clEnqueueNDRangeKernel)}({kernel.Name})",
            _device);
    }

    /// <summary>Waits for the work so far.</summary>
    /// <exception cref="OpenClException">The device failed.</exception>
    public void Finish() => OpenClException.Check(OpenClNative.clFinish(_handle.Pointer), nameof(OpenClNative.clFinish), _device);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static void RequireRoom(OpenClBuffer buffer, long offsetBytes, int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offsetBytes);
        if (offsetBytes + ((long)count * size) > buffer.Bytes)
            throw new ArgumentException($"{count} values of {size} bytes from byte {offsetBytes} do not lie within the buffer's {buffer.Bytes} bytes.", nameof(buffer));
    }
}
