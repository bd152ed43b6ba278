using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>What the residuals of a few bad pixels may do to a fit.</summary>
public enum RobustLoss
{
    /// <summary>All they can: least squares.</summary>
    Square,

    /// <summary>Beyond 2 standard deviations a pixel counts by its distance instead of its square (Huber 1964).</summary>
    Huber,

    /// <summary>A pixel counts less the farther off it is, and beyond 6 standard deviations not at all (Beaton and Tukey 1974).</summary>
    Tukey,
}

/// <summary>How a star is fitted as a telescope saw it.</summary>
public sealed record ObservationOptions
{
    /// <summary>Radial velocity in km/s in the frame of the wavelengths, or null to fit it.</summary>
    public double? VelocityKmPerS { get; init; }

    /// <summary>Where the velocity is sought when it is fitted, in km/s.</summary>
    public (double Low, double High) VelocityRangeKmPerS { get; init; } = (-500, 500);

    /// <summary>v sin i in km/s, or null to fit it.</summary>
    public double? RotationKmPerS { get; init; } = 0;

    /// <summary>The largest v sin i that is tried when it is fitted, in km/s.</summary>
    public double LargestRotationKmPerS { get; init; } = 100;

    /// <summary>Linear limb darkening, 0 to 1.</summary>
    public double LimbDarkening { get; init; } = RotationProfile.DefaultLimbDarkening;

    /// <summary>The instrument.</summary>
    public InstrumentProfile Profile { get; init; } = InstrumentProfile.None;

    /// <summary>The instruments of several exposures, one for each; empty when <see cref="Profile"/> is that of all.</summary>
    public IReadOnlyList<InstrumentProfile> Profiles { get; init; } = [];

    /// <summary>
    /// Whether every exposure has a velocity of its own, as in the frames of observatories; otherwise all exposures are in one frame, in which the star has one.
    /// </summary>
    public bool HasSeparateVelocities { get; init; }

    /// <summary>
    /// What is to be added to a velocity in the frame of an exposure's wavelengths for the frame in which the velocity is wanted, in km/s, one for each exposure: the
    /// observatory's velocity towards the star, for the barycentre. Empty when velocities are in the frames of the wavelengths. Wavelengths, masks and windows stay as they are.
    /// </summary>
    public IReadOnlyList<double> FrameVelocitiesKmPerS { get; init; } = [];

    /// <summary>
    /// The largest error, in units of the continuum, that may be made by widening lines instead of convolving with a Gaussian instrument, as <see cref="FoldingBound"/> bounds it;
    /// where that is not met the spectrum is convolved. 0 to convolve always.
    /// </summary>
    public double FoldingTolerance { get; init; } = 1e-4;

    /// <summary>Where R is sought when it is fitted, as factors of what <see cref="Profile"/> states; null when it is known.</summary>
    public (double Low, double High)? ResolutionFactorRange { get; init; }

    /// <summary>An axis of the manifold that goes on beyond its end; null when none does.</summary>
    public AxisContinuation? Continuation { get; init; }

    /// <summary>What standard stars say is wrong with the model, which is corrected by it; null for nothing.</summary>
    public ModelCorrection? Correction { get; init; }

    /// <summary>The continuum of every order.</summary>
    public ContinuumBasis Continuum { get; init; } = ContinuumBasis.Chebyshev(4);

    /// <summary>The only wavelengths that count, observed vacuum Angstrom; empty for all.</summary>
    public IReadOnlyList<(double Low, double High)> Windows { get; init; } = [];

    /// <summary>Wavelengths that do not count, observed vacuum Angstrom.</summary>
    public IReadOnlyList<(double Low, double High)> Masks { get; init; } = [];

    /// <summary>Pixels through which the Earth's atmosphere lets less than this do not count, 0 to 1.</summary>
    public double LeastTransmission { get; init; } = 0.9;

    /// <summary>What bad pixels may do.</summary>
    public RobustLoss Loss { get; init; } = RobustLoss.Tukey;

    /// <summary>The instrument of an exposure.</summary>
    /// <param name="exposure">Counted from 0.</param>
    public InstrumentProfile ProfileOf(int exposure) => Profiles.Count == 0 ? Profile : Profiles[exposure];

    /// <summary>What is to be added to a velocity in the frame of an exposure's wavelengths, in km/s.</summary>
    /// <param name="exposure">Counted from 0.</param>
    public double FrameVelocityOf(int exposure) => FrameVelocitiesKmPerS.Count == 0 ? 0 : FrameVelocitiesKmPerS[exposure];

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="EngineException">BadArguments.</exception>
    public void Validate()
    {
        RotationProfile.Check(RotationKmPerS ?? 0, LimbDarkening);
        RotationProfile.Check(LargestRotationKmPerS, LimbDarkening);
        DopplerShift.Check(VelocityKmPerS ?? 0);
        DopplerShift.Check(VelocityRangeKmPerS.Low);
        DopplerShift.Check(VelocityRangeKmPerS.High);
        foreach (double velocity in FrameVelocitiesKmPerS) DopplerShift.Check(velocity);
        if (!(VelocityRangeKmPerS.High > VelocityRangeKmPerS.Low))
            throw Bad($"The velocity is sought from {VelocityRangeKmPerS.Low} to {VelocityRangeKmPerS.High} km/s; give the lower end first.");
        if (ResolutionFactorRange is { } factor && !(factor.Low >= 0.1 && factor.High <= 10 && factor.High > factor.Low))
            throw Bad($"The resolving power is sought from {factor.Low} to {factor.High} times the stated one; give 0.1 to 10, the lower end first.");
        if (!(FoldingTolerance is >= 0 and <= 0.1)) throw Bad($"The tolerance for folding the resolution into the lines is {FoldingTolerance}; give 0 to 0.1.");
        if (!(LeastTransmission is >= 0 and <= 1)) throw Bad($"The least transmission is {LeastTransmission}; give 0 to 1.");
    }

    private static EngineException Bad(FormattableString sentence) => new(ErrorCode.BadArguments, FormattableString.Invariant(sentence));
}
