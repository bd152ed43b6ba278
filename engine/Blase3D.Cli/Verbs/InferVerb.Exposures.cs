using Blase3D.Engine;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Engine.Storage;

namespace Blase3D.Cli.Verbs;

/// <content>The exposures of stars: which belong together, in which frame their velocities are, and what is said of a fit.</content>
internal sealed partial class InferVerb
{
    private const string CorrectionOfFile = "file";

    // One entry for every star, in the order of the files; a star that cannot be fitted costs no other its result.
    private InferenceJournal.Entry[] FitObserved(Session session, IReadOnlyList<NamedManifold> manifolds, IReadOnlyList<NamedFile> files, InferenceOptions options)
    {
        RequireOneSetOfAxes(manifolds);
        ObservationOptions observation = ObservationOptions();
        RequireOneForEach(Instrument is null ? "--resolution" : "--instrument", observation.Profiles.Count == 0 ? 1 : observation.Profiles.Count, files.Count, needsTogether: true);
        string[] corrections = CorrectionTexts(files.Count);
        TelluricTransmission? telluric = TelluricOf();
        StandardsCalibration? standards = Calibrated(session, manifolds[0], files, observation, telluric, options);
        string[] unknown = Resolution is null && Instrument is null ? ["No --resolution was given: the lines are taken to be as narrow as those of the manifold."] : [];
        string[] common = [.. standards?.Notes ?? [], .. unknown];
        int[][] stars = Together ? [[.. Enumerable.Range(0, files.Count)]] : [.. Enumerable.Range(0, files.Count).Select(n => new[] { n })];
        string[] noted = [];
        var unsaid = new SortedSet<string>(StringComparer.Ordinal);
        InferenceJournal.Entry[] entries = session.Progress("fitting", progress => stars.Select((_, n) => Fitted(n, progress)).ToArray());
        foreach (string sentence in unsaid) session.Note(sentence);
        return entries;

        InferenceJournal.Entry Fitted(int n, Action<double> progress)
        {
            int[] own = stars[n];
            string name = own.Length == 1 ? files[own[0]].Path : $"{files[own[0]].Path} and {own.Length - 1} more";
            try
            {
                Exposure[] exposures = [.. own.Select(file => SpectrumReader.ReadExposure(files[file].Path, MediumOf(Medium)))];
                var star = new ObservedFiles(name, exposures, corrections.Length == 0 ? [] : [.. own.Select((file, e) => Correction(session, corrections[file], exposures[e]))]);
                return new InferenceJournal.Entry(n, name, FitStar(star, share => progress((n + share) / stars.Length)), null);
            }
            catch (EngineException failure) when (stars.Length > 1 && failure.Code is ErrorCode.BadInput or ErrorCode.OutOfRange)
            {
                return new InferenceJournal.Entry(n, name, null, failure.Message);
            }
        }

        InferenceResult FitStar(ObservedFiles star, Action<double> progress)
        {
            ObservationOptions own = observation with { FrameVelocitiesKmPerS = star.Corrections, HasSeparateVelocities = HasSeparateVelocities(session, star), Correction = standards?.Correction };

            // What is said of a star stays with its result; what all have in common is said once.
            List<string> said = [.. common];
            foreach (string note in common.Except(noted)) session.Note(note);
            noted = common;
            void Note(string sentence)
            {
                said.Add(sentence);
                session.Note(sentence);
            }

            foreach (string note in star.Exposures.SelectMany(exposure => exposure.Facts.Notes.Select(note => $"{exposure.Name}: {note}"))) Note(note);
            Spectrum[] orders = [.. star.Exposures.SelectMany(exposure => exposure.Orders)];
            foreach (Spectrum order in orders) RequireOrdinary(order);

            foreach (Exposure exposure in star.Exposures.Where(exposure => telluric is not null && exposure.Facts.Frame == SpectralFrame.NotStated))
                Note($"{exposure.Name}: the file does not state the frame of its wavelengths; {telluric!.Name} was taken to be in the same, the observatory's.");
            if (telluric is not null && !orders.Any(telluric.Reaches)) Note($"{star.Name}: {telluric.Name} covers none of its wavelengths and changes nothing; check its unit and medium.");
            foreach (string sentence in star.Exposures.SelectMany(FarInstruments)) Note(sentence);
            StarObservation pixels = StarObservation.Of(
                star.Name, telluric is null ? orders : [.. orders.Select(telluric.AppliedTo)], manifolds.Max(m => m.Manifold.Wavelength[0]), manifolds.Min(m => m.Manifold.Wavelength[^1]), own,
                [.. star.Exposures.SelectMany((exposure, e) => exposure.Orders.Select(_ => e))]);
            foreach (string note in pixels.Notes) Note(note);
            (LineManifold manifold, ObservedStarResult result) = Best(Note, manifolds, pixels, own, options, progress, session.Cancellation);
            foreach (string note in result.Notes) Note(note);
            Say(Note, star, result, JointAxes.For(manifold, pixels, own), own);
            if (Unquoted(manifolds.First(m => m.Manifold == manifold).Path, manifold, published: false) is { } unquoted)
            {
                said.Add(unquoted);
                unsaid.Add(unquoted);
            }

            return result.Inference with { Notes = said, Card = result.Inference.Card! with { Standards = standards?.Stars ?? [] } };
        }
    }

