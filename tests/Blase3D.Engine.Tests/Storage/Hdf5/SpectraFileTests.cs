using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

public sealed class SpectraFileTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_grid_comes_back(bool normalized, bool compress)
    {
        var shares = new List<double>();
        SpectraFile.WriteGrid(_folder["a.h5"], TinyContent.Grid, normalized, TinyContent.Provenance, compress, shares.Add);
        AssertIsTiny(_folder["a.h5"], normalized);
        Assert.Equal([1 / 3.0, 2 / 3.0, 1], shares);
        Assert.Equal("grid-spectra", FileHeader.TypeOf(_folder["a.h5"]));
        Assert.Equal(["a.h5"], _folder.Names);
    }

    [Fact]
    public void Results_come_back_in_double_precision()
    {
        double[][] flux = [.. TinyContent.Flux.Select(row => row.Select(value => value + 1e-14).ToArray())];
        SpectraFile.WriteResult(_folder["a.h5"], TinyContent.Wavelength, TinyContent.Points, flux, TinyContent.Provenance);
        using StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"]);
        Assert.True(spectra.IsNormalized);
        for (int row = 0; row < 3; row++) Assert.Equal(flux[row], Row(spectra, row));
    }

    [Fact]
    public void Compression_pays_for_a_grid_that_is_smooth()
    {
        double[] wavelength = [.. Enumerable.Range(1, 20_000).Select(i => 8000 + (i * 0.01))];
        double[][] flux = [[.. wavelength.Select(w => 1 - (0.5 * Math.Exp(-Math.Pow(w - 8100, 2))))]];
        var grid = new MemoryGrid(wavelength, new GridPoints(["teff"], [4000]), flux);
        SpectraFile.WriteGrid(_folder["plain.h5"], grid, normalized: true, TinyContent.Provenance);
        SpectraFile.WriteGrid(_folder["packed.h5"], grid, normalized: true, TinyContent.Provenance, compress: true);
        Assert.True(new FileInfo(_folder["packed.h5"]).Length < new FileInfo(_folder["plain.h5"]).Length - 40_000);
        using StoredSpectra plain = SpectraFile.Open(_folder["plain.h5"]), packed = SpectraFile.Open(_folder["packed.h5"]);
        Assert.Equal(Row(plain, 0), Row(packed, 0));
        Assert.Equal(flux[0].Select(value => (double)(float)value), Row(packed, 0));
    }

    [Fact]
    public void A_grid_without_points_or_pixels_is_refused()
    {
        SpectraFile.WriteGrid(_folder["a.h5"], new MemoryGrid(TinyContent.Wavelength, new GridPoints(["teff"], []), []), normalized: false, TinyContent.Provenance);
        Refusal.BadInput(() => SpectraFile.Open(_folder["a.h5"]), "a.h5", "no point");
        SpectraFile.WriteGrid(_folder["b.h5"], new MemoryGrid([], new GridPoints(["teff"], [4000]), [[]]), normalized: false, TinyContent.Provenance);
        Refusal.BadInput(() => SpectraFile.Open(_folder["b.h5"]), "b.h5", "no wavelength");
    }

    [Fact]
    public void Fluxes_that_are_not_numbers_come_back_and_fluxes_beyond_float32_are_refused()
    {
        double[] odd = [.. TinyContent.Flux[0]];
        (odd[3], odd[4]) = (double.NaN, double.PositiveInfinity);
        var points = new GridPoints(["teff"], [4000]);
        SpectraFile.WriteGrid(_folder["a.h5"], new MemoryGrid(TinyContent.Wavelength, points, [odd]), normalized: false, TinyContent.Provenance);
        using (StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"])) Assert.Equal(odd, Row(spectra, 0));
        odd[5] = 1e39;
        Refusal.BadInput(
            () => SpectraFile.WriteGrid(_folder["a.h5"], new MemoryGrid(TinyContent.Wavelength, points, [odd]), normalized: false, TinyContent.Provenance),
            "a.h5", "1E+39", "teff=4000, pixel 5");
        odd[5] = 0;
        using (StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"])) Assert.Equal(TinyContent.Flux[0][5], Row(spectra, 0)[5]);
    }

    [Fact]
    public void A_cancelled_grid_leaves_the_old_file_and_nothing_else()
    {
        TinyContent.WriteGrid(_folder["a.h5"]);
        byte[] before = File.ReadAllBytes(_folder["a.h5"]);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => SpectraFile.WriteGrid(
            _folder["a.h5"], TinyContent.Grid, normalized: true, TinyContent.Provenance, progress: _ => stop.Cancel(), cancellation: stop.Token));
        Assert.Equal(before, File.ReadAllBytes(_folder["a.h5"]));
        Assert.Equal(["a.h5"], _folder.Names);
    }

    [Fact]
    public void What_the_reader_would_refuse_is_not_written()
    {
        double[] descending = [.. TinyContent.Wavelength.Reverse()];
        Refusal.BadInput(() => SpectraFile.WriteResult(_folder["a.h5"], descending, TinyContent.Points, TinyContent.Flux, TinyContent.Provenance), "a.h5", "ascending");
        var slash = new GridPoints(["a/b"], [1, 2, 3]);
        Refusal.BadInput(() => SpectraFile.WriteResult(_folder["a.h5"], TinyContent.Wavelength, slash, TinyContent.Flux, TinyContent.Provenance), "a.h5 has the axes 'a/b'");
        Assert.Throws<ArgumentException>(() => SpectraFile.WriteResult(_folder["a.h5"], TinyContent.Wavelength, TinyContent.Points, TinyContent.Flux[..2], TinyContent.Provenance));
        Assert.Throws<ArgumentException>(() => SpectraFile.WriteResult(_folder["a.h5"], TinyContent.Wavelength[1..], TinyContent.Points, TinyContent.Flux, TinyContent.Provenance));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void Rows_are_checked_and_a_closed_file_says_so()
    {
        TinyContent.WriteGrid(_folder["a.h5"]);
        StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(spectra, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Row(spectra, -1));
        Assert.Throws<ArgumentException>(() => spectra.ReadFlux(0, new double[15]));
        spectra.Dispose();
        spectra.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Row(spectra, 0));
    }

    [Fact]
    public void Rows_may_be_read_from_many_threads()
    {
        TinyContent.WriteCompressedGrid(_folder["a.h5"]);
        using StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"]);
        Parallel.For(0, 300, i => Assert.Equal(TinyContent.Flux[i % 3], Row(spectra, i % 3)));
    }

    [Fact]
    public async Task Readers_see_the_old_file_or_the_new_one_whole()
    {
        double[][] other = [.. TinyContent.Flux.Select(row => row.Select(value => -value).ToArray())];
        var replacement = new MemoryGrid(TinyContent.Wavelength, TinyContent.Points, other);
        TinyContent.WriteGrid(_folder["a.h5"]);
        int reads = 0;
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"]);
                double[][] rows = [.. Enumerable.Range(0, 3).Select(row => Row(spectra, row))];
                Assert.Equal(rows[0][0] > 0 ? TinyContent.Flux : other, rows);
                Interlocked.Increment(ref reads);
            }
        }))];
        for (int i = 0; i < 40 || (Volatile.Read(ref reads) < 20 && !readers.Any(reader => reader.IsFaulted)); i++)
            SpectraFile.WriteGrid(_folder["a.h5"], i % 2 == 0 ? replacement : TinyContent.Grid, normalized: false, TinyContent.Provenance);
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(reads >= 20);
        Assert.Equal(["a.h5"], _folder.Names);
    }

    [Fact]
    public void A_file_that_goes_away_or_changes_its_shape_between_opening_and_reading_is_named()
    {
        TinyContent.WriteGrid(_folder["a.h5"]);
        using StoredSpectra spectra = SpectraFile.Open(_folder["a.h5"]);
        File.Delete(_folder["a.h5"]);
        Refusal.BadInput(() => Row(spectra, 0), "a.h5");
        SpectraFile.WriteResult(_folder["a.h5"], TinyContent.Wavelength[..8], TinyContent.Points, [.. TinyContent.Flux.Select(row => row[..8])], TinyContent.Provenance);
        Refusal.BadInput(() => Row(spectra, 0), "a.h5", "replaced");
        TinyContent.WriteGrid(_folder["b.h5"]);
        using StoredSpectra open = SpectraFile.Open(_folder["b.h5"]);
        _ = Row(open, 0);
        SpectraFile.WriteResult(_folder["b.h5"], TinyContent.Wavelength, TinyContent.Points, [.. TinyContent.Flux.Reverse()], TinyContent.Provenance);
        Assert.Equal(TinyContent.Flux[2], Row(open, 2));
    }

    public void Dispose() => _folder.Dispose();

    internal static double[] Row(StoredSpectra spectra, int row)
    {
        var flux = new double[spectra.Wavelength.Count];
        spectra.ReadFlux(row, flux);
        return flux;
    }

    internal static void AssertIsTiny(string path, bool normalized)
    {
        using StoredSpectra spectra = SpectraFile.Open(path);
        Assert.Equal(path, spectra.FilePath);
        Assert.Equal(normalized, spectra.IsNormalized);
        Assert.Equal(TinyContent.Wavelength, spectra.Wavelength);
        Assert.Equal(TinyContent.Axes, spectra.Points.AxisNames);
        Assert.Equal(TinyContent.Points.Values.ToArray(), spectra.Points.Values.ToArray());
        foreach (int row in new[] { 2, 0, 1 }) Assert.Equal(TinyContent.Flux[row], Row(spectra, row));
    }
}
