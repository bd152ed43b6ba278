using System.Globalization;
using Blase3D.Engine;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Cli.Terminal;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using CommandLine;
using Spectre.Console;

namespace Blase3D.Cli.Verbs;

[Verb("infer", HelpText = "Infer stellar parameters of spectra.")]
internal sealed partial class InferVerb : CommonOptions
{
    [Value(0, MetaName = "MANIFOLD.h5", Required = true, HelpText = "The manifold file.")]
    public string Manifold { get; set; } = string.Empty;

    [Value(1, MetaName = "SPECTRUM", HelpText = "Spectra: FITS, CSV, or .h5 files of spectra (one result per row, named file#row); patterns in quotes, as 'night/*.fits'.")]
    public IEnumerable<string> Spectra { get; set; } = [];

    [Option('o', "output", Required = true, MetaValue = "OUT", HelpText = "The results to write: .csv, .json or .h5; with --shard .jsonl, a part for 'merge'.")]
    public string Output { get; set; } = string.Empty;

    [Option("list", MetaValue = "FILE", HelpText = "More spectra: a text file with one path per line.")]
    public string? SpectraList { get; set; }

    [Option("resume", HelpText = "Insist on going on with an interrupted run (done anyway where spectra and options are the same): refuse if they are not.")]
    public bool Resume { get; set; }

    [Option("shard", MetaValue = "I/N", HelpText = "Infer the I-th of N contiguous blocks of the spectra only.")]
    public string? Shard { get; set; }

    [Option("prior", MetaValue = "NAME=LO:HI", HelpText = "What is known before, for example --prior teff=5000:6000 logg=4.4+-0.1 feh=0 (interval, Gaussian, fixed); the whole grid otherwise.")]
    public IEnumerable<string> Prior { get; set; } = [];

    [Option("method", MetaValue = "NAME", HelpText = "gp, gradient or gp+gradient (gp+gradient; gp with --compat blase).")]
    public string? Method { get; set; }

    [Option("seed", Default = 1UL, MetaValue = "N", HelpText = "Seed of the search; the same seed gives the same result.")]
    public ulong Seed { get; set; }

    [Option("initial", Default = 100, MetaValue = "N", HelpText = "Points spread over the prior before the search is guided.")]
    public int Initial { get; set; }

    [Option("guided", Default = 20, MetaValue = "N", HelpText = "Guided points.")]
    public int Guided { get; set; }

    [Option("acquisition", MetaValue = "NAME", HelpText = "What guides the search: hedge (EI, LCB, PI; published) or logei (logei; hedge with --compat blase).")]
    public string? Acquisition { get; set; }

    [Option("normalized", HelpText = "The spectra are about 1 between lines already.")]
    public bool Normalized { get; set; }

    [Option("medium", MetaValue = "NAME", HelpText = "Medium of the spectra's wavelengths where the file does not say it: vacuum or air.")]
    public string? Medium { get; set; }

    [Option("window-pixels", MetaValue = "W", HelpText = "Pixels of a line's window (that of the cloning; 1000 with --compat blase).")]
    public int? WindowPixels { get; set; }

    [Option("interpolation", MetaValue = "NAME", HelpText = "Between the nodes: linear or cubic (smooth); the manifold's own when left out.")]
    public string? Interpolation { get; set; }

    [Option("compat", MetaValue = "blase", HelpText = "Search, reconstruct and normalise (with the label's Teff) as the published code does.")]
    public string? Compat { get; set; }

    protected override bool ComputesSpectra => true;

