using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Standards;

/// <summary>
/// Corrects a manifold by stars whose parameters are known: each is fitted at its own parameters for velocity and continuum, what is left is put down to the model
/// (<see cref="ModelCorrection"/>), and each is inferred with the correction of the others, which shows what the whole is worth. Parameters of other stars are then relative to
/// those of the standards.
/// </summary>
public static class StandardStars
{
    // What one standard differs from another whatever its noise, in units of the continuum: standards with little noise do not decide alone.
    private const double StarToStar = 0.01;
    private const double NarrowestKmPerS = 1;
    private const double VelocityMargin = 1;

    // Of a standard's pixels, the share that the others must cover for it to be inferred from them.
    private const double LeastCovered = 0.5;
    private static readonly string[] Doubts = ["velocity_ambiguous", "velocity_at_range_end", "orders_disagree", "air_wavelengths_suspected", "vacuum_wavelengths_suspected"];

    /// <summary>Finds the correction.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="standards">The stars, at least one.</param>
    /// <param name="heldAxes">The axes of the manifold that are held when other stars are fitted; so they are when a standard is left out.</param>
    /// <param name="observation">Continuum, loss, where velocities are sought and the like; instrument and rotation are those of the standards.</param>
    /// <param name="options">Likelihood and interpolation.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <exception cref="EngineException">A standard cannot be fitted, see <see cref="ObservedStarInference.Infer"/>; it is named.</exception>
    public static StandardsCalibration Calibrate(
        LineManifold manifold, IReadOnlyList<StandardStar> standards, IReadOnlyList<int> heldAxes, ObservationOptions observation, InferenceOptions options,
        KernelSet kernels, Workers workers, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(standards);
        ArgumentNullException.ThrowIfNull(heldAxes);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(standards.Count);
        options = options with { DecidingLines = 0, PosteriorDraws = 0, WithPage = false };
        int stellar = manifold.Axes.Dimensions, steps = standards.Count > 1 ? 2 * standards.Count : 1, done = 0;
        var notes = new List<string>();
        var fits = new List<(StandardStar Star, double[] Label, double Velocity, StandardView View)>();
        foreach (StandardStar standard in standards)
        {
            ObservationOptions own = OptionsOf(standard, observation);
            double[] label = new JointAxes(manifold, own).Axes.Clamp([.. standard.Label, 0, 0])[..stellar];
            for (int d = 0; d < stellar; d++)
            {
                if (label[d] != standard.Label[d])
                    notes.Add(FormattableString.Invariant($"{standard.Star.Name}: {manifold.Axes.Names[d]} {standard.Label[d]:0.###} lies beyond the manifold and was taken as {label[d]:0.###}; the correction holds for stars that lie about as far beyond."));
            }

            ObservedStarResult fit = Fit(standard, [.. Enumerable.Range(0, stellar).Select(d => Held(d, label))], own);
            string doubts = string.Join(", ", fit.Inference.Flags.Intersect(Doubts));
            if (doubts.Length > 0) notes.Add($"Standard {standard.Star.Name}: its fit is flagged {doubts}; what is wrong with it goes into the correction, so infer it alone and look at the notes, or leave it out.");
            fits.Add((standard, label, fit.Inference.Value[stellar], ViewOf(standard.Star, fit, own)));
            Step();
        }

        double width = Math.Max(NarrowestKmPerS, standards.Min(s => s.Profile.ReachKmPerS(s.Star.Wavelength.Min(), s.Star.Wavelength.Max()) / GaussianProfile.ReachSigma));
        double[]?[] leftOut = [.. fits.Select((fit, n) => standards.Count > 1 ? LeftOut(n) : null)];
        var solver = new CorrectionSolver([.. fits.Select(fit => fit.View)], width, observation.Loss);
        ModelCorrection correction = solver.Solve();
        StandardResult[] stars =
            [.. fits.Select((fit, n) => new StandardResult(fit.Star.Star.Name, fit.Label, fit.Velocity, fit.View.Rms(null), fit.View.Rms(solver.Of(solver.Change, fit.View)), leftOut[n]))];
        if (standards.Count > 1 && stars.All(star => star.LeftOut is null)) notes.Add("No standard could be inferred from the others: what is wrong with their parameters is not in the errors; give standards that see the same wavelengths.");
        if (standards.Count == 1) notes.Add($"{standards[0].Star.Name} is the only standard: what is wrong with its parameters goes into every result and is not in the errors; give two or more.");
        return new StandardsCalibration(correction.WithErrors([.. Enumerable.Range(0, stellar).Select(Scatter)]), stars, notes);

        // All pixels count alike again: those that the fit took for bad may be where the model is.
        StandardView ViewOf(StarObservation star, ObservedStarResult fit, ObservationOptions own)
        {
            double velocity = fit.Inference.Value[stellar];
            var joint = new JointAxes(manifold, own, [(velocity - VelocityMargin, velocity + VelocityMargin)]);
            var views = new ExposureViews(fit.Star, joint, own, manifold.Wavelength[0], manifold.Wavelength[^1]);
            var rest = new RestStar(manifold, new ReconstructionOptions { Scheme = options.Scheme, WindowPixels = options.WindowPixels }, kernels, workers, views.Lattice.WavelengthAngstrom, null, own.Continuation);
            double[] point = fit.Inference.Value, seen = new double[views.PixelCount];
            rest.TryFlux(point.AsSpan(0, stellar), 1);
            views.Evaluate(point, rest.Flux, [], [], workers, seen, [], []);

            // Where the continuum is none, nothing is known of the star.
            double[] level = [.. fit.Model.Select((model, i) => fit.Star.Unit![i] * model / seen[i])];
            double[] data = [.. star.Flux.Zip(level, (flux, unit) => unit > 0 ? flux / unit : double.NaN)];
            double[] noise = [.. level.Select((unit, i) => Math.Sqrt(Math.Pow((star.Sigma?[i] ?? (fit.Inference.Rms * fit.Star.Unit![i])) / unit, 2) + (StarToStar * StarToStar)))];
            return new StandardView(views, point, [.. rest.Flux], data, noise, observation.Loss == RobustLoss.Square ? [] : [.. star.Pixels.Select(order => order.Count)], workers);
        }

        double[]? LeftOut(int n)
        {
            StandardStar standard = fits[n].Star;
            ModelCorrection others = new CorrectionSolver([.. fits.Where((_, k) => k != n).Select(fit => fit.View)], width, observation.Loss).Solve();
            double factor = DopplerShift.Factor(fits[n].Velocity);
            double[] counted = [.. standard.Star.Wavelength.Where((_, i) => double.IsFinite(standard.Star.Flux[i]))];
            int covered = counted.Count(w => others.Covers(w / factor));
            if (covered < LeastCovered * counted.Length)
            {
                notes.Add($"{standard.Star.Name}: the other standards cover {covered} of its {counted.Length} pixels, too few to infer it from them.");
                Step();
                return null;
            }

            ObservedStarResult fit = Fit(standard, [.. heldAxes.Select(d => Held(d, fits[n].Label))], OptionsOf(standard, observation) with { Correction = others });
            Step();
            return [.. Enumerable.Range(0, stellar).Select(d => heldAxes.Contains(d) ? double.NaN : fit.Inference.Value[d])];
        }

        ObservedStarResult Fit(StandardStar standard, string[] priors, ObservationOptions own)
        {
            try
            {
                return ObservedStarInference.Infer(manifold, standard.Star, priors, own, options, kernels, workers);
            }
            catch (EngineException failure) when (failure.Code is ErrorCode.BadInput or ErrorCode.OutOfRange)
            {
                throw new EngineException(failure.Code, $"The standard {standard.Star.Name} cannot be used, correct it or take it out: {failure.Message}", failure);
            }
        }

        double Scatter(int axis)
        {
            double[] off = [.. stars.Where(star => star.LeftOut is not null && double.IsFinite(star.LeftOut[axis])).Select(star => star.LeftOut![axis] - star.Label[axis])];
            return off.Length == 0 ? 0 : Math.Sqrt(off.Average(d => d * d));
        }

        string Held(int axis, double[] label) => FormattableString.Invariant($"{manifold.Axes.Names[axis]}={label[axis]:R}");

        void Step() => progress?.Invoke((double)++done / steps);
    }

    // A standard is one exposure, whose velocity is fitted.
    private static ObservationOptions OptionsOf(StandardStar standard, ObservationOptions observation) => observation with
    {
        Profile = standard.Profile, Profiles = [], RotationKmPerS = standard.RotationKmPerS, VelocityKmPerS = null,
        HasSeparateVelocities = false, FrameVelocitiesKmPerS = [], ResolutionFactorRange = null, Correction = null,
    };
}
