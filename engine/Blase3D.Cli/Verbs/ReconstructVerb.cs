using System.Globalization;
using System.Text.Json.Nodes;
using Blase3D.Engine;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Fits;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using CommandLine;

namespace Blase3D.Cli.Verbs;

[Verb("reconstruct", HelpText = "Make the spectra of any points of a manifold.")]
internal sealed class ReconstructVerb : CommonOptions
{
    [Value(0, MetaName = "MANIFOLD.h5", Required = true, HelpText = "The manifold file.")]
    public string Manifold { get; set; } = string.Empty;

    [Option('o', "output", Required = true, MetaValue = "OUT", HelpText = "The spectra to write: .h5, .csv or .fits.")]
    public string Output { get; set; } = string.Empty;

    [Option("teff", MetaValue = "T", HelpText = "Effective temperature in K.")]
    public double? Teff { get; set; }

    [Option("logg", MetaValue = "G", HelpText = "Surface gravity.")]
    public double? Logg { get; set; }

    [Option("feh", MetaValue = "Z", HelpText = "Iron abundance (write --feh=-0.5).")]
    public double? Feh { get; set; }

    [Option("points", MetaValue = "P.csv", HelpText = "Many points: a CSV whose header names the axes.")]
    public string? Points { get; set; }

    [Option("wavelength", MetaValue = "LO:HI", HelpText = "This part of the manifold's wavelengths only, vacuum Angstrom.")]
    public string? Wavelength { get; set; }

    [Option("like", MetaValue = "SPECTRUM", HelpText = "On the wavelengths of this spectrum (cut to the manifold's range).")]
    public string? Like { get; set; }

    [Option("window-pixels", MetaValue = "W", HelpText = "Pixels of a line's window (that of the cloning; 1000 with --compat blase).")]
    public int? WindowPixels { get; set; }

    [Option("window-tolerance", MetaValue = "TOL", HelpText = "Windows as wide as each line's strength asks; all that they leave out changes no pixel by more than this.")]
    public double? WindowTolerance { get; set; }

    [Option("tolerance", Default = "exact", MetaValue = "TOL", HelpText = "The error of a pixel that the evaluation may make: exact, or for example 1e-6 or 1e-10 (worth it for wide windows).")]
    public string Tolerance { get; set; } = "exact";

    [Option("interpolation", MetaValue = "NAME", HelpText = "Between the nodes: linear or cubic (smooth); the manifold's own when left out.")]
    public string? Interpolation { get; set; }

    [Option("lines-only", HelpText = "Leave the manifold's residual term out.")]
    public bool LinesOnly { get; set; }

    [Option("compat", MetaValue = "blase", HelpText = "Do what the published code does.")]
    public string? Compat { get; set; }

    protected override bool ComputesSpectra => true;

    public override void Run(Session session)
    {
        string ending = CheckOutput(Output, [Manifold, Points, Like], ".h5", ".hdf5", ".csv", ".fits");
        ReconstructionOptions options = Options();
        using StoredManifold stored = LineManifoldFile.Open(Manifold);
        LineManifold manifold = stored.Manifold;
        GridPoints points = ReadPoints(session, manifold.Axes);
        double[] wavelength = ChooseWavelength(session, manifold.Wavelength);
        (int firstLine, int endLine) = SpectrumReconstructor.LinesInReach(manifold, options, wavelength);
        stored.Restrict(firstLine, endLine);
        for (int n = 0; n < points.Count; n++) manifold.Locate(points[n], new GridCell(manifold.Axes.Dimensions));
        NoteDeviceMemory(session, wavelength.Length, points.Count);
        IReadOnlyList<double[]> flux = session.Progress("reconstructing", progress =>
            BatchReconstruction.Run(manifold, points, options, Kernels, Workers(session.Cancellation), wavelength, progress, session.Note));
        Provenance provenance = session.Provenance([.. new[] { Manifold, Points, Like }.OfType<string>()]);
        switch (ending)
        {
            case ".csv":
                SpectraTable.Write(Output, wavelength, points, flux, provenance);
                break;
            case ".fits":
                SpectraCube.Write(Output, wavelength, points, flux, provenance);
                break;
            default:
                SpectraFile.WriteResult(Output, wavelength, points, flux, provenance);
                break;
        }

        session.Result(
            new JsonObject { ["output"] = Output, ["spectra"] = points.Count, ["pixels"] = wavelength.Length, ["wavelength"] = new JsonArray(wavelength[0], wavelength[^1]) },
            () => Console.Out.WriteLine(FormattableString.Invariant(
                $"{Output}: {points.Count} {(points.Count == 1 ? "spectrum" : "spectra")} of {wavelength.Length} pixels, {wavelength[0]:0.##} to {wavelength[^1]:0.##} A, in units of the continuum")));
    }

