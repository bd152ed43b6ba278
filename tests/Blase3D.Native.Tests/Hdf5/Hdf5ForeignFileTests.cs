using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Native.Tests.Hdf5;

/// <summary>Reads a file written by another program (golden/hdf5/h5py-types.h5), with types that this binding never writes.</summary>
public sealed class Hdf5ForeignFileTests : IDisposable
{
    private readonly Hdf5File _file = Hdf5File.OpenRead(TestFiles.Golden("hdf5/h5py-types.h5"));

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Attributes_of_fixed_and_variable_length_are_read()
    {
        Assert.Equal("grid-spectra", _file.ReadStringAttribute("/", "fixed_ascii"));
        Assert.Equal("Å ngström", _file.ReadStringAttribute("/", "fixed_utf8"));
        Assert.Equal("µm Ω", _file.ReadStringAttribute("/", "variable"));
        Assert.Equal(["teff", "logg", "feh"], _file.ReadStringsAttribute("/", "strings")!);
        Assert.Equal(7, _file.ReadInt64Attribute("/", "one_element"));
        Assert.Empty(_file.ReadDoublesAttribute("/", "empty")!);
        Assert.Equal(1, _file.ReadInt64Attribute("/", "flag"));
        Assert.Throws<Hdf5Exception>(() => _file.ReadInt64Attribute("/", "fixed_ascii"));
    }

    [Fact]
    public void Strings_of_fixed_length_lose_their_padding_only()
    {
        Assert.Equal(["ab", "cdefgh", "", "x"], _file.ReadStrings("fixed"));
        Assert.Equal(["ab", "c d"], _file.ReadStrings("space_padded"));
        Assert.Equal(["a", "ßü", ""], _file.ReadStrings("variable"));
    }

    [Fact]
    public void Numbers_in_other_layouts_are_converted()
    {
        Assert.Equal([1.5, -2.25], Read("big_endian", typeof(float)));
        Assert.Equal([0.5, 65504.0], Read("half", typeof(float)));
        Assert.Equal([-128.0, 127.0], Read("int8", typeof(sbyte)));
        Assert.Equal([0.0, 1, 2, 3, 4, 5], Read("group/resizable", typeof(double)));
        Assert.Empty(Read("null", typeof(float)));
    }

    [Fact]
    public void Types_that_are_not_numbers_are_named_object()
    {
        Assert.Equal([1.0, 0.0], Read("bool", typeof(object)));
        using Hdf5Dataset dataset = _file.OpenDataset("compound");
        Assert.Equal(typeof(object), dataset.ElementType);
        Assert.Throws<Hdf5Exception>(() => dataset.ReadAll<double>());
    }

    [Fact]
    public void A_link_to_nowhere_does_not_exist() => Assert.False(_file.Exists("soft"));

    [Fact]
    public void A_file_of_the_1_10_format_is_read_and_changed()
    {
        using var scratch = new Scratch();
        File.Copy(TestFiles.Golden("hdf5/h5py-latest.h5"), scratch["latest.h5"]);
        using (Hdf5File file = Hdf5File.OpenReadWrite(scratch["latest.h5"]))
        {
            file.SetAttribute("/", "TYPE", "changed");
            file.Write<int>("more", [5], [1]);
            file.Close();
        }

        using Hdf5File again = Hdf5File.OpenRead(scratch["latest.h5"]);
        Assert.Equal("changed", again.ReadStringAttribute("/", "TYPE"));
        using Hdf5Dataset chunked = again.OpenDataset("chunked");
        Assert.Equal([0.0, 1, 2, 3, 4, 5], chunked.ReadAll<double>());
    }

    private double[] Read(string name, Type type)
    {
        using Hdf5Dataset dataset = _file.OpenDataset(name);
        Assert.Equal(type, dataset.ElementType);
        return dataset.ReadAll<double>();
    }
}
