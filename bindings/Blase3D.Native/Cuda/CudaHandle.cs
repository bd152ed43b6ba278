using System.Runtime.InteropServices;

namespace Blase3D.Native.Cuda;

/// <summary>
/// A CUDA object that releases itself in its context, on whatever thread. It holds on to the context, which the driver would otherwise
/// destroy together with the object.
/// </summary>
internal sealed class CudaHandle : SafeHandle
{
    private readonly CudaPrimaryContext _context;
    private readonly Func<nint, int> _release;

    internal CudaHandle(CudaPrimaryContext context, nint pointer, Func<nint, int> release)
        : base(0, ownsHandle: true)
    {
        bool added = false;
        context.DangerousAddRef(ref added);
        (_context, _release) = (context, release);
        SetHandle(pointer);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The pointer; the caller keeps this object alive during the call.</summary>
    internal nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        bool done = CudaNative.cuCtxSetCurrent(_context.Pointer) == CudaNative.Success && _release(handle) == CudaNative.Success;
        _context.DangerousRelease();
        return done;
    }
}

/// <summary>The primary context of a device, which all users in the process share.</summary>
internal sealed class CudaPrimaryContext : SafeHandle
{
    private readonly int _device;

    internal CudaPrimaryContext(int device, string name)
        : base(0, ownsHandle: true)
    {
        _device = device;
        CudaException.Check(CudaNative.cuDevicePrimaryCtxRetain(out nint context, device), nameof(CudaNative.cuDevicePrimaryCtxRetain), name);
        SetHandle(context);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CudaNative.cuDevicePrimaryCtxRelease_v2(_device) == CudaNative.Success;
}
