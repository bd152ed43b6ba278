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
        InferenceJournal journal = InferenceJournal.Open(Output, "print", resume: false);
        journal.Keep([Entry(0), Entry(3)]);
        journal.Keep([new InferenceJournal.Entry(1, "bad.csv", null, "it is \"bad\",\nvery")]);
        InferenceJournal again = InferenceJournal.Open(Output, "print", resume: true);
        InferenceResult expected = Entry(3).Result!, found = again.Find(3)!.Result!;
        Assert.Equal(expected.Value, found.Value);
        Assert.Equal(expected.Error, found.Error);
        Assert.Equal(expected.Flags, found.Flags);
        Assert.Equal(expected with { Value = [], Error = [], Flags = [], AxisNames = [] }, found with { Value = [], Error = [], Flags = [], AxisNames = [] });
        Assert.Equal("it is \"bad\",\nvery", again.Find(1)!.SkipReason);
        Assert.Null(again.Find(2));
        again.Remove();
        Assert.False(Directory.Exists(InferenceJournal.FolderOf(Output)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_line_that_was_not_finished_counts_as_not_written(int lost)
    {
        InferenceJournal.Open(Output, "print", resume: false).Keep([Entry(0), Entry(1)]);
        string lines = Path.Combine(InferenceJournal.FolderOf(Output), "results.jsonl");
        byte[] bytes = File.ReadAllBytes(lines);
        File.WriteAllBytes(lines, bytes[..^lost]);
        InferenceJournal journal = InferenceJournal.Open(Output, "print", resume: true);
        Assert.NotNull(journal.Find(0));
        Assert.Null(journal.Find(1));
        journal.Keep([Entry(1)]);
        Assert.NotNull(InferenceJournal.Open(Output, "print", resume: true).Find(1));
    }

    [Fact]
    public void A_damaged_line_is_a_spectrum_to_be_done_again()
    {
        InferenceJournal.Open(Output, "print", resume: false).Keep([Entry(0), Entry(1), Entry(2)]);
        string lines = Path.Combine(InferenceJournal.FolderOf(Output), "results.jsonl");
        string[] text = File.ReadAllLines(lines);
        File.WriteAllLines(lines, [text[0], text[1][20..], text[2]]);
        InferenceJournal journal = InferenceJournal.Open(Output, "print", resume: true);
        Assert.Equal([true, false, true], Enumerable.Range(0, 3).Select(row => journal.Find(row) is not null));
    }

    [Fact]
    public void Another_run_is_refused_or_put_aside_and_a_strangers_folder_is_left_alone()
    {
        InferenceJournal.Open(Output, "print", resume: false).Keep([Entry(0)]);
        Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => InferenceJournal.Open(Output, "other", resume: true)).Code);
        InferenceJournal anew = InferenceJournal.Open(Output, "other", resume: false);
        Assert.Equal(1, anew.RowsSetAside);
        Assert.Null(anew.Find(0));
        Assert.True(Directory.Exists(InferenceJournal.OldFolderOf(Output)));
        anew.RemoveIfEmpty();
        Assert.False(Directory.Exists(InferenceJournal.FolderOf(Output)));
        Directory.CreateDirectory(InferenceJournal.FolderOf(Output));
        File.WriteAllText(Path.Combine(InferenceJournal.FolderOf(Output), "thesis.txt"), "years");
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => InferenceJournal.Open(Output, "print", resume: false)).Code);
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
            Pixels = 99,
        },
        null);
}
