using System.Diagnostics;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>What was inferred of a star as a telescope saw it.</summary>
/// <param name="Inference">The parameters, those of the star and velocity, vsini and resolution after them.</param>
/// <param name="CrossCorrelations">The coarse velocities, one for each velocity of the fit; empty when the velocity was given.</param>
/// <param name="Star">What was fitted, in units of a first continuum.</param>
/// <param name="Model">The best model with its continuum, in the same units, one value per pixel.</param>
/// <param name="Residual">Data minus model in the unit of the data, one value per pixel; NaN where a pixel does not count.</param>
/// <param name="Weight">One over the variance of every pixel in the unit of the data, with the model's error and the robust weights.</param>
/// <param name="Disagreeing">Lines where the data are systematically off.</param>
/// <param name="Overlaps">Orders that overlap, and whether they agree.</param>
/// <param name="Medium">The fit with the wavelengths in the other medium; null when the velocity was given or known before.</param>
/// <param name="FoldingBound">When the instrument was folded into the lines, by how much this can be off at most, in units of the continuum; null when the spectrum was convolved.</param>
/// <param name="Notes">Sentences for the user about what the fit found wrong with the data.</param>
public sealed record ObservedStarResult(
    InferenceResult Inference, IReadOnlyList<CoarseVelocityResult> CrossCorrelations, StarObservation Star, double[] Model, double[] Residual, double[] Weight,
    IReadOnlyList<DisagreeingLine> Disagreeing,
    IReadOnlyList<OrderOverlap> Overlaps, MediumDoubt? Medium, double? FoldingBound, IReadOnlyList<string> Notes);

/// <summary>
/// Fits the parameters of a star together with velocity, v sin i, resolution and the continuum of every order: a cross-correlation finds the velocity,
/// a few points spread over the prior the valley, and <see cref="StarFinish"/> the bottom.
/// </summary>
public static partial class ObservedStarInference
{
    private const int RobustRounds = 3;
    private const int SpikeRounds = 5;
    private const double LeastSignificance = 6;
    private const double AmbiguousPeak = 0.9;
    private const int DisagreeingLines = 20;

    // Half the range of the velocity around the peak of the cross-correlation, in km/s, beside v sin i.
    private const double VelocityMargin = 25;

    // What the velocity may change by beyond the difference of the media, in km/s.
    private const double MediumMargin = 10;

