using Blase3D.Engine.Storage.Tables;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Tables;

public sealed class StandardsTableTests : IDisposable
{
    private static readonly string[] Axes = ["teff", "logg"];
    private readonly ScratchFolder _scratch = new();

    public StandardsTableTests()
    {
        _scratch.Write("star.csv", "wavelength,flux\n");
        _scratch.Write("a, \"b\".csv", "wavelength,flux\n");
    }

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("spectrum,teff,logg\nstar.csv,3400,4.8\n", "star.csv", null, null)]
    [InlineData("\uFEFFspectrum,teff,logg\r\nstar.csv,3400,4.8\r\n", "star.csv", null, null)]
    [InlineData("\"Spectrum\" , \"TEFF\",\"logg\", vsini\n# a comment, \"\n \"star.csv\" , \"3400\",4.8,2.5\n", "star.csv", null, 2.5)]
    [InlineData("name,teff,logg,spectrum,resolution,vsini\n\"Gl 1, A\",3400,4.8,\"a, \"\"b\"\".csv\",50000,\n", "a, \"b\".csv", 50000.0, null)]
    [InlineData("spectrum,teff,logg,resolution\n\"star.csv[1,order=2]\",3400,4.8\n", "star.csv[1,order=2]", null, null)]
    public void Tables_as_other_programs_write_them_are_read(string text, string file, double? resolution, double? rotation)
    {
        StandardEntry entry = Assert.Single(StandardsTable.Read(_scratch.Write("standards.csv", text), Axes));
        Assert.Equal(_scratch[file], entry.File);
        Assert.Equal([3400, 4.8], entry.Label);
        Assert.Equal((resolution, rotation), (entry.Resolution, entry.RotationKmPerS));
    }

    [Theory]
    [InlineData("star.csv,3400,4.8,0,", "line 2: the resolution is 0; give 100 to 10000000, or leave the cell empty")]
    [InlineData("star.csv,3400,4.8,,-3", "line 2: the vsini is -3; give 0 to 1000, or leave the cell empty")]
    [InlineData("star.csv,3400,4.8,,free", "has no finite number for vsini")]
    [InlineData("star.csv,3400,,,", "has no finite number for logg")]
    [InlineData(",3400,4.8,,", "names no spectrum")]
    [InlineData("other.csv[1],3400,4.8,,", "line 2: the spectrum other.csv[1] does not exist")]
    public void Others_are_refused_with_file_and_line(string row, string part)
    {
        string path = _scratch.Write("standards.csv", $"spectrum,teff,logg,resolution,vsini\n{row}\n");
        EngineException failure = Assert.Throws<EngineException>(() => StandardsTable.Read(path, Axes));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }
}
