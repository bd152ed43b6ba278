using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage.Hdf5;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("build", HelpText = "Follow every line over the nodes of the grid: clones become a manifold.")]
internal sealed class BuildVerb : CommonOptions
{
    [Value(0, MetaName = "CLONES.h5", Required = true, HelpText = "The clones file.")]
    public string Clones { get; set; } = string.Empty;

    [Option('o', "output", Required = true, MetaValue = "MANIFOLD.h5", HelpText = "The manifold file to write.")]
    public string Output { get; set; } = string.Empty;

    [Option("association", Default = "tracked", MetaValue = "NAME", HelpText = "Which line is which: exact (same starting pixel, as published) or tracked (followed with a tolerance).")]
    public string Association { get; set; } = "tracked";

    public override void Run(Session session)
    {
        CheckOutput(Output, [Clones], ".h5", ".hdf5");
        if (Association is not ("exact" or "tracked"))
            throw new EngineException(ErrorCode.BadArguments, $"The association is '{Association}'; give exact or tracked.");
        LineClones all = LineClonesFile.Read(Clones), clones = all.WithoutSkipped();
        RequireSome(session, all, clones);
        (LineFamilies families, LineManifold manifold) = session.Progress("building", _ =>
        {
            LineFamilies found = Association == "exact" ? ExactAssociation.Associate(clones) : TrackedAssociation.Associate(clones);
            return (found, ManifoldBuilder.Build(clones, found));
        });
        LineManifoldFile.Write(Output, manifold, session.Provenance([Clones]));
        int[] missing = [.. manifold.MissingNodes];
        if (missing.Length > 0)
            session.Note($"{missing.Length} of {manifold.Axes.NodeCount} nodes are missing, the first at {manifold.Axes.Describe(missing[0])}; cells that touch one cannot be reconstructed.");
        session.Result(
            new JsonObject
            {
                ["output"] = Output,
                ["nodes"] = manifold.Axes.NodeCount,
                ["missing_nodes"] = missing.Length,
                ["lines"] = manifold.LineCenter.Length,
                ["entries"] = manifold.Entries.LineIndex.Length,
                ["mean_occupancy"] = families.MeanOccupancy,
            },
            () => Console.Out.WriteLine(FormattableString.Invariant(
                $"{Output}: {manifold.LineCenter.Length} lines over {manifold.Axes.NodeCount - missing.Length} nodes ({manifold.Axes.DescribeRange()}), each in {families.MeanOccupancy:0.0} nodes on average")));
    }

    private void RequireSome(Session session, LineClones all, LineClones clones)
    {
        int skipped = all.Spectra.Count - clones.Spectra.Count;
        if (skipped == 0) return;
        if (clones.Spectra.Count == 0) throw new EngineException(ErrorCode.BadInput, $"{Clones} holds skipped spectra only; clone a grid with spectra that can be used.");
        session.Note($"{skipped} of {all.Spectra.Count} spectra of {Clones} were skipped when it was cloned, so their nodes are missing: {ClonesReport.DescribeSkipped(all.Points, CloneTally.Of(all))}.");
    }
}
