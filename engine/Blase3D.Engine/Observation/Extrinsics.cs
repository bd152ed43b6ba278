namespace Blase3D.Engine.Observation;

/// <summary>What changes a star's spectrum on its way to the detector, apart from its own atmosphere.</summary>
/// <param name="VelocityKmPerS">Radial velocity in the frame of the wavelengths, in km/s, positive when receding, see <see cref="DopplerShift"/>.</param>
/// <param name="RotationKmPerS">v sin i in km/s, at least 0, see <see cref="RotationProfile"/>.</param>
/// <param name="LimbDarkening">Linear limb darkening, 0 to 1.</param>
/// <param name="ResolutionFactor">The instrument's resolving power divided by the one its profile states, above 0; 1 takes the profile as it is.</param>
public readonly record struct Extrinsics(
    double VelocityKmPerS, double RotationKmPerS = 0, double LimbDarkening = RotationProfile.DefaultLimbDarkening, double ResolutionFactor = 1)
{
    /// <summary>One of the values.</summary>
    /// <param name="parameter">Which.</param>
    public double this[ExtrinsicParameter parameter] => parameter switch
    {
        ExtrinsicParameter.Velocity => VelocityKmPerS,
        ExtrinsicParameter.Rotation => RotationKmPerS,
        ExtrinsicParameter.LimbDarkening => LimbDarkening,
        _ => ResolutionFactor,
    };

    /// <summary>The same with another value.</summary>
    /// <param name="parameter">Which.</param>
    /// <param name="value">Its value.</param>
    public Extrinsics With(ExtrinsicParameter parameter, double value) => parameter switch
    {
        ExtrinsicParameter.Velocity => this with { VelocityKmPerS = value },
        ExtrinsicParameter.Rotation => this with { RotationKmPerS = value },
        ExtrinsicParameter.LimbDarkening => this with { LimbDarkening = value },
        _ => this with { ResolutionFactor = value },
    };

    /// <summary>Refuses values outside of their ranges.</summary>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>.</exception>
    public void Check()
    {
        DopplerShift.Check(VelocityKmPerS);
        RotationProfile.Check(RotationKmPerS, LimbDarkening);
        if (!(ResolutionFactor is >= 0.01 and <= 100))
            throw new EngineException(ErrorCode.BadArguments, FormattableString.Invariant($"The resolution is multiplied by {ResolutionFactor}; give 0.01 to 100."));
    }
}

/// <summary>The values of <see cref="Extrinsics"/> that a spectrum can be differentiated by.</summary>
public enum ExtrinsicParameter
{
    /// <summary>Radial velocity, per km/s.</summary>
    Velocity,

    /// <summary>v sin i, per km/s.</summary>
    Rotation,

    /// <summary>Linear limb darkening, per 1.</summary>
    LimbDarkening,

    /// <summary>The factor of the resolving power, per 1.</summary>
    Resolution,
}
