using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

public sealed class CloneJournalTests : IDisposable
{
    private static readonly ClonedSpectrum Clone = new()
    {
        InitialCenter = [8500.1, 8500.2],
        Lines = new LineTable([8500.11, 8500.19], [-4, double.NegativeInfinity], [-3.1, -3.2], [-3.3, double.NaN]),
        Rms = 0.0123,
        InitialRms = 0.3,
        Loss = [1, 2],
        RadialVelocityKmPerS = 5,
    };

    private readonly StorageFolder _folder = new();

    private string Output => _folder["out/clones.h5"];

    [Fact]
    public void A_row_that_is_kept_is_found_bit_for_bit()
    {
        CloneJournal journal = CloneJournal.Open(Output, "f", resume: false);
        Assert.Null(journal.Find(7));
        journal.Keep(7, Clone);
        ClonedSpectrum found = journal.Find(7)!;
        Assert.Equal(Clone.InitialCenter, found.InitialCenter);
        Assert.Equal(Bits(Clone.Lines), Bits(found.Lines));
        Assert.Equal((0.0123, 0.3), (found.Rms, found.InitialRms));
        Assert.Null(journal.Find(8));
        Assert.Equal(_folder["out/clones.h5.work"], CloneJournal.FolderOf(Output));
        Assert.Equal(["out", "out/clones.h5.work", "out/clones.h5.work/fingerprint.txt", "out/clones.h5.work/journal.csv", "out/clones.h5.work/row-000007.npz"], _folder.Names);
    }

    [Fact]
    public void Origins_and_skipped_rows_are_kept()
    {
        CloneJournal journal = CloneJournal.Open(Output, "f", resume: false);
        journal.Keep(0, Clone with { Origin = [LineOrigin.Residual, LineOrigin.Detected] });
        journal.Keep(1, ClonedSpectrum.Skip("The flux is NaN at 8500 Å."));
        Assert.Equal([LineOrigin.Residual, LineOrigin.Detected], journal.Find(0)!.Origin);
        Assert.Null(journal.Find(0)!.SkipReason);
        Assert.Equal("The flux is NaN at 8500 Å.", journal.Find(1)!.SkipReason);
        Assert.Equal((0, double.NaN), (journal.Find(1)!.Lines.Count, journal.Find(1)!.Rms));
    }

