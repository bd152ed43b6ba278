using Blase3D.Engine.Observation;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;
using Blase3D.Native.Cfitsio;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>Real PHOENIX spectra that eniric broadened: limb darkening 0.6, then a Gaussian of FWHM wavelength / R, both on photon numbers.</summary>
public sealed class BroadenedPhoenixTests(ITestOutputHelper output)
{
    private const int Edge = 300;
    private static readonly int[] Rotations = [1, 5, 10];
    private static readonly int[] Resolutions = [60, 80, 100];

    [Fact]
    public void Sums_over_pixels_reproduce_the_cut_in_the_repository()
    {
        NpzReader golden = GoldenFile.Open("14_broadened_3900");
        double[] wavelength = [.. golden.Longs("wl_hundredths").Select(hundredths => hundredths / 100.0)];
        foreach ((double rotation, double resolution, string name) in Columns)
            Assert.InRange(Compare(wavelength, golden.Doubles("NATIVE"), golden.Doubles(name), rotation, resolution, isExact: false), 0, Tolerances.BroadenedColumn);
    }

    [Theory]
    [InlineData("broadened_lte03900-4.50-0.0.11700-12900.fits.gz", 11)]
    [InlineData("broadened_lte03500-4.50-0.0.10000-11000.fits.gz", 4)]
    public void Every_column_is_reproduced(string file, int columns)
    {
        if (SharedData.PathOrSay("eniric/" + file, output) is not { } path) return;
        using FitsFile fits = FitsFile.OpenRead(path);
        fits.MoveTo(1);
        double[] wavelength = fits.ReadColumn("WAVE"), native = fits.ReadColumn("NATIVE");
        Assert.Equal(columns, fits.Columns.Count);
        foreach (FitsColumn column in fits.Columns.Skip(2))
        {
            string[] parts = column.Name[1..^1].Split('R');
            (double rotation, double resolution) = (double.Parse(parts[0]), 1000 * double.Parse(parts[1]));
            double[] expected = fits.ReadColumn(column.Name);
            double sums = Compare(wavelength, native, expected, rotation, resolution, isExact: false);
            double exact = Compare(wavelength, native, expected, rotation, resolution, isExact: true);
            output.WriteLine(FormattableString.Invariant($"{file} {column.Name}: rms of sums over pixels {sums:e2}, of the exact kernels {exact:e2}"));
            Assert.InRange(sums, 0, Tolerances.BroadenedColumn);

            // A rotation of 2 to 10 pixels is not resolved by eniric's sums: these are off the integral by this much.
            Assert.InRange(exact, 0, Tolerances.BroadenedColumnSampling);
        }
    }

    // The sums of eniric make a rotation of 10 km/s by 0.1 % too wide, which at the highest R looks like 1.4 % of the instrument's width.
    [Theory]
    [InlineData("V5R60K", 5, 60_000, 0.01)]
    [InlineData("V5R100K", 5, 100_000, 0.01)]
    [InlineData("V10R60K", 10, 60_000, 0.01)]
    [InlineData("V10R80K", 10, 80_000, 0.01)]
    [InlineData("V10R100K", 10, 100_000, 0.015)]
    public void What_eniric_put_in_is_found_again_by_the_exact_kernels(string column, double rotation, double resolution, double share)
    {
        NpzReader golden = GoldenFile.Open("14_broadened_3900");
        double[] wavelength = [.. golden.Longs("wl_hundredths").Select(hundredths => hundredths / 100.0)];
        double[] native = Photons(wavelength, golden.Doubles("NATIVE")), data = Photons(wavelength, golden.Doubles(column));

        // The whole moved by a velocity that nothing was made for.
        const double velocity = -23.456;
        double[] moved = [.. wavelength.Select(w => w * DopplerShift.Factor(velocity))];
        Extrinsics found = BroadeningFit.Run(wavelength, native, moved, data, new Extrinsics(velocity + 2, 7), 75_000, Edge);
        output.WriteLine(FormattableString.Invariant($"{column}: velocity off by {1000 * (found.VelocityKmPerS - velocity):0.00} m/s, v sin i {found.RotationKmPerS:0.0000} km/s, R {75_000 * found.ResolutionFactor:0}"));
        Assert.Equal(velocity, found.VelocityKmPerS, 0.01);
        Assert.Equal(1, found.RotationKmPerS / rotation, 0.01);
        Assert.Equal(1, 75_000 * found.ResolutionFactor / resolution, share);
    }

