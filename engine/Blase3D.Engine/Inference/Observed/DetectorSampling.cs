using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>How the pixels of a star compare with what is to be measured on them.</summary>
/// <param name="PixelKmPerS">The median width of a pixel, km/s.</param>
public sealed record DetectorSampling(double PixelKmPerS)
{
    // A width needs two pixels (Nyquist); instruments come near that, so that only what is clearly below is said.
    private const double PixelsPerElement = 1.6;

    /// <summary>The sampling of a star.</summary>
    /// <param name="star">Its pixels.</param>
    public static DetectorSampling Of(StarObservation star)
    {
        ArgumentNullException.ThrowIfNull(star);
        double[] width =
        [
            .. star.Orders.SelectMany(order => order.WavelengthAngstrom.Zip(order.WavelengthAngstrom.Skip(1), (a, b) => DopplerShift.LightSpeedKmPerS * Math.Log(b / a))).Order(),
        ];
        return new DetectorSampling(width[width.Length / 2]);
    }

    /// <summary>Whether a resolution element, wavelength / R, is narrower than 1.6 pixels, so that lines are hardly resolved whatever R is.</summary>
    /// <param name="resolution">R = wavelength / FWHM.</param>
    public bool IsBelow(double resolution) => DopplerShift.LightSpeedKmPerS / resolution < PixelsPerElement * PixelKmPerS;

    /// <summary>Whether a rotation is below half a pixel, where it changes lines less than the pixels themselves do (its standard deviation is v sin i / 2).</summary>
    /// <param name="rotationKmPerS">v sin i in km/s.</param>
    public bool IsBelowRotation(double rotationKmPerS) => rotationKmPerS > 0 && rotationKmPerS < 0.5 * PixelKmPerS;
}
