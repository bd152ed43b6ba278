using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Manifolds.Passport;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Engine.Storage.TorchState;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("inspect", HelpText = "Say what a file holds.")]
internal sealed class InspectVerb : CommonOptions
{
    [Value(0, MetaName = "FILE", Required = true, HelpText = "A file of this engine (.h5), a state dictionary (.pt, or .npz with its names), a spectrum (FITS, text) or models (FITS, HDF5, CSV).")]
    public string File { get; set; } = string.Empty;

    [Option("line", MetaValue = "ANGSTROM", HelpText = "Of a manifold: the passport of the line at this vacuum wavelength, where it is and how its parameters run.")]
    public double? Line { get; set; }

    [Option("plot", MetaValue = "LINE.svg", HelpText = "With --line: draw its parameters over the grid.")]
    public string? Plot { get; set; }

    public override void Run(Session session)
    {
        if (Line is { } angstrom)
        {
            ShowLine(session, angstrom);
            return;
        }

        if (Plot is not null) throw new EngineException(ErrorCode.BadArguments, "The option --plot draws a line; say which with --line ANGSTROM, or leave it out.");
        JsonObject facts = Path.GetExtension(File).ToLowerInvariant() switch
        {
            ".pt" or ".npz" => OfState(BlaseState.Read(File)),
            ".h5" or ".hdf5" => OfHdf5(File),
            _ when InferenceTable.CountOf(File) is { } results => new JsonObject { ["type"] = InferenceFile.Type, ["spectra"] = results },
            _ => SpectraInputs.RowsOf(File) is { } rows ? OfModels(File, rows.Flux.Count) ?? OfRows(rows) : OfSpectrumOrModels(File),
        };
        session.Cancellation.ThrowIfCancellationRequested();
        session.Result(facts, () =>
        {
            Console.Out.WriteLine(File);
            foreach ((string name, JsonNode? value) in facts) Console.Out.WriteLine($"  {name.Replace('_', ' ')}: {Text(value)}");
        });
    }

    private void ShowLine(Session session, double angstrom)
    {
        if (Plot is not null) CheckOutput(Plot, [File], ".svg");
        if (FileHeader.TypeOf(File) is var type && type is not (LineManifoldFile.Type or LineManifoldFile.SurfacesType))
            throw new EngineException(ErrorCode.BadInput, $"{File} is of the TYPE {type ?? "none"}; --line looks into a manifold, as build makes it.");
        using StoredManifold stored = LineManifoldFile.Open(File);
        var passport = LinePassport.Of(stored.Manifold, angstrom);
        if (Plot is not null)
            AtomicFile.Write(Plot, temporary => System.IO.File.WriteAllText(temporary, PassportPlot.ToSvg(passport, stored.Manifold.Axes)));
        LinePassportReport.Print(session, passport, stored.Manifold.Axes, Plot);
    }

    private static string Text(JsonNode? value) => value switch
    {
        JsonArray { Count: 0 } => "none",
        JsonObject parts => string.Join("; ", parts.Select(part => $"{part.Key.Replace('_', ' ')} {Text(part.Value)}")),
        JsonArray array => string.Join(", ", array.Select(Text)),
        JsonValue plain => plain.ToString(),
        _ => "unknown",
    };

    private static JsonObject OfHdf5(string path)
    {
        string? type = FileHeader.TypeOf(path);
        if ((type is null or "specgrid_t") && OfModels(path) is { } models) return models;
        JsonObject facts = type switch
        {
            SpectraFile.GridType or SpectraFile.ResultType => OfSpectra(path),
            LineClonesFile.Type => OfClones(path),
            LineManifoldFile.Type or LineManifoldFile.SurfacesType => OfManifold(path),
            InferenceFile.Type => [],
            _ => throw new EngineException(ErrorCode.BadInput, $"{path} is an HDF5 file of {(type is null ? "no TYPE" : $"the TYPE {type}")}, which this engine does not know."),
        };
        facts.Insert(0, "type", type);
        foreach ((string name, string value) in FileHeader.ProvenanceOf(path)) facts[name] = value;
        return facts;
    }

    private static JsonObject OfSpectra(string path)
    {
        using StoredSpectra spectra = SpectraFile.Open(path);
        JsonObject facts = OfPoints(spectra.Points);
        AddWavelength(facts, [.. spectra.Wavelength]);
        facts["normalized"] = spectra.IsNormalized;
        return facts;
    }

    private static JsonObject OfClones(string path)
    {
        using StoredClones clones = LineClonesFile.Open(path);
        CloneTally tally = clones.Tally;
        JsonObject facts = OfPoints(clones.Points);
        AddWavelength(facts, clones.Wavelength);
        double[] rms = [.. tally.Rms.Where(double.IsFinite).Order()];
        long[] origins = clones.CountOrigins();
        int skipped = tally.SkippedRows.Count();
        facts["lines"] = tally.LineCount;
        foreach (LineOrigin origin in Enum.GetValues<LineOrigin>()) facts[$"lines_{origin.ToString().ToLowerInvariant()}"] = origins[(int)origin];
        facts["lines_per_spectrum"] = tally.Count == skipped ? 0 : (double)tally.LineCount / (tally.Count - skipped);
        facts["skipped"] = new JsonArray([.. tally.SkippedRows.Take(20).Select(row => (JsonNode)$"{clones.Points.Describe(row)}: {tally.SkipReason[row]}")]);
        if (clones.Run is { } run)
        {
            facts["run"] = run.Fingerprint;
            facts["kernels"] = run.Kernels;
            facts["shard"] = run.Part?.ToString() ?? "all";
        }

        facts["rms_median"] = rms.Length > 0 ? rms[rms.Length / 2] : null;
        facts["rms_worst"] = rms.Length > 0 ? rms[^1] : null;
        AddRecipe(facts, clones.Recipe);
        return facts;
    }

