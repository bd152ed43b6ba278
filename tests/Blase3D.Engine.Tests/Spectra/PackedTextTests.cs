using System.Globalization;
using System.IO.Compression;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Engine.Tests.Storage;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

/// <summary>Text packed with gzip is read when it is whole, and never a part of it.</summary>
public sealed class PackedTextTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void Whole_files_are_read_whatever_their_length_members_and_name()
    {
        foreach (int rows in Enumerable.Range(8, 40).Concat([399, 400, 401, 1000, 5000, 20_000]))
        {
            foreach (string name in new[] { "star.csv.gz", "packed.csv" })
            {
                File.WriteAllBytes(_folder[name], [.. Pack(Text(rows)[..100]), .. Pack(Text(rows)[100..])]);
                Spectrum spectrum = SpectrumReader.Read(_folder[name]);
                Assert.Equal(rows, spectrum.Flux.Length);
                Assert.Equal(Flux(rows - 1), spectrum.Flux[^1]);
            }
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        byte[] whole = Pack(Text(300));
        string file = _folder["teff4000_logg4_feh0.csv.gz"];
        for (int length = 3; length < whole.Length; length += length < whole.Length - 40 ? 17 : 1)
        {
            File.WriteAllBytes(file, whole[..length]);
            Refusal.BadInput(() => SpectrumReader.Read(file), "feh0.csv.gz", "cut off");
            Refusal.BadInput(() => SpectraTable.IsTable(file), "cut off");
        }

        Refusal.BadInput(() => GridImporter.Import([file], new GridImportOptions()), "cut off");
    }

    [Fact]
    public void A_file_with_a_wrong_bit_is_refused_unless_the_bit_says_nothing()
    {
        byte[] whole = Pack(Text(300));
        var random = new Random(5);
        for (int trial = 0; trial < 200; trial++)
        {
            // The ten bytes of the header hold a time and flags that change nothing.
            byte[] bad = [.. whole];
            bad[random.Next(10, bad.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder["bad.csv.gz"], bad);
            if (Unpacks(bad) == Text(300)) continue; // a bit of the padding
            Refusal.BadInput(() => SpectrumReader.Read(_folder["bad.csv.gz"]), "bad.csv.gz");
        }
    }

    [Fact]
    public void A_packed_table_of_several_spectra_is_one_and_is_not_taken_for_a_single_one()
    {
        string text = "# by hand\nwavelength,flux_0,flux_1\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{8500 + i},1,0.{i:00}\n"));
        foreach (string name in new[] { "two.csv.gz", "two.dat" })
        {
            File.WriteAllBytes(_folder[name], Pack(text));
            Assert.True(SpectraTable.IsTable(_folder[name]));
            Assert.Equal(0.19, SpectraTable.Read(_folder[name]).Flux[1][^1]);
            Refusal.BadInput(() => SpectrumReader.Read(_folder[name]), name, "several spectra");
        }
    }

    public void Dispose() => _folder.Dispose();

    private static double Flux(int pixel) => 1 - (pixel % 97 / 131.0);

    private static string Text(int rows) =>
        "wavelength,flux\n" + string.Concat(Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{8500 + (0.01 * i)},{Flux(i):R}\n")));

    private static string? Unpacks(byte[] packed)
    {
        try
        {
            using var reader = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
            return reader.ReadToEnd();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Pack(string text)
    {
        using var packed = new MemoryStream();
        using (var writer = new StreamWriter(new GZipStream(packed, CompressionLevel.Optimal))) writer.Write(text);
        return packed.ToArray();
    }
}
