using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Tests.Storage;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

public sealed class MaskFileTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Ends_of_ranges_are_read()
    {
        string path = Write("# sky\n8000 8001.5\n\n8100,8102 # a comment\n8200\t8200\n");
        Assert.Equal<(double, double)>([(8000, 8001.5), (8100, 8102), (8200, 8200)], MaskFile.Read(path));
        (double low, double high) = MaskFile.Read(path, WavelengthMedium.Air)[0];
        Assert.Equal(AirVacuum.ToVacuum(8000), low);
        Assert.Equal(AirVacuum.ToVacuum(8001.5), high);
    }

    [Fact]
    public void Marked_wavelengths_reach_to_their_neighbours()
    {
        string path = Write("8003 0\n8000 0\n8001 1\n8002 0.2\n8004 0\n8005 1\n");
        var ranges = new WavelengthRanges(MaskFile.Read(path));
        Assert.Equal(2, ranges.Count);
        double[] masked = [8000, 8001, 8002.9, 8004.5, 8005], kept = [7999.9, 8003.5, 8005.1];
        Assert.All(masked, w => Assert.True(ranges.Contains(w)));
        Assert.All(kept, w => Assert.False(ranges.Contains(w)));
        Assert.Empty(MaskFile.Read(Write("8000 0\n8001 0\n")));
    }

    [Theory]
    [InlineData("", "holds no row")]
    [InlineData("# nothing\n", "holds no row")]
    [InlineData("8000\n", "Line 1")]
    [InlineData("8000 8001\n8002 sky\n", "Line 2")]
    [InlineData("-5 3\n", "Line 1")]
    [InlineData("nan 8000\n", "Line 1")]
    [InlineData("8000 8001\n8010 8009\n", "Row 2")]
    public void Odd_rows_are_refused_by_their_number(string text, string word) => Refusal.BadInput(() => MaskFile.Read(Write(text)), "mask", word);

    [Fact]
    public void A_missing_file_is_refused() => Refusal.BadInput(() => MaskFile.Read("no-such.txt"), "no-such.txt", "does not exist");

    private string Write(string text)
    {
        string path = _scratch["mask.txt"];
        File.WriteAllText(path, text);
        return path;
    }
}
