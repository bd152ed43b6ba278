using System.Globalization;

namespace Blase3D.Engine.Observation;

/// <summary>
/// The relativistic Doppler shift of purely radial motion: observed wavelength = rest wavelength x sqrt((1 + b) / (1 - b)) with b = v / c, v above 0
/// when source and observer part (Einstein 1905, section 7; the radial velocity of IAU resolution B-C1 of 2000 is this one when nothing moves
/// sideways and the gravitational shift is not taken out). In ln(wavelength) that is a shift by atanh(b).
/// </summary>
public static class DopplerShift
{
    /// <summary>The speed of light in km/s (exact).</summary>
    public const double LightSpeedKmPerS = 299_792.458;

    /// <summary>Velocities beyond this many km/s are refused: no star of this galaxy is so fast, and redshifts are no velocities.</summary>
    public const double FastestKmPerS = 10_000;

    /// <summary>ln(observed wavelength / rest wavelength) = atanh(v / c).</summary>
    /// <param name="velocityKmPerS">Radial velocity in km/s, |v| below c.</param>
    public static double LnFactor(double velocityKmPerS) => Math.Atanh(velocityKmPerS / LightSpeedKmPerS);

    /// <summary>The derivative of <see cref="LnFactor"/> with respect to the velocity: 1 / (c (1 - b^2)), per km/s.</summary>
    /// <param name="velocityKmPerS">Radial velocity in km/s, |v| below c.</param>
    public static double LnFactorSlope(double velocityKmPerS)
    {
        double b = velocityKmPerS / LightSpeedKmPerS;
        return 1 / (LightSpeedKmPerS * (1 - (b * b)));
    }

    /// <summary>Observed wavelength / rest wavelength.</summary>
    /// <param name="velocityKmPerS">Radial velocity in km/s, |v| below c.</param>
    public static double Factor(double velocityKmPerS) => Math.Exp(LnFactor(velocityKmPerS));

    /// <summary>The velocity that shifts by a factor, the inverse of <see cref="Factor"/>, in km/s.</summary>
    /// <param name="factor">Observed wavelength / rest wavelength, above 0.</param>
    public static double VelocityOf(double factor) => LightSpeedKmPerS * Math.Tanh(Math.Log(factor));

    /// <summary>
    /// Two velocities along one line one after the other, such as that of a star in an observatory's frame and that of the observatory towards it:
    /// (v1 + v2) / (1 + v1 v2 / c^2) (Einstein 1905, section 5), in ln(wavelength) the sum of the two shifts.
    /// </summary>
    /// <param name="velocityKmPerS">In km/s, |v| below c.</param>
    /// <param name="otherKmPerS">In km/s, |v| below c.</param>
    public static double Sum(double velocityKmPerS, double otherKmPerS) =>
        (velocityKmPerS + otherKmPerS) / (1 + (velocityKmPerS / LightSpeedKmPerS * (otherKmPerS / LightSpeedKmPerS)));

    /// <summary>Refuses what is no velocity of a star.</summary>
    /// <param name="velocityKmPerS">Radial velocity in km/s.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: not within +-10,000 km/s.</exception>
    public static void Check(double velocityKmPerS)
    {
        if (!(Math.Abs(velocityKmPerS) <= FastestKmPerS))
            throw new EngineException(ErrorCode.BadArguments, string.Create(CultureInfo.InvariantCulture, $"The radial velocity is {velocityKmPerS} km/s; give -{FastestKmPerS} to {FastestKmPerS}."));
    }
}