    private ReconstructionOptions Options()
    {
        bool published = IsPublished(Compat);
        ReconstructionOptions basis = published ? ReconstructionOptions.Published : new ReconstructionOptions();
        InterpolationScheme? scheme = SchemeOf(Interpolation);
        if (published && scheme == InterpolationScheme.Cubic)
            throw new EngineException(ErrorCode.BadArguments, "The published reconstruction is linear between the nodes; leave out --interpolation cubic or --compat blase.");
        ReconstructionOptions options = basis with
        {
            WindowPixels = WindowPixels ?? basis.WindowPixels,
            WindowTolerance = WindowTolerance,
            Tolerance = ParseTolerance(Tolerance),
            Scheme = scheme,
            LinesOnly = LinesOnly,
        };
        options.Validate();
        return options;
    }

    private static double ParseTolerance(string text)
    {
        if (text == "exact") return 0;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && value >= KernelSet.LeastTolerance && value <= KernelSet.LargestTolerance
            ? value
            : throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"The tolerance is '{text}'; give exact or {KernelSet.LeastTolerance} to {KernelSet.LargestTolerance}, for example 1e-6."));
    }

    private GridPoints ReadPoints(Session session, RectilinearAxes axes)
    {
        var given = new Dictionary<string, double?> { ["teff"] = Teff, ["logg"] = Logg, ["feh"] = Feh };
        if (Points is not null)
        {
            return given.Values.All(value => value is null)
                ? PointsTable.Read(Points, axes.Names, session.Note)
                : throw new EngineException(ErrorCode.BadArguments, "Both --points and single values are given; give one of them.");
        }

        string[] lacking = [.. axes.Names.Where(name => given.GetValueOrDefault(name) is null)];
        if (lacking.Length > 0)
            throw new EngineException(ErrorCode.BadArguments, $"The manifold has the axes {string.Join(", ", axes.Names)}, and {string.Join(", ", lacking)} is not given; add it, or give --points with all of them.");
        if (axes.Names.FirstOrDefault(name => !double.IsFinite(given[name]!.Value)) is { } bad)
            throw new EngineException(ErrorCode.BadArguments, $"The option --{bad} is {given[bad]}; give a finite number.");
        return new GridPoints(axes.Names, [.. axes.Names.Select(name => given[name]!.Value)]);
    }

    private double[] ChooseWavelength(Session session, double[] own)
    {
        if (Like is not null)
        {
            if (Wavelength is not null) throw new EngineException(ErrorCode.BadArguments, "Both --like and --wavelength are given; give one of them.");
            double[] wanted = WavelengthsOf(Like, out bool isAssumed);
            int first = LineWindows.SearchSorted(wanted, own[0]), end = LineWindows.SearchSorted(wanted, Math.BitIncrement(own[^1]));
            if (end <= first)
                throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"{Like} covers {wanted[0]:0.##} to {wanted[^1]:0.##} A, nothing of the manifold's {own[0]:0.##} to {own[^1]:0.##} A (vacuum); check its unit and medium."));
            if (isAssumed)
                session.Note($"{Like} does not say whether its wavelengths are in air or in vacuum and was taken as vacuum; give a file that says it if they are in air.");
            if (end - first < wanted.Length)
                session.Note(FormattableString.Invariant($"{wanted.Length - end + first} of {wanted.Length} pixels of {Like} lie outside of the manifold's {own[0]:0.##} to {own[^1]:0.##} A and were left out."));
            return wanted[first..end];
        }

        if (Wavelength is null) return own;
        (double low, double high) = SynthesisOptions.ParseRange(Wavelength);
        int from = LineWindows.SearchSorted(own, low), to = LineWindows.SearchSorted(own, Math.BitIncrement(high));
        if (low < own[0] - 1 || high > own[^1] + 1)
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"The range {Wavelength} leaves the manifold's {own[0]:0.##} to {own[^1]:0.##} A (vacuum); take a part of it."));
        if (to <= from)
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant($"The range {Wavelength} holds none of the manifold's pixels ({own[0]:0.##} to {own[^1]:0.##} A, vacuum); take a wider one."));
        return own[from..to];
    }

    private static double[] WavelengthsOf(string path, out bool isAssumed)
    {
        isAssumed = false;
        if (Path.GetExtension(path).ToLowerInvariant() is ".h5" or ".hdf5")
        {
            using StoredSpectra stored = SpectraFile.Open(path);
            return [.. stored.Wavelength];
        }

        if (SpectraInputs.RowsOf(path) is { } rows) return rows.Wavelength;
        Spectrum spectrum = SpectrumReader.Read(path);
        isAssumed = spectrum.IsMediumAssumed;
        return spectrum.WavelengthAngstrom;
    }
}
