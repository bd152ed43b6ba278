namespace Blase3D.Native.OpenCl;

/// <summary>A compiled kernel text.</summary>
public sealed class OpenClProgram : IDisposable
{
    private readonly OpenClHandle _handle;
    private readonly string _device;

    internal OpenClProgram(OpenClHandle handle, string device) => (_handle, _device) = (handle, device);

    /// <summary>Makes a kernel object, which belongs to one thread at a time.</summary>
    /// <param name="name">The kernel's name in the text.</param>
    /// <exception cref="OpenClException">There is no kernel of that name.</exception>
    public OpenClKernel CreateKernel(string name)
    {
        nint kernel = OpenClNative.clCreateKernel(_handle.Pointer, name, out int status);
        OpenClException.Check(status, $"{nameof(OpenClNative.clCreateKernel)}({name})", _device);
        return new OpenClKernel(new OpenClHandle(kernel, OpenClNative.clReleaseKernel), name, _device);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

/// <summary>A kernel and its arguments.</summary>
public sealed unsafe class OpenClKernel : IDisposable
{
    private readonly string _name;
    private readonly string _device;

    internal OpenClKernel(OpenClHandle handle, string name, string device) => (Handle, _name, _device) = (handle, name, device);

    internal OpenClHandle Handle { get; }

    internal string Name => _name;

    /// <summary>Sets a scalar argument.</summary>
    /// <typeparam name="T">int, long, float or double, as the kernel declares it.</typeparam>
    /// <param name="index">0 for the first argument.</param>
    /// <param name="value">Its value.</param>
    public void Set<T>(int index, T value)
        where T : unmanaged
        => Check(OpenClNative.clSetKernelArg(Handle.Pointer, (uint)index, (nuint)sizeof(T), &value), index);

    /// <summary>Sets a buffer as an argument.</summary>
    /// <param name="index">0 for the first argument.</param>
    /// <param name="buffer">The buffer.</param>
    public void Set(int index, OpenClBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        nint memory = buffer.Handle.Pointer;
        Check(OpenClNative.clSetKernelArg(Handle.Pointer, (uint)index, (nuint)sizeof(nint), &memory), index);
        GC.KeepAlive(buffer);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private void Check(int status, int index) => OpenClException.Check(status, $"{nameof(OpenClNative.clSetKernelArg)}({_name}, {index})", _device);
}

/// <summary>Memory of a device.</summary>
public sealed class OpenClBuffer : IDisposable
{
    internal OpenClBuffer(OpenClHandle handle, long bytes) => (Handle, Bytes) = (handle, bytes);

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    internal OpenClHandle Handle { get; }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
