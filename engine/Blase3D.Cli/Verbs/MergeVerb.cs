using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("merge", HelpText = "Join the parts that 'clone --shard I/N' or 'infer --shard I/N' made to what a single run makes.")]
internal sealed class MergeVerb : CommonOptions
{
    [Value(0, MetaName = "PART...", Required = true, HelpText = "All parts of one run, in any order: .h5 of clone, .jsonl of infer.")]
    public IEnumerable<string> Parts { get; set; } = [];

    [Option('o', "output", Required = true, MetaValue = "OUT", HelpText = "The file to write: clones as .h5, results as .csv, .json or .h5.")]
    public string Output { get; set; } = string.Empty;

    public override void Run(Session session)
    {
        string[] paths = [.. Parts];
        bool isResults = paths.All(path => path.EndsWith(InferencePart.Ending, StringComparison.OrdinalIgnoreCase));
        if (!isResults && paths.FirstOrDefault(path => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) is { } table)
            throw new EngineException(ErrorCode.BadInput, $"{table} does not say which part of which run it is; infer shards with -o PART{InferencePart.Ending} and merge those.");
        if (isResults) MergeResults(session, paths);
        else MergeClones(session, paths);
    }

    private void MergeResults(Session session, string[] paths)
    {
        CheckOutput(Output, paths, ".csv", ".json", ".h5", ".hdf5");
        IReadOnlyList<InferenceJournal.Entry> entries = InferencePart.Merge(paths);
        NamedResult[] results = [.. entries.Where(entry => entry.Result is not null).Select(entry => new NamedResult(entry.Name, entry.Result!))];
        if (results.Length == 0) throw new EngineException(ErrorCode.BadInput, $"None of the {entries.Count} spectra was inferred, so nothing was written; the first, {entries[0].Name}: {entries[0].SkipReason}");
        InferenceOutput.Write(Output, results, session.Provenance(paths));
        session.Result(InferenceTable.ToJson(results), () => session.Note($"{Output}: {results.Length} spectra of {paths.Length} parts."));
        InferenceRun.RequireNoneSkipped(Output, entries);
    }

    private void MergeClones(Session session, string[] paths)
    {
        CheckOutput(Output, paths, ".h5", ".hdf5");
        using MergedClones merged = MergedClones.Open(paths);
        if (merged.Run.Kernels.Contains(','))
            session.Note($"The parts were computed with different kernels ({merged.Run.Kernels}); they agree within tolerances, not bit for bit.");
        Provenance provenance = session.Provenance(paths);
        CloneTally tally = session.Progress("merging", progress => LineClonesFile.Write(Output, merged, provenance, merged.Run, progress, session.Cancellation));
        ClonesReport.Print(session, Output, merged.Points, tally);
        ClonesReport.RequireNoneSkipped(Output, merged.Points, tally);
    }
}
