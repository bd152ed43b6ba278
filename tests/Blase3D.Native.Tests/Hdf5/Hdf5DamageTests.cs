using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Native.Tests.Hdf5;

public class Hdf5DamageTests
{
    private static readonly Hdf5Layout Checked = new() { Chunk = [8, 8], Shuffle = true, DeflateLevel = 1, Fletcher32 = true };

    [Fact]
    public void A_missing_file_names_the_call_the_path_and_the_reason()
    {
        using var scratch = new Scratch();
        string path = scratch["no.h5"];
        var failure = Assert.Throws<Hdf5Exception>(() => Hdf5File.OpenRead(path));
        Assert.Equal("H5Fopen", failure.Call);
        Assert.Equal(path, failure.Path);
        Assert.Contains("No such file", failure.NativeText, StringComparison.Ordinal);
        Assert.False(Hdf5File.IsHdf5(path));
    }

    [Fact]
    public void A_folder_that_is_missing_is_an_error_of_Create()
    {
        using var scratch = new Scratch();
        string path = Path.Combine(scratch["none"], "x.h5");
        Assert.Equal("H5Fcreate", Assert.Throws<Hdf5Exception>(() => Hdf5File.Create(path)).Call);
    }

    [Fact]
    public void A_text_file_is_not_HDF5()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a.h5"], "wavelength,flux\n1,2\n");
        Assert.False(Hdf5File.IsHdf5(scratch["a.h5"]));
        Assert.Throws<Hdf5Exception>(() => Hdf5File.OpenRead(scratch["a.h5"]));
    }

    [Fact]
    public void The_signature_is_also_found_behind_a_user_block()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["a.h5"], [.. new byte[1024], 0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10, 0]);
        Assert.True(Hdf5File.IsHdf5(scratch["a.h5"]));
        Assert.True(Hdf5File.IsHdf5(Sample(scratch)));
    }

    [Fact]
    public void A_missing_dataset_names_the_file_and_the_object()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.OpenRead(Sample(scratch));
        var failure = Assert.Throws<Hdf5Exception>(() => file.OpenDataset("/not/here"));
        Assert.EndsWith("sample.h5:/not/here", failure.Path, StringComparison.Ordinal);
        Assert.Throws<Hdf5Exception>(() => file.ReadStrings("/not/here"));
    }

    [Fact]
    public void Writing_twice_or_to_a_file_opened_for_reading_is_an_error()
    {
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.OpenReadWrite(Sample(scratch)))
        {
            Assert.Throws<Hdf5Exception>(() => file.Write<int>("m", [1], [1]));
            Assert.Throws<ArgumentException>(() => file.Write<int>("n", [1, 2], [3]));
        }

        using Hdf5File readOnly = Hdf5File.OpenRead(scratch["sample.h5"]);
        Assert.Throws<Hdf5Exception>(() => readOnly.Write<int>("n", [1], [1]));
        Assert.Throws<Hdf5Exception>(() => readOnly.SetAttribute("/", "n", 1L));
    }

    [Fact]
    public void A_closed_file_and_its_datasets_refuse_to_work()
    {
        using var scratch = new Scratch();
        Hdf5File file = Hdf5File.OpenRead(Sample(scratch));
        Hdf5Dataset dataset = file.OpenDataset("m");
        file.Close();
        file.Close();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.OpenDataset("m"));
        Assert.Throws<ObjectDisposedException>(() => file.Exists("m"));
        Assert.Throws<Hdf5Exception>(() => dataset.ReadAll<float>());
        dataset.Dispose();
        Assert.Throws<ObjectDisposedException>(() => dataset.ReadAll<float>());
    }

    [Fact]
    public void Two_openings_of_one_file_are_closed_independently()
    {
        using var scratch = new Scratch();
        string path = Sample(scratch);
        using Hdf5File one = Hdf5File.OpenRead(path);
        using Hdf5Dataset dataset = one.OpenDataset("m");
        using (Hdf5File two = Hdf5File.OpenRead(path))
        {
            using Hdf5Dataset other = two.OpenDataset("m");
            Assert.Equal(256, other.ReadAll<float>().Length);
        }

        Assert.Equal(256, dataset.ReadAll<float>().Length);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_an_error_and_nothing_worse()
    {
        using var scratch = new Scratch();
        byte[] whole = File.ReadAllBytes(Sample(scratch));
        for (int length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(scratch["cut.h5"], whole[..length]);
            Assert.Throws<Hdf5Exception>(() => ReadEverything(scratch["cut.h5"]));
        }
    }

    [Fact]
    public void A_flipped_bit_is_an_error_or_harmless_and_nothing_worse()
    {
        using var scratch = new Scratch();
        byte[] whole = File.ReadAllBytes(Sample(scratch));
        string good = ReadEverything(scratch["sample.h5"]);

        // No variable-length string is in this file: they lie in a heap without checksums, and HDF5 1.10.8 itself ends the process when
        // an index inside that heap is wrong.
        Assert.Equal(-1, whole.AsSpan().IndexOf("GCOL"u8));
        int refused = 0, changed = 0;
        var random = new System.Random(7);
        for (int trial = 0; trial < 1500; trial++)
        {
            int at = random.Next(whole.Length);
            byte[] bad = [.. whole];
            bad[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(scratch["bad.h5"], bad);
            try
            {
                if (ReadEverything(scratch["bad.h5"]) != good) changed++;
            }
            catch (Hdf5Exception)
            {
                refused++;
            }
        }

        // Metadata and these chunks carry checksums; only the values of contiguous datasets do not.
        Assert.InRange(refused, 100, 1500);
        Assert.InRange(changed, 0, 300);
    }

    [Fact]
    public void A_flipped_bit_in_a_checksummed_chunk_is_found()
    {
        using var scratch = new Scratch();
        string path = scratch["chunk.h5"];
        float[] data = Enumerable.Range(0, 64).Select(i => MathF.Sin(i)).ToArray();
        using (Hdf5File file = Hdf5File.Create(path)) file.Write<float>(
            "m", data, [8, 8], new Hdf5Layout { Chunk = [8, 8], Fletcher32 = true });
        byte[] bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf(BitConverter.GetBytes(data[20]));
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
        using Hdf5File again = Hdf5File.OpenRead(path);
        using Hdf5Dataset dataset = again.OpenDataset("m");
        Assert.Contains(
            "fletcher", Assert.Throws<Hdf5Exception>(() => dataset.ReadAll<float>()).Message, StringComparison.OrdinalIgnoreCase);
    }

    private static string Sample(Scratch scratch)
    {
        string path = scratch["sample.h5"];
        using Hdf5File file = Hdf5File.Create(path);
        file.Write<float>("m", Enumerable.Range(0, 256).Select(i => (float)i).ToArray(), [16, 16], Checked);
        file.Write<double>("group/plain", [1, 2, 3], [3]);
        file.WriteStrings("names", ["teff", "logg"]);
        file.SetAttribute("/", "TYPE", "sample");
        file.SetAttribute("m", "REVISION", 1L);
        file.Close();
        return path;
    }

    private static string ReadEverything(string path)
    {
        using Hdf5File file = Hdf5File.OpenRead(path);
        var text = new System.Text.StringBuilder();
        text.AppendJoin(' ', file.Children()).AppendJoin(' ', file.Children("group")).AppendJoin(' ', file.AttributeNames("/"));
        text.Append(file.ReadStringAttribute("/", "TYPE")).Append(file.ReadInt64Attribute("m", "REVISION"));
        text.AppendJoin(' ', file.ReadStrings("names"));
        foreach (string name in new[] { "m", "group/plain" })
        {
            using Hdf5Dataset dataset = file.OpenDataset(name);
            text.AppendJoin(' ', dataset.Shape).Append(dataset.ElementType).AppendJoin(' ', dataset.ReadAll<double>());
        }

        return text.ToString();
    }
}
