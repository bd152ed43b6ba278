using Blase3D.Engine.Cloning.Report;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Kernels;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("report", HelpText = "Say how well a grid was cloned: residuals per node and resolution, outliers, pictures.")]
internal sealed class ReportVerb : CommonOptions
{
    [Value(0, MetaName = "CLONES.h5", Required = true, HelpText = "The clones file.")]
    public string Clones { get; set; } = string.Empty;

    [Value(1, MetaName = "GRID.h5", Required = true, HelpText = "The grid file they were made of.")]
    public string Grid { get; set; } = string.Empty;

    [Option('o', "output", Required = true, MetaValue = "DIR", HelpText = "The folder to write nodes.csv, summary.json and pictures to.")]
    public string Output { get; set; } = string.Empty;

    protected override bool ComputesSpectra => true;

    public override void Run(Session session)
    {
        QualityReport.CheckFolder(Output);
        using StoredClones clones = LineClonesFile.Open(Clones);
        using StoredSpectra grid = SpectraFile.Open(Grid);
        Workers workers = Workers(session.Cancellation);
        if (GridIdentity.FindStranger(grid, clones, Kernels, workers) is var (row, rms, stored))
            session.Note(FormattableString.Invariant($"{Grid} may not be the grid that {Clones} was made of: at {clones.Points.Describe(row)} clone minus spectrum has an rms of {rms:G3}, and {stored:G3} when it was cloned; check the names."));
        QualityReport.Make(session, Output, grid, clones, Clones, Kernels, workers, isResult: true);
    }
}
