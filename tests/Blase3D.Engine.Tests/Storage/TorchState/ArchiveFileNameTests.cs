using Blase3D.Engine.Storage.TorchState;
using Xunit;

namespace Blase3D.Engine.Tests.Storage.TorchState;

public sealed class ArchiveFileNameTests
{
    [Theory]
    [InlineData("T4700G4.5Z-0.5.pt", 4700, 4.5, -0.5)]
    [InlineData("clones/T12000G2.0Z0.0.pt", 12000, 2, 0.0)]
    [InlineData("T2300G6Z0.pt", 2300, 6, 0.0)]
    [InlineData("t2300g6z+0p5.pt", 2300, 6, 0.5)]
    [InlineData("emulator_T4700g4p5_prom0p01_HPF.pt", 4700, 4.5, null)]
    [InlineData("clone_T4700g4.5_prom0.01.csv", 4700, 4.5, null)]
    [InlineData("T9999G9Z9/T4700G4.5Z-0.5.pt", 4700, 4.5, -0.5)]
    public void Points_are_read(string name, double teff, double logg, double? feh)
    {
        Assert.True(ArchiveFileName.TryParsePoint(name, out var point));
        Assert.Equal(new ArchivePoint(teff, logg, feh), point);
    }

    [Theory]
    [InlineData("")]
    [InlineData("model.pt")]
    [InlineData("TG.pt")]
    [InlineData("BT4700G4.5Z0.0.pt")]
    [InlineData("T4700.pt")]
    [InlineData("T4700G4.5Z.pt")]
    [InlineData("T4700G45Z0.pt")]
    public void Other_names_are_not(string name) => Assert.False(ArchiveFileName.TryParsePoint(name, out _));
}
