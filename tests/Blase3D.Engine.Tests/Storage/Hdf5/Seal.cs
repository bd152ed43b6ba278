using System.Runtime.InteropServices;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

/// <summary>
/// Renews the checksum of a dataset that a test has changed on purpose: CRC-32C bit by bit, as data-schemas describes it and without the engine.
/// </summary>
internal static class Seal
{
    public static void Renew(Hdf5File file, string name)
    {
        if (!file.Exists("/checksum" + name)) return;
        using Hdf5Dataset dataset = file.OpenDataset(name), sums = file.OpenDataset("/checksum" + name);
        byte[] bytes = dataset.ElementType switch
        {
            var t when t == typeof(double) => Bytes(dataset.ReadAll<double>()),
            var t when t == typeof(float) => Bytes(dataset.ReadAll<float>()),
            var t when t == typeof(long) => Bytes(dataset.ReadAll<long>()),
            var t when t == typeof(int) => Bytes(dataset.ReadAll<int>()),
            _ => dataset.ReadAll<byte>(),
        };
        if (sums.Length == 1) sums.Write<uint>([0], [1], [Crc32C(bytes)]);
    }

    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