    [Theory]
    [InlineData("V1R80K", 1, 80_000)]
    [InlineData("V5R60K", 5, 60_000)]
    [InlineData("V10R100K", 10, 100_000)]
    public void Sums_over_pixels_fit_best_at_what_eniric_put_in(string column, double rotation, double resolution)
    {
        NpzReader golden = GoldenFile.Open("14_broadened_3900");
        double[] wavelength = [.. golden.Longs("wl_hundredths").Select(hundredths => hundredths / 100.0)];
        double Square(double byRotation, double byResolution) =>
            Math.Pow(Compare(wavelength, golden.Doubles("NATIVE"), golden.Doubles(column), rotation * byRotation, resolution * byResolution, isExact: false), 2);
        Assert.Equal(1, Lowest(by => Square(1, by)), 0.01);
        if (rotation > 1) Assert.Equal(1, Lowest(by => Square(by, 1)), 0.01);

        // Of the parabola through three places.
        static double Lowest(Func<double, double> square)
        {
            const double step = 0.003;
            double below = square(1 - step), here = square(1), above = square(1 + step);
            return 1 + (0.5 * step * (below - above) / (below - (2 * here) + above));
        }
    }

    private static double[] Photons(double[] wavelength, double[] flux)
    {
        double[] photons = [.. flux.Zip(wavelength, (f, w) => f * w)];
        double median = Percentile(photons);
        return [.. photons.Select(p => p / median)];
    }

    private static IEnumerable<(double Rotation, double Resolution, string Name)> Columns =>
        from rotation in Rotations
        from resolution in Resolutions
        select ((double)rotation, 1000.0 * resolution, $"V{rotation}R{resolution}K");

    private static double Compare(double[] wavelength, double[] native, double[] expected, double rotation, double resolution, bool isExact)
    {
        double[] photons = [.. native.Zip(wavelength, (flux, angstrom) => flux * angstrom)];
        double median = Percentile(photons);
        for (int i = 0; i < photons.Length; i++) photons[i] /= median;
        double[] broadened = isExact ? Exact(wavelength, photons, rotation, resolution) : PixelBroadening.Smooth(wavelength, PixelBroadening.Rotate(wavelength, photons, rotation), resolution);
        double sum = 0;
        for (int i = Edge; i < wavelength.Length - Edge; i++)
        {
            double difference = broadened[i] - (expected[i] * wavelength[i] / median);
            sum += difference * difference;
        }

        return Math.Sqrt(sum / (wavelength.Length - (2 * Edge)));
    }

    internal static double[] Exact(double[] wavelength, double[] flux, double rotation, double resolution)
    {
        DetectorPixels points = DetectorPixels.Points(wavelength);
        RestLattice lattice = RestLattice.Under([points], 0, 0, 0, wavelength[2], wavelength[^3]);
        var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(resolution));
        var seen = new double[wavelength.Length];
        model.Evaluate(new Extrinsics(0, rotation), OnLattice(wavelength, flux, lattice), Workers.OneThread, seen);
        return seen;
    }

    // The polynomial through the six nearest pixels.
    internal static double[] OnLattice(double[] wavelength, double[] flux, RestLattice lattice)
    {
        var result = new double[lattice.WavelengthAngstrom.Length];
        int at = 0;
        for (int n = 0; n < result.Length; n++)
        {
            double x = lattice.WavelengthAngstrom[n];
            while (wavelength[at + 1] < x) at++;
            int first = Math.Clamp(at - 2, 0, wavelength.Length - 6);
            for (int i = 0; i < 6; i++)
            {
                double weight = 1;
                for (int j = 0; j < 6; j++)
                {
                    if (j != i) weight *= (x - wavelength[first + j]) / (wavelength[first + i] - wavelength[first + j]);
                }

                result[n] += weight * flux[first + i];
            }
        }

        return result;
    }

    private static double Percentile(double[] values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }
}
