using System.Text;

namespace Blase3D.Native.Hdf5;

/// <summary>An open HDF5 file. Paths inside it use '/', "/" being the root. Safe to use from several threads: calls take turns.</summary>
public sealed partial class Hdf5File : IDisposable
{
    private static readonly byte[] Signature = [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly Hdf5Handle _file;
    private readonly bool _writable;
    private Hdf5Exception? _failure;

    private Hdf5File(Hdf5Handle file, string path, bool writable)
    {
        _file = file;
        FilePath = path;
        _writable = writable;
    }

    /// <summary>The path of the file as it was given.</summary>
    public string FilePath { get; }

    /// <summary>
    /// Makes a new file; an existing one is replaced. The format is the one that HDF5 1.8 and later read. No object gets a time stamp,
    /// so that the same content makes the same bytes.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="Hdf5Exception">The file cannot be made.</exception>
    /// <exception cref="NativeLibraryMissingException">HDF5 is not installed.</exception>
    public static Hdf5File Create(string path) => Open(path, "H5Fcreate", writable: true, (creation, access) =>
        Hdf5Native.H5Fcreate(path, Hdf5Native.Truncate, creation, access));

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="Hdf5Exception">The file is missing, truncated or not HDF5.</exception>
    /// <exception cref="NativeLibraryMissingException">HDF5 is not installed.</exception>
    public static Hdf5File OpenRead(string path) => Open(path, "H5Fopen", writable: false, (_, access) =>
        Hdf5Native.H5Fopen(path, Hdf5Native.ReadOnly, access));

    /// <summary>Opens an existing file for reading and writing.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="Hdf5Exception">The file is missing, truncated, write-protected or not HDF5.</exception>
    /// <exception cref="NativeLibraryMissingException">HDF5 is not installed.</exception>
    public static Hdf5File OpenReadWrite(string path) => Open(path, "H5Fopen", writable: true, (_, access) =>
        Hdf5Native.H5Fopen(path, Hdf5Native.ReadWrite, access));

    /// <summary>Whether a file begins like an HDF5 file (the signature at byte 0, 512, 1024, ...). Needs no native library.</summary>
    /// <param name="path">Path of the file; false when it cannot be read.</param>
    public static bool IsHdf5(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[8];
            for (long offset = 0; offset + start.Length <= stream.Length; offset = offset == 0 ? 512 : offset * 2)
            {
                stream.Position = offset;
                stream.ReadExactly(start);
                if (start.SequenceEqual(Signature)) return true;
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether an object exists and can be opened.</summary>
    /// <param name="objectPath">For example /points or a/b; with or without the leading '/'.</param>
    public bool Exists(string objectPath)
    {
        ArgumentNullException.ThrowIfNull(objectPath);
        using (Hdf5Library.Enter())
        {
            return ExistsInside(objectPath);
        }
    }

    /// <summary>The names in a group, sorted by bytes.</summary>
    /// <param name="groupPath">Path of the group.</param>
    /// <exception cref="Hdf5Exception">There is no such group.</exception>
    public unsafe IReadOnlyList<string> Children(string groupPath = "/")
    {
        ArgumentNullException.ThrowIfNull(groupPath);
        string where = Where(groupPath);
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle group = Hdf5Handle.Own(
                Hdf5Native.H5Gopen2(_file.Id, groupPath, 0), Hdf5ObjectKind.Group, "H5Gopen2", where);
            _ = Hdf5Error.Check(Hdf5Native.H5Gget_info(group.Id, out Hdf5GroupRecord info), "H5Gget_info", where);
            var names = new List<string>();
            for (ulong n = 0; n < info.LinkCount; n++)
            {
                nint length = LinkName(group.Id, n, null, 0, where);
                var bytes = new byte[length + 1];
                fixed (byte* first = bytes) _ = LinkName(group.Id, n, first, (nuint)bytes.Length, where);
                names.Add(Encoding.UTF8.GetString(bytes, 0, (int)length));
            }

            return names;
        }
    }

    /// <summary>Hands everything written so far to the operating system.</summary>
    /// <exception cref="Hdf5Exception">It could not be written, for example because the disk is full.</exception>
    public void Flush()
    {
        using (Hdf5Library.Enter())
        {
            _ = Hdf5Error.Check(Hdf5Native.H5Fflush(_file.Id, Hdf5Native.ScopeGlobal), "H5Fflush", FilePath);
        }
    }

    /// <summary>
    /// Writes what is left and closes the file and every dataset opened from it. After writing, call this rather than
    /// <see cref="Dispose"/>: a failure here means that the file is not whole.
    /// </summary>
    /// <exception cref="Hdf5Exception">
    /// The end of the file, or of a dataset that was disposed of before, could not be written, for example because the disk is full.
    /// </exception>
    public void Close()
    {
        Hdf5Exception? failure = CloseQuietly();
        if (failure is not null) throw failure;
    }

    /// <summary>Closes the file like <see cref="Close"/>, but says nothing about failures.</summary>
    public void Dispose() => CloseQuietly();

    private static Hdf5File Open(string path, string call, bool writable, Func<long, long, long> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using (Hdf5Library.Enter())
        {
            using Hdf5Handle creation = Timeless(Hdf5Library.Types.FileCreateClass, path);
            using Hdf5Handle access = Hdf5Handle.Own(
                Hdf5Native.H5Pcreate(Hdf5Library.Types.FileAccessClass), Hdf5ObjectKind.PropertyList, "H5Pcreate", path);
            _ = Hdf5Error.Check(Hdf5Native.H5Pset_fclose_degree(access.Id, Hdf5Native.CloseStrong), "H5Pset_fclose_degree", path);

            if (Hdf5Library.HasFileLocking)
            {
                // A lock goes on with every program started meanwhile, which inherits the open file, and then nobody can read what was
                // written. A new file has no other users. File systems without locks (some of clusters) are no reason to fail.
                uint use = call == "H5Fcreate" ? 0u : 1u;
                _ = Hdf5Error.Check(Hdf5Native.H5Pset_file_locking(access.Id, use, 1), "H5Pset_file_locking", path);
            }

            if (writable) SetFormat(access.Id, path);
            return new Hdf5File(Hdf5Handle.Own(open(creation.Id, access.Id), Hdf5ObjectKind.File, call, path), path, writable);
        }
    }

    /// <summary>
    /// Writes the 1.8 format, which has checksums in its metadata where the oldest (the library's default) has none. The upper bound
    /// lets files of the 1.10 format be changed; releases 1.10.0 and 1.10.1 do not know it and get the lower one twice.
    /// </summary>
    private static void SetFormat(long access, string path)
    {
        if (Hdf5Native.H5Pset_libver_bounds(access, Hdf5Native.FormatV18, Hdf5Native.FormatV110) >= 0) return;
        int bounds = Hdf5Native.H5Pset_libver_bounds(access, Hdf5Native.FormatV18, Hdf5Native.FormatV18);
        _ = Hdf5Error.Check(bounds, "H5Pset_libver_bounds", path);
    }

    /// <summary>A list for making objects that store no times.</summary>
    private static Hdf5Handle Timeless(long creationClass, string where)
    {
        Hdf5Handle list = Hdf5Handle.Own(Hdf5Native.H5Pcreate(creationClass), Hdf5ObjectKind.PropertyList, "H5Pcreate", where);
        _ = Hdf5Error.Check(Hdf5Native.H5Pset_obj_track_times(list.Id, 0), "H5Pset_obj_track_times", where);
        return list;
    }

    private static unsafe nint LinkName(long group, ulong n, byte* buffer, nuint size, string where)
    {
        nint length = Hdf5Native.H5Lget_name_by_idx(
            group, ".", Hdf5Native.IndexName, Hdf5Native.IterateIncreasing, n, buffer, size, 0);
        return length >= 0 ? length : throw Hdf5Error.Last("H5Lget_name_by_idx", where);
    }

    private Hdf5Exception? CloseQuietly()
    {
        // A file that never opened has no handle; one that is closed needs no library.
        if (_file.IsClosed) return null;
        using (Hdf5Library.Enter())
        {
            if (_file.IsClosed) return null;
            Hdf5Exception? failure = _failure;
            if (_writable && Hdf5Native.H5Fflush(_file.Id, Hdf5Native.ScopeGlobal) < 0) failure ??= Hdf5Error.Last("H5Fflush", FilePath);
            if (_file.CloseNow() < 0) failure ??= Hdf5Error.Last("H5Fclose", FilePath);
            return failure;
        }
    }

    /// <summary>
    /// Closes a dataset. The library writes the values it still holds back at that moment and forgets them even when it cannot, so a
    /// failure is kept for <see cref="Close"/>.
    /// </summary>
    private void CloseDataset(Hdf5Handle dataset, string where)
    {
        if (dataset.IsClosed) return;
        using (Hdf5Library.Enter())
        {
            if (dataset.CloseNow() < 0) _failure ??= Hdf5Error.Last("H5Dclose", where);
        }
    }

    private bool ExistsInside(string objectPath)
    {
        string path = string.Empty;
        foreach (string name in objectPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            // The library fails, instead of answering no, when a group on the way is missing.
            path += "/" + name;
            if (Hdf5Native.H5Lexists(_file.Id, path, 0) <= 0 || Hdf5Native.H5Oexists_by_name(_file.Id, path, 0) <= 0)
            {
                ObjectDisposedException.ThrowIf(_file.IsClosed, this);
                return false;
            }
        }

        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        return true;
    }

    private string Where(string objectPath) => $"{FilePath}:{objectPath}";
}
