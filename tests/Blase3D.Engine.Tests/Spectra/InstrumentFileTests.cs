using Blase3D.Engine.Spectra.Reading;
using Xunit;

namespace Blase3D.Engine.Tests.Spectra;

/// <summary>Tables of an instrument.</summary>
public sealed class InstrumentFileTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_table_is_of_resolutions_or_of_profiles()
    {
        InstrumentTable along = InstrumentFile.Read(_scratch.Write("r.csv", "wavelength_nm,R\n800,50000\n900,60000\n"));
        Assert.Equal([8000, 9000], along.WavelengthAngstrom);
        Assert.Equal([50000, 60000], along.Resolution);
        Assert.Empty(along.Profile);

        InstrumentTable one = InstrumentFile.Read(_scratch.Write("p.csv", "velocity,profile\n-3,0\n0,2\n4,0\n"));
        Assert.Equal([-3, 0, 4], one.OffsetKmPerS);
        Assert.Equal([0, 2, 0], Assert.Single(one.Profile));
        Assert.Empty(one.Resolution);

        InstrumentTable two = InstrumentFile.Read(_scratch.Write("q.csv", "offset,8500,9500\n-3,0,0\n0,2,1\n4,0,0\n"));
        Assert.Equal([8500, 9500], two.WavelengthAngstrom);
        Assert.Equal([0, 1, 0], two.Profile[1]);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "name them wavelength and resolution")]
    [InlineData("offset,blue,red\n-1,0,0\n0,1,1\n1,0,0\n", "called 'blue'")]
    [InlineData("wavelength,resolution\n0.8,50000\n0.9,50000\n", "looks like um")]
    public void Other_tables_are_refused(string text, string words) =>
        Assert.Contains(words, Assert.Throws<EngineException>(() => InstrumentFile.Read(_scratch.Write("odd.csv", text))).Message, StringComparison.Ordinal);
}
