using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Cloning.Report;
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

    [Option("interpolation", MetaValue = "NAME", HelpText = "What reconstructions of this manifold do between the nodes: linear, or cubic (smooth; default with --residual and for clones that were continued from neighbour to neighbour).")]
    public string? Interpolation { get; set; }

    [Option("residual", MetaValue = "GRID.h5", HelpText = "Add what lines cannot carry: the grid that was cloned minus its lines, so that every node is exact.")]
    public string? Residual { get; set; }

    [Option("line-share", Default = "auto", MetaValue = "SHARE", HelpText = "With --residual, how much the lines say between the nodes: 0 (interpolated pixels) to 1, or auto (measured on nodes left out).")]
    public string LineShare { get; set; } = "auto";

    [Option("error-map", MetaValue = "GRID.h5", HelpText = "Keep what reconstructions are expected to be wrong by, for every cell and region of wavelengths, measured against the grid that was cloned by leaving nodes out. With --residual done anyway, unless this is: no.")]
    public string? ErrorMapGrid { get; set; }

    [Option("regression", MetaValue = "DEGREE", HelpText = "Fit polynomials over the axes to every line instead of keeping its values at the nodes: a smaller file.")]
    public int? Regression { get; set; }

    [Option("compress", HelpText = "Deflate the lines, rounded to 0.00013 in their logarithms and 0.000008 A in their centres: half the size.")]
    public bool Compress { get; set; }

    protected override bool ComputesSpectra => true;

    public override void Run(Session session)
    {
        CheckOutput(Output, [Clones, Residual, MapGrid], ".h5", ".hdf5");
        float? givenShare = ParseShare();
        if (givenShare is not null && Residual is null)
            throw new EngineException(ErrorCode.BadArguments, "The option --line-share belongs to --residual; give the grid that was cloned with --residual, or leave it out.");
        InterpolationScheme? asked = SchemeOf(Interpolation);
        if (Residual is not null && MapGrid is not null && Path.GetFullPath(Residual) != Path.GetFullPath(MapGrid))
            throw new EngineException(ErrorCode.BadArguments, $"--residual has the grid {Residual} and --error-map {MapGrid}; both want the grid that was cloned, so give it once.");
        if (Regression is < 0 or > LineSurfaces.LargestDegree)
            throw new EngineException(ErrorCode.BadArguments, $"The degree of the regression is {Regression}; give 0 to {LineSurfaces.LargestDegree}.");
        if (Association is not ("exact" or "tracked"))
            throw new EngineException(ErrorCode.BadArguments, $"The association is '{Association}'; give exact or tracked.");
        LineClones all = LineClonesFile.Read(Clones), clones = all.WithoutSkipped();
        RequireSome(session, all, clones);
        Workers workers = Workers(session.Cancellation);

        // Noise grows with the order of a scheme, so lines that were cloned one by one are joined linearly; continued ones are smooth enough.
        InterpolationScheme scheme = asked ?? (Residual is not null || clones.Recipe.Continuation ? InterpolationScheme.Cubic : LineManifold.DefaultScheme);
        (AssociationReport families, LineManifold manifold) = session.Progress("building", _ => Lines(clones, scheme, workers));
        using StoredSpectra? grid = NativeGrid is { } path ? SpectraFile.Open(path) : null;
        if (grid is not null && GridIdentity.FindStranger(grid, clones, Kernels, workers) is var (row, rms, stored))
            throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{grid.FilePath} is not the grid that {Clones} was made of: at {clones.Points.Describe(row)} clone minus spectrum has an rms of {rms:G3}, and {stored:G3} when it was cloned; give that grid."));
        if (Residual is not null) manifold = session.Progress("measuring the share of the lines", _ => WithResidual(session, manifold, grid!, givenShare, workers));
        if (MapGrid is not null) manifold = session.Progress("measuring errors", progress => WithErrorMap(manifold, grid!, workers, progress));
        session.Progress(Residual is null ? "writing" : "adding residuals", progress =>
        {
            LineManifoldFile.Write(Output, manifold, session.Provenance(NativeGrid is { } used ? [Clones, used] : [Clones]), Compress, progress);
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

    // The grid that the errors are measured against, if they are.
    private string? MapGrid => ErrorMapGrid switch { "no" => null, null => Residual, _ => ErrorMapGrid };

    private string? NativeGrid => Residual ?? MapGrid;

    private LineManifold WithResidual(Session session, LineManifold lines, StoredSpectra grid, float? givenShare, Workers workers)
    {
        float[] share = ResidualTerm.SameShare(givenShare ?? 0, lines.Wavelength.Length);
        if (givenShare is null) share = LineShareEstimate.Measure(lines, new NodeResiduals(lines, grid, Kernels, share), lines.Scheme, Kernels, workers).Least;
        session.Note(FormattableString.Invariant($"Between the nodes the lines say {share.Average():0.00} of what they could ({(givenShare is null ? "as measured on nodes left out" : "as asked for")}); the rest is interpolated flux."));
        return lines.With(new ResidualTerm(new NodeResiduals(lines, grid, Kernels, share), ResidualCode.DefaultError, share));
    }

    private LineManifold WithErrorMap(LineManifold manifold, StoredSpectra grid, Workers workers, Action<double> progress)
    {
        NodeResiduals native = manifold.Residual?.Reader as NodeResiduals
            ?? new NodeResiduals(manifold, grid, Kernels, ResidualTerm.SameShare(0, manifold.Wavelength.Length));
        return manifold.With(ErrorMapEstimate.Measure(manifold, native, Kernels, workers, progress));
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
