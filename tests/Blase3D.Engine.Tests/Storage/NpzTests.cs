using System.Globalization;
using Blase3D.Engine.Storage.Npz;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

public class NpzTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_read_back(bool deflate)
    {
        double[] f8 = [0, -0.0, Math.PI, double.NaN, double.PositiveInfinity, double.Epsilon];
        using var stream = new MemoryStream();
        using (var writer = new NpzWriter(stream, deflate))
        {
            writer.Add("f8", f8, 2, 3);
            writer.Add("f4", [1.5f, -2.25f]);
            writer.Add("i8", [long.MinValue, 7L]);
            writer.Add("i4", [int.MaxValue, -1], 2, 1, 1);
            writer.Add("empty", ReadOnlySpan<double>.Empty);
        }
        stream.Position = 0;
        NpzReader reader = NpzReader.Open(stream);

        Assert.Equal(["f8", "f4", "i8", "i4", "empty"], reader.Names);
        Assert.Equal([2, 3], reader.Shape("f8"));
        Assert.Equal(f8.Select(BitConverter.DoubleToInt64Bits), reader.Doubles("f8").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal([1.5, -2.25], reader.Doubles("f4"));
        Assert.Equal([long.MinValue, 7L], reader.Longs("i8"));
        Assert.Equal([int.MaxValue, -1L], reader.Longs("i4"));
        Assert.Equal([2, 1, 1], reader.Shape("i4"));
        Assert.Empty(reader.Doubles("empty"));
    }

    [Theory]
    [InlineData("npz_numpy_stored")]
    [InlineData("npz_numpy_deflated")]
    public void Files_of_numpy_are_read(string name)
    {
        NpzReader reader = GoldenFile.Open(name);
        Assert.Equal(["f8", "f4", "i8", "i4", "u1", "b1", "scalar", "fortran"], reader.Names);
        Assert.Equal([2, 3], reader.Shape("f8"));
        Assert.Equal([0, 0.1, 0.2, 0.3, 0.4, 0.5], reader.Doubles("f8"), (a, b) => Math.Abs(a - b) < 1e-16);
        Assert.Equal([0.5, 1.5], reader.Doubles("f4"));
        Assert.Equal([1L << 40, -3], reader.Longs("i8"));
        Assert.Equal([7L, -7], reader.Longs("i4"));
        Assert.Equal([7.0, -7], reader.Doubles("i4"));
        Assert.Equal([0L, 255], reader.Longs("u1"));
        Assert.Equal([1L, 0, 1], reader.Longs("b1"));
        Assert.Empty(reader.Shape("scalar"));
        Assert.Equal(42.5, reader.Scalar("scalar"));
        Assert.False(reader.Contains("text"));
        AssertBadInput("text", () => reader.Doubles("text"));
        AssertBadInput("Fortran", () => reader.Doubles("fortran"));
        AssertBadInput("42.5", () => reader.Longs("scalar"));
        AssertBadInput("6 elements", () => reader.Scalar("f8"));
        AssertBadInput("nothing", () => reader.Doubles("nothing"));
    }

    [Fact]
    public void Every_truncation_is_an_error_that_names_the_file()
    {
        byte[] whole = File.ReadAllBytes(GoldenFile.PathOf("npz_numpy_stored.npz"));
        for (int length = 0; length < whole.Length; length += 7)
        {
            using var cut = new MemoryStream(whole, 0, length);
            AssertBadInput("cut.npz", () => NpzReader.Open(cut, "cut.npz"));
        }
    }

    [Theory]
    [InlineData("npz_numpy_stored")]
    [InlineData("npz_numpy_deflated")]
    public void A_flipped_byte_is_an_error_or_changes_nothing(string name)
    {
        byte[] whole = File.ReadAllBytes(GoldenFile.PathOf(name + ".npz"));
        NpzReader truth = NpzReader.Open(new MemoryStream(whole));
        int refused = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] flipped = (byte[])whole.Clone();
            flipped[i] ^= 0x10;
            try
            {
                NpzReader reader = NpzReader.Open(new MemoryStream(flipped), "flipped.npz");
                // Time stamps, attributes and names in the zip's headers may change; the numbers may not.
                foreach (string array in reader.Names.Where(truth.Contains).Where(n => n != "fortran"))
                    Assert.Equal(truth.Doubles(array), reader.Doubles(array));
            }
            catch (EngineException e)
            {
                Assert.Equal(ErrorCode.BadInput, e.Code);
                Assert.Contains("flipped.npz", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(refused > whole.Length / 5, string.Create(CultureInfo.InvariantCulture, $"{refused} of {whole.Length}"));
    }

    [Fact]
    public void A_missing_file_is_bad_input() => AssertBadInput("no-such.npz", () => NpzReader.Open("no-such.npz"));

    [Fact]
    public void The_writer_refuses_a_wrong_shape_and_a_name_used_twice()
    {
        using var writer = new NpzWriter(new MemoryStream());
        Assert.Throws<EngineException>(() => writer.Add("a", [1.0, 2.0], 3));
        writer.Add("b", [1.0]);
        Assert.Throws<EngineException>(() => writer.Add("b", [1.0]));
    }

    private static void AssertBadInput(string part, Func<object> action)
    {
        EngineException e = Assert.Throws<EngineException>(action);
        Assert.Equal(ErrorCode.BadInput, e.Code);
        Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }
}
