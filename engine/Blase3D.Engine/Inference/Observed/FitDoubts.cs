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

    /// <summary>Widths that the pixels are too wide for.</summary>
    /// <param name="sampling">The pixels.</param>
    /// <param name="observation">The instrument, and whether the rotation was fitted.</param>
    /// <param name="rotationKmPerS">v sin i of the fit.</param>
    /// <param name="wavelengthAngstrom">Where R is taken, in the middle of the data.</param>
    public void AboutSampling(DetectorSampling sampling, ObservationOptions observation, double rotationKmPerS, double wavelengthAngstrom)
    {
        if (observation.Profile is GaussianProfile gaussian && sampling.IsBelow(gaussian.ResolutionAt(wavelengthAngstrom)))
        {
            double resolution = gaussian.ResolutionAt(wavelengthAngstrom);
            Flags.Add("resolution_below_sampling");
            Notes.Add(FormattableString.Invariant(
                $"{name}: a resolution element of R = {resolution:0} is {DopplerShift.LightSpeedKmPerS / resolution / sampling.PixelKmPerS:0.0} pixels of {sampling.PixelKmPerS:0.00} km/s; below two the pixels decide how wide lines look, check --resolution."));
        }

        if (observation.RotationKmPerS is not null || !sampling.IsBelowRotation(rotationKmPerS)) return;
        Flags.Add($"{JointAxes.Rotation}_below_sampling");
        Notes.Add(FormattableString.Invariant(
            $"{name}: v sin i of {rotationKmPerS:0.00} km/s is less than half a pixel of {sampling.PixelKmPerS:0.00} km/s; take it as an upper limit."));
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
}
