namespace Blase3D.Native.Cfitsio;

/// <summary>An open FITS file and its current HDU, which is the first one after opening. Use it from one thread at a time.</summary>
public sealed partial class FitsFile : IDisposable
{
    private const int LongestPathBytes = 1000;

    private readonly FitsHandle _file;
    private int _index0;

    private FitsFile(FitsHandle file, string path)
    {
        _file = file;
        FilePath = path;
    }

    /// <summary>The path of the file as it was given.</summary>
    public string FilePath { get; }

    /// <summary>The number of HDUs.</summary>
    public int HduCount
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                int status = 0;
                _ = FitsNative.ffthdu(_file.Pointer, out int count, ref status);
                Check(status, "ffthdu");
                return count;
            }
        }
    }

    /// <summary>The index of the current HDU, 0 for the primary one.</summary>
    public int HduIndex => _index0;

    /// <summary>What the current HDU holds.</summary>
    public FitsHduKind Kind
    {
        get
        {
            using (FitsLibrary.Enter())
            {
                int status = 0;
                _ = FitsNative.ffghdt(_file.Pointer, out int kind, ref status);
                Check(status, "ffghdt");
                return (FitsHduKind)kind;
            }
        }
    }

    private string Where => $"{FilePath}[{_index0}]";

    /// <summary>Opens a file for reading; gzip is undone on the way. The name is taken literally, brackets and all.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="FitsException">The file is missing, damaged or not FITS.</exception>
    /// <exception cref="NativeLibraryMissingException">CFITSIO is not installed.</exception>
    public static FitsFile OpenRead(string path)
    {
        string full = FullPath(path);
        using (FitsLibrary.Enter())
        {
            // Left to itself the library would try the name with .gz and the like appended.
            if (!File.Exists(full)) throw new FitsException("ffdkopn", path, 0, "the file does not exist");
            FitsNative.ffcmsg();
            int status = 0;
            _ = FitsNative.ffdkopn(out nint pointer, full, FitsNative.ReadOnly, ref status);
            FitsError.Check(status, "ffdkopn", path);
            return new FitsFile(new FitsHandle(pointer), path);
        }
    }

    /// <summary>Makes a new file without an HDU yet; an existing file is replaced.</summary>
    /// <param name="path">Path of the file, taken literally.</param>
    /// <exception cref="FitsException">The file cannot be made.</exception>
    /// <exception cref="NativeLibraryMissingException">CFITSIO is not installed.</exception>
    public static FitsFile Create(string path)
    {
        string full = FullPath(path);
        using (FitsLibrary.Enter())
        {
            try
            {
                File.Delete(full);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FitsException("ffdkinit", path, 0, e.Message);
            }

            FitsNative.ffcmsg();
            int status = 0;
            _ = FitsNative.ffdkinit(out nint pointer, full, ref status);
            FitsError.Check(status, "ffdkinit", path);
            return new FitsFile(new FitsHandle(pointer), path);
        }
    }

    /// <summary>Makes an HDU the current one.</summary>
    /// <param name="index0">0 for the primary HDU, up to <see cref="HduCount"/> - 1.</param>
    /// <exception cref="FitsException">There is no such HDU, or it is damaged.</exception>
    public void MoveTo(int index0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index0);
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffmahd(_file.Pointer, index0 + 1, out _, ref status);
            if (status != 0)
            {
                FitsException failure = FitsError.Last(status, "ffmahd", $"{FilePath}[{index0}]");
                ReturnToCurrent();
                throw failure;
            }

            _index0 = index0;
        }
    }

    /// <summary>Makes the first HDU of a name (EXTNAME or HDUNAME, letter case ignored) the current one.</summary>
    /// <param name="extName">The name.</param>
    /// <returns>False, and the current HDU stays, when there is none of that name.</returns>
    /// <exception cref="FitsException">The search ran into a damaged HDU.</exception>
    public bool TryMoveTo(string extName)
    {
        ArgumentException.ThrowIfNullOrEmpty(extName);
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffmnhd(_file.Pointer, FitsNative.AnyHdu, extName, 0, ref status);
            if (status == FitsNative.HduAbsent)
            {
                ReturnToCurrent();
                return false;
            }

            FitsError.Check(status, "ffmnhd", $"{FilePath}[{extName}]");
            _ = FitsNative.ffghdn(_file.Pointer, out int number);
            _index0 = number - 1;
            return true;
        }
    }

    /// <summary>Writes what is left and closes the file. After writing, call this rather than <see cref="Dispose"/>.</summary>
    /// <exception cref="FitsException">The end of the file could not be written, for example because the disk is full.</exception>
    public void Close()
    {
        if (_file.IsClosed) return;
        using (FitsLibrary.Enter())
        {
            int status = 0;
            _ = FitsNative.ffclos(_file.Pointer, ref status);
            _file.SetHandleAsInvalid();
            FitsError.Check(status, "ffclos", FilePath);
        }
    }

    /// <summary>Closes the file like <see cref="Close"/>, but says nothing about failures.</summary>
    public void Dispose() => _file.Dispose();

    private static string FullPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // A full path keeps a leading ~ or - from being understood as something else; the library copies it into a fixed buffer.
        string full = Path.GetFullPath(path);
        return System.Text.Encoding.UTF8.GetByteCount(full) <= LongestPathBytes
            ? full
            : throw new FitsException("ffdkopn", path, 0, $"the path is longer than {LongestPathBytes} bytes");
    }

    /// <summary>A search that failed leaves the library somewhere else; go back to the HDU that was current.</summary>
    private void ReturnToCurrent()
    {
        int status = 0;
        _ = FitsNative.ffmahd(_file.Pointer, _index0 + 1, out _, ref status);
        FitsNative.ffcmsg();
    }

    private void Check(int status, string call) => FitsError.Check(status, call, Where);
}
