using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage.Hdf5;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("merge", HelpText = "Join the parts that 'clone --shard I/N' made to the clones of the whole grid.")]
internal sealed class MergeVerb : CommonOptions
{
    [Value(0, MetaName = "PART.h5...", Required = true, HelpText = "All parts of one run, in any order.")]
    public IEnumerable<string> Parts { get; set; } = [];

    [Option('o', "output", Required = true, MetaValue = "CLONES.h5", HelpText = "The clones file to write.")]
    public string Output { get; set; } = string.Empty;

    public override void Run(Session session)
    {
        string[] paths = [.. Parts];
        CheckOutput(Output, paths, ".h5", ".hdf5");
        using MergedClones merged = MergedClones.Open(paths);
        if (merged.Run.Kernels.Contains(','))
            session.Note($"The parts were computed with different kernels ({merged.Run.Kernels}); they agree within tolerances, not bit for bit.");
        CloneTally tally = LineClonesFile.Write(Output, merged, session.Provenance(paths), merged.Run);
        int skipped = tally.SkippedRows.Count();
        if (skipped > 0) session.Note($"{skipped} of {tally.Count} spectra had been skipped: {ClonesReport.DescribeSkipped(merged.Points, tally)}.");
        ClonesReport.Print(session, Output, merged.Points, tally);
    }
}
