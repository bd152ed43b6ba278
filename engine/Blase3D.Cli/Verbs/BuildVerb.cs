using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("build", HelpText = "Follow every line over the nodes of the grid: clones become a manifold.")]
internal sealed class BuildVerb : CommonOptions
{
    [Value(0, MetaName = "CLONES.h5", Required = true, HelpText = "The clones file.")]
    public string Clones { get; set; } = string.Empty;

    [Option('o', "output", Required = true, MetaValue = "MANIFOLD.h5", HelpText = "The manifold file to write.")]
    public string Output { get; set; } = string.Empty;

    [Option("association", Default = "tracked", MetaValue = "NAME", HelpText = "Which line is which: exact (same starting pixel, as published) or tracked (by the names that continued clones give, else followed with a tolerance).")]
    public string Association { get; set; } = "tracked";

    [Option("interpolation", MetaValue = "NAME", HelpText = "What reconstructions of this manifold do between the nodes: linear, or cubic (smooth; default with --residual).")]
    public string? Interpolation { get; set; }

    [Option("residual", MetaValue = "GRID.h5", HelpText = "Add what lines cannot carry: the grid that was cloned minus its lines, so that every node is exact.")]
    public string? Residual { get; set; }

    [Option("line-share", Default = "auto", MetaValue = "SHARE", HelpText = "With --residual, how much the lines say between the nodes: 0 (interpolated pixels) to 1, or auto (measured on nodes left out).")]
    public string LineShare { get; set; } = "auto";

    [Option("regression", MetaValue = "DEGREE", HelpText = "Fit polynomials over the axes to every line instead of keeping its values at the nodes: a smaller file.")]
    public int? Regression { get; set; }

    [Option("compress", HelpText = "Deflate the lines, rounded to 0.00013 in their logarithms and 0.000008 A in their centres: half the size.")]
    public bool Compress { get; set; }

    public override void Run(Session session)
    {
        CheckOutput(Output, [Clones, Residual], ".h5", ".hdf5");
        float? givenShare = ParseShare();
        if (givenShare is not null && Residual is null)
            throw new EngineException(ErrorCode.BadArguments, "The option --line-share belongs to --residual; give the grid that was cloned with --residual, or leave it out.");
        InterpolationScheme scheme = SchemeOf(Interpolation) ?? (Residual is null ? LineManifold.DefaultScheme : InterpolationScheme.Cubic);
        if (Regression is < 0 or > LineSurfaces.LargestDegree)
            throw new EngineException(ErrorCode.BadArguments, $"The degree of the regression is {Regression}; give 0 to {LineSurfaces.LargestDegree}.");
        if (Association is not ("exact" or "tracked"))
            throw new EngineException(ErrorCode.BadArguments, $"The association is '{Association}'; give exact or tracked.");
        LineClones all = LineClonesFile.Read(Clones), clones = all.WithoutSkipped();
        RequireSome(session, all, clones);
        Workers workers = Workers(session.Cancellation);
        (AssociationReport families, LineManifold manifold) = session.Progress("building", _ => Lines(clones, scheme, workers));
        session.Progress(Residual is null ? "writing" : "adding residuals", progress =>
        {
            if (Residual is null) LineManifoldFile.Write(Output, manifold, session.Provenance([Clones]), Compress);
            else WriteWithResidual(session, manifold, givenShare, workers, progress);
            return true;
        });
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
                ["association"] = AssociationFacts(families, manifold.Axes.Names),
            },
            () =>
            {
                Console.Out.WriteLine($"{Output}: {manifold.LineCenter.Length} lines over {manifold.Axes.NodeCount - missing.Length} nodes ({manifold.Axes.DescribeRange()})");
                foreach (string sentence in families.Sentences(manifold.Axes.Names)) Console.Out.WriteLine("  " + sentence);
            });
    }

    private static JsonObject AssociationFacts(AssociationReport report, IReadOnlyList<string> axes) => new()
    {
        ["families"] = report.Families,
        ["at_one_node"] = report.Singles,
        ["typical_reach_nodes"] = report.TypicalReach,
        ["shared_by_neighbours"] = report.Shared,
        ["births"] = new JsonObject(axes.Select((name, d) => KeyValuePair.Create(name, (JsonNode?)report.Births[d]))),
        ["deaths"] = new JsonObject(axes.Select((name, d) => KeyValuePair.Create(name, (JsonNode?)report.Deaths[d]))),
        ["median_edge_depth"] = double.IsNaN(report.MedianEdgeDepth) ? null : report.MedianEdgeDepth,
        ["missed_share"] = report.MissedShare,
        ["ambiguous_share"] = report.AmbiguousShare,
    };

    private (AssociationReport Families, LineManifold Manifold) Lines(LineClones clones, InterpolationScheme scheme, Workers workers)
    {
        LineFamilies found = Association == "exact" ? ExactAssociation.Associate(clones) : TrackedAssociation.Associate(clones);
        LineManifold lines = ManifoldBuilder.Build(clones, found, scheme);
        if (Compress) lines = LineManifoldFile.Rounded(lines);
        return (AssociationReport.Of(clones, found), Regression is { } degree ? SurfaceFit.Fit(lines, degree, workers) : lines);
    }

    private void WriteWithResidual(Session session, LineManifold lines, float? givenShare, Workers workers, Action<double> progress)
    {
        using StoredSpectra grid = SpectraFile.Open(Residual!);
        float[] share = new float[ResidualCode.BlocksOf(lines.Wavelength.Length)];
        if (givenShare is { } given) Array.Fill(share, given);
        else share = LineShareEstimate.Measure(lines, new NodeResiduals(lines, grid, Kernels, share), lines.Scheme, Kernels, workers).Least;
        var native = new NodeResiduals(lines, grid, Kernels, share);
        LineManifoldFile.Write(
            Output, lines.With(new ResidualTerm(native, ResidualCode.DefaultError, share)), session.Provenance([Clones, Residual!]), Compress, progress);
        session.Note(FormattableString.Invariant($"Between the nodes the lines say {share.Average():0.00} of what they could ({(givenShare is null ? "as measured on nodes left out" : "as asked for")}); the rest is interpolated flux."));
    }

    private float? ParseShare()
    {
        if (LineShare == "auto") return null;
        return float.TryParse(LineShare, NumberStyles.Float, CultureInfo.InvariantCulture, out float share) && share is >= 0 and <= 1
            ? share
            : throw new EngineException(ErrorCode.BadArguments, $"The line share is '{LineShare}'; give auto or 0 to 1.");
    }

    private void RequireSome(Session session, LineClones all, LineClones clones)
    {
        int skipped = all.Spectra.Count - clones.Spectra.Count;
        if (skipped == 0) return;
        if (clones.Spectra.Count == 0) throw new EngineException(ErrorCode.BadInput, $"{Clones} holds skipped spectra only; clone a grid with spectra that can be used.");
        session.Note($"{skipped} of {all.Spectra.Count} spectra of {Clones} were skipped when it was cloned, so their nodes are missing: {ClonesReport.DescribeSkipped(all.Points, CloneTally.Of(all))}.");
    }
}
