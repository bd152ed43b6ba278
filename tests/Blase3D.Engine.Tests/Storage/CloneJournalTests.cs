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
        using CloneJournal journal = CloneJournal.Open(Output, "f", insist: false);
        Assert.Null(journal.Find(7));
        journal.Keep(7, Clone);
        ClonedSpectrum found = journal.Find(7)!;
        Assert.Equal(Clone.InitialCenter, found.InitialCenter);
        Assert.Equal(Bits(Clone.Lines), Bits(found.Lines));
        Assert.Equal((0.0123, 0.3), (found.Rms, found.InitialRms));
        Assert.Null(journal.Find(8));
        Assert.Equal(_folder["out/clones.h5.work"], WorkFolder.Of(Output));
        Assert.Equal(["out", "out/clones.h5.work", "out/clones.h5.work/fingerprint.txt", "out/clones.h5.work/journal.csv", "out/clones.h5.work/lock", "out/clones.h5.work/owner.txt", "out/clones.h5.work/row-000007.npz"], _folder.Names);
    }

    [Fact]
    public void Origins_and_skipped_rows_are_kept()
    {
        using CloneJournal journal = CloneJournal.Open(Output, "f", insist: false);
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
        using CloneJournal journal = CloneJournal.Open(Output, "f", insist: false, row => $"teff={4000 + row}, logg=4");
        journal.Keep(7, Clone with { Seconds = 1.5 });
        journal.Keep(8, ClonedSpectrum.Skip("It is \"odd\", really."));
        string table = Path.Combine(WorkFolder.Of(Output), "journal.csv");
        string[] lines = File.ReadAllLines(table);
        Assert.Equal("row,point,status,lines,rms,initial_rms,seconds,time_utc", lines[0]);
        Assert.StartsWith("7,\"teff=4007, logg=4\",cloned,2,0.0123,0.3,1.500,20", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("8,\"teff=4008, logg=4\",\"skipped: It is \"\"odd\"\", really.\",0,,,0.000,20", lines[2], StringComparison.Ordinal);

        // Killed in the middle of a line, and between a row's file and its line.
        journal.Dispose();
        File.WriteAllText(table, string.Join('\n', lines[..2]) + "\n8,\"tef");
        using CloneJournal resumed = CloneJournal.Open(Output, "f", insist: true, row => "p");
        Assert.Equal(lines[..2], File.ReadAllLines(table));
        foreach (int row in new[] { 7, 8, 8 }) Assert.NotNull(resumed.Recall(row));
        Assert.Null(resumed.Recall(9));
        string[] after = File.ReadAllLines(table);
        Assert.Equal(3, after.Length);
        Assert.StartsWith("8,p,\"skipped: It is", after[2], StringComparison.Ordinal);
        resumed.Dispose();
        File.WriteAllText(table, "something else");
        CloneJournal.Open(Output, "f", insist: true).Dispose();
        Assert.Equal([lines[0]], File.ReadAllLines(table));
    }

    [Fact]
    public void A_row_without_lines_and_a_table_with_spare_room_are_kept()
    {
        using CloneJournal journal = CloneJournal.Open(Output, "f", insist: false);
        journal.Keep(0, new ClonedSpectrum { InitialCenter = [], Lines = new LineTable(4), Rms = 0 });
        Assert.Equal(0, journal.Find(0)!.Lines.Count);
        journal.Keep(0, Clone);
        Assert.Equal(2, journal.Find(0)!.Lines.Count);
    }

    [Fact]
    public void A_row_that_is_damaged_or_cut_short_or_does_not_fit_together_is_not_used()
    {
        using CloneJournal journal = CloneJournal.Open(Output, "f", insist: false);
        journal.Keep(0, Clone);
        string path = Path.Combine(WorkFolder.Of(Output), "row-000000.npz");
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

        foreach (string odd in new[] { "center", "initial_center", "ln_gamma", "rms", "none", "fingerprint" })
        {
            using (FileStream stream = File.Create(path))
            {
                using var writer = new NpzWriter(stream, deflate: false);
                writer.Add("fingerprint", odd == "fingerprint" ? "g"u8 : "f"u8);
                foreach (string name in new[] { "initial_center", "center", "ln_amplitude", "ln_sigma", "ln_gamma", "rms" })
                    writer.Add(name, name == odd ? [1.0] : name == "rms" ? [1.0, 2, 0] : [1.0, 2]);
            }

            Assert.Equal(odd == "none", journal.Find(0) is not null);
        }

        File.WriteAllBytes(path, whole);
        Assert.NotNull(journal.Find(0));
    }

    [Fact]
    public void Removing_leaves_nothing_and_may_be_done_twice()
    {
        using CloneJournal journal = CloneJournal.Open(Output, "f", insist: false);
        journal.Keep(0, Clone);
        journal.Remove();
        journal.Remove();
        Assert.Null(journal.Find(0));
        Assert.Equal(["out"], _folder.Names);
    }

    public void Dispose() => _folder.Dispose();

    private static long[] Bits(LineTable lines) =>
        [.. new[] { lines.Center, lines.LnAmplitude, lines.LnSigma, lines.LnGamma }.SelectMany(column => column[..lines.Count]).Select(BitConverter.DoubleToInt64Bits)];
}
