using Blase3D.Engine.Storage.Npz;

namespace Blase3D.Engine.Tests;

/// <summary>PHOENIX 3900 K, logg 4.5, [M/H] 0 on its 126,200 native pixels 8038-9300 Angstrom, with what the published code makes
/// of it.</summary>
internal static class NativePhoenix
{
    public const double TeffKelvin = 3900;

    public static NpzReader Open() => GoldenFile.Open("12_native3900_preprocess_detect");

    /// <summary>8038 + 0.01 i Angstrom, moved by the stored number of last binary digits (at most 2) to be the file's doubles
    /// exactly.</summary>
    public static double[] Wavelength(NpzReader golden)
    {
        long[] ulps = golden.Longs("wl_ulps");
        double[] wavelength = new double[ulps.Length];
        for (int i = 0; i < wavelength.Length; i++)
            wavelength[i] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(8038 + 0.01 * i) + ulps[i]);
        return wavelength;
    }
}
