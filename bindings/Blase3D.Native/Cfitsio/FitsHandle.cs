using System.Runtime.InteropServices;

namespace Blase3D.Native.Cfitsio;

/// <summary>A fitsfile pointer that closes itself.</summary>
internal sealed class FitsHandle : SafeHandle
{
    internal FitsHandle(nint pointer)
        : base(0, ownsHandle: true) => SetHandle(pointer);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The pointer. Read it inside <see cref="FitsLibrary.Enter"/>, where no finalizer can close it.</summary>
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
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffclos(handle, ref status);
            FitsNative.ffcmsg();
            return status == 0;
        }
    }
}
