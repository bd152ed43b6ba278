using Blase3D.Engine;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage.Tables;

namespace Blase3D.Cli.Verbs;

/// <content>The exposures of stars: which belong together, in which frame their velocities are, and what is said of a fit.</content>
internal sealed partial class InferVerb
{
    private const string CorrectionOfFile = "file";

    private NamedResult[] FitObserved(Session session, IReadOnlyList<NamedManifold> manifolds, IReadOnlyList<NamedFile> files, InferenceOptions options)
    {
        RequireOneSetOfAxes(manifolds);
        ObservationOptions observation = ObservationOptions();
        RequireOneForEach(Instrument is null ? "--resolution" : "--instrument", observation.Profiles.Count == 0 ? 1 : observation.Profiles.Count, files.Count, needsTogether: true);
        TelluricTransmission? telluric = TelluricOf();
        Exposure[] exposures = [.. files.Select(file => SpectrumReader.ReadExposure(file.Path, MediumOf(Medium)))];
        double[] corrections = Corrections(session, exposures);
        List<ObservedFiles> stars = Together
            ? [new($"{exposures[0].Facts.File} and {exposures.Length - 1} more", exposures, corrections)]
            : [.. exposures.Select((exposure, n) => new ObservedFiles(exposure.Facts.File, [exposure], corrections.Length == 0 ? [] : [corrections[n]]))];
        ObservationOptions[] own = [.. stars.Select(star => observation with { FrameVelocitiesKmPerS = star.Corrections, HasSeparateVelocities = HasSeparateVelocities(session, star) })];
        StandardsCalibration? standards = Calibrated(session, manifolds[0], files, observation, telluric, options);
        own = [.. own.Select(each => each with { Correction = standards?.Correction })];
        string[] common = [.. standards?.Notes ?? [], .. Resolution is null && Instrument is null ? ["No --resolution was given: the lines are taken to be as narrow as those of the manifold."] : Array.Empty<string>()];
        foreach (string note in common) session.Note(note);
        return [.. session.Progress("fitting", progress => stars.Select((star, n) =>
        {
            // What is said of a star stays with its result.
            List<string> said = [.. common];
            void Note(string sentence)
            {
                said.Add(sentence);
                session.Note(sentence);
            }

            foreach (string note in star.Exposures.SelectMany(exposure => exposure.Facts.Notes.Select(note => $"{exposure.Name}: {note}"))) Note(note);
            IEnumerable<Spectrum> orders = star.Exposures.SelectMany(exposure => exposure.Orders);
            StarObservation pixels = StarObservation.Of(
                star.Name, [.. telluric is null ? orders : orders.Select(telluric.AppliedTo)], manifolds.Max(m => m.Manifold.Wavelength[0]), manifolds.Min(m => m.Manifold.Wavelength[^1]), own[n],
                [.. star.Exposures.SelectMany((exposure, e) => exposure.Orders.Select(_ => e))]);
            foreach (string note in pixels.Notes) Note(note);
            (LineManifold manifold, ObservedStarResult result) = Best(Note, manifolds, pixels, own[n], options, share => progress((n + share) / stars.Count), session.Cancellation);
            foreach (string note in result.Notes) Note(note);
            Say(Note, star, result, JointAxes.For(manifold, pixels, own[n]));
            return new NamedResult(star.Name, result.Inference with { Notes = said, Card = result.Inference.Card! with { Standards = standards?.Stars ?? [] } });
        }).ToList())];
    }

    private void RequireOneForEach(string option, int values, int files, bool needsTogether)
    {
        if (values > 1 && (values != files || (needsTogether && !Together)))
            throw new EngineException(ErrorCode.BadArguments, $"{option} has {values} values for {files} files; give one{(needsTogether ? ", or with --together one for each" : " for all, or one for each")}.");
    }

    // What every exposure's velocity is to be moved by; empty when nothing was asked for.
    private double[] Corrections(Session session, Exposure[] exposures)
    {
        if (Barycentric is null) return [];
        string[] texts = Barycentric.Split(',', StringSplitOptions.TrimEntries);
        RequireOneForEach("--barycentric", texts.Length, exposures.Length, needsTogether: false);
        return [.. exposures.Select((exposure, n) =>
        {
            string text = texts.Length == 1 ? texts[0] : texts[n];
            SpectrumFacts facts = exposure.Facts;
            bool isFile = text == CorrectionOfFile;
            if (!TryNumber(text, out double given) && !isFile)
                throw new EngineException(ErrorCode.BadArguments, $"The barycentric correction is '{text}'; give a value in km/s, or '{CorrectionOfFile}' for the one that the file states.");
            if (facts.Frame == SpectralFrame.Barycentric && isFile) return 0;
            if (facts.Frame is SpectralFrame.Barycentric or SpectralFrame.Heliocentric or SpectralFrame.Star)
                throw new EngineException(ErrorCode.BadInput, $"The wavelengths of {facts.File} are in the {facts.Frame.ToString().ToLowerInvariant()} frame already; leave out --barycentric for it.");
            if (isFile && facts.BarycentricVelocityKmPerS is null)
                throw new EngineException(ErrorCode.BadInput, $"{facts.File} does not state its barycentric correction; give it in km/s, as --barycentric=-12.345, or leave it out.");
            double correction = isFile ? facts.BarycentricVelocityKmPerS!.Value : given;
            session.Note(FormattableString.Invariant($"{exposure.Name}: {correction:0.000} km/s, {(isFile ? "from the file" : "as given")}, bring its velocity to the barycentre."));
            return correction;
        })];
    }

