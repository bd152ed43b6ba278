using System.Globalization;

namespace Blase3D.Engine.Observation;

/// <summary>
/// The rotational broadening of a rigid sphere with linear limb darkening I(mu) / I(1) = 1 - e (1 - mu) (Gray, The Observation and Analysis of
/// Stellar Photospheres, 3rd edition, equation 18.14), as a function of x = velocity / (v sin i), 0 beyond |x| = 1:
/// K(x) = [2 (1 - e) sqrt(1 - x^2) + (pi e / 2) (1 - x^2)] / [pi (1 - e / 3)], of unit area. The shift of a piece of the surface is a factor of its
/// wavelengths, so K acts in ln(wavelength).
/// </summary>
public static class RotationProfile
{
    /// <summary>The limb darkening that is used when none is given; 0.6 is usual for the visible and near infrared.</summary>
    public const double DefaultLimbDarkening = 0.6;

    /// <summary>The largest v sin i, in km/s; a star turns to pieces below that.</summary>
    public const double LargestKmPerS = 1000;

    /// <summary>K(x).</summary>
    /// <param name="x">Velocity / (v sin i).</param>
    /// <param name="limbDarkening">e, 0 to 1.</param>
    public static double Value(double x, double limbDarkening)
    {
        double y = 1 - (x * x);
        return y <= 0 ? 0 : ((2 * (1 - limbDarkening) * Math.Sqrt(y)) + (0.5 * Math.PI * limbDarkening * y)) / (Math.PI * (1 - (limbDarkening / 3)));
    }

    /// <summary>
    /// The Fourier transform of K, integral K(x) cos(q x) dx = [(1 - e) 2 J1(q)/q + (2 e / 3) 3 j1(q)/q] / (1 - e / 3), with its derivatives; it is
    /// 1 - O(q^2) at 0, so that the limit of no rotation is smooth.
    /// </summary>
    /// <param name="q">Angular frequency per v sin i, at least 0.</param>
    /// <param name="limbDarkening">e, 0 to 1.</param>
    /// <param name="slope">The derivative with respect to q.</param>
    /// <param name="limbSlope">The derivative with respect to e.</param>
    public static double Transfer(double q, double limbDarkening, out double slope, out double limbSlope)
    {
        // d(J1(q)/q)/dq = -J2(q)/q, and the same for the spherical ones (Abramowitz and Stegun 9.1.30, 10.1.23).
        (double disc, double discSlope) = BesselRatios.Disc(q);
        (double sphere, double sphereSlope) = BesselRatios.Sphere(q);
        double norm = 1 / (1 - (limbDarkening / 3)), even = 1 - limbDarkening, dark = 2 * limbDarkening / 3;
        double value = norm * ((even * disc) + (dark * sphere));
        slope = -norm * ((even * discSlope) + (dark * sphereSlope));
        limbSlope = norm * ((2 * sphere / 3) - disc + (value / 3));
        return value;
    }

    /// <summary>Refuses values outside of their ranges.</summary>
    /// <param name="rotationKmPerS">v sin i in km/s, 0 to 1000.</param>
    /// <param name="limbDarkening">e, 0 to 1.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>.</exception>
    public static void Check(double rotationKmPerS, double limbDarkening)
    {
        if (!(rotationKmPerS >= 0 && rotationKmPerS <= LargestKmPerS))
            throw Bad($"v sin i is {rotationKmPerS} km/s; give 0 to {LargestKmPerS}.");
        if (!(limbDarkening >= 0 && limbDarkening <= 1)) throw Bad($"The limb darkening is {limbDarkening}; give 0 to 1.");
    }

    private static EngineException Bad(FormattableString sentence) => new(ErrorCode.BadArguments, sentence.ToString(CultureInfo.InvariantCulture));
}
