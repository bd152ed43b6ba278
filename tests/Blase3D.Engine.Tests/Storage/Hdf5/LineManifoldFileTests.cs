using System.Globalization;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Hdf5;

public sealed class LineManifoldFileTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void A_manifold_with_a_missing_node_and_a_node_without_lines_comes_back()
    {
        TinyContent.WriteManifold(_folder["a.h5"]);
        LineManifold read = LineManifoldFile.Read(_folder["a.h5"]);
        AssertEqual(TinyContent.Manifold, read);
        Assert.Equal([2], read.MissingNodes);
        Assert.Equal("line-manifold", FileHeader.TypeOf(_folder["a.h5"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    public void Any_number_of_axes_comes_back(int dimensions)
    {
        LineManifold manifold = Lattice(dimensions);
        LineManifoldFile.Write(_folder["a.h5"], manifold, TinyContent.Provenance);
        AssertEqual(manifold, LineManifoldFile.Read(_folder["a.h5"]));
    }

    [Fact]
    public void More_axes_than_a_cell_can_have_are_refused()
    {
        LineManifoldFile.Write(_folder["a.h5"], Lattice(9), TinyContent.Provenance);
        Refusal.BadInput(() => LineManifoldFile.Read(_folder["a.h5"]), "a.h5", "9 axes", "1 to 8");
    }

    [Fact]
    public void Without_node_present_a_node_without_lines_is_missing()
    {
        // As another maker would write it: no /node_present, big-endian or wide numbers are the library's business.
        WriteForeign(_folder["a.h5"], nodePresent: null);
        LineManifold read = LineManifoldFile.Read(_folder["a.h5"]);
        Assert.Equal([true, true, false, false], read.NodePresent);
        Assert.Equal([2, 3], read.MissingNodes);
        Assert.Equal(TinyContent.Manifold.Entries.LnSigma, read.Entries.LnSigma);
        Assert.Equal(CloneRecipe.Adam, read.Recipe);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_node_present_of_another_length_is_refused(int length)
    {
        WriteForeign(_folder["a.h5"], new byte[length]);
        Refusal.BadInput(() => LineManifoldFile.Read(_folder["a.h5"]), "a.h5", "node flags");
    }

    [Theory]
    [InlineData("/axis/feh", "0 -0.5")]
    [InlineData("/axis/feh", "NaN 0")]
    [InlineData("/axis/feh", "0 Infinity")]
    [InlineData("/axis/logg", "NaN")]
    [InlineData("/line_center", "8500.05 8500.02 8500.11")]
    [InlineData("/line_center", "8500.02 NaN 8500.11")]
    [InlineData("/line_center", "Infinity Infinity Infinity")]
    [InlineData("/node_offset", "0 3 6 5 5")]
    [InlineData("/node_offset", "1.0 3 5 5 5")]
    [InlineData("/node_offset", "0 3 4 4 4")]
    [InlineData("/node_offset", "0 9 9 9 9")]
    [InlineData("/node_offset", "0 -1 5 5 5")]
    [InlineData("/line_index", "0 1 1 0 2")]
    [InlineData("/line_index", "0 1 3 0 2")]
    [InlineData("/line_index", "-1.0 1 2 0 2")]
    [InlineData("/wavelength", "3.0 2 1 4 5 6 7 8 9 10 11 12 13 14 15 16")]
    public void Values_that_make_no_sense_are_refused(string dataset, string text)
    {
        double[] values = [.. text.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        TinyContent.WriteManifold(_folder["a.h5"]);
        using (Hdf5File file = Hdf5File.OpenReadWrite(_folder["a.h5"]))
        {
            using (Hdf5Dataset column = file.OpenDataset(dataset)) column.Write<double>([0], [values.Length], values);
            Seal.Renew(file, dataset);
            file.Close();
        }

        Refusal.BadInput(() => LineManifoldFile.Read(_folder["a.h5"]), "a.h5");
    }

    [Fact]
    public void A_lattice_of_more_nodes_than_can_be_counted_is_refused()
    {
        using (Hdf5File file = Hdf5File.Create(_folder["a.h5"]))
        {
            FileHeaderOf(file, ["a", "b", "c", "d"]);
            foreach (string name in new[] { "a", "b", "c", "d" }) file.Write<double>($"/axis/{name}", [.. Enumerable.Range(0, 1000).Select(i => (double)i)], [1000]);
            file.Close();
        }

        Refusal.BadInput(() => LineManifoldFile.Read(_folder["a.h5"]), "a.h5", "1000000000000");
    }

    public void Dispose() => _folder.Dispose();

    internal static void AssertEqual(LineManifold expected, LineManifold read)
    {
        Assert.Equal(expected.Axes.Names, read.Axes.Names);
        for (int d = 0; d < expected.Axes.Dimensions; d++) Assert.Equal(expected.Axes.Values(d).ToArray(), read.Axes.Values(d).ToArray());
        Assert.Equal(expected.Wavelength, read.Wavelength);
        Assert.Equal(expected.LineCenter, read.LineCenter);
        Assert.Equal(expected.NodePresent, read.NodePresent);
        Assert.Equal(expected.NodeOffset, read.NodeOffset);
        Assert.Equal(expected.Entries.LineIndex, read.Entries.LineIndex);
        Assert.Equal(expected.Entries.CenterShift, read.Entries.CenterShift);
        Assert.Equal(expected.Entries.LnAmplitude, read.Entries.LnAmplitude);
        Assert.Equal(expected.Entries.LnSigma, read.Entries.LnSigma);
        Assert.Equal(expected.Entries.LnGamma, read.Entries.LnGamma);
        Assert.Equal(expected.Recipe, read.Recipe);
    }

    /// <summary>Axes of two values each; every node has one line, every third none, every fifth is missing.</summary>
    private static LineManifold Lattice(int dimensions)
    {
        var axes = new RectilinearAxes(
            [.. Enumerable.Range(0, dimensions).Select(d => $"axis {d}")], [.. Enumerable.Range(0, dimensions).Select(d => new double[] { d, d + 0.5 })]);
        bool[] present = [.. Enumerable.Range(0, axes.NodeCount).Select(node => node % 5 != 4)];
        var offset = new long[axes.NodeCount + 1];
        for (int node = 0; node < axes.NodeCount; node++) offset[node + 1] = offset[node] + (present[node] && node % 3 != 2 ? 1 : 0);
        ManifoldEntries entries = ManifoldEntries.Allocate(offset[^1]);
        for (int e = 0; e < entries.LineIndex.Length; e++) (entries.LineIndex[e], entries.LnGamma[e]) = (e % 2, e);
        return new LineManifold(axes, TinyContent.Wavelength, [8500.02, 8500.05], present, offset, entries, new CloneRecipe());
    }

    private static void FileHeaderOf(Hdf5File file, string[] axes)
    {
        file.SetAttribute("/", "TYPE", "line-manifold");
        file.SetAttribute("/", "REVISION", 1L);
        file.SetAttribute("/", "axes", axes);
    }

    private static void WriteForeign(string path, byte[]? nodePresent)
    {
        using Hdf5File file = Hdf5File.Create(path);
        FileHeaderOf(file, TinyContent.Axes);
        LineManifold m = TinyContent.Manifold;
        for (int d = 0; d < 3; d++) file.Write($"/axis/{TinyContent.Axes[d]}", m.Axes.Values(d), [m.Axes.Values(d).Length]);
        file.Write<double>("/wavelength", m.Wavelength, [16]);
        file.Write<double>("/line_center", m.LineCenter, [3]);
        file.Write<int>("/node_offset", [0, 3, 5, 5, 5], [5]);
        file.Write<long>("/line_index", [0, 1, 2, 0, 2], [5]);
        file.Write<double>("/center_shift", Array.ConvertAll(m.Entries.CenterShift, v => (double)v), [5], new Hdf5Layout { Chunk = [2], DeflateLevel = 1 });
        file.Write<double>("/ln_amplitude", Array.ConvertAll(m.Entries.LnAmplitude, v => (double)v), [5]);
        file.Write<double>("/ln_sigma", Array.ConvertAll(m.Entries.LnSigma, v => (double)v), [5]);
        file.Write<double>("/ln_gamma", Array.ConvertAll(m.Entries.LnGamma, v => (double)v), [5]);
        if (nodePresent is not null) file.Write<byte>("/node_present", nodePresent, [nodePresent.Length]);
        file.Close();
    }
}
