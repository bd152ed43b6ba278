using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

/// <summary>Who may use the folder of finished work, what is gone on with, and that nothing finished is ever lost.</summary>
public sealed class WorkFolderTests : IDisposable
{
    private static readonly ClonedSpectrum Clone = new() { InitialCenter = [8500.1], Lines = new LineTable([8500.11], [-4], [-3.1], [-3.3]), Rms = 0.01 };

    private readonly StorageFolder _folder = new();

    private string Output => _folder["out/clones.h5"];

    private string Work => WorkFolder.Of(Output);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_same_fingerprint_goes_on_whether_asked_or_not(bool insist)
    {
        Make("grid 1, recipe é", 3, 5);
        using CloneJournal again = CloneJournal.Open(Output, "grid 1, recipe é", insist);
        Assert.NotNull(again.Find(3));
        Assert.Equal((2, 2, 0), (again.Work.Resumed, again.Work.Finished, again.Work.RowsSetAside));
        again.Keep(3, Clone);
        again.Keep(4, Clone);
        Assert.Equal(3, again.Work.Finished);
        again.Remove();
        Assert.Equal(0, again.Work.Finished);
    }

    [Fact]
    public void Another_fingerprint_is_refused_when_it_is_insisted()
    {
        Make("grid 1", 3);
        Refusal.Of(ErrorCode.BadArguments, () => CloneJournal.Open(Output, "grid 2", insist: true), "clones.h5.work", "work on 1 spectra", "--resume");
        using CloneJournal again = CloneJournal.Open(Output, "grid 1", insist: true);
        Assert.NotNull(again.Find(3));
    }

    [Fact]
    public void Finished_rows_of_other_runs_are_put_aside_each_under_its_own_name_and_can_be_taken_back()
    {
        Make("f", 3, 4);
        Make("g", 1);
        Make("h", 0, 1, 2);
        using (CloneJournal last = CloneJournal.Open(Output, "i", insist: false))
        {
            Assert.Equal((3, Work + ".old-3"), (last.Work.RowsSetAside, last.Work.SetAsideIn));
            Assert.Null(last.Find(0));
        }

        Assert.False(Directory.Exists(Work));
        Directory.Move(Work + ".old", Work);
        using CloneJournal first = CloneJournal.Open(Output, "f", insist: true);
        Assert.Equal(2, first.Work.Resumed);
        Assert.True(Directory.Exists(Work + ".old-2"));
    }

    [Fact]
    public void A_row_that_another_run_wrote_into_the_folder_is_not_used()
    {
        Make("f", 3);
        string row = Path.Combine(Work, "row-000003.npz"), copy = _folder["copy.npz"];
        File.Copy(row, copy);
        using CloneJournal other = CloneJournal.Open(Output, "g", insist: false);
        other.Keep(4, Clone);
        File.Copy(copy, row);
        Assert.Null(other.Find(3));
        Assert.NotNull(other.Find(4));
    }

    [Fact]
    public void Two_runs_do_not_share_a_folder()
    {
        using (CloneJournal running = CloneJournal.Open(Output, "f", insist: false))
        {
            running.Keep(0, Clone);
            foreach (string fingerprint in new[] { "f", "g" })
                Refusal.BadInput(() => CloneJournal.Open(Output, fingerprint, insist: false), "clones.h5.work", "another run", $"process {Environment.ProcessId} on");
            Assert.NotNull(running.Find(0));
        }

        using CloneJournal next = CloneJournal.Open(Output, "f", insist: false);
        Assert.NotNull(next.Find(0));
    }

    [Fact]
    public void A_run_that_finished_nothing_leaves_nothing()
    {
        CloneJournal.Open(Output, "f", insist: true).Dispose();
        Assert.Equal(["out"], _folder.Names);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_of_somebody_else_is_neither_used_nor_emptied(bool insist)
    {
        Directory.CreateDirectory(Work);
        string notes = Path.Combine(Work, "notes.txt");
        File.WriteAllText(notes, "mine");
        Refusal.BadInput(() => CloneJournal.Open(Output, "f", insist), "clones.h5.work is in the way");
        Assert.Equal("mine", File.ReadAllText(notes));
        Assert.Single(Directory.GetFileSystemEntries(Work));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interruption_before_the_first_row_is_no_obstacle(bool insist)
    {
        foreach (string left in new[] { ".fingerprint.0123.partial.txt", "lock", "owner.txt" })
        {
            Directory.CreateDirectory(Work);
            File.WriteAllText(Path.Combine(Work, left), "f");
            using CloneJournal journal = CloneJournal.Open(Output, "f", insist);
            Assert.Null(journal.Find(0));
        }
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_named()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(Work, "x");
        Refusal.BadInput(() => CloneJournal.Open(Output, "f", insist: false), "clones.h5.work");
    }

    public void Dispose() => _folder.Dispose();

    private void Make(string fingerprint, params int[] rows)
    {
        using CloneJournal journal = CloneJournal.Open(Output, fingerprint, insist: false);
        foreach (int row in rows) journal.Keep(row, Clone);
    }
}
