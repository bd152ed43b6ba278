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

    [Option("standards", MetaValue = "FILE", HelpText = "Correct the model by stars whose parameters are known: a CSV table with the columns spectrum, one per axis, and if wanted resolution and vsini. With two or more each is also inferred with the correction of the others, and their scatter goes into the errors.")]
    public string? Standards { get; set; }

    private StandardsCalibration? Calibrated(
        Session session, NamedManifold named, IReadOnlyList<NamedFile> files, ObservationOptions observation, TelluricTransmission? telluric, InferenceOptions options)
    {
        if (Standards is null) return null;
        LineManifold manifold = named.Manifold;
        IReadOnlyList<StandardEntry> entries = StandardsTable.Read(Standards, manifold.Axes.Names);
        if (entries.FirstOrDefault(entry => files.Any(file => Path.GetFullPath(file.Path) == Path.GetFullPath(entry.File))) is { } both)
            throw new EngineException(ErrorCode.BadArguments, $"{both.File} is a standard of {Standards} and would be inferred from itself; take it out of one of the two.");
        if (entries.Any(entry => entry.Resolution is null) && (observation.Profiles.Count > 0 || observation.ResolutionFactorRange is not null))
            throw new EngineException(ErrorCode.BadArguments, $"--{(Instrument is null ? "resolution" : "instrument")} does not give one instrument that the standards of {Standards} could have, too; add the column resolution to the table.");
        _standardFiles.AddRange(entries.Select(entry => entry.File));
        ObservationOptions seen = observation with { VelocityKmPerS = null, VelocityRangeKmPerS = new ObservationOptions().VelocityRangeKmPerS };
        StandardStar[] stars = [.. entries.Select(entry =>
        {
            Exposure exposure = SpectrumReader.ReadExposure(entry.File, MediumOf(Medium));
            IEnumerable<Spectrum> orders = telluric is null ? exposure.Orders : exposure.Orders.Select(telluric.AppliedTo);
            StarObservation star = StarObservation.Of(exposure.Facts.File, [.. orders], manifold.Wavelength[0], manifold.Wavelength[^1], seen);
            return new StandardStar(star, entry.Label, entry.Resolution is { } resolution ? InstrumentProfile.Gaussian(Own(resolution)) : observation.Profile, entry.RotationKmPerS ?? 0);
        })];
        var joint = new JointAxes(manifold, seen);
        ParameterPrior prior = ParameterPrior.Parse(joint.Axes, [.. Prior.Where(known => manifold.Axes.Names.Contains(NameOf(known)))]);
        int[] held = [.. Enumerable.Range(0, joint.Stellar).Except(prior.FreeAxes)];
        StandardsCalibration calibration = session.Progress("standards", progress => StandardStars.Calibrate(manifold, stars, held, seen, options, Kernels, Workers(session.Cancellation), progress));
        return calibration with { Notes = [.. calibration.Notes, .. calibration.Stars.Select(star => Sentence(star, manifold))] };
    }

    private static string Sentence(StandardResult star, LineManifold manifold)
    {
        string found = star.LeftOut is null ? string.Empty : string.Join(", ", manifold.Axes.Names.Select((name, d) => (name, d)).Where(axis => double.IsFinite(star.LeftOut[axis.d]))
            .Select(axis => FormattableString.Invariant($"{axis.name} {star.LeftOut[axis.d]:G5} (of {star.Label[axis.d]:G5})")));
        return FormattableString.Invariant($"Standard {star.Name}: velocity {star.VelocityKmPerS:0.000} km/s, rms {star.RmsBefore:0.0000}, corrected {star.RmsAfter:0.0000}") +
            (found.Length > 0 ? $"; with the others' correction it is found at {found}." : ".");
    }
}
