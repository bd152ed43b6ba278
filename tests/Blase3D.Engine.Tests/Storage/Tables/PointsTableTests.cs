using Blase3D.Engine.Grids;
using Blase3D.Engine.Storage.Tables;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.Tables;

public sealed class PointsTableTests : IDisposable
{
    private static readonly string[] Axes = ["teff", "logg", "feh"];
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("teff,logg,feh\n4000,4.5,-0.5\n4100,5,0\n")]
    [InlineData("# my stars\n\nTEFF, LogG , feh\n4000 ,4.5,-0.5\n\n# half way\n 4.1e3,5,0")]
    [InlineData("name,feh,logg,teff\na,-0.5,4.5,4000\nb,0,5,4100\r\n")]
    public void Columns_may_come_in_any_order_with_comments_and_blanks(string text)
    {
        var notes = new List<string>();
        GridPoints points = PointsTable.Read(_scratch.Write("points.csv", text), Axes, notes.Add);
        Assert.Equal(text.StartsWith("name", StringComparison.Ordinal) ? 1 : 0, notes.Count);
        Assert.All(notes, note => Assert.EndsWith("points.csv: the column name is not used; the axes are teff, logg, feh.", note, StringComparison.Ordinal));
        Assert.Equal(Axes, points.AxisNames);
        Assert.Equal([4000, 4.5, -0.5, 4100, 5, 0], points.Values.ToArray());
    }

    [Theory]
    [InlineData("", "no column teff")]
    [InlineData("teff,logg\n1,2\n", "no column feh")]
    [InlineData("4000,4.5,0\n", "no column teff")]
    [InlineData("teff,logg,feh,LOGG\n4000,4,0,5\n", "more than one column logg")]
    [InlineData("teff,logg,feh\n", "no points below its header")]
    [InlineData("teff,logg,feh\n4000,4.5\n", "line 2: '4000,4.5' has no finite number for feh")]
    [InlineData("teff,logg,feh\n4000,4.5,0\n#\n4000,high,0\n", "line 4: '4000,high,0' has no finite number for logg")]
    [InlineData("teff,logg,feh\nnan,4.5,0\n", "no finite number for teff")]
    public void Other_tables_are_refused_with_file_and_line(string text, string part)
    {
        string path = _scratch.Write("points.csv", text);
        EngineException failure = Assert.Throws<EngineException>(() => PointsTable.Read(path, Axes));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.StartsWith(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        EngineException failure = Assert.Throws<EngineException>(() => PointsTable.Read(_scratch["absent.csv"], Axes));
        Assert.Contains("absent.csv", failure.Message, StringComparison.Ordinal);
    }
}
