using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Storage.Hdf5;
using Blase3D.Native.Hdf5;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

/// <summary>The only tests that set SOURCE_DATE_EPOCH; they run one after the other.</summary>
public sealed class ProvenanceTests : IDisposable
{
    private const string Variable = "SOURCE_DATE_EPOCH";
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("253402300799", "9999-12-31T23:59:59Z")]
    public void The_time_is_that_of_SOURCE_DATE_EPOCH(string seconds, string time)
    {
        Environment.SetEnvironmentVariable(Variable, seconds);
        Assert.Equal(time, Provenance.Of("c", []).TimeUtc);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("-1")]
    [InlineData("253402300800")]
    [InlineData("99999999999999999999")]
    [InlineData("1.5")]
    public void A_SOURCE_DATE_EPOCH_that_is_no_time_is_refused(string text)
    {
        Environment.SetEnvironmentVariable(Variable, text);
        Refusal.Of(ErrorCode.BadArguments, () => Provenance.Of("c", []), Variable, $"'{text}'");
    }

    [Fact]
    public void Without_it_the_time_is_now()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        DateTimeOffset time = DateTimeOffset.Parse(Provenance.Of("c", []).TimeUtc, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.UtcNow - time, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Inputs_are_hashed_and_folders_and_absent_files_only_named()
    {
        File.WriteAllText(_folder["a.txt"], "abc");
        Directory.CreateDirectory(_folder["grid"]);
        Provenance provenance = Provenance.Of("blase3d x", [_folder["a.txt"], _folder["grid"], _folder["grid/"], _folder["none"]]);
        Assert.Equal(
            ["a.txt  ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "grid", "grid", "none"], provenance.Inputs);
        Assert.Equal("blase3d x", provenance.CommandLine);
        Assert.Matches("^[0-9]+[.][0-9]+[.][0-9]+$", provenance.Version);
    }

    [Fact]
    public void Every_file_carries_it()
    {
        foreach ((string type, Action<string> write) in TinyContent.Writers)
        {
            write(_folder["a.h5"]);
            using Hdf5File file = Hdf5File.OpenRead(_folder["a.h5"]);
            Assert.Equal(type, file.ReadStringAttribute("/", "TYPE"));
            Assert.Equal(1, file.ReadInt64Attribute("/", "REVISION"));
            Assert.Equal(TinyContent.Axes, file.ReadStringsAttribute("/", "axes")!);
            Assert.Equal("blase3d sample", file.ReadStringAttribute("/", "command_line"));
            Assert.Equal("0.1.0", file.ReadStringAttribute("/", "version"));
            Assert.Equal("2023-11-14T22:13:20Z", file.ReadStringAttribute("/", "time_utc"));
            Assert.Equal(TinyContent.Provenance.Inputs, file.ReadStringsAttribute("/", "inputs")!);
        }
    }

    [Fact]
    public void The_same_content_at_the_same_SOURCE_DATE_EPOCH_is_the_same_file_bit_for_bit()
    {
        Environment.SetEnvironmentVariable(Variable, "1700000000");
        byte[][] first = WriteAll();
        Thread.Sleep(1100);
        Assert.Equal(first, WriteAll());
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _folder.Dispose();
    }

    private byte[][] WriteAll()
    {
        Provenance provenance = Provenance.Of("c", []);
        SpectraFile.WriteGrid(_folder["g.h5"], TinyContent.Grid, normalized: true, provenance);
        SpectraFile.WriteGrid(_folder["z.h5"], TinyContent.Grid, normalized: true, provenance, compress: true);
        SpectraFile.WriteResult(_folder["s.h5"], TinyContent.Wavelength, TinyContent.Points, TinyContent.Flux, provenance);
        LineClonesFile.Write(_folder["c.h5"], TinyContent.Clones, provenance);
        LineManifoldFile.Write(_folder["m.h5"], TinyContent.Manifold, provenance);
        return [.. "gzscm".Select(letter => File.ReadAllBytes(_folder[$"{letter}.h5"]))];
    }
}
