using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Blase3D.Native.Hdf5;

/// <summary>Turns negative return values into <see cref="Hdf5Exception"/>.</summary>
internal static unsafe class Hdf5Error
{
    /// <summary>Passes a non-negative value on; raises the library's own text for a negative one.</summary>
    internal static long Check(long result, string call, string path) => result >= 0 ? result : throw Last(call, path);

    /// <summary>As <see cref="Check(long, string, string)"/>, for herr_t and htri_t.</summary>
    internal static int Check(int result, string call, string path) => result >= 0 ? result : throw Last(call, path);

    /// <summary>The failure that the library reported last on this thread. Any further call of the library would clear it.</summary>
    internal static Hdf5Exception Last(string call, string path)
    {
        var lines = new List<string>();
        GCHandle list = GCHandle.Alloc(lines);
        try
        {
            _ = Hdf5Native.H5Ewalk2(0, 0, &Collect, (void*)GCHandle.ToIntPtr(list));
        }
        finally
        {
            list.Free();
        }

        // The walk starts at the innermost record. The first says what went wrong, the last what was asked for.
        string text = lines.Count switch
        {
            0 => "the library gave no reason",
            1 => lines[0],
            _ => string.Equals(lines[0], lines[^1], StringComparison.Ordinal) ? lines[0] : $"{lines[0]}; {lines[^1]}",
        };
        return new Hdf5Exception(call, path, text);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Collect(uint index, Hdf5ErrorRecord* record, void* data)
    {
        var lines = (List<string>)GCHandle.FromIntPtr((nint)data).Target!;
        string? line = Marshal.PtrToStringUTF8((nint)record->Description);
        if (!string.IsNullOrWhiteSpace(line)) lines.Add(Shorten(line.ReplaceLineEndings(string.Empty).Trim()));
        return 0;
    }

    /// <summary>
    /// Of "file write failed: time = ..., errno = 28, error message = 'No space left on device', buf = ..." a user needs the beginning and
    /// the system's own words, and of "truncated file: eof = 100, sblock->base_addr = 0, ..." the beginning.
    /// </summary>
    private static string Shorten(string line)
    {
        const string Mark = "error message = '";
        int colon = line.IndexOf(':', StringComparison.Ordinal), start = line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        if (colon < 0) return line;
        if (start < Mark.Length) return line.IndexOf(" = ", colon, StringComparison.Ordinal) < 0 ? line : line[..colon];
        int end = line.IndexOf('\'', start);
        return end < 0 ? line : $"{line[..colon]}: {line[start..end]}";
    }
}
