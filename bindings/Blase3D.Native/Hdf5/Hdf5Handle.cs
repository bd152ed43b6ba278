using System.Runtime.InteropServices;

namespace Blase3D.Native.Hdf5;

/// <summary>What an identifier names, which decides how it is closed.</summary>
internal enum Hdf5ObjectKind
{
    File,
    Group,
    Dataset,
    Space,
    Type,
    PropertyList,
    Attribute,
    Any,
}

/// <summary>An identifier of the library that closes itself. Identifiers are 64 bits wide, so the process must be too.</summary>
internal sealed class Hdf5Handle : SafeHandle
{
    private readonly Hdf5ObjectKind _kind;

    private Hdf5Handle(long id, Hdf5ObjectKind kind)
        : base(-1, ownsHandle: true)
    {
        _kind = kind;
        SetHandle((nint)id);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The identifier. Read it inside <see cref="Hdf5Library.Enter"/>, where no finalizer can close it.</summary>
    internal long Id
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <summary>Owns an identifier; raises the library's text when it is negative.</summary>
    internal static Hdf5Handle Own(long id, Hdf5ObjectKind kind, string call, string path) =>
        new(Hdf5Error.Check(id, call, path), kind);

    /// <summary>
    /// Closes now and gives the library's status, which disposal has nobody to give to. Call it inside <see cref="Hdf5Library.Enter"/>.
    /// </summary>
    internal int CloseNow()
    {
        if (IsClosed) return 0;
        int status = Close(_kind, handle);
        SetHandleAsInvalid();
        Dispose();
        return status;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        using (Hdf5Library.Enter())
        {
            return Close(_kind, handle) >= 0;
        }
    }

    private static int Close(Hdf5ObjectKind kind, long id) => kind switch
    {
        Hdf5ObjectKind.File => Hdf5Native.H5Fclose(id),
        Hdf5ObjectKind.Group => Hdf5Native.H5Gclose(id),
        Hdf5ObjectKind.Dataset => Hdf5Native.H5Dclose(id),
        Hdf5ObjectKind.Space => Hdf5Native.H5Sclose(id),
        Hdf5ObjectKind.Type => Hdf5Native.H5Tclose(id),
        Hdf5ObjectKind.PropertyList => Hdf5Native.H5Pclose(id),
        Hdf5ObjectKind.Attribute => Hdf5Native.H5Aclose(id),
        _ => Hdf5Native.H5Oclose(id),
    };
}
