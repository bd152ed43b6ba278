using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>A disk that fills up while the program writes: exit code 3, the old output as it was, nothing half-written.</summary>
public sealed class FullDiskTests(Workbench bench, ITestOutputHelper output) : IClassFixture<Workbench>
{
    private const string Synthesize = "grid synthesize -o x.h5 " + Workbench.Nodes;

    // The limit is in kB. The runtime's own memory files must stay below it, for which it is told not to make any.
    [Theory]
    [InlineData(20, Synthesize)]
    [InlineData(20, Synthesize + " --compress")]
    [InlineData(20, "clone grid.h5 -o x.h5")]
    [InlineData(20, "build clones.h5 -o x.h5")]
    [InlineData(20, "reconstruct manifold.h5 --points points.csv -o x.h5")]
    [InlineData(20, "reconstruct manifold.h5 --points points.csv -o x.csv")]
    [InlineData(20, "reconstruct manifold.h5 --points points.csv -o x.fits")]
    [InlineData(1, "infer manifold.h5 star.h5 --method gradient -o x.h5")]
    [InlineData(0, "infer manifold.h5 star.h5 --method gradient -o x.csv")]
    [InlineData(0, "infer manifold.h5 star.h5 --method gradient -o x.json")]
    public void A_file_beyond_the_limit_is_exit_code_3(int limit, string line)
    {
        if (!OperatingSystem.IsLinux())
        {
            Say("NOT RUN: files are limited (ulimit -f) on Linux only");
            return;
        }

        string file = line.Split(' ')[^1].StartsWith('x') ? line.Split(' ')[^1] : "x.h5";
        bench.Write(file, "an old result");
        string shell = $"trap '' XFSZ; ulimit -f {limit}; exec dotnet '{BlaseProcess.Program}' {line} --quiet";
        BlaseResult result = BlaseProcess.Finish(BlaseProcess.Start(bench.Folder, ["bash", "-c", shell], ("DOTNET_EnableWriteXorExecute", "0")));
        result.Refused(3, file, "could not be written", "nothing was changed", "free space");
        AssertOldIsKept(bench.Folder, file);
    }

    [Fact]
    public void A_journal_that_cannot_grow_stops_the_cloning()
    {
        if (!OperatingSystem.IsLinux())
        {
            Say("NOT RUN: files are limited (ulimit -f) on Linux only");
            return;
        }

        string shell = $"trap '' XFSZ; ulimit -f 1; exec dotnet '{BlaseProcess.Program}' clone grid.h5 -o journal.h5 --quiet";
        BlaseProcess.Finish(BlaseProcess.Start(bench.Folder, ["bash", "-c", shell], ("DOTNET_EnableWriteXorExecute", "0"))).Refused(3, "journal.h5.work/draft-", "free space");
        Assert.False(File.Exists(bench["journal.h5"]));
        Workbench.AssertNothingHalfWritten(bench.Folder);
        bench.Run("clone grid.h5 -o journal.h5 --resume").Succeeded();
        Assert.False(Directory.Exists(bench["journal.h5.work"]));
    }

    [Fact]
    public void Clones_that_cannot_be_written_are_kept_and_it_is_said_where()
    {
        if (!OperatingSystem.IsLinux())
        {
            Say("NOT RUN: files are limited (ulimit -f) on Linux only");
            return;
        }

        string shell = $"trap '' XFSZ; ulimit -f 20; exec dotnet '{BlaseProcess.Program}' clone grid.h5 -o kept.h5 --quiet";
        BlaseProcess.Finish(BlaseProcess.Start(bench.Folder, ["bash", "-c", shell], ("DOTNET_EnableWriteXorExecute", "0")))
            .Refused(3, "kept.h5 could not be written", "the work on 12 spectra is kept in kept.h5.work: give the command again");
        Assert.Contains("Going on with the work of an interrupted run on 12 spectra", bench.Run("clone grid.h5 -o kept.h5").Succeeded().Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench["kept.h5.work"]));
    }

    [Fact]
    public void A_small_disk_that_fills_up_is_exit_code_3()
    {
        string disk = bench["disk"];
        Directory.CreateDirectory(disk);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk) != 0)
        {
            Say("NOT RUN: a small disk cannot be mounted here");
            return;
        }

        try
        {
            foreach (string line in new[] { Synthesize, "clone grid.h5 -o x.h5", "reconstruct manifold.h5 --points points.csv -o x.h5", "reconstruct manifold.h5 --points points.csv -o x.csv", "reconstruct manifold.h5 --points points.csv -o x.fits" })
            {
                string file = line.Split(' ')[^1].StartsWith('x') ? line.Split(' ')[^1] : "x.h5";
                bench.Write($"disk/{file}", "an old result");
                File.WriteAllBytes(Path.Combine(disk, "ballast"), new byte[line.StartsWith("clone", StringComparison.Ordinal) ? 1 : 20_000]);
                bench.Run(line.Replace("-o x", "-o disk/x", StringComparison.Ordinal) + " --quiet").Refused(3, "disk/x", "could not be written", "free space");
                AssertOldIsKept(disk, file);
                foreach (string path in Directory.GetFiles(disk)) File.Delete(path);
                foreach (string path in Directory.GetDirectories(disk)) Directory.Delete(path, recursive: true);
            }
        }
        finally
        {
            Assert.Equal(0, Command("umount", "-l", disk));
        }
    }

    private static int Command(params string[] command)
    {
        try
        {
            return BlaseProcess.Finish(BlaseProcess.Start("/", command)).ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private static void AssertOldIsKept(string folder, string file)
    {
        Assert.Equal("an old result", File.ReadAllText(Path.Combine(folder, file)));
        Workbench.AssertNothingHalfWritten(folder);
    }

    private void Say(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