    private static JsonObject OfManifold(string path)
    {
        using StoredManifold stored = LineManifoldFile.Open(path);
        LineManifold manifold = stored.ReadAll();
        var facts = new JsonObject
        {
            ["axes"] = manifold.Axes.DescribeRange(),
            ["nodes_per_axis"] = new JsonArray([.. Enumerable.Range(0, manifold.Axes.Dimensions).Select(d => (JsonNode)manifold.Axes.Values(d).Length)]),
            ["nodes"] = manifold.Axes.NodeCount,
            ["missing_nodes"] = new JsonArray([.. manifold.MissingNodes.Take(20).Select(node => (JsonNode)manifold.Axes.Describe(node))]),
        };
        AddWavelength(facts, manifold.Wavelength);
        facts["lines"] = manifold.LineCenter.Length;
        facts["entries"] = manifold.Entries.LineIndex.Length;
        facts["largest_shift_angstrom"] = manifold.MaxShiftAngstrom;
        facts["interpolation"] = manifold.Scheme.ToString().ToLowerInvariant();
        if (manifold.Surfaces is { } surfaces) facts["surface_degree"] = surfaces.Degree;
        if (manifold.Residual is { } residual)
        {
            facts["residual_error"] = residual.ErrorBound;
            facts["line_share"] = residual.LineShare.Average();
        }

        if (manifold.ErrorMap is { } errors) facts["expected_error"] = ErrorMapFacts.Of(errors, manifold.Axes);
        facts["checksums"] = stored.IsChecked ? "good" : "none";
        AddRecipe(facts, manifold.Recipe);
        return facts;
    }

    private static JsonObject OfState(BlaseState state) => new()
    {
        ["type"] = "state dictionary",
        ["lines"] = state.LineCount,
        ["center_angstrom"] = state.LineCount == 0 ? null : new JsonArray(state.CenterAngstrom.Min(), state.CenterAngstrom.Max()),
        ["radial_velocity_km_per_s"] = state.RadialVelocityKmPerS,
        ["lines_not_finite"] = state.NonFiniteLineCount,
    };

    private static JsonObject OfRows(SpectraRows rows)
    {
        var facts = new JsonObject { ["type"] = "spectra", ["spectra"] = rows.Flux.Count };
        AddWavelength(facts, rows.Wavelength);
        AddFlux(facts, [.. rows.Flux.SelectMany(flux => flux)]);
        return facts;
    }

    private static JsonObject OfSpectrumOrModels(string path)
    {
        try
        {
            return SpectrumReport.Of(SpectrumReader.ReadExposure(path));
        }
        catch (EngineException)
        {
            // What 'grid import' would make of it; if nothing, the sentence about the spectrum stands.
            if (OfModels(path) is not { } models) throw;
            return models;
        }
    }

    // Null when it is no file of models, or of fewer than it holds spectra.
    private static JsonObject? OfModels(string path, int least = 0)
    {
        if ((Models(path, WavelengthMedium.Vacuum) ?? Models(path, WavelengthMedium.Air)) is not { } models || models.Points.Count < least) return null;
        JsonObject facts = OfPoints(models.Points);
        facts.Insert(0, "type", "model spectra");
        AddWavelength(facts, [.. models.Wavelength]);
        return facts;
    }

    private static ISpectralGrid? Models(string path, WavelengthMedium medium)
    {
        try
        {
            return GridImporter.Import([path], new GridImportOptions { Medium = medium }).Grid;
        }
        catch (EngineException)
        {
            return null;
        }
    }

    private static void AddFlux(JsonObject facts, double[] values)
    {
        double[] flux = [.. values.Where(double.IsFinite).Order()];
        facts["pixels_not_a_number"] = values.Length - flux.Length;
        facts["flux"] = flux.Length == 0 ? null : new JsonArray(flux[0], flux[flux.Length / 2], flux[^1]);
    }

    private static JsonObject OfPoints(GridPoints points) => new()
    {
        ["spectra"] = points.Count,
        ["axes"] = points.Count == 0 ? string.Join(", ", points.AxisNames) : points.DescribeRange(),
    };

    private static void AddWavelength(JsonObject facts, double[] wavelength)
    {
        facts["pixels"] = wavelength.Length;
        if (wavelength.Length > 0) facts["wavelength_angstrom"] = new JsonArray(wavelength[0], wavelength[^1]);
    }

    private static void AddRecipe(JsonObject facts, CloneRecipe recipe)
    {
        facts["profile"] = recipe.Cloning.Model.Profile.ToString().ToLowerInvariant();
        facts["composition"] = recipe.Cloning.Model.Composition.ToString().ToLowerInvariant();
        facts["wing_pixels"] = recipe.Cloning.WingPixels;
        facts["prominence"] = recipe.LineFinding.Prominence;
        facts["epochs"] = recipe.Cloning.Epochs;
        facts["compat"] = recipe.Cloning.PublishedWindows ? "blase" : "none";
    }
}
