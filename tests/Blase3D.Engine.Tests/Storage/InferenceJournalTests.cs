using Blase3D.Engine.Inference;
using Blase3D.Engine.Storage;
using Xunit;

namespace Blase3D.Engine.Tests.Storage;

public sealed class InferenceJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blase3d-journal-").FullName;

    private string Output => Path.Combine(_folder, "results.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_kept_is_found_again_to_the_last_bit()
    {
        using (InferenceJournal journal = InferenceJournal.Open(Output, "print", insist: false))
        {
            journal.Keep([Entry(0), Entry(3)]);
            journal.Keep([new InferenceJournal.Entry(1, "bad.csv", null, "it is \"bad\",\nvery")]);
            Assert.Equal(3, journal.Work.Finished);
        }

        using InferenceJournal again = InferenceJournal.Open(Output, "print", insist: false);
        Assert.Equal(3, again.Work.Resumed);
        InferenceResult expected = Entry(3).Result!, found = again.Find(3)!.Result!;
        Assert.Equal(expected.Value, found.Value);
        Assert.Equal(expected.Error, found.Error);
        Assert.Equal(expected.Flags, found.Flags);
        Assert.Equal(expected.Notes, found.Notes);
        Assert.Equal(
            expected with { Value = [], Error = [], Flags = [], AxisNames = [], Notes = [] }, found with { Value = [], Error = [], Flags = [], AxisNames = [], Notes = [] });
        Assert.Equal("it is \"bad\",\nvery", again.Find(1)!.SkipReason);
        Assert.Null(again.Find(2));
        again.Remove();
        Assert.False(Directory.Exists(WorkFolder.Of(Output)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_line_that_was_not_finished_counts_as_not_written(int lost)
    {
        Make("print", 0, 1);
        byte[] bytes = File.ReadAllBytes(Lines);
        File.WriteAllBytes(Lines, bytes[..^lost]);
        using (InferenceJournal journal = InferenceJournal.Open(Output, "print", insist: true))
        {
            Assert.NotNull(journal.Find(0));
            Assert.Null(journal.Find(1));
            journal.Keep([Entry(1)]);
        }

        using InferenceJournal again = InferenceJournal.Open(Output, "print", insist: true);
        Assert.NotNull(again.Find(1));
    }

    [Fact]
    public void A_line_that_is_damaged_or_of_another_run_is_a_spectrum_to_be_done_again()
    {
        Make("print", 0, 1, 2);
        string[] text = File.ReadAllLines(Lines);
        File.WriteAllLines(Lines, [text[0], text[1][20..], text[2].Replace("\"print\"", "\"other\"", StringComparison.Ordinal), "{}", "null"]);
        using InferenceJournal journal = InferenceJournal.Open(Output, "print", insist: true);
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(row => journal.Find(row) is not null));
    }

    [Fact]
    public void Another_run_is_refused_or_put_aside_and_a_strangers_folder_is_left_alone()
    {
        Make("print", 0);
        Refusal.Of(ErrorCode.BadArguments, () => InferenceJournal.Open(Output, "other", insist: true), "results.csv.work");
        using (InferenceJournal anew = InferenceJournal.Open(Output, "other", insist: false))
        {
            Assert.Equal((1, WorkFolder.Of(Output) + ".old"), (anew.Work.RowsSetAside, anew.Work.SetAsideIn));
            Assert.Null(anew.Find(0));
            Refusal.BadInput(() => InferenceJournal.Open(Output, "print", insist: false), "another run");
        }

        Assert.False(Directory.Exists(WorkFolder.Of(Output)));
        Directory.CreateDirectory(WorkFolder.Of(Output));
        File.WriteAllText(Path.Combine(WorkFolder.Of(Output), "thesis.txt"), "years");
        Refusal.BadInput(() => InferenceJournal.Open(Output, "print", insist: false), "in the way");
    }

    private string Lines => Path.Combine(WorkFolder.Of(Output), "results.jsonl");

    private void Make(string fingerprint, params int[] rows)
    {
        using InferenceJournal journal = InferenceJournal.Open(Output, fingerprint, insist: false);
        journal.Keep([.. rows.Select(Entry)]);
    }

    private static InferenceJournal.Entry Entry(int row) => new(
        row,
        $"star-{row}.csv",
        new InferenceResult
        {
            AxisNames = ["teff", "logg"],
            Value = [4000 + (row / 3.0), 4.1],
            Error = [1.0 / 7, double.NaN],
            Rms = 1e-3 / 3,
            Evaluations = 120,
            Seconds = 0.25,
            Flags = ["teff_at_prior_edge"],
            Notes = ["3 pixels \"lie\" outside.", "Second."],
            Pixels = 99,
        },
        null);
}
