using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Native.Tests.Hdf5;

public class Hdf5AttributeTests
{
    [Fact]
    public void Attributes_of_the_root_and_of_a_dataset_come_back()
    {
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.Create(scratch["a.h5"]))
        {
            file.Write<int>("d", [1], [1]);
            file.SetAttribute("/", "TYPE", "grid-spectra");
            file.SetAttribute("/", "REVISION", 1);
            file.SetAttribute("/", "big", long.MinValue);
            file.SetAttribute("/", "axes", ["teff", "logg", "Å"]);
            file.SetAttribute("/", "nothing", Array.Empty<string>());
            file.SetAttribute("d", "unit", "");
            file.SetAttribute("d", "scale", Math.PI);
            file.SetAttribute("d", "range", [8038.0, 12849.0]);
        }

        using Hdf5File again = Hdf5File.OpenRead(scratch["a.h5"]);
        Assert.Equal("grid-spectra", again.ReadStringAttribute("/", "TYPE"));
        Assert.Equal(1, again.ReadInt64Attribute("/", "REVISION"));
        Assert.Equal(1.0, again.ReadDoubleAttribute("/", "REVISION"));
        Assert.Equal(long.MinValue, again.ReadInt64Attribute("/", "big"));
        Assert.Equal(["teff", "logg", "Å"], again.ReadStringsAttribute("/", "axes")!);
        Assert.Equal(Array.Empty<string>(), again.ReadStringsAttribute("/", "nothing"));
        Assert.Equal(string.Empty, again.ReadStringAttribute("/d", "unit"));
        Assert.Equal(Math.PI, again.ReadDoubleAttribute("/d", "scale"));
        Assert.Equal([8038.0, 12849.0], again.ReadDoublesAttribute("/d", "range")!);
        Assert.Equal(["REVISION", "TYPE", "axes", "big", "nothing"], again.AttributeNames("/").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_text_longer_than_an_object_header_comes_back()
    {
        string text = string.Concat(Enumerable.Repeat("command line Å ", 20_000));
        using var scratch = new Scratch();
        using (Hdf5File file = Hdf5File.Create(scratch["a.h5"])) file.SetAttribute("/", "history", text);
        using Hdf5File again = Hdf5File.OpenRead(scratch["a.h5"]);
        Assert.Equal(text, again.ReadStringAttribute("/", "history"));
    }

    [Fact]
    public void Setting_again_replaces_also_with_another_type()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["a.h5"]);
        file.SetAttribute("/", "x", "text");
        file.SetAttribute("/", "x", 5L);
        Assert.Equal(5, file.ReadInt64Attribute("/", "x"));
    }

    [Fact]
    public void An_absent_attribute_is_null_and_an_absent_object_an_error()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["a.h5"]);
        Assert.False(file.HasAttribute("/", "x"));
        Assert.Null(file.ReadStringAttribute("/", "x"));
        Assert.Null(file.ReadStringsAttribute("/", "x"));
        Assert.Null(file.ReadInt64Attribute("/", "x"));
        Assert.Null(file.ReadDoubleAttribute("/", "x"));
        Assert.Null(file.ReadDoublesAttribute("/", "x"));
        Assert.Empty(file.AttributeNames("/"));
        var failure = Assert.Throws<Hdf5Exception>(() => file.HasAttribute("/gone", "x"));
        Assert.Equal("H5Oopen", failure.Call);
        Assert.Contains("/gone", failure.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_kind_is_refused_in_words()
    {
        using var scratch = new Scratch();
        using Hdf5File file = Hdf5File.Create(scratch["a.h5"]);
        file.SetAttribute("/", "text", "1");
        file.SetAttribute("/", "half", 0.5);
        file.SetAttribute("/", "many", ["a", "b"]);
        Assert.Contains(
            "not a number", Assert.Throws<Hdf5Exception>(() => file.ReadDoubleAttribute("/", "text")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "not an integer", Assert.Throws<Hdf5Exception>(() => file.ReadInt64Attribute("/", "half")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "not strings", Assert.Throws<Hdf5Exception>(() => file.ReadStringAttribute("/", "half")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "2 values", Assert.Throws<Hdf5Exception>(() => file.ReadStringAttribute("/", "many")).Message, StringComparison.Ordinal);
    }
}