    /// <summary>Fits a star.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="star">The pixels, see <see cref="StarObservation.Of"/>.</param>
    /// <param name="priors">As for <see cref="ParameterPrior.Parse"/>; the axes velocity, vsini and resolution_factor may be named too.</param>
    /// <param name="observation">Instrument, continuum, and what is free.</param>
    /// <param name="options">Likelihood, seed, cards; the search itself is a descent from a few points.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <exception cref="EngineException">The options contradict each other, or nothing that could be fitted is left.</exception>
    public static ObservedStarResult Infer(
        LineManifold manifold, StarObservation star, IReadOnlyList<string> priors, ObservationOptions observation, InferenceOptions options,
        KernelSet kernels, Workers workers, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(star);
        ArgumentNullException.ThrowIfNull(priors);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        observation.Validate();
        long start = Stopwatch.GetTimestamp();
        var reconstruction = new ReconstructionOptions { Scheme = options.Scheme, WindowPixels = options.WindowPixels };
        JointAxes wideAxes = JointAxes.For(manifold, star, observation);
        ParameterPrior wide = ParameterPrior.Parse(wideAxes.Axes, priors);
        RequireRanges(wideAxes, wide, observation);
        List<CoarseVelocityResult> coarse = [];
        double rotation = observation.RotationKmPerS ?? Math.Min(5, observation.LargestRotationKmPerS);
        List<(double, double)>? ranges = null;
        if (observation.VelocityKmPerS is null)
        {
            ranges = [];
            foreach (StarObservation part in wideAxes.Velocities > 1 ? star.Exposures.Distinct().Select(star.Only) : [star])
            {
                int axis = wideAxes.VelocityAxis(ranges.Count);
                ObservationOptions own = observation with { Profile = observation.ProfileOf(part.Exposures[0]), VelocityRangeKmPerS = (wide.Lower[axis], wide.Upper[axis]) };
                (CoarseVelocityResult peak, double faster) = Velocity(manifold, part.InOneFrame(observation.FrameVelocityOf), wide, own, reconstruction, kernels, workers);
                RequireCorrelation(part.Name, peak, own);
                rotation = coarse.Count == 0 ? faster : Math.Max(rotation, faster);
                coarse.Add(peak);
                double margin = VelocityMargin + faster;
                ranges.Add((Math.Max(peak.VelocityKmPerS - margin, wide.Lower[axis]), Math.Min(peak.VelocityKmPerS + margin, wide.Upper[axis])));
            }
        }

        string? uncovered = null;
        if (observation.Correction is { } correction)
        {
            int[] exposures = [.. star.Exposures.Distinct()];
            star = correction.CoveredOf(star, exposure => DopplerShift.Sum(
                coarse.Count == 0 ? observation.VelocityKmPerS!.Value : coarse[coarse.Count == 1 ? 0 : Array.IndexOf(exposures, exposure)].VelocityKmPerS, -observation.FrameVelocityOf(exposure)), out uncovered);
        }

        progress?.Invoke(0.2);
        var joint = new JointAxes(manifold, observation, ranges);
        ParameterPrior prior = ParameterPrior.Parse(joint.Axes, priors);

        // In units of the continuum of the best start, so that errors of the model count alike everywhere; what functions may be its continuum does not change by that.
        bool isFolded = false;
        List<double[]> starts = [.. Starts(prior, joint, coarse.Count > 0 ? [.. coarse.Select(c => c.VelocityKmPerS)] : [observation.VelocityKmPerS!.Value], rotation)];
        (StarObservation clean, JointMisfit first) = WithoutSpikes();
        (double[] point, double rms) = starts.Select(candidate => (candidate, first.Rms(candidate))).Where(pair => double.IsFinite(pair.Item2)).DefaultIfEmpty(([], double.NaN)).MinBy(pair => pair.Item2);
        if (point.Length == 0) throw new EngineException(ErrorCode.OutOfRange, $"No point of the prior lies in a complete cell of the manifold ({manifold.Axes.DescribeRange()}); widen the prior.");
        first.TryResidual(point, out _);
        StarObservation scaled = star.Over(first.Continuum);
        double? foldable = JointMisfit.FoldableKmPerS(manifold, observation), bound = foldable is { } sigma ? first.FoldingBound(point, sigma, observation.FoldingTolerance) : null;
        isFolded = bound <= observation.FoldingTolerance;
        progress?.Invoke(0.35);

        // A robust fit begins without spikes and judges them by itself afterwards: with them its first continuum would be so wrong that good pixels lose their weight for good.
        StarObservation weighed = observation.Loss == RobustLoss.Square ? scaled : clean.Over(first.Continuum);
        for (int round = 0; round < RobustRounds && observation.Loss != RobustLoss.Square; round++)
        {
            JointMisfit misfit = Make(weighed);
            PixelNoise? known = NoiseOf(weighed, options);
            misfit.Weight = known?.Weight;
            (double[] end, double value) = new GradientFinish(misfit, prior, joint.Axes).Descend(point);
            if (!double.IsFinite(value) || !misfit.TryResidual(end, out double[] residual)) break;
            point = end;
            known?.LearnFloor(residual);
            weighed = Reweighted(scaled, misfit.Model, known, observation.Loss);
            progress?.Invoke(0.35 + (0.1 * (round + 1)));
        }

        JointMisfit last = Make(weighed);
        PixelNoise? noise = NoiseOf(weighed, options);
        last.Weight = noise?.Weight;
        List<(double[], double)> found = [(point, last.Rms(point)), .. starts.Concat(Along(prior, joint, point)).Select(candidate => (candidate, last.Rms(candidate)))];
        InferenceResult result = new StarFinish(manifold, noise, last, prior, options, workers).Run(found, start);
        if (isFolded && (bound = first.FoldingBound(result.Value, foldable!.Value, observation.FoldingTolerance)) > observation.FoldingTolerance)
            return Infer(manifold, star, priors, observation with { FoldingTolerance = 0 }, options, kernels, workers, progress);
        last.TryResidual(result.Value, out double[] final);
        List<DisagreeingLine> disagreeing = DisagreeingLine.Find(
            last.LinesAt(result.Value), last.VelocityOfPixels(result.Value), HalfWidth(observation, result.Value[joint.Stellar + 1], weighed), weighed.Wavelength, final, last.Weight, DisagreeingLines);
        progress?.Invoke(1);
        double[] model = [.. last.Model], scale = [.. first.Continuum], residuals = [.. final.Zip(scale, (r, unit) => r * unit)];
        double[] weights = [.. scale.Select((unit, i) => double.IsNaN(final[i]) ? 0 : (last.Weight?[i] ?? (1 / (result.Rms * result.Rms))) / (unit * unit))];
        var doubts = new FitDoubts(star.Name);
        if (uncovered is not null) doubts.Notes.Add(uncovered);
        if (coarse.Any(found => found.SecondPeak > AmbiguousPeak)) doubts.Flags.Add("velocity_ambiguous");
        if (coarse.FindIndex(found => found.IsAtEnd) is >= 0 and var atEnd) doubts.AboutRange((wide.Lower[wideAxes.VelocityAxis(atEnd)], wide.Upper[wideAxes.VelocityAxis(atEnd)]));
        if (observation.Continuation?.EndOf(manifold.Axes) is { } beyond) doubts.AboutContinuation(beyond, result.Value[beyond.Axis], manifold.Axes.Names[beyond.Axis]);
        foreach (int exposure in weighed.Exposures.Distinct()) doubts.AboutSampling(weighed.Only(exposure), observation, joint.ExtrinsicsOf(result.Value));
        if (star.Sigma is null) doubts.Notes.Add($"{string.Join(", ", star.Orders.Where(order => order.Sigma is null).Select(order => order.Name).Distinct())} has no errors: all pixels count the same, and the errors of the parameters are taken from the scatter of the residuals.");
        IReadOnlyList<OrderOverlap> overlaps = OrderOverlap.Compare(scaled, model);
        doubts.AboutOverlaps(overlaps);
        MediumDoubt? medium = OtherMedium();
        if (medium is { IsClear: true } && medium.VelocityKmPerS >= observation.VelocityRangeKmPerS.Low && medium.VelocityKmPerS <= observation.VelocityRangeKmPerS.High) doubts.About(medium, result.Value[joint.Stellar]);
        else if (medium?.IsPossible(result.Value[joint.Stellar]) == true && weighed.Orders.All(order => order.Facts is { IsMediumAssumed: false })) doubts.Notes.Add(medium.PossibleSentence(star.Name, result.Value[joint.Stellar]));
        result = result with { Error = [.. result.Error.Select((error, d) => Math.Sqrt((error * error) + ErrorOfStandards(d)))], Flags = [.. result.Flags, .. doubts.Flags], Card = result.Card! with { Disagreeing = disagreeing } };
        return new ObservedStarResult(result, coarse, weighed, model, residuals, weights, disagreeing, overlaps, medium, isFolded ? bound : null, doubts.Notes);

        double ErrorOfStandards(int axis) => axis < joint.Stellar && observation.Correction?.AxisError is { Length: > 0 } error ? error[axis] * error[axis] : 0;

        // From the best point, with the velocity moved by what the media differ by.
        MediumDoubt? OtherMedium()
        {
            if (observation.VelocityKmPerS is not null || priors.Any(known => known.StartsWith(JointAxes.Velocity, StringComparison.Ordinal))) return null;
            WavelengthMedium assumed = weighed.Orders.All(order => order.Facts?.Medium == WavelengthMedium.Air) ? WavelengthMedium.Air : WavelengthMedium.Vacuum;
            if (MediumDoubt.Other(weighed, assumed) is not { } moved) return null;
            double[] begin = [.. result.Value];
            int[] velocities = [.. Enumerable.Range(0, joint.Velocities).Select(joint.VelocityAxis)];
            foreach (int axis in velocities) begin[axis] += MediumDoubt.VelocityChange(assumed, weighed.Wavelength[weighed.Wavelength.Length / 2]);
            var axes = new JointAxes(manifold, observation, [.. velocities.Select(axis => (begin[axis] - MediumMargin, begin[axis] + MediumMargin))]);
            var misfit = new JointMisfit(manifold, moved, axes, observation, reconstruction, kernels, workers, isFolded) { Weight = last.Weight };
            (double[] end, double value) = new GradientFinish(misfit, ParameterPrior.Parse(axes.Axes, priors), axes.Axes).Descend(begin);
            if (!double.IsFinite(value) || !misfit.TryResidual(end, out double[] other)) return null;
            (double own, double ownWeight) = last.Squares(final);
            (double squares, double weight) = misfit.Squares(other);
            int freedom = Math.Max(1, last.Pixels - prior.FreeAxes.Length - last.SolvedParameters);
            double unit = noise is null ? own / freedom : Math.Max(1, own / freedom);
            return new MediumDoubt(assumed, end[joint.Stellar], (own - (squares * ownWeight / weight)) / unit);
        }

        (StarObservation Star, JointMisfit Misfit) WithoutSpikes()
        {
            StarObservation rest = star;
            JointMisfit misfit = Make(rest);
            double[]? begin = starts.Find(candidate => misfit.TryResidual(candidate, out _));
            for (int round = 0; round < SpikeRounds && begin is not null && misfit.TryResidual(begin, out double[] left); round++)
            {
                rest = Spikes.Without(rest, left, out int found);
                if (found == 0) break;
                misfit = Make(rest);
            }

            return (rest, misfit);
        }

        JointMisfit Make(StarObservation pixels) => new(manifold, pixels, joint, observation, reconstruction, kernels, workers, isFolded);
    }

