using Blase3D.Native.Cfitsio;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>Real PHOENIX spectra that eniric broadened: limb darkening 0.6, then a Gaussian of FWHM wavelength / R, both on photon numbers.</summary>
public sealed class BroadenedPhoenixTests(ITestOutputHelper output)
{
    private static readonly int[] Narrower = [1, 4, 16];

    [Theory]
    [MemberData(nameof(BroadenedColumn.Golden), MemberType = typeof(BroadenedColumn))]
    public void Sums_over_pixels_are_what_eniric_did(string file, string name)
    {
        BroadenedColumn column = BroadenedColumn.Open(file, name);
        Assert.InRange(BroadenedColumn.Rms(column.Sums(), column.Broadened), 0, Tolerances.BroadenedColumn);
    }

    // What the exact kernels differ by from eniric is what its sums differ by from the integrals: on narrower pixels, with the same flux between the old ones,
    // they go over into the exact kernels. Rotations of 2, 10, 8 and 17 pixels.
    [Theory]
    [InlineData("14_broadened_3900", "V1R100K")]
    [InlineData("14_broadened_3900", "V5R100K")]
    [InlineData("14_broadened_3500", "V5R80K")]
    [InlineData("14_broadened_3500", "V10R100K")]
    public void On_narrower_pixels_the_sums_become_the_exact_kernels(string file, string name)
    {
        BroadenedColumn column = BroadenedColumn.Open(file, name);
        double[] exact = column.Exact(stepKmPerS: 0.1);
        double[] off = [.. Narrower.Select(times => BroadenedColumn.Rms(column.Sums(times), exact))];
        double ofEniric = BroadenedColumn.Rms(column.Broadened, exact);
        output.WriteLine(FormattableString.Invariant($"{file} {name}: exact kernels against the column {ofEniric:e2}, against sums over pixels divided by 1, 4, 16: {off[0]:e2} {off[1]:e2} {off[2]:e2}"));
        Assert.Equal(ofEniric, off[0], Tolerances.BroadenedColumn);
        Assert.InRange(off[2], 0, Tolerances.ResolvedSums);

        // The power 1.5 of the width would be 8 and 64 times less; where the edge comes to lie between the pixels makes that uneven.
        Assert.InRange(off[1], 0, off[0] / 3);
        Assert.InRange(off[2], 0, off[0] / 40);
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
        foreach (string name in fits.Columns.Skip(2).Select(found => found.Name))
        {
            BroadenedColumn column = BroadenedColumn.Of(wavelength, native, fits.ReadColumn(name), name, isOld: columns == 4 && name == "V5R80K");
            double[] exact = column.Exact();
            double sums = BroadenedColumn.Rms(column.Sums(), column.Broadened), byExact = BroadenedColumn.Rms(exact, column.Broadened);
            output.WriteLine(FormattableString.Invariant($"{file} {name}: rms of sums over pixels {sums:e2}, of the exact kernels {byExact:e2}"));
            Assert.InRange(sums, 0, Tolerances.BroadenedColumn);
            Assert.InRange(byExact, 0, Tolerances.BroadenedColumnSampling);
        }
    }
}
