using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Blase3D.Engine.Storage.Npz;

/// <summary>
/// Reads a NumPy <c>.npz</c> file (a zip of <c>.npy</c> arrays, versions 1 and 2) into memory.
/// Element types: little-endian f8, f4, i8, i4, and u1, b1; any shape in C order. Arrays of strings are left out of <see cref="Names"/>.
/// Every entry is checked against its checksum. The reader holds no file open and may be used from many threads.
/// </summary>
public sealed class NpzReader
{
    private readonly Dictionary<string, (NpyHeader Header, byte[] Bytes)> _arrays;
    private readonly string _source;

    private NpzReader(string source, Dictionary<string, (NpyHeader, byte[])> arrays)
    {
        _source = source;
        _arrays = arrays;
        Names = [.. arrays.Where(a => a.Value.Item1.ElementBytes > 0).Select(a => a.Key)];
    }

    /// <summary>The names of the arrays that can be read, in the order of the file, without the ending <c>.npy</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The path of the <c>.npz</c> file.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: missing, not a zip, cut short, or corrupted.</exception>
    public static NpzReader Open(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Open(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(ErrorCode.BadInput, $"{path} cannot be read ({e.Message}); give the path of a .npz file.", e);
        }
    }

    /// <summary>Reads from a stream, which stays open.</summary>
    /// <param name="stream">A readable stream.</param>
    /// <param name="source">The name used in error sentences.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: not a zip, cut short, or corrupted.</exception>
    public static NpzReader Open(Stream stream, string source = "the .npz stream")
    {
        var arrays = new Dictionary<string, (NpyHeader, byte[])>();
        string at = "the zip directory";
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                at = entry.FullName;
                if (!at.EndsWith(".npy", StringComparison.Ordinal))
                    continue;
                byte[] bytes = ReadWhole(entry);
                NpyHeader header = NpyHeader.Parse(bytes);
                if (header.ElementBytes > 0 && header.Count * header.ElementBytes != bytes.Length - header.DataOffset)
                    throw new FormatException($"its shape asks for {header.Count} elements of {header.ElementBytes} bytes, it holds "
                        + $"{bytes.Length - header.DataOffset} bytes");
                arrays[at[..^4]] = (header, bytes);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or IOException or OverflowException or NotSupportedException)
        {
            throw new EngineException(
                ErrorCode.BadInput, $"{source} is not a whole .npz file: {at}: {e.Message}; write or copy it again.", e);
        }
        return new NpzReader(source, arrays);
    }

    /// <summary>Whether the file holds a readable array of this name.</summary>
    public bool Contains(string name) => _arrays.TryGetValue(name, out var a) && a.Header.ElementBytes > 0;

    /// <summary>The lengths of the axes; empty for a scalar.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: no such array, or of a type that is not read.</exception>
    public int[] Shape(string name) => [.. Find(name).Header.Shape];

    /// <summary>All elements in C order as doubles; i8 above 2^53 loses digits.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: no such array, or of a type that is not read.</exception>
    public double[] Doubles(string name)
    {
        (NpyHeader header, byte[] bytes) = Find(name);
        ReadOnlySpan<byte> data = bytes.AsSpan(header.DataOffset);
        double[] result = new double[header.Count];
        switch (header.Descr)
        {
            case "<f8": MemoryMarshal.Cast<byte, double>(data).CopyTo(result); break;
            case "<f4": Convert(MemoryMarshal.Cast<byte, float>(data), result, v => v); break;
            case "<i8": Convert(MemoryMarshal.Cast<byte, long>(data), result, v => v); break;
            case "<i4": Convert(MemoryMarshal.Cast<byte, int>(data), result, v => v); break;
            default: Convert(data, result, v => v); break;
        }
        return result;
    }

    /// <summary>The elements of an array of u1 or b1 in C order.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: no such array, or of another type.</exception>
    public byte[] Bytes(string name)
    {
        (NpyHeader header, byte[] bytes) = Find(name);
        return header.ElementBytes == 1
            ? bytes[header.DataOffset..]
            : throw new EngineException(ErrorCode.BadInput, $"{_source}: '{name}' is of type {header.Descr}, not of bytes.");
    }

    /// <summary>All elements in C order as integers; booleans are 0 and 1, fractions are refused.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: no such array, not read, or a value is not a whole
    /// number.</exception>
    public long[] Longs(string name)
    {
        (NpyHeader header, byte[] bytes) = Find(name);
        ReadOnlySpan<byte> data = bytes.AsSpan(header.DataOffset);
        long[] result = new long[header.Count];
        switch (header.Descr)
        {
            case "<i8": MemoryMarshal.Cast<byte, long>(data).CopyTo(result); break;
            case "<i4": Convert(MemoryMarshal.Cast<byte, int>(data), result, v => v); break;
            case "<f8": Convert(MemoryMarshal.Cast<byte, double>(data), result, v => Whole(name, v)); break;
            case "<f4": Convert(MemoryMarshal.Cast<byte, float>(data), result, v => Whole(name, v)); break;
            default: Convert(data, result, v => v); break;
        }
        return result;
    }

    /// <summary>The only element of an array of one element.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: no such array, not read, or not of one element.</exception>
    public double Scalar(string name)
    {
        double[] values = Doubles(name);
        return values.Length == 1
            ? values[0]
            : throw new EngineException(ErrorCode.BadInput, $"{_source}: '{name}' has {values.Length} elements, 1 is needed.");
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> source, Span<TTo> destination, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = convert(source[i]);
    }

    private static byte[] ReadWhole(ZipArchiveEntry entry)
    {
        // The length comes from the file; it is not trusted for an allocation before as many bytes have really arrived.
        using Stream stream = entry.Open();
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        byte[] bytes = buffer.ToArray();
        if (bytes.Length != entry.Length)
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"{bytes.Length} of {entry.Length} bytes are there"));
        return Crc32.Of(bytes) == entry.Crc32 ? bytes : throw new FormatException("the checksum differs");
    }

    private long Whole(string name, double value)
    {
        // 2^63 is the first double above the largest long.
        if (value != Math.Floor(value) || Math.Abs(value) >= 9223372036854775808.0)
            throw new EngineException(ErrorCode.BadInput, string.Create(
                CultureInfo.InvariantCulture,
                $"{_source}: '{name}' holds {value}, which is not a whole number of 64 bits; read it as doubles."));
        return (long)value;
    }

    private (NpyHeader Header, byte[] Bytes) Find(string name)
    {
        if (!_arrays.TryGetValue(name, out (NpyHeader Header, byte[] Bytes) array))
            throw new EngineException(ErrorCode.BadInput, $"{_source} has no array '{name}'; it has {string.Join(", ", Names)}.");
        if (array.Header.ElementBytes == 0)
            throw new EngineException(ErrorCode.BadInput,
                $"{_source}: '{name}' is of type {array.Header.Descr}; read are little-endian f8, f4, i8, i4, u1 and b1.");
        if (array.Header.FortranOrder && array.Header.Shape.Length > 1)
            throw new EngineException(ErrorCode.BadInput,
                $"{_source}: '{name}' is in Fortran order; save it with numpy.ascontiguousarray.");
        return array;
    }
}