    private static void RequireOrdinary(Spectrum order)
    {
        ObservedSpectrum.RequireOrdinary(order.Name, "fluxes", order.Flux);
        if (order.Sigma is { } sigma) ObservedSpectrum.RequireOrdinary(order.Name, "errors", sigma);
    }

    // A table of another instrument, or of another of its arms.
    private IEnumerable<string> FarInstruments(Exposure exposure, int number)
    {
        if (_instruments.Count == 0) yield break;
        (string file, double[] at) = _instruments[_instruments.Count == 1 ? 0 : number];
        double low = exposure.Orders.Min(order => order.WavelengthAngstrom[0]), high = exposure.Orders.Max(order => order.WavelengthAngstrom[^1]);
        if (at.Length > 1 && (at[^1] < low || at[0] > high))
            yield return FormattableString.Invariant($"{exposure.Name}: the instrument {file} is given from {at[0]:0.##} to {at[^1]:0.##} A, and the spectrum lies at {low:0.##} to {high:0.##} A; what it has at its end was taken, check that it belongs to the spectrum.");
    }

    private void RequireOneForEach(string option, int values, int files, bool needsTogether)
    {
        if (values > 1 && (values != files || (needsTogether && !Together)))
            throw new EngineException(ErrorCode.BadArguments, $"{option} has {values} values for {files} files; give one{(needsTogether ? ", or with --together one for each" : " for all, or one for each")}.");
    }

    // One for each file; none when nothing was asked for.
    private string[] CorrectionTexts(int files)
    {
        if (Barycentric is null) return [];
        string[] texts = Barycentric.Split(',', StringSplitOptions.TrimEntries);
        RequireOneForEach("--barycentric", texts.Length, files, needsTogether: false);
        foreach (string text in texts)
        {
            if (text != CorrectionOfFile && !TryNumber(text, out _))
                throw new EngineException(ErrorCode.BadArguments, $"The barycentric correction is '{text}'; give a value in km/s, or '{CorrectionOfFile}' for the one that the file states.");
        }

        return texts.Length == 1 ? [.. Enumerable.Repeat(texts[0], files)] : texts;
    }

    // What an exposure's velocity is to be moved by.
    private static double Correction(Session session, string text, Exposure exposure)
    {
        SpectrumFacts facts = exposure.Facts;
        bool isFile = !TryNumber(text, out double given);
        if (facts.Frame == SpectralFrame.Barycentric && isFile) return 0;
        if (facts.Frame is SpectralFrame.Barycentric or SpectralFrame.Heliocentric or SpectralFrame.Star)
            throw new EngineException(ErrorCode.BadInput, $"The wavelengths of {facts.File} are in the {facts.Frame.ToString().ToLowerInvariant()} frame already; leave out --barycentric for it.");
        if (isFile && facts.BarycentricVelocityKmPerS is null)
            throw new EngineException(ErrorCode.BadInput, $"{facts.File} does not state its barycentric correction; give it in km/s, as --barycentric=-12.345, or leave it out.");
        double correction = isFile ? facts.BarycentricVelocityKmPerS!.Value : given;
        session.Note(FormattableString.Invariant($"{exposure.Name}: {correction:0.000} km/s, {(isFile ? "from the file" : "as given")}, bring its velocity to the barycentre."));
        return correction;
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

    private void Say(Action<string> note, ObservedFiles star, ObservedStarResult result, JointAxes joint, ObservationOptions observation)
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

        if (joint.ResolutionAxis is { } axis && observation.Profile is GaussianProfile { IsConstant: true } gaussian)
        {
            (double resolving, double spread) = Whole(gaussian.ResolutionAt(0), result.Inference.Value[axis], result.Inference.Error[axis]);
            note(FormattableString.Invariant($"{star.Name}: the resolving power is {resolving:0}{(double.IsNaN(spread) ? string.Empty : FormattableString.Invariant($" +- {spread:0}"))}{(GridResolution is null ? string.Empty : ", that of the manifold's own spectra with it")}."));
        }

        if (result.FoldingBound is { } bound)
            note(FormattableString.Invariant($"{star.Name}: the instrument was folded into the widths of the lines, which is wrong by {bound:0.0e0} of the continuum at most."));
        SpectrumFacts facts = star.Exposures[0].Facts;
        if (facts.IsMediumAssumed && result.Medium is { IsClear: false } medium)
            note(FormattableString.Invariant($"{star.Name}: the file does not say the medium of its wavelengths; they are taken as vacuum, and in air the velocity would be {medium.VelocityKmPerS:0.000} km/s."));
        string lines = string.Join(", ", result.Disagreeing.Where(line => Math.Abs(line.Significance) > 5).Take(5).Select(line => FormattableString.Invariant($"{line.CenterAngstrom:0.00} ({line.MeanResidual:+0.000;-0.000})")));
        if (lines.Length > 0) note($"{star.Name}: lines that disagree most, at rest in A (data - model): {lines}.");
    }

    // R and its error of a factor of the instrument's; with what the manifold's own spectra have lost already when that is known: widths add in squares.
    private (double Resolution, double Error) Whole(double instrument, double factor, double error)
    {
        double own = instrument * factor, grid = GridResolution ?? double.PositiveInfinity, whole = 1 / Math.Sqrt((1 / (own * own)) + (1 / (grid * grid)));
        return (whole, instrument * error * Math.Pow(whole / own, 3));
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
