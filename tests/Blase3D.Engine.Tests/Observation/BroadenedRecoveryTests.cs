using Blase3D.Engine.Observation;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>
/// Velocity, v sin i and R of real PHOENIX spectra that eniric broadened, found again together. With sums over pixels as the model, which is what eniric did,
/// all come out of every column. The exact kernels, which the fits of the engine use, find them as well where the broadening is resolved; in eniric's own
/// columns they find R off by as much as its sums are off the integrals.
/// </summary>
public sealed class BroadenedRecoveryTests(ITestOutputHelper output)
{
    // A velocity that nothing was made for, and where the fits begin.
    private const double VelocityKmPerS = -23.456;
    private const double StartResolution = 75_000;
    private static readonly Extrinsics Start = new(VelocityKmPerS + 2, 7);
    private static readonly int[] Beside = [0, 1, -1];
    private static readonly double[] Beginnings = [0.05, 0.5];

    [Theory]
    [MemberData(nameof(BroadenedColumn.Golden), MemberType = typeof(BroadenedColumn))]
    public void What_eniric_put_in_is_found_again_by_sums_over_pixels(string file, string name)
    {
        BroadenedColumn column = BroadenedColumn.Open(file, name);
        double[] observed = Moved(column.Wavelength);
        var sums = new SumsOverPixels(column.Wavelength, column.Native, observed, StartResolution);
        (Extrinsics start, _) = Descend(column, observed, column.Broadened);

        // The residual of single precision is the only minimum that counts, and the descents end with the first that comes there.
        double precision = column.Wavelength.Length * Tolerances.BroadenedColumn * Tolerances.BroadenedColumn;
        (Extrinsics found, double squares) = Places(column, start.RotationKmPerS).Select(place =>
        {
            Extrinsics there = BroadeningFit.Descend(sums, column.Broadened, start with { RotationKmPerS = place.At }, (place.At, place.At)).At;
            return BroadeningFit.Descend(sums, column.Broadened, there, (place.Least, place.Most));
        }).FirstOrDefault(end => end.Squares <= precision, (At: start, Squares: double.NaN));
        Say($"{file} {name}", column, found);
        Assert.InRange(squares, 0, precision);
        Check(column, found, Tolerances.RecoveredBySums, Tolerances.RecoveredBySums, Tolerances.RecoveredBySums);
    }

    [Theory]
    [InlineData("14_broadened_3900", "V5R60K")]
    [InlineData("14_broadened_3900", "V5R100K")]
    [InlineData("14_broadened_3900", "V10R60K")]
    [InlineData("14_broadened_3900", "V10R100K")]
    [InlineData("14_broadened_3500", "V5R80K")]
    [InlineData("14_broadened_3500", "V10R100K")]
    public void What_resolved_sums_put_in_is_found_again_by_the_exact_kernels(string file, string name)
    {
        BroadenedColumn column = BroadenedColumn.Open(file, name);
        (Extrinsics found, _) = Descend(column, Moved(column.Wavelength), column.Sums(times: 16));
        Say($"{file} {name}, pixels divided by 16", column, found);
        Check(column, found, Tolerances.RecoveredVelocity, Tolerances.RecoveredByExactKernels, Tolerances.RecoveredByExactKernels);
    }

    // A rotation of 20 pixels in eniric's sums looks wider by 0.07 % and the instrument of 100,000 beside it by 1.4 %; of one of 17 pixels it is -0.2 and -4 %.
    [Theory]
    [InlineData("14_broadened_3900", "V5R60K", 0.01)]
    [InlineData("14_broadened_3900", "V5R80K", 0.01)]
    [InlineData("14_broadened_3900", "V5R100K", 0.01)]
    [InlineData("14_broadened_3900", "V10R60K", 0.01)]
    [InlineData("14_broadened_3900", "V10R80K", 0.01)]
    [InlineData("14_broadened_3900", "V10R100K", 0.015)]
    [InlineData("14_broadened_3500", "V5R80K", 0.01)]
    [InlineData("14_broadened_3500", "V10R100K", 0.05)]
    public void What_eniric_put_in_is_seen_by_the_exact_kernels_through_its_sums(string file, string name, double share)
    {
        BroadenedColumn column = BroadenedColumn.Open(file, name);
        (Extrinsics found, _) = Descend(column, Moved(column.Wavelength), column.Broadened);
        Say($"{file} {name}", column, found);
        Check(column, found, 0.01, 0.01, share);
    }

    // Sums have a crease at every v sin i that is a whole number of pixels, and rise steeply behind it: where to begin between two creases, around a value and beside.
    private static IEnumerable<(double At, double Least, double Most)> Places(BroadenedColumn column, double rotation)
    {
        double pixel = DopplerShift.LightSpeedKmPerS * (column.Wavelength[1] - column.Wavelength[0]) / column.Wavelength[column.Wavelength.Length / 2];
        return from n in Beside.Select(pixels => (int)(rotation / pixel) + pixels) where n * pixel >= BroadeningFit.Rotations.Least
               from share in Beginnings select ((n + share) * pixel, n * pixel, (n + 1) * pixel);
    }

    private static double[] Moved(double[] wavelength) => [.. wavelength.Select(w => w * DopplerShift.Factor(VelocityKmPerS))];

    // By the exact kernels.
    private static (Extrinsics At, double Squares) Descend(BroadenedColumn column, double[] observed, double[] data) => BroadeningFit.Descend(
        new ExactKernels(column.Wavelength, column.Native, observed, VelocityKmPerS - 5, VelocityKmPerS + 5, StartResolution), data, Start, BroadeningFit.Rotations);

    private static void Check(BroadenedColumn column, Extrinsics found, double velocity, double rotation, double resolution)
    {
        Assert.Equal(VelocityKmPerS, found.VelocityKmPerS, velocity);
        Assert.Equal(1, found.RotationKmPerS / column.RotationKmPerS, rotation);
        Assert.Equal(1, StartResolution * found.ResolutionFactor / column.Resolution, resolution);
    }

    private void Say(string what, BroadenedColumn column, Extrinsics found) => output.WriteLine(FormattableString.Invariant(
        $"{what}: velocity off by {1000 * (found.VelocityKmPerS - VelocityKmPerS):0.0000} m/s, v sin i by {(found.RotationKmPerS / column.RotationKmPerS) - 1:e1}, R by {(StartResolution * found.ResolutionFactor / column.Resolution) - 1:e1}"));
}
