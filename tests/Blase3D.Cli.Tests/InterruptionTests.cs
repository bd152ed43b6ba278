using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Cli.Tests;

/// <summary>Runs that are killed (kill -9) or stopped (Ctrl-C): what has the final name is whole, and the work can go on.</summary>
public sealed class InterruptionTests(ITestOutputHelper output) : IDisposable
{
    private const string Grid = "grid synthesize -o grid.h5 --teff 4000:4500:100 --logg 4:4.5:0.5 --feh=-0.5,0 --wavelength 8500:8570 --lines 1000";
    private const string CloneAnew = "clone grid.h5 -o clones.h5 --threads 1";
    private const string Clone = CloneAnew + " --resume";
    private const int Spectra = 24;
    private static readonly (string, string) Epoch = ("SOURCE_DATE_EPOCH", "1700000000");
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-stop-").FullName;

    private string Journal => Path.Combine(_folder, "clones.h5.work");

    private string Clones => Path.Combine(_folder, "clones.h5");

    [Fact]
    public void A_killed_cloning_leaves_nothing_of_that_name_and_goes_on_to_the_same_bytes()
    {
        Run(Grid).Succeeded();
        Run(CloneAnew).Succeeded();
        byte[] undisturbed = File.ReadAllBytes(Clones);
        Assert.False(Directory.Exists(Journal));
        File.Delete(Clones);
        foreach ((int drafts, int rows) in new[] { (0, 0), (1, 0), (7, 0), (Spectra, 1), (Spectra, 3) })
        {
            KillWhen(Clone, () => Rows("draft").Length >= drafts && Rows().Length >= rows);
            Assert.False(File.Exists(Clones));
            Assert.DoesNotContain(Directory.GetFiles(_folder), path => !Path.GetFileName(path).StartsWith('.') && path.Contains("clones", StringComparison.Ordinal));
        }

        int finished = Rows().Length;
        Assert.InRange(finished, 3, Spectra - 1);
        string[] journal = File.ReadAllLines(Path.Combine(Journal, "journal.csv"));
        Assert.InRange(journal.Count(line => line.Contains(",cloned,", StringComparison.Ordinal)), finished - 1, finished);
        Assert.Equal(Spectra, Rows("draft").Length);
        Assert.StartsWith("row,point,status,lines,rms,", journal[0], StringComparison.Ordinal);
        Assert.All(journal.Skip(1), line => Assert.Matches("^[0-9]+,\"teff=[0-9]+, logg=4(.5)?, feh=(-0.5|0)\",(draft|cloned),[0-9]+,0.0", line));
        Run(Clone).Succeeded();
        Assert.Equal(undisturbed, File.ReadAllBytes(Clones));
        Assert.False(Directory.Exists(Journal));
        Workbench.AssertNothingHalfWritten(_folder);
    }

    [Fact]
    public void A_killed_shard_goes_on_to_the_same_bytes()
    {
        const string Shard = CloneAnew + " --shard 2/2";
        Run(Grid).Succeeded();
        Run(Shard).Succeeded();
        byte[] undisturbed = File.ReadAllBytes(Clones);
        File.Delete(Clones);
        foreach (int rows in new[] { 1, 5 }) KillWhen(Shard + " --resume", () => Rows().Length >= rows);
        Assert.Matches("^(1[2-9]|2[0-3]),", File.ReadAllLines(Path.Combine(Journal, "journal.csv")).First(line => line.Contains(",cloned,", StringComparison.Ordinal)));
        Run(CloneAnew + " --shard 1/2 --resume").Refused(2, "clones.h5.work", "other options");
        Run(Shard + " --resume").Succeeded();
        Assert.Equal(undisturbed, File.ReadAllBytes(Clones));
    }

