using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>The help of every verb, however it is asked for.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("grid --help", "blase3d grid import SRC", "blase3d grid synthesize")]
    [InlineData("help grid", "blase3d grid import SRC", "blase3d grid synthesize")]
    [InlineData("help clone", "blase3d clone GRID.h5", "--prominence")]
    [InlineData("clone --help", "--shard", "--report")]
    [InlineData("merge --help", "blase3d merge PART...", "--output")]
    [InlineData("report --help", "blase3d report CLONES.h5 GRID.h5", "--output")]
    [InlineData("export --help", "blase3d export CLONES.h5", ".npz")]
    [InlineData("help grid import", "blase3d grid import SRC", "--medium")]
    [InlineData("grid import --help", "blase3d grid import SRC", "--medium")]
    [InlineData("help|grid import", "blase3d grid import SRC", "--medium")]
    [InlineData("help|grid synthesize", "blase3d grid synthesize", "--lines")]
    [InlineData("help infer --help", "blase3d infer MANIFOLD.h5 SPECTRUM", "--prior")]
    [InlineData("help", "reconstruct", "grid synthesize")]
    public void Every_way_of_asking_gives_the_page(string line, params string[] parts)
    {
        string[] words = line.Contains('|', StringComparison.Ordinal) ? line.Split('|') : line.Split(' ');
        BlaseResult help = BlaseProcess.Finish(BlaseProcess.Start(Path.GetTempPath(), ["dotnet", BlaseProcess.Program, .. words])).Succeeded();
        Assert.Equal(string.Empty, help.Error);
        foreach (string part in parts) Assert.Contains(part, help.Output, StringComparison.Ordinal);
    }
}
