using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Observation;

/// <summary>
/// Rotation and resolution as sums over the pixels of a spectrum itself: each kernel is taken at the distances of the pixels and divided by its own sum,
/// which is how broadened model spectra are usually made and published (so by eniric, <c>broaden.py</c>). It is right as far as the pixels resolve the
/// kernel: a rotation of v sin i below about five pixels is up to a few per cent too wide or too narrow. <see cref="ExtrinsicModel"/> has no such limit
/// and is faster; this one needs no lattice and reproduces what others made.
/// </summary>
public static class PixelBroadening
{
    private const double GaussianReachFwhm = 5;

    /// <summary>Broadens by rotation.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">Length P; at the ends of the spectrum the sum is over what is there.</param>
    /// <param name="rotationKmPerS">v sin i in km/s; what is below the distance of two pixels changes nothing.</param>
    /// <param name="limbDarkening">0 to 1.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/> or <see cref="ErrorCode.BadInput"/>: a value outside of its range.</exception>
    public static double[] Rotate(ReadOnlySpan<double> wavelengthAngstrom, ReadOnlySpan<double> flux, double rotationKmPerS, double limbDarkening = RotationProfile.DefaultLimbDarkening)
    {
        RotationProfile.Check(rotationKmPerS, limbDarkening);
        double share = rotationKmPerS / DopplerShift.LightSpeedKmPerS;
        return Sum(wavelengthAngstrom, flux, share, distance => share == 0 ? (distance == 0 ? 1 : 0) : RotationProfile.Value(distance / share, limbDarkening));
    }

    /// <summary>Broadens by a Gaussian of constant resolving power, out to 5 FWHM.</summary>
    /// <param name="wavelengthAngstrom">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">Length P; at the ends of the spectrum the sum is over what is there.</param>
    /// <param name="resolution">R = wavelength / FWHM, 100 to 10,000,000.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/> or <see cref="ErrorCode.BadInput"/>: a value outside of its range.</exception>
    public static double[] Smooth(ReadOnlySpan<double> wavelengthAngstrom, ReadOnlySpan<double> flux, double resolution)
    {
        double sigma = new GaussianProfile([1], [resolution]).SigmaKmPerS(1) / DopplerShift.LightSpeedKmPerS;
        return Sum(wavelengthAngstrom, flux, GaussianReachFwhm / resolution, distance => Math.Exp(-0.5 * distance * distance / (sigma * sigma)));
    }

    // The kernel is a function of (l - l_i) / l_i.
    private static double[] Sum(ReadOnlySpan<double> wavelength, ReadOnlySpan<double> flux, double reach, Func<double, double> kernel)
    {
        SpectrumRules.RequireSameLength(wavelength.Length, flux.Length);
        SpectrumRules.RequireWavelengths(wavelength);
        var result = new double[flux.Length];
        int first = 0;
        for (int i = 0; i < flux.Length; i++)
        {
            double here = wavelength[i], from = here * (1 - reach), to = here * (1 + reach), sum = 0, norm = 0;
            while (wavelength[first] < from) first++;
            for (int j = first; j < flux.Length && wavelength[j] <= to; j++)
            {
                double weight = kernel((wavelength[j] - here) / here);
                sum += weight * flux[j];
                norm += weight;
            }

            result[i] = sum / norm;
        }

        return result;
    }
}
