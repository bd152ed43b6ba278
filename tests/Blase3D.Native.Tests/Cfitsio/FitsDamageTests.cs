using System.IO.Compression;
using Blase3D.Native.Cfitsio;
using Xunit;

namespace Blase3D.Native.Tests.Cfitsio;

public class FitsDamageTests
{
    [Fact]
    public void A_missing_file_is_not_replaced_by_a_compressed_neighbour()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["a.fits.gz"], Gzip(Sample(scratch)));
        File.Delete(scratch["sample.fits"]);
        var failure = Assert.Throws<FitsException>(() => FitsFile.OpenRead(scratch["a.fits"]));
        Assert.Equal(scratch["a.fits"], failure.Path);
        Assert.Contains("does not exist", failure.NativeText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wavelength,flux\n1,2\n")]
    [InlineData("SIMPLE  =                    T / but nothing after it")]
    public void Something_else_is_refused_with_the_librarys_text(string content)
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a.fits"], content);
        var failure = Assert.Throws<FitsException>(() => FitsFile.OpenRead(scratch["a.fits"]));
        Assert.Equal("ffdkopn", failure.Call);
        Assert.NotEqual(0, failure.Status);
        Assert.NotEmpty(failure.NativeText);
    }

    [Fact]
    public void Creating_in_a_folder_that_is_missing_is_an_error()
    {
        using var scratch = new Scratch();
        Assert.Throws<FitsException>(() => FitsFile.Create(Path.Combine(scratch["none"], "a.fits")));
        Assert.Throws<FitsException>(() => FitsFile.OpenRead(scratch[new string('n', 2000)]));
    }

    [Fact]
    public void Reading_past_the_image_or_an_HDU_that_is_not_there_is_an_error()
    {
        using var scratch = new Scratch();
        Sample(scratch);
        using FitsFile file = FitsFile.OpenRead(scratch["sample.fits"]);
        var values = new double[3];
        Assert.Contains("1000", Assert.Throws<FitsException>(() => file.ReadImage(998, values)).Message, StringComparison.Ordinal);
        Assert.Throws<FitsException>(() => file.MoveTo(2));
        Assert.Equal(0, file.HduIndex);
        file.ReadImage(997, values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_short_anywhere_is_an_error_and_nothing_worse(bool gzip)
    {
        using var scratch = new Scratch();
        byte[] plain = Sample(scratch);
        byte[] whole = gzip ? Gzip(plain) : plain;

        // The last FITS block is filled up with zeros that carry nothing, and so is the end of the compressed file.
        string good = ReadEverything(scratch["sample.fits"]);
        int meaningful = gzip ? whole.Length - 64 : plain.Length - 2880;
        for (int length = 0; length < meaningful; length += 41)
        {
            File.WriteAllBytes(scratch["cut.fits"], whole[..length]);
            Assert.Throws<FitsException>(() => ReadEverything(scratch["cut.fits"]));
        }

        for (int length = meaningful; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(scratch["cut.fits"], whole[..length]);
            Exception? failure = Record.Exception(() => Assert.Equal(good, ReadEverything(scratch["cut.fits"])));
            Assert.True(failure is null or FitsException, failure?.Message);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flipped_bit_is_an_error_or_a_changed_value_and_nothing_worse(bool gzip)
    {
        using var scratch = new Scratch();
        byte[] plain = Sample(scratch);
        byte[] whole = gzip ? Gzip(plain) : plain;
        string good = ReadEverything(scratch["sample.fits"]);
        int refused = 0, changed = 0;
        var random = new Random(11);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] bad = [.. whole];
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(scratch["bad.fits"], bad);
            try
            {
                if (ReadEverything(scratch["bad.fits"]) != good) changed++;
            }
            catch (FitsException)
            {
                refused++;
            }
        }

        // Plain FITS has no checksum: a value changes unnoticed. Gzip has one.
        Assert.InRange(refused, gzip ? 150 : 1, 300);
        Assert.InRange(changed, 0, gzip ? 0 : 300);
    }

    private static byte[] Sample(Scratch scratch)
    {
        double[] values = Enumerable.Range(0, 1000).Select(i => Math.Sin(i)).ToArray();
        using (FitsFile file = FitsFile.Create(scratch["sample.fits"]))
        {
            file.WriteImage(values, [1000]);
            file.SetKey("PHXTEFF", 3900.0);
            file.WriteTable("T", [("a", "K", values), ("b", "", values)]);
            file.Close();
        }

        return File.ReadAllBytes(scratch["sample.fits"]);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal)) gzip.Write(bytes);
        return target.ToArray();
    }

    private static string ReadEverything(string path)
    {
        using FitsFile file = FitsFile.OpenRead(path);
        var text = new System.Text.StringBuilder();
        text.AppendJoin(' ', file.ImageShape).Append(file.ReadDoubleKey("PHXTEFF"));
        var values = new double[Math.Min(1000, file.ImageShape.DefaultIfEmpty(0).Aggregate((a, b) => a * b))];
        file.ReadImage(0, values);
        text.AppendJoin(' ', values);
        file.MoveTo(1);
        text.AppendJoin(' ', file.Columns).Append(file.RowCount);
        return text.AppendJoin(' ', file.ReadColumn(0)).AppendJoin(' ', file.ReadColumn(1)).ToString();
    }
}