    [Fact]
    public void A_person_can_read_what_is_finished()
    {
        CloneJournal journal = CloneJournal.Open(Output, "f", resume: false, row => $"teff={4000 + row}, logg=4");
        journal.Keep(7, Clone with { Seconds = 1.5 });
        journal.Keep(8, ClonedSpectrum.Skip("It is \"odd\", really."));
        string table = Path.Combine(CloneJournal.FolderOf(Output), "journal.csv");
        string[] lines = File.ReadAllLines(table);
        Assert.Equal("row,point,status,lines,rms,initial_rms,seconds,time_utc", lines[0]);
        Assert.StartsWith("7,\"teff=4007, logg=4\",cloned,2,0.0123,0.3,1.500,20", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("8,\"teff=4008, logg=4\",\"skipped: It is \"\"odd\"\", really.\",0,,,0.000,20", lines[2], StringComparison.Ordinal);

        // Killed in the middle of a line, and between a row's file and its line.
        File.WriteAllText(table, string.Join('\n', lines[..2]) + "\n8,\"tef");
        CloneJournal resumed = CloneJournal.Open(Output, "f", resume: true, row => "p");
        Assert.Equal(lines[..2], File.ReadAllLines(table));
        foreach (int row in new[] { 7, 8, 8 }) Assert.NotNull(resumed.Recall(row));
        Assert.Null(resumed.Recall(9));
        string[] after = File.ReadAllLines(table);
        Assert.Equal(3, after.Length);
        Assert.StartsWith("8,p,\"skipped: It is", after[2], StringComparison.Ordinal);
        File.WriteAllText(table, "something else");
        CloneJournal.Open(Output, "f", resume: true);
        Assert.Equal([lines[0]], File.ReadAllLines(table));
    }

    [Fact]
    public void A_row_without_lines_and_a_table_with_spare_room_are_kept()
    {
        CloneJournal journal = CloneJournal.Open(Output, "f", resume: false);
        journal.Keep(0, new ClonedSpectrum { InitialCenter = [], Lines = new LineTable(4), Rms = 0 });
        Assert.Equal(0, journal.Find(0)!.Lines.Count);
        journal.Keep(0, Clone);
        Assert.Equal(2, journal.Find(0)!.Lines.Count);
    }

    [Fact]
    public void Resuming_goes_on_with_the_rows_of_the_same_fingerprint()
    {
        CloneJournal.Open(Output, "grid 1, recipe é", resume: false).Keep(3, Clone);
        Assert.NotNull(CloneJournal.Open(Output, "grid 1, recipe é", resume: true).Find(3));
        Refusal.Of(ErrorCode.BadArguments, () => CloneJournal.Open(Output, "grid 2", resume: true), "clones.h5.work", "--resume");
        Assert.NotNull(CloneJournal.Open(Output, "grid 1, recipe é", resume: true).Find(3));
        Assert.Null(CloneJournal.Open(Output, "grid 1, recipe é", resume: false).Find(3));
    }

    [Fact]
    public void Starting_anew_puts_finished_rows_aside_where_they_can_be_taken_back()
    {
        CloneJournal first = CloneJournal.Open(Output, "f", resume: false);
        first.Keep(3, Clone);
        first.Keep(4, Clone);
        CloneJournal second = CloneJournal.Open(Output, "f", resume: false);
        Assert.Equal((0, 2), (first.RowsSetAside, second.RowsSetAside));
        Assert.Null(second.Find(3));
        Directory.Delete(CloneJournal.FolderOf(Output), recursive: true);
        Directory.Move(CloneJournal.OldFolderOf(Output), CloneJournal.FolderOf(Output));
        Assert.NotNull(CloneJournal.Open(Output, "f", resume: true).Find(3));
    }

    [Fact]
    public void Resuming_where_nothing_is_starts_empty()
    {
        Assert.Null(CloneJournal.Open(Output, "f", resume: true).Find(0));
        Assert.NotNull(CloneJournal.Open(Output, "f", resume: true));
    }

    [Fact]
    public void A_row_that_is_damaged_or_cut_short_or_does_not_fit_together_is_not_used()
    {
        CloneJournal journal = CloneJournal.Open(Output, "f", resume: false);
        journal.Keep(0, Clone);
        string path = Path.Combine(CloneJournal.FolderOf(Output), "row-000000.npz");
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 37)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Null(journal.Find(0));
        }

        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] bad = [.. whole];
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bad);
            if (journal.Find(0) is { } found) Assert.Equal(Bits(Clone.Lines), Bits(found.Lines));
        }

        foreach (string odd in new[] { "center", "initial_center", "ln_gamma", "rms" })
        {
            using (FileStream stream = File.Create(path))
            {
                using var writer = new NpzWriter(stream, deflate: false);
                foreach (string name in new[] { "initial_center", "center", "ln_amplitude", "ln_sigma", "ln_gamma", "rms" })
                    writer.Add(name, name == odd ? [1.0] : [1.0, 2]);
            }

            Assert.Null(journal.Find(0));
        }

        File.WriteAllBytes(path, whole);
        Assert.NotNull(journal.Find(0));
    }

    [Fact]
    public void Removing_leaves_nothing_and_may_be_done_twice()
    {
        CloneJournal journal = CloneJournal.Open(Output, "f", resume: false);
        journal.Keep(0, Clone);
        journal.Remove();
        journal.Remove();
        Assert.Null(journal.Find(0));
        Assert.Equal(["out"], _folder.Names);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_folder_of_somebody_else_is_neither_used_nor_emptied(bool resume)
    {
        Directory.CreateDirectory(CloneJournal.FolderOf(Output));
        string notes = Path.Combine(CloneJournal.FolderOf(Output), "notes.txt");
        File.WriteAllText(notes, "mine");
        Refusal.BadInput(() => CloneJournal.Open(Output, "f", resume), "clones.h5.work is in the way");
        Assert.Equal("mine", File.ReadAllText(notes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interruption_before_the_first_row_is_no_obstacle(bool resume)
    {
        Directory.CreateDirectory(CloneJournal.FolderOf(Output));
        Assert.Null(CloneJournal.Open(Output, "f", resume).Find(0));
        CloneJournal.Open(Output, "f", resume).Remove();
        Directory.CreateDirectory(CloneJournal.FolderOf(Output));
        File.WriteAllText(Path.Combine(CloneJournal.FolderOf(Output), ".fingerprint.0123.partial.txt"), "f");
        Assert.Null(CloneJournal.Open(Output, "f", resume).Find(0));
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_named()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(CloneJournal.FolderOf(Output), "x");
        Refusal.BadInput(() => CloneJournal.Open(Output, "f", resume: false), "clones.h5.work");
    }

    public void Dispose() => _folder.Dispose();

    private static long[] Bits(LineTable lines) =>
        [.. new[] { lines.Center, lines.LnAmplitude, lines.LnSigma, lines.LnGamma }.SelectMany(column => column[..lines.Count]).Select(BitConverter.DoubleToInt64Bits)];
}
