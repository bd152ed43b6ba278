using Blase3D.Engine;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage.Tables;
using CommandLine;

namespace Blase3D.Cli.Verbs;

/// <content>Standard stars: what is wrong with the model is learned from them before the others are fitted.</content>
internal sealed partial class InferVerb
{
    private readonly List<string> _standardFiles = [];

    [Option("standards", MetaValue = "FILE", HelpText = "Correct the model by stars whose parameters are known: a CSV table with the columns spectrum, one per axis, and if wanted resolution (that of --resolution) and vsini (0). With two or more each is also inferred with the correction of the others, and their scatter goes into the errors.")]
    public string? Standards { get; set; }

    private StandardsCalibration? Calibrated(
        Session session, NamedManifold named, IReadOnlyList<NamedFile> files, ObservationOptions observation, TelluricTransmission? telluric, InferenceOptions options)
    {
        if (Standards is null) return null;
        LineManifold manifold = named.Manifold;
        IReadOnlyList<StandardEntry> entries = StandardsTable.Read(Standards, manifold.Axes.Names);
        string[] own = [.. entries.Select(entry => RealFile(entry.File))], inferred = [.. files.Select(file => RealFile(file.Path))];
        for (int n = 0; n < entries.Count; n++)
        {
            if (inferred.Contains(own[n]))
                throw new EngineException(ErrorCode.BadArguments, $"{entries[n].File} is a standard of {Standards} and would be inferred from itself; take it out of one of the two.");
            if (own[n] == RealPath.Of(Output))
                throw new EngineException(ErrorCode.BadArguments, $"The output {Output} is a standard of {Standards}; give another name, so that the standard is not lost.");
            if (Array.IndexOf(own, own[n]) is var before && before < n)
                throw new EngineException(ErrorCode.BadInput, $"{Standards}, line {entries[n].Line}: {entries[n].File} is the standard of line {entries[before].Line} already, and each is inferred from the others; keep one of the two.");
        }

        if (entries.Any(entry => entry.Resolution is null) && (observation.Profiles.Count > 0 || observation.ResolutionFactorRange is not null))
            throw new EngineException(ErrorCode.BadArguments, $"--{(Instrument is null ? "resolution" : "instrument")} does not give one instrument that the standards of {Standards} could have, too; add the column resolution to the table.");
        _standardFiles.AddRange([Standards, .. entries.Select(entry => entry.File)]);

        // A mistake in what is to be fitted is said before the standards are, which takes minutes; of many stars one may fail.
        foreach (NamedFile file in Together || files.Count == 1 ? files : []) SpectrumReader.ReadExposure(file.Path, MediumOf(Medium));
        ObservationOptions seen = observation with { VelocityKmPerS = null, VelocityRangeKmPerS = new ObservationOptions().VelocityRangeKmPerS };
        StandardStar[] stars = [.. entries.Select(entry => StarOf(entry, manifold, seen, telluric))];
        var joint = new JointAxes(manifold, seen);
        ParameterPrior prior = ParameterPrior.Parse(joint.Axes, [.. Prior.Where(known => manifold.Axes.Names.Contains(NameOf(known)))]);
        int[] held = [.. Enumerable.Range(0, joint.Stellar).Except(prior.FreeAxes)];
        StandardsCalibration calibration = session.Progress("standards", progress => Named(Standards, isRow: false, () => StandardStars.Calibrate(manifold, stars, held, seen, options, Kernels, Workers(session.Cancellation), progress)));
        return calibration with { Notes = [.. calibration.Notes, .. calibration.Stars.Select(star => Sentence(star, manifold))] };
    }

    private StandardStar StarOf(StandardEntry entry, LineManifold manifold, ObservationOptions seen, TelluricTransmission? telluric) => Named($"{Standards}, line {entry.Line}", isRow: true, () =>
    {
        Exposure exposure = SpectrumReader.ReadExposure(entry.File, MediumOf(Medium));
        foreach (Spectrum order in exposure.Orders) RequireOrdinary(order);
        IEnumerable<Spectrum> orders = telluric is null ? exposure.Orders : exposure.Orders.Select(telluric.AppliedTo);
        StarObservation star = StarObservation.Of(exposure.Facts.File, [.. orders], manifold.Wavelength[0], manifold.Wavelength[^1], seen);
        return new StandardStar(star, entry.Label, entry.Resolution is { } resolution ? InstrumentProfile.Gaussian(Own(resolution)) : seen.Profile, entry.RotationKmPerS ?? 0);
    });

    // What is wrong with a standard is wrong with the table that names it.
    private static T Named<T>(string where, bool isRow, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (EngineException failure) when (failure.Code is ErrorCode.BadInput or ErrorCode.OutOfRange || (isRow && failure.Code == ErrorCode.BadArguments))
        {
            throw new EngineException(failure.Code == ErrorCode.BadArguments ? ErrorCode.BadInput : failure.Code, $"{where}: {failure.Message}", failure);
        }
    }

    private static string RealFile(string path) => RealPath.Of(SpectrumReader.FileOf(path));

    private static string Sentence(StandardResult star, LineManifold manifold)
    {
        string found = star.LeftOut is null ? string.Empty : string.Join(", ", manifold.Axes.Names.Select((name, d) => (name, d)).Where(axis => double.IsFinite(star.LeftOut[axis.d]))
            .Select(axis => FormattableString.Invariant($"{axis.name} {star.LeftOut[axis.d]:G5} (of {star.Label[axis.d]:G5})")));
        return FormattableString.Invariant($"Standard {star.Name}: velocity {star.VelocityKmPerS:0.000} km/s, rms {star.RmsBefore:0.0000}, corrected {star.RmsAfter:0.0000}") +
            (found.Length > 0 ? $"; with the others' correction it is found at {found}." : ".");
    }
}
