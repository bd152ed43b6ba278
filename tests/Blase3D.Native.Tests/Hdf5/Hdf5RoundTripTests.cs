using Blase3D.Native.Hdf5;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Native.Tests.Hdf5;

public class Hdf5RoundTripTests
{
    private static readonly Hdf5Layout Packed = new() { Chunk = [2, 3], Shuffle = true, DeflateLevel = 4, Fletcher32 = true };

    [Fact]
    public void Every_number_type_comes_back_with_its_extremes()
    {
        RoundTrip([float.MinValue, -0f, float.Epsilon, float.NaN, float.PositiveInfinity, 1.1f]);
        RoundTrip([double.MinValue, -0.0, double.Epsilon, double.NaN, double.NegativeInfinity, 1.1]);
        RoundTrip([sbyte.MinValue, sbyte.MaxValue, 0]);
        RoundTrip([byte.MinValue, byte.MaxValue]);
        RoundTrip([short.MinValue, short.MaxValue]);
        RoundTrip([ushort.MinValue, ushort.MaxValue]);
        RoundTrip([int.MinValue, int.MaxValue]);
        RoundTrip([uint.MinValue, uint.MaxValue]);
        RoundTrip([long.MinValue, long.MaxValue]);
        RoundTrip([ulong.MinValue, ulong.MaxValue]);
    }

    [Fact]
    public void A_scalar_an_empty_shape_and_four_dimensions_keep_their_shape()
    {
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.Create(scratch["a.h5"]))
        {
            file.Write<double>("scalar", [42.5], []);
            file.Write<float>("empty", [], [0, 7], Packed);
            file.Write<int>("four", Enumerable.Range(0, 24).ToArray(), [2, 3, 1, 4]);
            file.Close();
        }

        using Hdf5File again = Hdf5File.OpenRead(scratch["a.h5"]);
        using (Hdf5Dataset scalar = again.OpenDataset("/scalar"))
        {
            Assert.Empty(scalar.Shape);
            Assert.Equal(1, scalar.Length);
            Assert.Equal([42.5], scalar.ReadAll<double>());
        }

        using (Hdf5Dataset empty = again.OpenDataset("/empty"))
        {
            Assert.Equal([0L, 7L], empty.Shape);
            Assert.Empty(empty.ReadAll<float>());
        }

