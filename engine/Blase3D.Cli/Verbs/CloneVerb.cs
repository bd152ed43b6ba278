using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels.Contracts;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("clone", HelpText = "Recast every spectrum of a grid file as a table of lines.")]
internal sealed class CloneVerb : CommonOptions
{
    [Value(0, MetaName = "GRID.h5", Required = true, HelpText = "The grid file.")]
    public string Grid { get; set; } = string.Empty;

    [Option('o', "output", Required = true, MetaValue = "CLONES.h5", HelpText = "The clones file to write.")]
    public string Output { get; set; } = string.Empty;

    [Option("prominence", MetaValue = "X", HelpText = "Smallest prominence of a line (0.005).")]
    public double? Prominence { get; set; }

    [Option("wing-pixels", MetaValue = "W", HelpText = "Pixels of a line's window (6000).")]
    public int? WingPixels { get; set; }

    [Option("epochs", MetaValue = "N", HelpText = "Steps of the optimizer (24; 100 for adam).")]
    public int? Epochs { get; set; }

    [Option("optimizer", MetaValue = "NAME", HelpText = "How lines are tuned: quasi-newton, or adam as published (quasi-newton).")]
    public string? Optimizer { get; set; }

    [Option("learning-rate", MetaValue = "X", HelpText = "Adam's step (0.1; 0.05 with --compat blase); chooses --optimizer adam.")]
    public double? LearningRate { get; set; }

    [Option("residual-passes", MetaValue = "N", HelpText = "How often the residual is searched for more lines (2; 0 for adam).")]
    public int? ResidualPasses { get; set; }

    [Option("residual-prominence", MetaValue = "X", HelpText = "Smallest prominence of a line in the residual (0.02).")]
    public double? ResidualProminence { get; set; }

    [Option("tolerance", MetaValue = "X", HelpText = "Largest error of a pixel while lines are tuned, 1e-13 to 0.01, or exact (1e-8; 1e-10 with --compat blase).")]
    public string? Tolerance { get; set; }

    [Option("independent", HelpText = "Clone every spectrum on its own, not from the lines of its neighbour on the grid.")]
    public bool Independent { get; set; }

    [Option("one-sweep", HelpText = "Do not try the lines that a spectrum found at its neighbours on the grid afterwards.")]
    public bool OneSweep { get; set; }

    [Option("profile", MetaValue = "NAME", HelpText = "Line profile: blase, thompson or voigt (blase).")]
    public LineProfile? Profile { get; set; }

    [Option("composition", MetaValue = "NAME", HelpText = "How lines make a spectrum: product or opacity (product).")]
    public Composition? LineComposition { get; set; }

    [Option("continuum-degree", MetaValue = "N", HelpText = "Degree of the continuum polynomial (5).")]
    public int? ContinuumDegree { get; set; }

    [Option("continuum-distance", MetaValue = "PIXELS", HelpText = "Smallest distance of two continuum points (5001, less for short spectra).")]
    public int? ContinuumDistance { get; set; }

    [Option("normalized", HelpText = "The fluxes are about 1 between lines already.")]
    public bool Normalized { get; set; }

    [Option("compat", MetaValue = "blase", HelpText = "Do what the published code does.")]
    public string? Compat { get; set; }

    [Option("resume", HelpText = "Insist on going on with an interrupted run (done anyway where grid and options are the same): refuse if they are not.")]
    public bool Resume { get; set; }

    [Option("shard", MetaValue = "I/N", HelpText = "Clone the I-th of N contiguous blocks of spectra only; 'merge' joins the parts.")]
    public string? Shard { get; set; }

    [Option("report", MetaValue = "DIR", HelpText = "Compare clones and spectra afterwards, as 'report' does, into this folder.")]
    public string? Report { get; set; }

    protected override bool ComputesSpectra => true;

