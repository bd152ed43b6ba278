using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>What a fit found wrong with the data, as flags of the result and as sentences.</summary>
/// <param name="name">What to call the star.</param>
internal sealed class FitDoubts(string name)
{
    /// <summary>Flags, for tables.</summary>
    public List<string> Flags { get; } = [];

    /// <summary>Sentences, for people.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>A velocity at an end of where it was sought.</summary>
    /// <param name="range">Where, in km/s.</param>
    public void AboutRange((double Low, double High) range)
    {
        Flags.Add("velocity_at_range_end");
        Notes.Add(FormattableString.Invariant($"{name}: the correlation is highest at an end of the velocities from {range.Low} to {range.High} km/s; the star may move faster or slower, widen --velocity."));
    }

    /// <summary>A star beyond the end of an axis, see <see cref="AxisContinuation"/>.</summary>
    /// <param name="end">The end.</param>
    /// <param name="value">The value on it.</param>
    /// <param name="axis">The name of the axis.</param>
    public void AboutContinuation(AxisEnd end, double value, string axis)
    {
        if (!(end.StepsTo(value) > 0)) return;
        Notes.Add(FormattableString.Invariant($"{name}: {axis} {value:0.###} lies beyond the manifold, which ends at {end.Edge}; spectra were continued from those at {end.Inner} and {end.Edge}, and the errors do not hold what is wrong with that."));
    }

    /// <summary>Widths that the pixels are too wide for.</summary>
    /// <param name="star">One exposure.</param>
    /// <param name="observation">The instruments, and whether the rotation was fitted.</param>
    /// <param name="fitted">What was found, or known.</param>
    public void AboutSampling(StarObservation star, ObservationOptions observation, Extrinsics fitted)
    {
        var sampling = DetectorSampling.Of(star);
        if (observation.ProfileOf(star.Exposures[0]) is GaussianProfile gaussian && fitted.ResolutionFactor * gaussian.ResolutionAt(star.Wavelength[star.Wavelength.Length / 2]) is var resolution && sampling.IsBelow(resolution))
        {
            Flag("resolution_below_sampling");
            Notes.Add(FormattableString.Invariant(
                $"{star.Name}: a resolution element of R = {resolution:0} is {DopplerShift.LightSpeedKmPerS / resolution / sampling.PixelKmPerS:0.0} pixels of {sampling.PixelKmPerS:0.00} km/s; below two the pixels decide how wide lines look, check --resolution."));
        }

        if (observation.RotationKmPerS is not null || !sampling.IsBelowRotation(fitted.RotationKmPerS)) return;
        Flag($"{JointAxes.Rotation}_below_sampling");
        Notes.Add(FormattableString.Invariant(
            $"{star.Name}: v sin i of {fitted.RotationKmPerS:0.00} km/s is less than half a pixel of {sampling.PixelKmPerS:0.00} km/s; take it as an upper limit."));
    }

    /// <summary>Orders that disagree where they overlap.</summary>
    /// <param name="overlaps">All overlaps.</param>
    public void AboutOverlaps(IEnumerable<OrderOverlap> overlaps)
    {
        OrderOverlap[] wrong = [.. overlaps.Where(overlap => overlap.IsDisagreement)];
        if (wrong.Length == 0) return;
        Flags.Add("orders_disagree");
        Notes.AddRange(wrong.Select(overlap => overlap.Sentence(name)));
    }

    /// <summary>Wavelengths that fit better in the other medium.</summary>
    /// <param name="medium">How that fits.</param>
    /// <param name="velocityKmPerS">The velocity of the fit as it was made.</param>
    public void About(MediumDoubt medium, double velocityKmPerS)
    {
        Flags.Add(medium.Flag);
        Notes.Add(medium.Sentence(name, velocityKmPerS));
    }

    // Once for all exposures.
    private void Flag(string flag)
    {
        if (!Flags.Contains(flag)) Flags.Add(flag);
    }
}