    private bool HasSeparateVelocities(Session session, ObservedFiles star)
    {
        SpectralFrame[] frames = [.. star.Exposures.Select(exposure => exposure.Facts.Frame).Distinct()];
        bool isOneFrame = star.Corrections.Length > 0 || (frames.Length == 1 && frames[0] is not (SpectralFrame.Observatory or SpectralFrame.NotStated));
        bool isSeparate = Velocities switch
        {
            null => star.Exposures.Length > 1 && !isOneFrame,
            "each" => true,
            "one" => false,
            _ => throw new EngineException(ErrorCode.BadArguments, $"--velocities is '{Velocities}'; give one or each."),
        };
        if (Velocities == "one" && frames.Length > 1 && star.Corrections.Length == 0)
            throw new EngineException(ErrorCode.BadInput, $"The exposures are in the frames {string.Join(", ", frames)}, in which a star has not one velocity; give --barycentric, or leave out --velocities one.");
        if (isSeparate && Velocities is null && !TryNumber(Velocity ?? "free", out _))
            session.Note($"{star.Name}: the exposures are in {(frames is [SpectralFrame.NotStated] ? "frames that the files do not state" : "the frames of their observatories")}, so that each has a velocity of its own.");
        return isSeparate && star.Exposures.Length > 1;
    }

    private static void Say(Action<string> note, ObservedFiles star, ObservedStarResult result, JointAxes joint)
    {
        for (int n = 0; n < joint.Velocities; n++)
        {
            Exposure exposure = star.Exposures[n];
            string name = joint.Velocities == 1 ? star.Name : exposure.Facts.File;
            if (n < result.CrossCorrelations.Count && result.CrossCorrelations[n] is { } coarse)
                note(FormattableString.Invariant($"{name}: cross-correlation {coarse.Correlation:0.000} at {coarse.VelocityKmPerS:0.0} km/s."));
            double velocity = result.Inference.Value[joint.VelocityAxis(n)], error = result.Inference.Error[joint.VelocityAxis(n)];
            string spread = double.IsNaN(error) ? string.Empty : FormattableString.Invariant($" +- {error:0.000}");
            note(FormattableString.Invariant($"{name}: the {JointAxes.NameOfVelocity(n)} of {velocity:0.000}{spread} km/s is in {FrameOf(exposure.Facts, star.Corrections.Length > 0)}{Corrected(exposure.Facts, star, velocity)}."));
        }

        if (result.FoldingBound is { } bound)
            note(FormattableString.Invariant($"{star.Name}: the instrument was folded into the widths of the lines, which is wrong by {bound:0.0e0} of the continuum at most."));
        SpectrumFacts facts = star.Exposures[0].Facts;
        if (facts.IsMediumAssumed && result.Medium is { IsClear: false } medium)
            note(FormattableString.Invariant($"{star.Name}: the file does not say the medium of its wavelengths; they are taken as vacuum, and in air the velocity would be {medium.VelocityKmPerS:0.000} km/s."));
        string lines = string.Join(", ", result.Disagreeing.Where(line => Math.Abs(line.Significance) > 5).Take(5).Select(line => FormattableString.Invariant($"{line.CenterAngstrom:0.00} ({line.MeanResidual:+0.000;-0.000})")));
        if (lines.Length > 0) note($"{star.Name}: lines that disagree most, at rest in A (data - model): {lines}.");
    }

    private static string FrameOf(SpectrumFacts facts, bool isCorrected) => facts.Frame switch
    {
        _ when isCorrected => "the barycentric frame",
        SpectralFrame.NotStated => "a frame that the file does not state",
        SpectralFrame.Observatory => "the observatory's frame",
        SpectralFrame.Star => "what the file says is the star's own frame",
        _ => $"the {facts.Frame.ToString().ToLowerInvariant()} frame",
    };

    private static string Corrected(SpectrumFacts facts, ObservedFiles star, double velocity) =>
        star.Corrections.Length == 0 && facts is { Frame: SpectralFrame.Observatory, BarycentricVelocityKmPerS: { } correction }
            ? FormattableString.Invariant($"; with the file's correction of {correction:0.000} km/s it is {DopplerShift.Sum(velocity, correction):0.000} km/s at the barycentre") : string.Empty;

    // One star: its files, and what brings their velocities to the barycentre, when that was asked for.
    private sealed record ObservedFiles(string Name, Exposure[] Exposures, double[] Corrections);
}
