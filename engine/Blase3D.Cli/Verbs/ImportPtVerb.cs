using System.Globalization;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.TorchState;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("import-pt", HelpText = "Read state dictionaries of the public archive (nothing in them is executed) as clones.")]
internal sealed class ImportPtVerb : CommonOptions
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "Files T..G..Z...pt (or .npz as 'export' writes them), or folders of them.")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('o', "output", Required = true, MetaValue = "CLONES.h5", HelpText = "The clones file to write.")]
    public string Output { get; set; } = string.Empty;

    [Option("point", MetaValue = "teff=T,logg=G,feh=Z", HelpText = "The point of a single file whose name does not say it.")]
    public string? Point { get; set; }

    private static readonly string[] Endings = [".pt", ".npz"];

    public override void Run(Session session)
    {
        CheckOutput(Output, Paths, ".h5", ".hdf5");
        string[] files = [.. Paths.SelectMany(Expand)];
        ArchivePoint? point = Point is null ? null : ParsePoint(Point);
        ArchiveClones clones = ArchiveClones.Open(files, point);
        Provenance provenance = session.Provenance(files);
        CloneTally tally = session.Progress("importing", progress => LineClonesFile.Write(Output, clones, provenance, progress: progress, cancellation: session.Cancellation));
        session.Note(FormattableString.Invariant($"State dictionaries do not say how they were made: taken as lines of the published recipe ({clones.Recipe.Cloning.Model.Profile} profile, {clones.Recipe.Cloning.Model.Composition}, windows of {clones.Recipe.Cloning.WingPixels} pixels) on the PHOENIX pixels of {clones.Wavelength[0]:0.##} to {clones.Wavelength[^1]:0.##} A."));
        foreach (string note in clones.Notes) session.Note(note);
        ClonesReport.Print(session, Output, clones.Points, tally);
    }

    private static string[] Expand(string path)
    {
        if (Directory.Exists(path))
        {
            string[] found = [.. Endings.SelectMany(ending => Directory.EnumerateFiles(path, "*" + ending, SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];
            return found.Length > 0 ? found : throw new EngineException(ErrorCode.BadInput, $"No .pt file was found in {path}; give files or folders of them.");
        }

        return File.Exists(path) ? [path] : throw new EngineException(ErrorCode.BadInput, $"{path} does not exist; give .pt files or folders of them.");
    }

    private static ArchivePoint ParsePoint(string text)
    {
        var values = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (string part in text.Split(','))
        {
            string[] sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (sides.Length != 2 || !double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value) || !values.TryAdd(sides[0], value))
                throw Bad();
        }

        return values.Count == 3 && values.TryGetValue("teff", out double teff) && values.TryGetValue("logg", out double logg) && values.TryGetValue("feh", out double feh)
            ? new ArchivePoint(teff, logg, feh)
            : throw Bad();

        EngineException Bad() => new(ErrorCode.BadArguments, $"The point '{text}' is not understood; write --point teff=4700,logg=4.5,feh=0.");
    }
}
