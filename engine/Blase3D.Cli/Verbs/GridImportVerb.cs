using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Storage.Hdf5;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("grid import", HelpText = "Turn model spectra (PHOENIX FITS folders, FITS cubes, HDF5 of MSG and Starfish, CSV) into a grid file.")]
internal sealed class GridImportVerb : CommonOptions
{
    [Value(0, MetaName = "SRC", Required = true, HelpText = "Files and folders; for PHOENIX the WAVE file lies beside the spectra or above them.")]
    public IEnumerable<string> Sources { get; set; } = [];

    [Option('o', "output", Required = true, MetaValue = "GRID.h5", HelpText = "The grid file to write.")]
    public string Output { get; set; } = string.Empty;

    [Option("wavelength", MetaValue = "LO:HI", HelpText = "Keep this range, vacuum Angstrom, both ends included.")]
    public string? Wavelength { get; set; }

    [Option("medium", Default = "vacuum", MetaValue = "NAME", HelpText = "Medium of the sources' wavelengths: vacuum or air (converted by Ciddor 1996).")]
    public string Medium { get; set; } = "vacuum";

    [Option("normalized", HelpText = "The fluxes are about 1 between lines already; later stages leave out the normalisation.")]
    public bool Normalized { get; set; }

    [Option("alpha-axis", HelpText = "Make the alpha enhancement an axis; without it, spectra with another alpha than 0 are left out.")]
    public bool AlphaAxis { get; set; }

    [Option("compress", HelpText = "Shuffle and deflate the fluxes: about half the size, much slower to write.")]
    public bool Compress { get; set; }

    public override void Run(Session session)
    {
        string[] sources = [.. Sources];
        CheckOutput(Output, sources, ".h5", ".hdf5");
        GridImport import = GridImporter.Import(sources, new GridImportOptions
        {
            Medium = Medium switch
            {
                "vacuum" => WavelengthMedium.Vacuum,
                "air" => WavelengthMedium.Air,
                _ => throw new EngineException(ErrorCode.BadArguments, $"The medium is '{Medium}'; give vacuum or air."),
            },
            AlphaAxis = AlphaAxis,
            WavelengthRange = Wavelength is null ? null : SynthesisOptions.ParseRange(Wavelength),
        });
        session.Progress("importing", progress =>
        {
            SpectraFile.WriteGrid(Output, import.Grid, Normalized, session.Provenance(import.Files), Compress, progress, session.Cancellation);
            return true;
        });
        GridReport.Print(session, Output, import.Grid, import.Notes);
    }
}

/// <summary>What is said of a grid after it was written.</summary>
internal static class GridReport
{
    public static void Print(Session session, string path, ISpectralGrid grid, IReadOnlyList<string> notes)
    {
        double missing = grid.Points.LatticeSize() - grid.Points.Count;
        foreach (string note in notes) session.Note(note);
        session.Result(
            new JsonObject
            {
                ["output"] = path,
                ["spectra"] = grid.Points.Count,
                ["pixels"] = grid.Wavelength.Count,
                ["wavelength"] = new JsonArray(grid.Wavelength[0], grid.Wavelength[^1]),
                ["missing_nodes"] = missing,
                ["notes"] = new JsonArray([.. notes.Select(note => (JsonNode)note)]),
            },
            () => Console.Out.WriteLine(FormattableString.Invariant(
                $"{path}: {grid.Points.Count} spectra of {grid.Wavelength.Count} pixels, {grid.Wavelength[0]:0.##} to {grid.Wavelength[^1]:0.##} A; {grid.Points.DescribeRange()}{(missing > 10.0 * grid.Points.Count ? string.Empty : FormattableString.Invariant($"; {missing} nodes of the lattice missing"))}")));
    }
}
