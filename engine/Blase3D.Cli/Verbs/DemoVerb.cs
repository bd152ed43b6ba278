using Blase3D.Cli.Demonstration;
using Blase3D.Engine;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("demo", HelpText = "The whole path on the real PHOENIX mini-grid that comes along: clone, build, reconstruct, infer held-out stars.")]
internal sealed class DemoVerb : CommonOptions
{
    [Option("out", Default = "demo-out", MetaValue = "DIR", HelpText = "Where the files go.")]
    public string OutputFolder { get; set; } = "demo-out";

    protected override bool ComputesSpectra => true;

    public override void Run(Session session)
    {
        string miniGrid = Path.Combine(AppContext.BaseDirectory, "minigrid", "phoenix-caii.h5");
        if (!File.Exists(miniGrid))
            throw new EngineException(ErrorCode.BadInput, $"The mini-grid {miniGrid} is missing; build or publish the engine again.");
        foreach (string name in MiniGridDemo.FileNames) AtomicFile.RequireWritable(Path.Combine(OutputFolder, name));
        using StoredSpectra grid = SpectraFile.Open(miniGrid);
        DemoReport report = new MiniGridDemo(session, grid, Kernels, Workers(session.Cancellation), OutputFolder).Run(session.Provenance([miniGrid]));
        session.Result(report.ToJson(), report.Print);
    }
}
