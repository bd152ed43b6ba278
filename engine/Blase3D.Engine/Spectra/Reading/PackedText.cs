using System.IO.Compression;

namespace Blase3D.Engine.Spectra.Reading;

/// <summary>Text files, plain or gzip as their first bytes say.</summary>
internal static class PackedText
{
    /// <summary>Opens a text file. One that is packed is unpacked to its end at once, because only there it can be seen to be whole.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the packed file is damaged or ends too early.</exception>
    internal static StreamReader Open(string file)
    {
        FileStream stream = File.OpenRead(file);
        try
        {
            if (stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B)
            {
                stream.Dispose();
                return new StreamReader(Unpack(file));
            }

            stream.Position = 0;
            return new StreamReader(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// GZipStream takes the end of a file for the end of its content. So a packed text of our own is read behind the file's: it comes out if and
    /// only if the file's last member was whole, with its check sum and length.
    /// </summary>
    private static MemoryStream Unpack(string file)
    {
        byte[] seal = new byte[64];
        Array.Fill(seal, (byte)'|');
        using var packed = new MemoryStream();
        packed.Write(File.ReadAllBytes(file));
        using (var writer = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) writer.Write(seal);
        packed.Position = 0;
        var plain = new MemoryStream();
        try
        {
            using var reader = new GZipStream(packed, CompressionMode.Decompress);
            reader.CopyTo(plain);
        }
        catch (InvalidDataException failure)
        {
            throw Damaged(file, failure);
        }

        if (plain.Length < seal.Length || !plain.GetBuffer().AsSpan((int)plain.Length - seal.Length, seal.Length).SequenceEqual(seal)) throw Damaged(file, null);
        plain.SetLength(plain.Length - seal.Length);
        plain.Position = 0;
        return plain;
    }

    private static EngineException Damaged(string file, Exception? inner) => new(
        ErrorCode.BadInput, $"{file} is damaged or cut off: its gzip content ends too early or does not match its check sum; fetch or pack it again.", inner);
}
