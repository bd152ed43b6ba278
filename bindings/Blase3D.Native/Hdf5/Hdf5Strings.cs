using System.Runtime.InteropServices;
using System.Text;

namespace Blase3D.Native.Hdf5;

/// <summary>Strings of a dataset or an attribute, of fixed or variable length, UTF-8.</summary>
internal static unsafe class Hdf5Strings
{
    /// <summary>A read or write call with its buffer filled in; returns the library's status.</summary>
    internal delegate int Transfer(long memoryType, void* buffer);

    /// <summary>The type of a UTF-8 string of a fixed number of bytes, padded with zeros.</summary>
    internal static Hdf5Handle FixedType(int bytes, string path)
    {
        Hdf5Handle type = Hdf5Handle.Own(Hdf5Native.H5Tcopy(Hdf5Library.Types.CString), Hdf5ObjectKind.Type, "H5Tcopy", path);
        _ = Hdf5Error.Check(Hdf5Native.H5Tset_size(type.Id, (nuint)bytes), "H5Tset_size", path);
        _ = Hdf5Error.Check(Hdf5Native.H5Tset_cset(type.Id, Hdf5Native.CharacterSetUtf8), "H5Tset_cset", path);
        _ = Hdf5Error.Check(Hdf5Native.H5Tset_strpad(type.Id, Hdf5Native.PadZero), "H5Tset_strpad", path);
        return type;
    }

    /// <summary>The strings as UTF-8, each padded with zeros to the longest (at least 1 byte).</summary>
    internal static byte[] Pack(IReadOnlyList<string> values, out int width)
    {
        width = Math.Max(1, values.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max());
        var bytes = new byte[checked(values.Count * width)];
        for (int i = 0; i < values.Count; i++) _ = Encoding.UTF8.GetBytes(values[i], bytes.AsSpan(i * width, width));
        return bytes;
    }

    /// <summary>Refuses what a C string cannot hold.</summary>
    internal static void Validate(IReadOnlyList<string> values)
    {
        foreach (string value in values)
        {
            ArgumentNullException.ThrowIfNull(value, nameof(values));
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException("A string with a zero character cannot be stored in HDF5.", nameof(values));
            }
        }
    }

    /// <summary>Reads all strings of a space through a read call.</summary>
    internal static string[] Read(long type, long space, string call, string path, Transfer read)
    {
        RequireString(type, call, path);
        long[] shape = Hdf5Space.Shape(space, path);
        long count = Hdf5Space.Product(shape, path);
        if (count == 0) return [];
        if (count > Array.MaxLength) throw new Hdf5Exception(call, path, $"{count} strings are more than one array can hold");
        return IsVariable(type, path)
            ? ReadVariable((int)count, type, space, call, path, read)
            : ReadFixed((int)count, type, call, path, read);
    }

    private static void RequireString(long type, string call, string path)
    {
        int kind = Hdf5Native.H5Tget_class(type);
        if (kind != Hdf5Native.ClassString) throw new Hdf5Exception(call, path, "the values are not strings");
    }

    private static bool IsVariable(long type, string path) =>
        Hdf5Error.Check(Hdf5Native.H5Tis_variable_str(type), "H5Tis_variable_str", path) > 0;

    private static string[] ReadVariable(int count, long type, long space, string call, string path, Transfer read)
    {
        var pointers = new nint[count];
        fixed (nint* first = pointers)
        {
            _ = Hdf5Error.Check(read(type, first), call, path);
            var values = new string[count];
            for (int i = 0; i < count; i++) values[i] = Marshal.PtrToStringUTF8(pointers[i]) ?? string.Empty;
            _ = Hdf5Error.Check(Hdf5Native.H5Dvlen_reclaim(type, space, 0, first), "H5Dvlen_reclaim", path);
            return values;
        }
    }

    private static string[] ReadFixed(int count, long type, string call, string path, Transfer read)
    {
        nuint size = Hdf5Native.H5Tget_size(type);
        if (size == 0 || size > (nuint)Array.MaxLength || (long)size * count > Array.MaxLength)
        {
            throw new Hdf5Exception(call, path, $"{count} strings of {size} bytes are more than one array can hold");
        }

        bool padded = Hdf5Native.H5Tget_strpad(type) == Hdf5Native.PadSpace;
        var bytes = new byte[(int)size * count];
        fixed (byte* first = bytes)
        {
            _ = Hdf5Error.Check(read(type, first), call, path);
        }

        var values = new string[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> one = bytes.AsSpan(i * (int)size, (int)size);
            int end = one.IndexOf((byte)0);
            string text = Encoding.UTF8.GetString(end < 0 ? one : one[..end]);
            values[i] = padded ? text.TrimEnd(' ') : text;
        }

        return values;
    }
}
