using System.Runtime.InteropServices;
using System.Text;

namespace Blase3D.Native.Cuda;

/// <summary>A device in use. May be shared by threads; its commands may not.</summary>
public sealed unsafe class CudaContext : IDisposable
{
    private const int LogBytes = 16384;

    private readonly CudaPrimaryContext _context;

    /// <summary>Takes a device into use.</summary>
    /// <param name="device">A usable device.</param>
    /// <exception cref="CudaException">The driver refuses.</exception>
    public CudaContext(CudaDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        Device = device;
        _context = new CudaPrimaryContext(device.Id, device.Name);
    }

    /// <summary>The device.</summary>
    public CudaDevice Device { get; }

    /// <summary>Memory that nobody uses now, in bytes.</summary>
    public long FreeBytes
    {
        get
        {
            Enter();
            CudaException.Check(CudaNative.cuMemGetInfo_v2(out nuint free, out _), nameof(CudaNative.cuMemGetInfo_v2), Device.Name);
            return (long)free;
        }
    }

    /// <summary>Loads a module; the driver compiles it for the device.</summary>
    /// <param name="ptx">PTX.</param>
    /// <exception cref="CudaException">The driver does not take it; its log is part of the exception.</exception>
    public CudaModule Load(string ptx)
    {
        Enter();
        byte[] image = Encoding.UTF8.GetBytes(ptx + "\0");
        byte* log = (byte*)NativeMemory.AllocZeroed(LogBytes);
        try
        {
            int* names = stackalloc int[2] { CudaNative.JitErrorLogBuffer, CudaNative.JitErrorLogBytes };
            void** values = stackalloc void*[2];
            values[0] = log;
            values[1] = (void*)LogBytes;
            fixed (byte* start = image)
            {
                int status = CudaNative.cuModuleLoadDataEx(out nint module, start, 2, names, values);
                string said = Marshal.PtrToStringUTF8((nint)log)!;
                if (status != CudaNative.Success && said.Length > 0)
                    throw new CudaException(nameof(CudaNative.cuModuleLoadDataEx), status, Device.Name, "a text that it cannot compile", said);
                CudaException.Check(status, nameof(CudaNative.cuModuleLoadDataEx), Device.Name);
                return new CudaModule(new CudaHandle(_context, module, CudaNative.cuModuleUnload), Device.Name);
            }
        }
        finally
        {
            NativeMemory.Free(log);
        }
    }

    /// <summary>Makes a stream of commands, which are done in order.</summary>
    public CudaCommands CreateCommands()
    {
        Enter();

        // 1: does not wait for the default stream.
        CudaException.Check(CudaNative.cuStreamCreate(out nint stream, 1), nameof(CudaNative.cuStreamCreate), Device.Name);
        return new CudaCommands(this, new CudaHandle(_context, stream, CudaNative.cuStreamDestroy_v2));
    }

    /// <summary>Reserves memory of the device. What it holds is not defined until it is written.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <exception cref="CudaException">The memory does not suffice (<see cref="CudaException.IsOutOfMemory"/>).</exception>
    public CudaBuffer Allocate(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        Enter();
        CudaException.Check(CudaNative.cuMemAlloc_v2(out ulong address, (nuint)bytes), nameof(CudaNative.cuMemAlloc_v2), Device.Name);
        return new CudaBuffer(new CudaHandle(_context, (nint)address, pointer => CudaNative.cuMemFree_v2((ulong)pointer)), bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    /// <summary>Makes the context that of the calling thread.</summary>
    internal void Enter()
    {
        ObjectDisposedException.ThrowIf(_context.IsClosed, this);
        CudaException.Check(CudaNative.cuCtxSetCurrent(_context.Pointer), nameof(CudaNative.cuCtxSetCurrent), Device.Name);
    }
}

/// <summary>Memory of a device.</summary>
public sealed class CudaBuffer : IDisposable
{
    internal CudaBuffer(CudaHandle handle, long bytes) => (Handle, Bytes) = (handle, bytes);

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    internal CudaHandle Handle { get; }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}

/// <summary>A loaded module.</summary>
public sealed class CudaModule : IDisposable
{
    private readonly CudaHandle _handle;
    private readonly string _device;

    internal CudaModule(CudaHandle handle, string device) => (_handle, _device) = (handle, device);

    /// <summary>Finds a kernel; it lives as long as the module.</summary>
    /// <param name="name">The kernel's name.</param>
    /// <exception cref="CudaException">There is no kernel of that name.</exception>
    public CudaKernel Kernel(string name)
    {
        CudaException.Check(CudaNative.cuModuleGetFunction(out nint function, _handle.Pointer, name), $"{nameof(CudaNative.cuModuleGetFunction)}({name})", _device);
        return new CudaKernel(this, function, name);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}

/// <summary>A kernel of a module.</summary>
public sealed class CudaKernel
{
    private readonly CudaModule _module;

    internal CudaKernel(CudaModule module, nint function, string name) => (_module, Function, Name) = (module, function, name);

    /// <summary>Its name.</summary>
    public string Name { get; }

    internal nint Function { get; }

    internal CudaModule Module => _module;
}