    [Fact]
    public void A_resumed_cloning_takes_what_is_finished_and_only_of_the_same_run()
    {
        Run(Grid).Succeeded();
        KillWhen(Clone, () => Rows().Length >= 2);

        // Another finished row in the place of the second shows that it is taken and not made again.
        string[] rows = Rows();
        File.Copy(rows[0], rows[1], overwrite: true);
        string[] before = [.. rows.Select(File.ReadAllText)];

        Run(Clone + " --epochs 40").Refused(2, "clones.h5.work", "other options", "--resume");
        Assert.Equal(before, rows.Select(File.ReadAllText));
        Run(Clone).Succeeded();
        double[] rms = Hdf5Content.Doubles(Clones, "/rms");
        int first = RowNumber(rows[0]), second = RowNumber(rows[1]);
        Assert.Equal(rms[first], rms[second]);
        Assert.Equal(Spectra - 1, rms.Distinct().Count());

        // With nothing to resume it is an ordinary run, and without --resume nothing is taken.
        Run(Clone).Succeeded();
        Assert.Equal(Spectra, Hdf5Content.Doubles(Clones, "/rms").Distinct().Count());
    }

    [Fact]
    public void Finished_spectra_are_never_lost_to_a_forgotten_switch_or_another_recipe()
    {
        Run(Grid).Succeeded();
        KillWhen(CloneAnew, () => Rows().Length >= 3);
        int first = Rows().Length;
        KillWhen(CloneAnew, () => Rows().Length > first);
        first = Begun(Journal);
        KillWhen(CloneAnew + " --epochs 40", () => Rows().Length >= 1 && Directory.Exists(Journal + ".old"));
        KillWhen(CloneAnew + " --epochs 30", () => Rows().Length >= 1 && Directory.Exists(Journal + ".old-2"));
        Assert.Equal(first, Begun(Journal + ".old"));
        int third = Begun(Journal);
        string notes = Run(CloneAnew + " --epochs 30").Succeeded().Error;
        Assert.Contains($"Going on with the work of an interrupted run on {third} spectr", notes, StringComparison.Ordinal);

        // The steps that the note names.
        notes = Run(CloneAnew + " --epochs 20 --shard 24/24").Succeeded().Error;
        Assert.DoesNotContain("put aside", notes, StringComparison.Ordinal);
        Directory.Move(Journal + ".old", Journal);
        Assert.Contains($"Going on with the work of an interrupted run on {first} spectr", Run(CloneAnew).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_with_one_output_do_not_mix()
    {
        if (!OperatingSystem.IsLinux())
        {
            Say("NOT RUN: signals are sent on Linux only");
            return;
        }

        Run(Grid).Succeeded();
        Run(CloneAnew).Succeeded();
        byte[] undisturbed = File.ReadAllBytes(Clones);
        File.Delete(Clones);
        Process first = BlaseProcess.Start(_folder, ["dotnet", BlaseProcess.Program, .. CloneAnew.Split(' ')], Epoch);
        Await(first, () => Rows().Length >= 1);
        Signal("STOP", first);
        foreach (string options in new[] { string.Empty, " --epochs 4 --residual-passes 0", " --resume" })
            Run(CloneAnew + options).Refused(3, "clones.h5.work", "another run", $"process {first.Id} on");
        Signal("CONT", first);
        BlaseProcess.Finish(first).Succeeded();
        Assert.Equal(undisturbed, File.ReadAllBytes(Clones));
        Assert.Equal([Clones, Path.Combine(_folder, "grid.h5")], Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_run_killed_while_it_writes_keeps_the_old_file_and_the_next_one_clears_up()
    {
        const string Large = "grid synthesize -o grid.h5 --teff 4000:6000:100 --logg 4:4.5:0.5 --wavelength 8500:8600 --lines 500 --compress";
        KillWhen(Large, () => PartialBytes() > 100_000);
        Assert.False(File.Exists(Path.Combine(_folder, "grid.h5")));
        Run(Grid).Succeeded();
        Workbench.AssertNothingHalfWritten(_folder);
        byte[] old = File.ReadAllBytes(Path.Combine(_folder, "grid.h5"));
        foreach (int bytes in new[] { 0, 50_000, 200_000 })
        {
            KillWhen(Large, () => PartialBytes() > bytes);
            Assert.Equal(old, File.ReadAllBytes(Path.Combine(_folder, "grid.h5")));
            Assert.All(Directory.GetFiles(_folder), path => Assert.True(path.EndsWith("/grid.h5", StringComparison.Ordinal) || Path.GetFileName(path).StartsWith('.')));
        }

        // What another output left, or another machine writes, is not touched.
        string foreign = Path.Combine(_folder, ".grid.0123abcd-99999999-00000000000000000000000000000000.partial.h5");
        File.WriteAllText(foreign, "elsewhere");
        Run(Grid).Succeeded();
        Assert.Equal([foreign, Path.Combine(_folder, "grid.h5")], Directory.GetFiles(_folder).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_stopped_cloning_says_so_and_leaves_its_journal_alone(string signal, int exitCode)
    {
        if (!OperatingSystem.IsLinux())
        {
            Say("NOT RUN: signals are sent on Linux only");
            return;
        }

        Run(Grid).Succeeded();
        BlaseResult result = SignalWhen(signal, Clone, () => Rows().Length >= 1);
        Assert.Equal((exitCode, string.Empty), (result.ExitCode, result.Output));
        string last = result.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("blase3d: Interrupted", last, StringComparison.Ordinal);
        Assert.Matches("the work on [0-9]+ spectr", last);
        Assert.Contains("clones.h5.work: give the command again", last, StringComparison.Ordinal);
        Assert.Equal([Journal, Path.Combine(_folder, "grid.h5")], Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
        Workbench.AssertNothingHalfWritten(_folder);
        Run(Clone).Succeeded();
    }

    [Fact]
    public void A_stopped_synthesis_leaves_nothing()
    {
        if (!OperatingSystem.IsLinux())
        {
            Say("NOT RUN: signals are sent on Linux only");
            return;
        }

        BlaseResult result = SignalWhen(
            "INT", "grid synthesize -o grid.h5 --teff 4000:6000:100 --logg 4:4.5:0.5 --wavelength 8500:8700 --lines 2000 --compress", () => PartialBytes() > 50_000);
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("Interrupted", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Begun(string folder) => Directory.GetFiles(folder, "*.npz").Where(path => !Path.GetFileName(path).StartsWith('.')).Select(RowOf).Distinct().Count();

    private static string RowOf(string path) => Path.GetFileName(path).Split('-')[^1];

    private static int RowNumber(string path) => int.Parse(Path.GetFileNameWithoutExtension(path)[4..], System.Globalization.CultureInfo.InvariantCulture);

    private static void Await(Process process, Func<bool> moment)
    {
        long start = Stopwatch.GetTimestamp();
        while (!moment())
        {
            Assert.False(process.HasExited, "The program ended before it could be stopped.");
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1), "The moment to stop the program did not come.");
            Thread.Sleep(2);
        }
    }

    private BlaseResult Run(string line) => BlaseProcess.Run(_folder, line, Epoch);

    private string[] Rows(string kind = "row") => Directory.Exists(Journal) ? [.. Directory.GetFiles(Journal, $"{kind}-*.npz").Order(StringComparer.Ordinal)] : [];

    private long PartialBytes() => Directory.GetFiles(_folder, ".grid.*").Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length);

    private void KillWhen(string line, Func<bool> moment)
    {
        foreach (string left in Directory.GetFiles(_folder, ".grid.*")) File.Delete(left);
        using Process process = BlaseProcess.Start(_folder, ["dotnet", BlaseProcess.Program, .. line.Split(' ')], Epoch);
        Await(process, moment);
        process.Kill(); // SIGKILL: no handler can run.
        process.WaitForExit();
        Assert.NotEqual(0, process.ExitCode);
    }

    private BlaseResult SignalWhen(string signal, string line, Func<bool> moment)
    {
        // A signal that is ignored where the tests run would be ignored by the program too.
        Process process = BlaseProcess.Start(_folder, ["env", $"--default-signal={signal}", "dotnet", BlaseProcess.Program, .. line.Split(' ')], Epoch);
        Await(process, moment);
        Signal(signal, process);
        return BlaseProcess.Finish(process);
    }

    private void Signal(string signal, Process process) =>
        Assert.Equal(0, BlaseProcess.Finish(BlaseProcess.Start(_folder, ["kill", $"-{signal}", $"{process.Id}"])).ExitCode);

    private void Say(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