    public override void Run(Session session)
    {
        CheckOutput(Output, [Grid], ".h5", ".hdf5");
        if (Report is not null) QualityReport.CheckFolder(Report);
        using StoredSpectra stored = SpectraFile.Open(Grid);
        GridShard? shard = Shard is null ? null : GridShard.Parse(Shard, stored.Points.Count);
        int[] rows = [.. shard is null ? Enumerable.Range(0, stored.Points.Count) : Enumerable.Range(shard.FirstRow, shard.Rows)];
        CloneRecipe recipe = Recipe(IsPublished(Compat), Normalized || stored.IsNormalized);
        var cloner = new GridCloner(stored, recipe, Kernels);

        // How often a run was interrupted is no part of what it made.
        Provenance provenance = session.Provenance([Grid], without: "--resume");
        var run = new CloneRun(Fingerprint(recipe, provenance), Kernels.Name, shard);
        using CloneJournal journal = CloneJournal.Open(Output, $"{run.Fingerprint}|{run.Kernels}|{shard}|{RunFingerprint.Build}", Resume, stored.Points.Describe);
        NoteKeptWork(session, Output, journal.Work);
        NoteDeviceMemory(session, stored.Wavelength.Count, rows.Length);
        session.Progress("cloning", progress =>
        {
            cloner.Run(Workers(session.Cancellation), rows, journal.Recall, journal.Keep, progress, new CloneDrafts(journal.FindDraft, journal.KeepDraft));
            return true;
        });
        IClonedRows clones = journal.Rows(rows, stored.Points.Select(rows), [.. stored.Wavelength], recipe);
        if (shard is null) RequireAny(journal, clones);
        CloneTally tally = LineClonesFile.Write(Output, clones, provenance, run);
        journal.Remove();
        foreach (string note in cloner.Notes) session.Note(note);
        if (Report is not null)
        {
            using StoredClones written = LineClonesFile.Open(Output);
            QualityReport.Make(session, Report, stored, written, Output, Kernels, Workers(session.Cancellation), isResult: false);
        }

        ClonesReport.Print(session, Output, clones.Points, tally);
        ClonesReport.RequireNoneSkipped(Output, clones.Points, tally);
    }

    // A part of a grid may be all bad; a whole one is a mistake.
    private static void RequireAny(CloneJournal journal, IClonedRows rows)
    {
        if (Enumerable.Range(0, rows.Points.Count).Any(row => !rows.Read(row).IsSkipped)) return;
        string reason = rows.Read(0).SkipReason!;
        journal.Remove();
        throw new EngineException(
            ErrorCode.BadInput, $"None of the {rows.Points.Count} spectra can be cloned, so nothing was written; the first, at {rows.Points.Describe(0)}: {reason}");
    }

    private CloneRecipe Recipe(bool published, bool normalized)
    {
        CheckName("profile", Profile);
        CheckName("composition", LineComposition);
        CloneRecipe basis = published ? CloneRecipe.Published : IsAdam() ? CloneRecipe.Adam : new CloneRecipe();
        return basis with
        {
            InputIsNormalized = normalized,
            Continuation = basis.Continuation && !Independent,
            Return = basis.Return && !Independent && !OneSweep,
            LineFinding = basis.LineFinding with { Prominence = Prominence ?? basis.LineFinding.Prominence },
            Preprocessing = basis.Preprocessing with
            {
                ContinuumDegree = ContinuumDegree ?? basis.Preprocessing.ContinuumDegree,
                ContinuumDistancePixels = ContinuumDistance ?? basis.Preprocessing.ContinuumDistancePixels,
            },
            Cloning = basis.Cloning with
            {
                WingPixels = WingPixels ?? basis.Cloning.WingPixels,
                Epochs = Epochs ?? basis.Cloning.Epochs,
                LearningRate = LearningRate ?? basis.Cloning.LearningRate,
                ResidualPasses = ResidualPasses ?? basis.Cloning.ResidualPasses,
                Tolerance = ParseTolerance() ?? basis.Cloning.Tolerance,
                ResidualProminence = ResidualProminence ?? basis.Cloning.ResidualProminence,
                Model = new LineModel(Profile ?? basis.Cloning.Model.Profile, LineComposition ?? basis.Cloning.Model.Composition),
            },
        };
    }

    private double? ParseTolerance() => Tolerance switch
    {
        null => null,
        "exact" => 0,
        _ => double.TryParse(Tolerance, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new EngineException(ErrorCode.BadArguments, $"The option --tolerance cannot be '{Tolerance}'; give exact, or 1e-13 to 0.01."),
    };

    private bool IsAdam() => Optimizer switch
    {
        null => LearningRate is not null,
        "adam" => true,
        "quasi-newton" when LearningRate is null => false,
        "quasi-newton" => throw new EngineException(ErrorCode.BadArguments, "The option --learning-rate belongs to --optimizer adam; leave out one of the two."),
        _ => throw new EngineException(ErrorCode.BadArguments, $"The option --optimizer cannot be '{Optimizer}'; give quasi-newton or adam."),
    };

    // The parser takes any number for a name.
    private static void CheckName<T>(string option, T? value)
        where T : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
            throw new EngineException(ErrorCode.BadArguments, $"The option --{option} cannot be '{given}'; give one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }

    // What the lines depend on: the grid's bytes, the recipe and the version.
    private static string Fingerprint(CloneRecipe recipe, Provenance provenance) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{provenance.Version}|{string.Join('|', provenance.Inputs.Select(input => input.Split("  ")[^1]))}|{recipe}|{recipe.Cloning}|{recipe.LineFinding}|{recipe.Preprocessing}")));
}
