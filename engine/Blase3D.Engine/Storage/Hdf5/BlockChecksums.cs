using System.Numerics;
using System.Runtime.InteropServices;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// Checksums of the values of datasets: CRC-32C (Castagnoli, RFC 3720 section 12.1) of the little-endian bytes of every
/// <see cref="BlockElements"/> elements in row-major order, as <c>/checksum/NAME</c>. HDF5 itself keeps checksums for chunks only, and none for the
/// list of the chunks.
/// </summary>
internal static class BlockChecksums
{
    /// <summary>Elements per block.</summary>
    public const int BlockElements = 1024;

    /// <summary>The root attribute that says that every dataset has checksums; a damaged list of them would otherwise pass for an old file.</summary>
    public const string Attribute = "checksum";

    /// <summary>The value of <see cref="Attribute"/>.</summary>
    public const string Kind = "crc32c";

    /// <summary>Whether a dataset has checksums.</summary>
    /// <exception cref="EngineException">BadInput: it has none although the file says that all have.</exception>
    public static bool HasFor(Hdf5File file, string path, string dataset)
    {
        if (file.Exists(PathOf(dataset))) return true;
        return file.ReadStringAttribute("/", Attribute) is null
            ? false
            : throw new EngineException(ErrorCode.BadInput, $"{path} is damaged: it has lost the checksums of {dataset}; copy it again from where it came, or make it again.");
    }

    /// <summary>Where the checksums of a dataset are.</summary>
    public static string PathOf(string dataset) => "/checksum" + dataset;

    /// <summary>Writes a dataset and its checksums.</summary>
    public static void Write<T>(Hdf5File file, string name, ReadOnlySpan<T> values, ReadOnlySpan<long> shape, Hdf5Layout? layout = null)
        where T : unmanaged
    {
        file.Write(name, values, shape, values.IsEmpty ? null : layout);
        uint[] sums = Of(values);
        file.Write<uint>(PathOf(name), sums, [sums.Length]);
    }

    /// <summary>Verifies all values of a dataset, when the file has checksums for it.</summary>
    /// <exception cref="EngineException">BadInput: they do not fit.</exception>
    public static void Verify<T>(Hdf5File file, string path, string name, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (HasFor(file, path, name) && !FileHeader.Column<uint>(file, path, PathOf(name)).AsSpan().SequenceEqual(Of(values)))
            throw new EngineException(ErrorCode.BadInput, $"{path} is damaged: the values of {name} do not fit their checksum; copy it again from where it came, or make it again.");
    }

    /// <summary>The checksums of all blocks; the last may be shorter.</summary>
    public static uint[] Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var sums = new uint[(values.Length + BlockElements - 1) / BlockElements];
        for (int block = 0; block < sums.Length; block++)
        {
            int first = block * BlockElements;
            sums[block] = OfBlock(values.Slice(first, Math.Min(BlockElements, values.Length - first)));
        }

        return sums;
    }

    /// <summary>The checksum of one block.</summary>
    public static uint OfBlock<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        uint crc = uint.MaxValue;
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