    public override void Run(Session session)
    {
        IReadOnlyList<NamedFile> files = SpectraFiles.Of(Spectra, SpectraList);
        string[] read = [Manifold, .. Also, .. files.Select(file => file.Path)];
        string ending = CheckOutput(Output, [.. read, .. new[] { SpectraList, Standards }.OfType<string>()], ".csv", ".json", ".h5", ".hdf5", InferencePart.Ending);
        new ReconstructionOptions { WindowPixels = WindowPixels }.Validate();
        bool published = IsPublished(Compat);
        CheckLikelihood(published);
        CheckObserved(published);
        InferenceOptions options = Options(published);
        if (published && options.Scheme == InterpolationScheme.Cubic)
            throw new EngineException(ErrorCode.BadArguments, "The published search is linear between the nodes; leave out --interpolation cubic or --compat blase.");
        using StoredManifold stored = LineManifoldFile.Open(Manifold);
        LineManifold manifold = stored.Manifold;
        if (IsObserved)
        {
            List<StoredManifold> others = [.. Also.Select(LineManifoldFile.Open)];
            InferenceJournal.Entry[] stars = FitObserved(session, [new NamedManifold(Manifold, manifold), .. Also.Zip(others, (path, other) => new NamedManifold(path, other.Manifold))], files, options);
            InferenceRun.RequireAny(stars);
            NamedResult[] fitted = [.. stars.Where(star => star.Result is not null).Select(star => new NamedResult(star.Name, star.Result!))];
            others.ForEach(other => other.Dispose());
            InferenceOutput.Write(Output, fitted, session.Provenance(read.Concat(_standardFiles).Select(SpectrumReader.FileOf).Distinct().Where(File.Exists)));
            PageFolder? folder = Page is null ? null : new PageFolder(Page, fitted.Select(star => star.Spectrum));
            for (int n = 0; n < fitted.Length && folder is not null; n++) folder.Draw(n, fitted[n].Spectrum, fitted[n].Result);
            session.Result(InferenceTable.ToJson(fitted), () =>
            {
                foreach (IGrouping<string, NamedResult> alike in fitted.GroupBy(star => string.Join(',', star.Result.AxisNames))) PrintTable([.. alike]);
            });
            InferenceRun.RequireNoneSkipped(Output, stars);
            return;
        }

        ParameterPrior prior = ParameterPrior.Parse(manifold.Axes, Prior);
        foreach (string note in prior.Notes) session.Note(note);
        using var inputs = new SpectraInputs(files, MediumOf(Medium));
        GridShard? shard = Shard is null ? null : GridShard.Parse(Shard, inputs.Count);
        int[] rows = [.. shard is null ? Enumerable.Range(0, inputs.Count) : Enumerable.Range(shard.FirstRow, shard.Rows)];
        string fingerprint = Fingerprint(options, prior, files);
        using InferenceJournal? journal =
            Resume || rows.Length > 1 ? InferenceJournal.Open(Output, RunFingerprint.Of(fingerprint, RunFingerprint.Build, $"{shard}", $"{Page}"), Resume) : null;
        NoteKeptWork(session, Output, journal?.Work);
        NoteDeviceMemory(session, manifold.Wavelength.Length, rows.Length);
        string? unquoted = Unquoted(Manifold, manifold, published);
        var run = new InferenceRun(session, inputs, manifold, options, Kernels, Workers(session.Cancellation)) { Common = [.. prior.Notes, .. unquoted is null ? Array.Empty<string>() : [unquoted]] };
        PageFolder? pages = Page is null ? null : new PageFolder(Page, Enumerable.Range(0, inputs.Count).Select(inputs.NameOf));
        IReadOnlyList<InferenceJournal.Entry> entries = session.Progress("inferring", progress =>
            run.Run(rows, journal, (input, note) => Target(Masked(note, input, published), manifold, prior, published), prior, pages, progress));
        bool isPart = ending == InferencePart.Ending;
        if (!isPart && !entries.Any(entry => entry.Result is not null)) journal?.Remove();
        if (!isPart) InferenceRun.RequireAny(entries, run.FirstFailure(entries));
        ObservedSpectrum.NoteAssumedMedium(session, run.AssumedMedium);
        if (unquoted is not null && entries.Any(entry => entry.Result is not null)) session.Note(unquoted);
        NamedResult[] results = [.. entries.Where(entry => entry.Result is not null).Select(entry => new NamedResult(entry.Name, entry.Result!))];
        if (isPart) new InferencePart(fingerprint, shard?.Number ?? 1, shard?.Count ?? 1, inputs.Count, entries).Write(Output);
        else InferenceOutput.Write(Output, results, session.Provenance(read.Select(SpectrumReader.FileOf).Distinct().Where(File.Exists), without: "--resume"));
        journal?.Remove();
        session.Result(InferenceTable.ToJson(results), () =>
        {
            if (results.Length > 0) PrintTable(results);
        });
        InferenceRun.RequireNoneSkipped(Output, entries);
    }

