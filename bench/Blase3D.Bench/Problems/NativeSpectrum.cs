using Blase3D.Engine.Storage.Npz;

namespace Blase3D.Bench.Problems;

/// <summary>A real PHOENIX spectrum on its native pixels, 8038 to 9300 A (tests/golden/PROVENANCE.md).</summary>
internal static class NativeSpectrum
{
    /// <summary>Its effective temperature.</summary>
    public const double TeffKelvin = 3900;

    /// <summary>Wavelengths in vacuum Angstrom, and the flux as published.</summary>
    public static (double[] Wavelength, double[] Flux) Read()
    {
        NpzReader golden = NpzReader.Open(RepositoryFiles.Golden("12_native3900_preprocess_detect.npz"));
        double[] wavelength = [.. golden.Longs("wl_ulps").Select((ulps, i) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(8038 + (0.01 * i)) + ulps))];
        return (wavelength, golden.Doubles("flux"));
    }
}
