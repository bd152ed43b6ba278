using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
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

    [Option("epochs", MetaValue = "N", HelpText = "Adam steps (100).")]
    public int? Epochs { get; set; }

    [Option("learning-rate", MetaValue = "X", HelpText = "Adam's step (0.1; 0.05 with --compat blase).")]
    public double? LearningRate { get; set; }

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

    [Option("resume", HelpText = "Go on with an interrupted run of the same grid and options.")]
    public bool Resume { get; set; }

    public override string AfterInterruption => $"give the command again with --resume to go on with the spectra that are finished (in {Output}.work)";

    public override void Run(Session session)
    {
        CheckOutput(Output, [Grid], ".h5", ".hdf5");
        using StoredSpectra grid = SpectraFile.Open(Grid);
        CloneRecipe recipe = Recipe(IsPublished(Compat), Normalized || grid.IsNormalized);
        var cloner = new GridCloner(grid, recipe, Kernels);
        Provenance provenance = session.Provenance([Grid]);
        CloneJournal journal = CloneJournal.Open(Output, Fingerprint(recipe, provenance), Resume);
        if (journal.RowsSetAside > 0)
            session.Note($"{journal.RowsSetAside} finished spectra of an interrupted run were put aside in {Output}.work.old; to use them, stop, rename that folder to {Output}.work and give --resume.");
        LineClones clones = Clone(session, cloner, journal);
        LineClonesFile.Write(Output, clones, provenance);
        journal.Remove();
        foreach (string note in cloner.Notes) session.Note(note);
        ClonesReport.Print(session, Output, clones);
    }

    private LineClones Clone(Session session, GridCloner cloner, CloneJournal journal)
    {
        try
        {
            return session.Progress("cloning", progress =>
                cloner.Clone(Workers(session.Cancellation), Resume ? journal.Find : null, journal.Keep, progress));
        }
        catch
        {
            journal.RemoveIfEmpty();
            throw;
        }
    }

    private CloneRecipe Recipe(bool published, bool normalized)
    {
        CheckName("profile", Profile);
        CheckName("composition", LineComposition);
        CloneRecipe basis = published ? CloneRecipe.Published : new CloneRecipe();
        return basis with
        {
            InputIsNormalized = normalized,
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
                Model = new LineModel(Profile ?? basis.Cloning.Model.Profile, LineComposition ?? basis.Cloning.Model.Composition),
            },
        };
    }

    // The parser takes any number for a name.
    private static void CheckName<T>(string option, T? value)
        where T : struct, Enum
    {
        if (value is { } given && !Enum.IsDefined(given))
            throw new EngineException(ErrorCode.BadArguments, $"The option --{option} cannot be '{given}'; give one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }

    // What the finished rows of an interrupted run depend on: the grid's bytes, the recipe, the version and the kernels.
    private string Fingerprint(CloneRecipe recipe, Provenance provenance) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{provenance.Version}|{Kernels.Name}|{string.Join('|', provenance.Inputs)}|{recipe}|{recipe.Cloning}|{recipe.LineFinding}|{recipe.Preprocessing}")));
}

/// <summary>What is said of clones after they were written.</summary>
internal static class ClonesReport
{
    public static void Print(Session session, string path, LineClones clones)
    {
        double[] rms = [.. clones.Spectra.Select(s => s.Rms).Where(double.IsFinite).Order()];
        int worst = Enumerable.Range(0, clones.Spectra.Count).MaxBy(s => clones.Spectra[s].Rms);
        session.Result(
            new JsonObject
            {
                ["output"] = path,
                ["spectra"] = clones.Spectra.Count,
                ["lines"] = clones.LineCount,
                ["rms_median"] = rms.Length > 0 ? rms[rms.Length / 2] : null,
                ["rms_worst"] = rms.Length > 0 ? rms[^1] : null,
                ["worst_point"] = clones.Points.Describe(worst),
            },
            () => Console.Out.WriteLine(rms.Length == 0
                ? $"{path}: {clones.Spectra.Count} spectra as {clones.LineCount} lines"
                : FormattableString.Invariant($"{path}: {clones.Spectra.Count} spectra as {clones.LineCount} lines; rms of clone minus spectrum: median {rms[rms.Length / 2]:0.00000}, worst {rms[^1]:0.00000} at {clones.Points.Describe(worst)}")));
    }
}
