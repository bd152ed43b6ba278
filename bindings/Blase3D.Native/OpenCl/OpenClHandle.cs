using System.Runtime.InteropServices;

namespace Blase3D.Native.OpenCl;

/// <summary>An OpenCL object that releases itself. OpenCL counts references, so an object that others use lives until they are gone.</summary>
internal sealed class OpenClHandle : SafeHandle
{
    private readonly Func<nint, int> _release;

    internal OpenClHandle(nint pointer, Func<nint, int> release)
        : base(0, ownsHandle: true)
    {
        _release = release;
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
    protected override bool ReleaseHandle() => _release(handle) == OpenClNative.Success;
}
