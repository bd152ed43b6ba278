using Blase3D.Engine.Observation;
using Blase3D.Engine.Storage.Npz;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>
/// A PHOENIX spectrum that eniric broadened and the native one that it was made of, both as photon numbers (which is what eniric broadens) over the median of
/// the native one.
/// </summary>
internal sealed record BroadenedColumn(double[] Wavelength, double[] Native, double[] Broadened, double RotationKmPerS, double Resolution)
{
    /// <summary>The pixels at each end that are not compared: beyond them eniric saw more of the spectrum.</summary>
    public const int Edge = 300;

    // eniric's revision f0a37f73 turns v sin i into a share of the wavelength with c = 300,000 km/s, so what it calls 10 km/s is one of 9.993; older and newer ones do not.
    private const double RoundLightSpeedKmPerS = 300_000;

    /// <summary>The files and columns of tests/golden; all but the last were made by revision f0a37f73.</summary>
    public static TheoryData<string, string> Golden => new()
    {
        { "14_broadened_3900", "V1R60K" }, { "14_broadened_3900", "V1R80K" }, { "14_broadened_3900", "V1R100K" },
        { "14_broadened_3900", "V5R60K" }, { "14_broadened_3900", "V5R80K" }, { "14_broadened_3900", "V5R100K" },
        { "14_broadened_3900", "V10R60K" }, { "14_broadened_3900", "V10R80K" }, { "14_broadened_3900", "V10R100K" },
        { "14_broadened_3500", "V10R100K" }, { "14_broadened_3500", "V5R80K" },
    };

    /// <summary>Reads one of <see cref="Golden"/>.</summary>
    public static BroadenedColumn Open(string file, string column)
    {
        NpzReader golden = GoldenFile.Open(file);
        double[] wavelength = [.. golden.Longs("wl_hundredths").Select(hundredths => hundredths / 100.0)];
        return Of(wavelength, golden.Doubles("NATIVE"), golden.Doubles(column), column, isOld: file == "14_broadened_3500" && column == "V5R80K");
    }

    /// <summary>Makes one of energies per Angstrom.</summary>
    public static BroadenedColumn Of(double[] wavelength, double[] native, double[] broadened, string name, bool isOld)
    {
        string[] parts = name[1..^1].Split('R');
        double rotation = double.Parse(parts[0]) * (isOld ? 1 : DopplerShift.LightSpeedKmPerS / RoundLightSpeedKmPerS);
        double[] photons = [.. native.Zip(wavelength, (flux, angstrom) => flux * angstrom)], sorted = [.. photons];
        Array.Sort(sorted);
        double median = sorted[sorted.Length / 2];
        return new BroadenedColumn(wavelength, [.. photons.Select(p => p / median)], [.. broadened.Zip(wavelength, (f, w) => f * w / median)], rotation, 1000 * double.Parse(parts[1]));
    }

    /// <summary>What sums over pixels make of the native spectrum, on pixels that are narrower by a factor.</summary>
    public double[] Sums(int times = 1) => PixelSums.BroadenRefined(Wavelength, Native, RotationKmPerS, Resolution, times);

    /// <summary>What the engine makes of it.</summary>
    public double[] Exact(double stepKmPerS = RestLattice.DefaultStepKmPerS) => ExactBroadening.Broaden(Wavelength, Native, RotationKmPerS, Resolution, stepKmPerS);

    /// <summary>The root mean square of a difference, without the ends.</summary>
    public static double Rms(double[] one, double[] other) =>
        Math.Sqrt(Enumerable.Range(Edge, one.Length - (2 * Edge)).Average(i => (one[i] - other[i]) * (one[i] - other[i])));
}
