using Blase3D.Engine.Observation;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>
/// Rotation and resolution as eniric makes them: sums over the pixels of the spectrum, each kernel taken at the distances (l - l_i) / l_i of the pixels and
/// divided by its own sum. They are the integrals as far as the pixels resolve the kernel. The edge of a rotation is a square root, so the error falls only
/// with the power 1.5 of the pixel, and with every pixel that the edge passes it rises and falls.
/// </summary>
internal static class PixelSums
{
    private const double GaussianReachFwhm = 5;

    /// <summary>Rotation, limb darkening 0.6, then a Gaussian out to 5 FWHM; at the ends the sums are over what is there.</summary>
    public static double[] Broaden(double[] wavelength, double[] flux, double rotationKmPerS, double resolution)
    {
        double share = rotationKmPerS / DopplerShift.LightSpeedKmPerS, sigma = 1 / (2 * Math.Sqrt(2 * Math.Log(2)) * resolution);
        double[] rotated = Sum(wavelength, flux, share, distance => RotationProfile.Value(distance / share, RotationProfile.DefaultLimbDarkening));
        return Sum(wavelength, rotated, GaussianReachFwhm / resolution, distance => Math.Exp(-0.5 * distance * distance / (sigma * sigma)));
    }

    /// <summary>The same on pixels a whole number of times narrower, between which the flux is a <see cref="SixPointPolynomial"/>; at the pixels themselves.</summary>
    public static double[] BroadenRefined(double[] wavelength, double[] flux, double rotationKmPerS, double resolution, int times)
    {
        double[] fine = [.. Enumerable.Range(0, ((wavelength.Length - 1) * times) + 1).Select(i => Place(i / times, i % times))];
        double[] broadened = Broaden(fine, SixPointPolynomial.At(wavelength, flux, fine), rotationKmPerS, resolution);
        return [.. Enumerable.Range(0, wavelength.Length).Select(i => broadened[i * times])];

        double Place(int pixel, int part) => part == 0 ? wavelength[pixel] : wavelength[pixel] + ((wavelength[pixel + 1] - wavelength[pixel]) * part / times);
    }

    private static double[] Sum(double[] wavelength, double[] flux, double reach, Func<double, double> kernel)
    {
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
