using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>Long work shows a bar with the remaining time on a terminal, and plain lines elsewhere.</summary>
public sealed class TerminalTests(ITestOutputHelper output) : IDisposable
{
    private const string Line = "grid synthesize -o grid.h5 --teff 3000:7000:100 --logg 2:6:0.5 --wavelength 8500:8700 --lines 20000 --threads 1 --compress";
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-terminal-").FullName;

    [Theory]
    [InlineData("")]
    [InlineData(" --shard 1/2 --resume")]
    public void On_a_terminal_there_is_a_bar_with_the_remaining_time(string options)
    {
        if (!OperatingSystem.IsLinux() || !HasScript())
        {
            const string Absent = "NOT RUN: there is no 'script' (util-linux) to make a terminal";
            output.WriteLine(Absent);
            Console.WriteLine(Absent);
            return;
        }

        BlaseResult result = BlaseProcess.Finish(BlaseProcess.Start(
            _folder, ["script", "-qec", $"dotnet '{BlaseProcess.Program}' clone small.h5 -o clones.h5{options}", "/dev/null"], ("TERM", "xterm-256color"), Small()));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("cloning", result.Output, StringComparison.Ordinal);
        Assert.Contains("100%", result.Output, StringComparison.Ordinal);
        Assert.Contains("\u001b[", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"\d\d:\d\d:\d\d.*\d\d:\d\d:\d\d", result.Output); // elapsed and remaining
        Assert.True(File.Exists(Path.Combine(_folder, "clones.h5")));
    }

    [Fact]
    public void Elsewhere_there_are_plain_lines_on_standard_error()
    {
        BlaseResult result = BlaseProcess.Run(_folder, Line).Succeeded();
        string[] lines = result.Error.TrimEnd('\n').Split('\n');
        Assert.Contains(lines, line => line.StartsWith("synthesizing: ", StringComparison.Ordinal) && line.Contains(" %, ", StringComparison.Ordinal) && line.EndsWith(" to go", StringComparison.Ordinal));
        Assert.StartsWith("synthesizing: done in ", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Error + result.Output);
        Assert.Single(result.Output.TrimEnd('\n').Split('\n'));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool HasScript()
    {
        try
        {
            return BlaseProcess.Finish(BlaseProcess.Start("/", ["script", "--version"])).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private (string, string) Small()
    {
        BlaseProcess.Run(_folder, "grid synthesize -o small.h5 " + Workbench.Nodes).Succeeded();
        return ("COLUMNS", "120");
    }
}
