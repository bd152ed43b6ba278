using Blase3D.Engine.Storage.Hdf5;
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

    public override void Run(Session session)
    {
        QualityReport.CheckFolder(Output);
        using StoredClones clones = LineClonesFile.Open(Clones);
        using StoredSpectra grid = SpectraFile.Open(Grid);
        QualityReport.Make(session, Output, grid, clones, Clones, Kernels, Workers(session.Cancellation), isResult: true);
    }
}
