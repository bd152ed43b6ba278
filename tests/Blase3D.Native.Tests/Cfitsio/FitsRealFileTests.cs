using Blase3D.Native.Cfitsio;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Native.Tests.Cfitsio;

public class FitsRealFileTests(ITestOutputHelper output)
{
    [Fact]
    public void A_gzipped_PHOENIX_spectrum_is_read_with_its_header()
    {
        string? path = TestFiles.Shared("eniric/lte03900-4.50-0.0.PHOENIX-ACES-HiRes.10000-11000.fits.gz", output);
        if (path is null) return;
        using FitsFile file = FitsFile.OpenRead(path);
        Assert.Equal(3900, file.ReadDoubleKey("PHXTEFF"));
        Assert.Equal(4.5, file.ReadDoubleKey("PHXLOGG"));
        Assert.Equal(858333, file.ReadInt64Key("IWAVE0"));
        Assert.Equal([49999L], file.ImageShape);
        var flux = new float[49999];
        file.ReadImage(0, flux);
        Assert.DoesNotContain(flux, v => !(v > 0));

        Assert.True(file.TryMoveTo("WAVE"));
        var wave = new double[49999];
        file.ReadImage(0, wave);
        Assert.Equal(10000.02, wave[0], 9);
        Assert.Equal(10999.98, wave[^1], 9);
    }

    [Fact]
    public void The_table_of_an_observed_spectrum_has_its_26_gaps()
    {
        string? path = TestFiles.Shared("blase/WASP_69_hpf_stack.fits", output);
        if (path is null) return;
        using FitsFile file = FitsFile.OpenRead(path);
        file.MoveTo(1);
        Assert.Equal(FitsHduKind.BinaryTable, file.Kind);
        Assert.Equal(2048, file.RowCount);
        Assert.Equal(["wavelength", "flux", "uncertainty"], file.Columns.Select(c => c.Name));
        Assert.Equal("Angstrom", file.Columns[0].Unit);
        Assert.Equal(26, file.ReadColumn("flux").Count(double.IsNaN));
        Assert.Equal(0, file.ReadColumn(0).Count(double.IsNaN));
    }
}