    // A prior may narrow the range of a velocity, but not to nothing: then there is nothing to correlate.
    private static void RequireRanges(JointAxes joint, ParameterPrior prior, ObservationOptions observation)
    {
        for (int n = 0; n < joint.Velocities && observation.VelocityKmPerS is null; n++)
        {
            int axis = joint.VelocityAxis(n);
            if (prior.Lower[axis] < prior.Upper[axis]) continue;
            string instead = joint.Velocities == 1 ? FormattableString.Invariant($"--velocity {prior.Lower[axis]} in its place, or ") : string.Empty;
            throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The prior holds {JointAxes.NameOfVelocity(n)} at {prior.Lower[axis]} km/s; give {instead}a range."));
        }
    }

    private static void RequireCorrelation(string name, CoarseVelocityResult coarse, ObservationOptions observation)
    {
        if (coarse.Significance >= LeastSignificance) return;
        throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant(
            $"{name} does not correlate with the manifold at any velocity from {observation.VelocityRangeKmPerS.Low} to {observation.VelocityRangeKmPerS.High} km/s (the best, {coarse.VelocityKmPerS:0.0} km/s, has a correlation of {coarse.Correlation:0.000}, {coarse.Significance:0.0} times that of chance, of {LeastSignificance} wanted); check wavelengths and instrument, or give --velocity."));
    }

    private static PixelNoise? NoiseOf(StarObservation star, InferenceOptions options)
    {
        if (options.Likelihood.Kind == LikelihoodKind.ChiSquare && star.Sigma is null)
            throw new EngineException(ErrorCode.BadInput, $"{star.Name} has no errors, which chi-square needs; give a spectrum with errors, or leave the likelihood to rms.");
        return options.Likelihood.Kind != LikelihoodKind.Rms && star.Sigma is { } sigma ? new PixelNoise(sigma, options.Likelihood.ModelError) : null;
    }

    // A pixel that counts less is one of a larger error. The variance is that of the star as it came, with the floor that the last fit learned.
    private static StarObservation Reweighted(StarObservation star, double[] model, PixelNoise? noise, RobustLoss loss)
    {
        double[] residual = [.. star.Flux.Zip(model, (flux, m) => flux - m)];
        if (noise is null || star.Sigma is null)
        {
            double[] sizes = [.. residual.Where(double.IsFinite).Select(Math.Abs).Order()];
            double scale = 1.4826 * sizes[sizes.Length / 2];
            return star.Reweighted(RobustWeights.Of([.. residual.Select(r => r / scale)], loss), null);
        }

        double[] variance = [.. star.Sigma.Select((sigma, i) => (sigma * sigma) + noise.FloorVariance(i))];
        return star.Reweighted(RobustWeights.Of([.. residual.Select((r, i) => r / Math.Sqrt(variance[i]))], loss), variance);
    }

    private static double HalfWidth(ObservationOptions observation, double rotation, StarObservation star)
    {
        double reach = star.Exposures.Max(exposure => observation.ProfileOf(exposure).ReachKmPerS(star.Wavelength.Min(), star.Wavelength.Max())) / 6;
        return Math.Max(3, Math.Sqrt((reach * reach) + (0.25 * rotation * rotation)));
    }
}