        using Hdf5Dataset four = again.OpenDataset("/four");
        Assert.Equal([2L, 3, 1, 4], four.Shape);
        Assert.Equal(Enumerable.Range(0, 24), four.ReadAll<int>());
    }

    [Fact]
    public void Any_data_of_any_shape_come_back_bit_for_bit_in_any_layout()
    {
        Gen<long[]> shapes = Gen.Choose(1, 6).Select(n => (long)n).ArrayOf().Where(s => s.Length is >= 1 and <= 4);
        Gen<(long[] Shape, double[] Data, Hdf5Layout Layout)> cases =
            from shape in shapes
            from data in ArbMap.Default.GeneratorFor<double>().ArrayOf((int)shape.Aggregate(1L, (a, b) => a * b))
            from chunk in Gen.Choose(1, 8).Select(n => (long)n).ArrayOf(shape.Length)
            from level in Gen.Choose(0, 9)
            from bits in Gen.Choose(0, 7)
            select (shape, data, bits == 0 ? Hdf5Layout.Contiguous : new Hdf5Layout
            {
                Chunk = chunk, Shuffle = (bits & 1) != 0, Fletcher32 = (bits & 2) != 0, DeflateLevel = (bits & 4) != 0 ? level : 0,
            });
        using var scratch = new Scratch();
        string path = scratch["any.h5"];
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(cases), one =>
        {
            using (Hdf5File file = Hdf5File.Create(path)) file.Write<double>("a/b", one.Data, one.Shape, one.Layout);
            using Hdf5File again = Hdf5File.OpenRead(path);
            using Hdf5Dataset dataset = again.OpenDataset("a/b");
            return dataset.Shape.SequenceEqual(one.Shape)
                && dataset.ReadAll<double>().Select(BitConverter.DoubleToInt64Bits).SequenceEqual(
                    one.Data.Select(BitConverter.DoubleToInt64Bits));
        }));
    }

    [Fact]
    public void Blocks_are_written_and_read_where_they_belong()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["blocks.h5"]);
        using Hdf5Dataset dataset = file.CreateDataset<int>("m", [3, 4], Packed);
        dataset.Write<int>([1, 2], [2, 2], [10, 11, 20, 21]);
        Assert.Equal([0, 0, 0, 0, 0, 0, 10, 11, 0, 0, 20, 21], dataset.ReadAll<int>());

        var column = new double[3];
        dataset.Read<double>([0, 3], [3, 1], column);
        Assert.Equal([0.0, 11, 21], column);

        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Read<double>([1, 3], [3, 1], column));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Read<double>([long.MaxValue, 0], [2, 1], column));
        Assert.Throws<ArgumentException>(() => dataset.Read<double>([0], [3], column));
        Assert.Throws<ArgumentException>(() => dataset.Read<double>([0, 0], [2, 1], column));
        dataset.Read<double>([0, 0], [0, 4], Span<double>.Empty);
    }

    [Fact]
    public void The_layout_is_reported_and_chunks_are_clipped_to_the_shape()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["layout.h5"]);
        using Hdf5Dataset packed = file.CreateDataset<float>("p", [2, 2], Packed);
        Assert.Equal([2L, 2L], packed.ChunkShape);
        Assert.True(packed.Layout is { Shuffle: true, Fletcher32: true, DeflateLevel: 4 });
        Assert.Null(packed.ContiguousFileOffset);

        using Hdf5Dataset plain = file.CreateDataset<float>("c", [2, 2]);
        Assert.Null(plain.ChunkShape);
        Assert.Throws<ArgumentException>(() => file.CreateDataset<float>("x", [2], new Hdf5Layout { DeflateLevel = 1 }));
        Assert.Throws<ArgumentException>(() => file.CreateDataset<float>("x", [2], Packed));
        Assert.False(file.Exists("x"));
    }

    [Fact]
    public void Contiguous_values_lie_at_the_reported_offset()
    {
        using var scratch = new Scratch();
        long offset;
        using (Hdf5File file = Hdf5File.Create(scratch["c.h5"]))
        {
            file.Write<double>("/deep/down/values", [1.5, -2.5], [2]);
            using Hdf5Dataset dataset = file.OpenDataset("/deep/down/values");
            offset = Assert.NotNull(dataset.ContiguousFileOffset);
        }

        byte[] bytes = File.ReadAllBytes(scratch["c.h5"]);
        Assert.Equal(1.5, BitConverter.ToDouble(bytes, (int)offset));
        Assert.Equal(-2.5, BitConverter.ToDouble(bytes, (int)offset + 8));
    }

    [Fact]
    public void Objects_are_found_and_listed()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["tree.h5"]);
        file.Write<int>("/axis/teff", [1], [1]);
        file.Write<int>("/axis/logg", [1], [1]);
        file.Write<int>("/größe", [1], [1]);
        Assert.Equal(["axis", "größe"], file.Children());
        Assert.Equal(["logg", "teff"], file.Children("axis"));
        Assert.True(file.Exists("/") && file.Exists("axis") && file.Exists("/axis/teff") && file.Exists("/größe"));
        Assert.False(file.Exists("/axis/feh") || file.Exists("/none/teff") || file.Exists("/axis/teff/x"));
        Assert.Contains("none", Assert.Throws<Hdf5Exception>(() => file.Children("none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strings_in_any_script_come_back()
    {
        string[] values = ["", "teff", "Å ngström µ", "日本語", "𝛼"];
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["s.h5"]);
        file.WriteStrings("/names", values);
        file.WriteStrings("/none", []);
        Assert.Equal(values, file.ReadStrings("/names"));
        Assert.Empty(file.ReadStrings("/none"));
        using Hdf5Dataset dataset = file.OpenDataset("/names");
        Assert.Equal(typeof(string), dataset.ElementType);
        Assert.Throws<Hdf5Exception>(() => dataset.ReadAll<double>());
        Assert.Throws<ArgumentException>(() => file.WriteStrings("/zero", ["a\0b"]));
    }

    [Fact]
    public void A_file_is_changed_in_place_when_opened_for_writing()
    {
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.Create(scratch["rw.h5"])) file.Write<int>("a", [1, 2], [2]);
        using (Hdf5File file = Hdf5File.OpenReadWrite(scratch["rw.h5"]))
        {
            using Hdf5Dataset a = file.OpenDataset("a");
            a.Write<int>([1], [1], [5]);
            file.Flush();
            file.Close();
        }

        using Hdf5File again = Hdf5File.OpenRead(scratch["rw.h5"]);
        using Hdf5Dataset b = again.OpenDataset("a");
        Assert.Equal([1, 5], b.ReadAll<int>());
    }

    [Fact]
    public void Threads_take_turns()
    {
        using var scratch = new Scratch();
        float[] data = Enumerable.Range(0, 64 * 100).Select(i => (float)i).ToArray();
        using (Hdf5File file = Hdf5File.Create(scratch["t.h5"])) file.Write<float>(
            "m", data, [64, 100], new Hdf5Layout { Chunk = [4, 100], DeflateLevel = 1 });
        using Hdf5File again = Hdf5File.OpenRead(scratch["t.h5"]);
        using Hdf5Dataset dataset = again.OpenDataset("m");
        Parallel.For(0, 64, row =>
        {
            var values = new float[100];
            dataset.Read<float>([row, 0], [1, 100], values);
            Assert.Equal(data.AsSpan(row * 100, 100).ToArray(), values);
            Assert.Throws<Hdf5Exception>(() => again.OpenDataset("absent"));
        });
    }

    private static void RoundTrip<T>(T[] values)
        where T : unmanaged
    {
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.Create(scratch["t.h5"])) file.Write<T>("v", values, [values.Length]);
        using Hdf5File again = Hdf5File.OpenRead(scratch["t.h5"]);
        using Hdf5Dataset dataset = again.OpenDataset("v");
        Assert.Equal(typeof(T), dataset.ElementType);
        Assert.Equal(values, dataset.ReadAll<T>());
    }
}
