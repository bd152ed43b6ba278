using System.Diagnostics;
using System.Text.Json.Nodes;
using Blase3D.Engine.Tests;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>What a run of the program left: exit code and both streams.</summary>
internal sealed record BlaseResult(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    public BlaseResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>One sentence on standard error, nothing on standard output, the code of the contract.</summary>
    public BlaseResult Refused(int exitCode, params string[] named)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}: {Error}");
        Assert.Equal(string.Empty, Output);
        Assert.StartsWith("blase3d: ", Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain(" at Blase3D.", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("partial", Error, StringComparison.Ordinal);
        foreach (string name in named) Assert.Contains(name, Error, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>Runs the built program as a child process.</summary>
internal static class BlaseProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>engine/Blase3D.Cli/bin/CONFIGURATION/net10.0/blase3d.dll, of the configuration that the tests were built with.</summary>
    public static string Program { get; } = FindProgram();

    /// <summary>Runs the program with a line of arguments, which are separated by single blanks.</summary>
    public static BlaseResult Run(string folder, string line, params (string Name, string Value)[] environment) =>
        Finish(Start(folder, ["dotnet", Program, .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)], environment));

    /// <summary>Starts any command; a test that does not wait for its end disposes of it.</summary>
    public static Process Start(string folder, IReadOnlyList<string> command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits for the end.</summary>
    /// <param name="process">What <see cref="Start"/> started.</param>
    /// <param name="patience">How long; three minutes when left out.</param>
    public static BlaseResult Finish(Process process, TimeSpan? patience = null)
    {
        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(patience ?? Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"The program did not end within {patience ?? Patience}: {process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}");
            }

            return new BlaseResult(process.ExitCode, output.Result, error.Result);
        }
    }

    private static string FindProgram()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string program = Path.Combine(GoldenFile.RepositoryRoot, "engine", "Blase3D.Cli", "bin", configuration, "net10.0", "blase3d.dll");
        return File.Exists(program) ? program : Path.Combine(AppContext.BaseDirectory, "blase3d.dll");
    }
}
