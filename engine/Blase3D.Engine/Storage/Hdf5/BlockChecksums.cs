using System.Numerics;
using System.Runtime.InteropServices;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// Checksums of contiguous datasets, which HDF5 itself keeps only for chunks: CRC-32C (Castagnoli, RFC 3720 section 12.1) of the little-endian
/// bytes of every <see cref="BlockElements"/> elements, as <c>/checksum/NAME</c>.
/// </summary>
internal static class BlockChecksums
{
    /// <summary>Elements per block.</summary>
    public const int BlockElements = 1024;

    /// <summary>Where the checksums of a dataset are.</summary>
    public static string PathOf(string dataset) => "/checksum" + dataset;

    /// <summary>Writes a dataset in one piece and its checksums.</summary>
    public static void Write<T>(Hdf5File file, string name, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        file.Write(name, values, [values.Length]);
        uint[] sums = Of(values);
        file.Write<uint>(PathOf(name), sums, [sums.Length]);
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