    /// <summary>
    /// What the results depend on: the manifold's and the spectra's names, sizes and times, the options and the version. Parts are put together
    /// by it, and these may come from several machines; what is kept in a folder depends on the very build, too.
    /// </summary>
    internal string Fingerprint(InferenceOptions options, ParameterPrior prior, IReadOnlyList<NamedFile> files)
    {
        IEnumerable<string> known = prior.Lower.Concat(prior.Upper).Concat(prior.Mean).Concat(prior.Sigma).Select(value => value.ToString("R", CultureInfo.InvariantCulture));
        string typed = RunFingerprint.OptionsOf(
            this, "output", "list", "resume", "shard", "prior", "page", "backend", "memory-limit", "kernels", "threads", "json", "quiet", "verbose");
        return RunFingerprint.Of(
            [Provenance.EngineVersion, Identity(Manifold), .. files.Select(file => Identity(file.Path)), $"{options with { WithPage = false }}", .. known, typed, Kernels.Name]);

        static string Identity(string path)
        {
            var file = new FileInfo(SpectrumReader.FileOf(path));
            return file.Exists ? FormattableString.Invariant($"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}") : path;
        }
    }

    private InferenceOptions Options(bool published)
    {
        InferenceOptions basis = published ? InferenceOptions.Published : new InferenceOptions();
        return WithLikelihood(basis, published) with
        {
            Seed = Seed,
            InitialEvaluations = Initial,
            GuidedEvaluations = Guided,
            WindowPixels = WindowPixels,
            Scheme = SchemeOf(Interpolation),
            Method = Method switch
            {
                null => basis.Method,
                "gp" => InferenceMethod.Gp,
                "gradient" => InferenceMethod.Gradient,
                "gp+gradient" => InferenceMethod.GpGradient,
                _ => throw new EngineException(ErrorCode.BadArguments, $"The method is '{Method}'; give gp, gradient or gp+gradient."),
            },
            Optimizer = Acquisition switch
            {
                null => basis.Optimizer,
                "hedge" => OptimizerOptions.Published,
                "logei" => OptimizerOptions.Default,
                _ => throw new EngineException(ErrorCode.BadArguments, $"The acquisition is '{Acquisition}'; give hedge or logei."),
            },
        };
    }

    private ObservedTarget Target(LabelledSpectrum input, LineManifold manifold, ParameterPrior prior, bool published)
    {
        if (Normalized || input.IsNormalized || manifold.Recipe.InputIsNormalized) return ObservedTarget.Normalized(input.Spectrum);
        if (published)
        {
            return input.LabelTeff is { } label
                ? ObservedTarget.AtLabel(input.Spectrum, manifold.Recipe, label)
                : throw new EngineException(ErrorCode.BadInput, $"{input.Spectrum.Name} has no label teff, which the published normalisation needs; give a grid-spectra file, or leave out --compat blase.");
        }

        int teff = manifold.Axes.Names.ToList().IndexOf("teff");
        if (teff < 0)
            throw new EngineException(ErrorCode.BadInput, $"{Manifold} has no axis teff to normalise {input.Spectrum.Name} with; normalise it and give --normalized.");
        return ObservedTarget.AtCandidate(input.Spectrum, manifold.Recipe, prior.Center[teff]);
    }

    private static WavelengthMedium? MediumOf(string? text) => text switch
    {
        null => null,
        "vacuum" => WavelengthMedium.Vacuum,
        "air" => WavelengthMedium.Air,
        _ => throw new EngineException(ErrorCode.BadArguments, $"The medium is '{text}'; give vacuum or air."),
    };

    private static void PrintTable(NamedResult[] results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("spectrum");
        foreach (string axis in results[0].Result.AxisNames) table.AddColumn(new TableColumn(axis).RightAligned());
        foreach (string name in new[] { "rms", "evaluations", "seconds" }) table.AddColumn(new TableColumn(name).RightAligned());
        table.AddColumn("flags");
        foreach ((string spectrum, InferenceResult result) in results)
        {
            table.AddRow(
            [
                Markup.Escape(spectrum),
                .. result.Value.Zip(result.Error, ResultText.ValueAndError),
                FormattableString.Invariant($"{result.Rms:0.00000}"),
                FormattableString.Invariant($"{result.Evaluations}"),
                FormattableString.Invariant($"{result.Seconds:0.00}"),
                string.Join("; ", result.Flags),
            ]);
        }

        ResultText.Write(table);
    }
}
