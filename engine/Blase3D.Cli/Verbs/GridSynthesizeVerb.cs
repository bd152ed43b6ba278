using Blase3D.Engine;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("grid synthesize", HelpText = "Make a physical toy grid of any size whose truth is known at every point.")]
internal sealed class GridSynthesizeVerb : CommonOptions
{
    [Option('o', "output", Required = true, MetaValue = "GRID.h5", HelpText = "The grid file to write.")]
    public string Output { get; set; } = string.Empty;

    [Option("teff", MetaValue = "SPEC", HelpText = "Nodes of teff in K: values and LO:HI:STEP ranges (2300:7000:100,7200:12000:200).")]
    public string? Teff { get; set; }

    [Option("logg", MetaValue = "SPEC", HelpText = "Nodes of logg (2:6:0.5).")]
    public string? Logg { get; set; }

    [Option("feh", MetaValue = "SPEC", HelpText = "Nodes of feh, written --feh=-0.5,0 (-0.5,0).")]
    public string? Feh { get; set; }

    [Option("wavelength", MetaValue = "LO:HI", HelpText = "Range of the PHOENIX pixels, vacuum Angstrom; 8038:12849 by default.")]
    public string? Wavelength { get; set; }

    [Option("wavelength-file", MetaValue = "FILE", HelpText = "Take the wavelengths of a spectrum instead.")]
    public string? WavelengthFile { get; set; }

    [Option("lines", Default = 128_723, MetaValue = "N", HelpText = "Lines in the list; a star shows a part of them.")]
    public int Lines { get; set; }

    [Option("seed", Default = 0, MetaValue = "S", HelpText = "Seed of the line list.")]
    public int Seed { get; set; }

    [Option("points", MetaValue = "P.csv", HelpText = "Spectra at these points (a CSV with teff,logg,feh) instead of the nodes: the truth in between.")]
    public string? Points { get; set; }

    [Option("compress", HelpText = "Shuffle and deflate the fluxes.")]
    public bool Compress { get; set; }

    public override void Run(Session session)
    {
        CheckOutput(Output, [Points, WavelengthFile], ".h5", ".hdf5");
        if (Points is not null && (Teff ?? Logg ?? Feh) is not null)
            throw new EngineException(ErrorCode.BadArguments, "Both --points and nodes (--teff, --logg, --feh) are given; give one of them.");
        var options = new SynthesisOptions
        {
            Teff = AxisSpecification.Parse("teff", Teff ?? "2300:7000:100,7200:12000:200"),
            Logg = AxisSpecification.Parse("logg", Logg ?? "2:6:0.5"),
            Feh = AxisSpecification.Parse("feh", Feh ?? "-0.5,0"),
            Lines = Lines,
            Seed = Seed,
            Points = Points is null ? null : PointsTable.Read(Points, ["teff", "logg", "feh"], session.Note),
            Wavelength = WavelengthFile is null ? null : SpectrumReader.Read(WavelengthFile).WavelengthAngstrom,
        };
        if (Wavelength is not null)
        {
            (double low, double high) = SynthesisOptions.ParseRange(Wavelength);
            options = options with { LowAngstrom = low, HighAngstrom = high };
        }

        SyntheticGrid grid = options.CreateGrid();
        string[] inputs = [.. new[] { Points, WavelengthFile }.OfType<string>()];
        session.Progress("synthesizing", progress =>
        {
            SpectraFile.WriteGrid(Output, grid, normalized: false, session.Provenance(inputs), Compress, progress, session.Cancellation);
            return true;
        });
        GridReport.Print(session, Output, grid, []);
    }
}
