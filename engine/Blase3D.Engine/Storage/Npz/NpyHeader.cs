using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Blase3D.Engine.Storage.Npz;

/// <summary>
/// The header of one <c>.npy</c> array, versions 1 and 2 of the format described in NumPy's <c>numpy.lib.format</c> page:
/// magic, version, header length, and a Python dictionary with <c>descr</c>, <c>fortran_order</c> and <c>shape</c>.
/// </summary>
/// <param name="Descr">The element type as NumPy writes it, for example <c>&lt;f8</c>.</param>
/// <param name="FortranOrder">Whether the first axis is the fastest one.</param>
/// <param name="Shape">The lengths of the axes; empty for a scalar.</param>
/// <param name="DataOffset">Where the elements begin, in bytes from the start of the file.</param>
internal sealed record NpyHeader(string Descr, bool FortranOrder, int[] Shape, int DataOffset)
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The product of the axis lengths; 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int length in Shape)
                count = checked(count * length);
            return count;
        }
    }

    /// <summary>Bytes of one element, or 0 for a type that is not read here.</summary>
    public int ElementBytes => Descr switch
    {
        "<f8" or "<i8" => 8,
        "<f4" or "<i4" => 4,
        "|u1" or "|b1" => 1,
        _ => 0,
    };

    /// <summary>Parses a header.</summary>
    /// <param name="bytes">The whole <c>.npy</c> file.</param>
    /// <exception cref="FormatException">The bytes are not a <c>.npy</c> file of version 1 or 2.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes.StartsWith(Magic))
            throw new FormatException("it does not begin with the magic of a .npy file");
        int version = bytes[6];
        if (version is not (1 or 2))
            throw new FormatException($"its .npy version is {version}, only 1 and 2 are read");
        int start = version == 1 ? 10 : 12;
        long length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (start + length > bytes.Length)
            throw new FormatException("its header is cut short");
        string text = Encoding.Latin1.GetString(bytes.Slice(start, (int)length));
        return new NpyHeader(
            Quoted(text, "descr"),
            Value(text, "fortran_order").StartsWith("True", StringComparison.Ordinal),
            ShapeOf(text),
            start + (int)length);
    }

    /// <summary>The header bytes of a C-ordered array, version 1, padded so that the elements begin on a multiple of 64 bytes.</summary>
    public static byte[] Format(string descr, ReadOnlySpan<int> shape)
    {
        var text = new StringBuilder($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (");
        foreach (int length in shape)
            text.Append(CultureInfo.InvariantCulture, $"{length},");
        text.Append("), }");
        int unpadded = 10 + text.Length + 1;
        text.Append(' ', (64 - unpadded % 64) % 64).Append('\n');

        byte[] bytes = new byte[10 + text.Length];
        Magic.CopyTo(bytes);
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), checked((ushort)text.Length));
        Encoding.Latin1.GetBytes(text.ToString(), bytes.AsSpan(10));
        return bytes;
    }

    private static ReadOnlySpan<char> Value(string text, string key)
    {
        int at = text.IndexOf($"'{key}':", StringComparison.Ordinal);
        return at < 0
            ? throw new FormatException($"its header has no '{key}'")
            : text.AsSpan(at + key.Length + 3).TrimStart();
    }

    private static string Quoted(string text, string key)
    {
        ReadOnlySpan<char> value = Value(text, key);
        // A structured type has a list here; it is kept as it is and refused when the array is asked for.
        if (value.IsEmpty || value[0] != '\'')
            return "structured";
        int end = value[1..].IndexOf('\'');
        return end < 0 ? throw new FormatException($"its header has no end of '{key}'") : value.Slice(1, end).ToString();
    }

    private static int[] ShapeOf(string text)
    {
        ReadOnlySpan<char> value = Value(text, "shape");
        int end = value.IndexOf(')');
        if (value.IsEmpty || value[0] != '(' || end < 0)
            throw new FormatException("its shape is not a tuple");
        var shape = new List<int>();
        foreach (Range part in value[1..end].Split(','))
        {
            ReadOnlySpan<char> digits = value[1..end][part].Trim();
            if (digits.IsEmpty)
                continue;
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int length))
                throw new FormatException($"its shape holds '{digits}'");
            shape.Add(length);
        }
        return [.. shape];
    }
}
