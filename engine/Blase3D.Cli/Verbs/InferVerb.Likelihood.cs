using System.Globalization;
using Blase3D.Engine;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Storage;
using CommandLine;

namespace Blase3D.Cli.Verbs;

/// <content>How data and model are compared, and what is said about it.</content>
internal sealed partial class InferVerb
{
    // A spectrum that is about 1 between its lines has its upper quartile here, unless it is hardly anything but lines.
    private const double LowestUpperQuartile = 0.2, HighestUpperQuartile = 3;

    private IReadOnlyList<(double Low, double High)> _masked = [];

    [Option("likelihood", MetaValue = "NAME", HelpText = "rms (all pixels count the same) or chi2 (by their errors); chi2 for spectra with errors, else rms.")]
    public string? Likelihood { get; set; }

    [Option("model-error", MetaValue = "SIGMA", HelpText = "The model's own error in units of the continuum (chi2; 0 for none also with rms); measured on the star and on nodes left out when not given.")]
    public string? ModelError { get; set; }

    [Option("mask", MetaValue = "LO:HI", HelpText = "Vacuum Angstrom to leave out, for example --mask 8226:8282 8500:8501.")]
    public IEnumerable<string> Mask { get; set; } = [];

    [Option("posterior", MetaValue = "N", HelpText = "Draw N points from the posterior, with R-hat and effective sample sizes (in .json and .h5).")]
    public int? Posterior { get; set; }

    [Option("page", MetaValue = "DIR", HelpText = "A page (SVG) for every spectrum: data, model, residual, slices of the objective.")]
    public string? Page { get; set; }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    // What is missing in the quoted errors of a manifold without residual term; null where nothing is, or where the user said the model's error.
    private string? Unquoted(string path, LineManifold manifold, bool published) => manifold.Residual is not null || published || ModelError is not null
        ? null : $"{path} has lines alone: what these miss of their own spectra is not in the quoted errors, which may be several times too small; build it with --residual.";

    private void CheckLikelihood(bool published)
    {
        _masked = [.. Mask.Select(text => ParseRange("mask", text))];
        if (published && (Likelihood is not null || ModelError is not null || Posterior is not null))
            throw new EngineException(ErrorCode.BadArguments, "The published search knows the root mean square alone; leave out --likelihood, --model-error and --posterior, or --compat blase.");
        if (Likelihood == "rms" && ModelError is not (null or "0"))
            throw new EngineException(ErrorCode.BadArguments, "The root mean square has no use for a --model-error but 0; leave it out, or give --likelihood chi2.");
        if (Page is null) return;
        if (File.Exists(Page)) throw new EngineException(ErrorCode.BadArguments, $"The page folder {Page} is a file; give the name of a folder.");
        AtomicFile.RequireWritable(Path.Combine(Page, "page.svg"));
    }

    private InferenceOptions WithLikelihood(InferenceOptions basis, bool published)
    {
        double? modelError = null;
        if (ModelError is not null)
            modelError = TryNumber(ModelError, out double given) ? given : throw new EngineException(ErrorCode.BadArguments, $"The model error is '{ModelError}'; give a number of 0 to 1.");
        return basis with
        {
            Likelihood = published ? new LikelihoodOptions() : new LikelihoodOptions
            {
                ModelError = modelError,
                Kind = Likelihood switch
                {
                    null => LikelihoodKind.Auto,
                    "rms" => LikelihoodKind.Rms,
                    "chi2" => LikelihoodKind.ChiSquare,
                    _ => throw new EngineException(ErrorCode.BadArguments, $"The likelihood is '{Likelihood}'; give rms or chi2."),
                },
            },
            PosteriorDraws = Posterior is null or >= 40
                ? Posterior ?? 0
                : throw new EngineException(ErrorCode.BadArguments, $"The posterior has {Posterior} draws; give at least 40."),
            WithPage = Page is not null,
            DecidingLines = Page is not null || Json || !Output.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? basis.DecidingLines : 0,
        };
    }

    private LabelledSpectrum Masked(Action<string> note, LabelledSpectrum input, bool published)
    {
        bool weighs = !published && Likelihood != "rms";
        if (Likelihood == "chi2" && input.Spectrum.Sigma is null)
            throw new EngineException(ErrorCode.BadInput, $"{input.Spectrum.Name} has no errors, which chi2 needs; give a column of errors, or --likelihood rms.");
        Spectrum spectrum = PixelMask.Apply(input.Spectrum, _masked, out int masked);
        int left = spectrum.Flux.Count(double.IsFinite), bad = 0;
        if (weighs && left > 0) spectrum = PixelMask.WithoutBadErrors(spectrum, out bad);
        if (left - bad < SpectrumRules.FewestPixels)
            throw new EngineException(ErrorCode.BadInput, $"{spectrum.Name} has {left - bad} usable pixels left; at least {SpectrumRules.FewestPixels} are needed: mask less, or check its errors.");
        if (masked > 0) note($"{spectrum.Name}: {masked} pixels were masked.");
        else if (_masked.Count > 0 && !Array.Exists(spectrum.WavelengthAngstrom, new WavelengthRanges(_masked).Contains))
            note(FormattableString.Invariant($"{spectrum.Name}: no pixel lies in what is to be masked ({_masked.Min(mask => mask.Low):0.##} to {_masked.Max(mask => mask.High):0.##} A); give vacuum Angstrom."));
        if (bad > 0) note($"{spectrum.Name}: {bad} of {spectrum.Flux.Length} pixels have no error above 0 and were left out; give --likelihood rms to use them.");
        if (Normalized) NoteUnlessNormalized(note, spectrum);
        return input with { Spectrum = spectrum };
    }

    private static void NoteUnlessNormalized(Action<string> note, Spectrum spectrum)
    {
        double[] sorted = [.. spectrum.Flux.Where(double.IsFinite).Order()];
        double upper = sorted[3 * sorted.Length / 4];
        if (upper is < LowestUpperQuartile or > HighestUpperQuartile)
            note(FormattableString.Invariant($"{spectrum.Name} is taken as about 1 between lines, but a quarter of its fluxes lie above {upper:G3}; normalise it, or leave out --normalized."));
    }

    private static (double Low, double High) ParseRange(string what, string text)
    {
        string[] ends = text.Split(':', StringSplitOptions.TrimEntries);
        return ends.Length == 2 && TryNumber(ends[0], out double low) && TryNumber(ends[1], out double high) && low <= high
            ? (low, high)
            : throw new EngineException(ErrorCode.BadArguments, $"The {what} '{text}' is not understood; write LOW:HIGH in vacuum Angstrom, for example 8226:8282.");
    }
}
