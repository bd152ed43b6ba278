using System.Numerics;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Reference;

/// <summary>The line profiles as the papers print them, one pixel at a time, with nothing saved: the reference of speed and accuracy.</summary>
internal static class NaiveProfile
{
    private const int FaddeevaTerms = 40;
    private static readonly double FaddeevaScale = Math.Sqrt(FaddeevaTerms / Math.Sqrt(2));
    private static readonly double[] FaddeevaCoefficients = Weideman();

    /// <summary>The depth of a line at a distance from its centre.</summary>
    /// <param name="profile">Which shape.</param>
    /// <param name="x">Angstrom.</param>
    /// <param name="amplitude">Area, Angstrom.</param>
    /// <param name="sigma">Angstrom, above 0.</param>
    /// <param name="gamma">Angstrom, above 0.</param>
    public static double Depth(LineProfile profile, double x, double amplitude, double sigma, double gamma) => profile switch
    {
        LineProfile.Blase => Blase(x, amplitude, sigma, gamma),
        LineProfile.Thompson => Thompson(x, amplitude, sigma, gamma),
        _ => Voigt(x, amplitude, sigma, gamma),
    };

    /// <summary>The published code's profile: own widths in both parts, see <see cref="LineProfile.Blase"/>.</summary>
    public static double Blase(double x, double amplitude, double sigma, double gamma)
    {
        double eta = BlaseShare(sigma, gamma);
        return amplitude * ((eta * Lorentz(x, gamma)) + ((1 - eta) * Gauss(x, sigma)));
    }

    /// <summary>The profile with the common width in both parts, see <see cref="LineProfile.Thompson"/>.</summary>
    public static double Thompson(double x, double amplitude, double sigma, double gamma)
    {
        double perSigma = 2 * Math.Sqrt(2 * Math.Log(2));
        (double f, double eta) = WidthAndShare(perSigma * sigma, 2 * gamma);
        return amplitude * ((eta * Lorentz(x, f / 2)) + ((1 - eta) * Gauss(x, f / perSigma)));
    }

    /// <summary>The exact Voigt profile, Re w(z) / (sigma sqrt(2 pi)) with z = (x + i gamma) / (sigma sqrt 2).</summary>
    public static double Voigt(double x, double amplitude, double sigma, double gamma)
    {
        double scale = sigma * Math.Sqrt(2);
        return amplitude * Faddeeva(new Complex(x / scale, gamma / scale)).Real / (sigma * Math.Sqrt(2 * Math.PI));
    }

    /// <summary>The Lorentzian share eta of <see cref="Blase"/>.</summary>
    public static double BlaseShare(double sigma, double gamma) => WidthAndShare(2.3548 * sigma, 2 * gamma).Eta;

    /// <summary>d eta / d ln gamma by a fourth-order difference; d eta / d ln sigma is its negative, because eta depends on the ratio only.</summary>
    public static double BlaseSharePerLnGamma(double sigma, double gamma)
    {
        const double step = 1e-3;
        double near = (At(step) - At(-step)) / (2 * step), far = (At(2 * step) - At(-2 * step)) / (4 * step);
        return ((4 * near) - far) / 3;

        double At(double shift) => BlaseShare(sigma, gamma * Math.Exp(shift));
    }

    /// <summary>A Lorentzian of unit area.</summary>
    public static double Lorentz(double x, double gamma) => gamma / (Math.PI * ((x * x) + (gamma * gamma)));

    /// <summary>A Gaussian of unit area.</summary>
    public static double Gauss(double x, double sigma) => Math.Exp(-x * x / (2 * sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI));

    // Full width f and Lorentzian share eta (Ida, Ando and Toraya 2000).
    private static (double Fwhm, double Eta) WidthAndShare(double fG, double fL)
    {
        double f5 = (fG * fG * fG * fG * fG) + (2.69269 * fG * fG * fG * fG * fL) + (2.42843 * fG * fG * fG * fL * fL)
            + (4.47163 * fG * fG * fL * fL * fL) + (0.07842 * fG * fL * fL * fL * fL) + (fL * fL * fL * fL * fL);
        double f = Math.Pow(f5, 0.2), r = fL / f;
        return (f, (1.36603 * r) - (0.47719 * r * r) + (0.11116 * r * r * r));
    }

    // The rational series of Weideman (1994, SIAM J. Numer. Anal. 31, 1497): w(z) = 2 p(Z) / (L - iz)^2 + 1 / (sqrt(pi) (L - iz)),
    // Z = (L + iz) / (L - iz).
    private static Complex Faddeeva(Complex z)
    {
        Complex iz = Complex.ImaginaryOne * z, below = FaddeevaScale - iz, ratio = (FaddeevaScale + iz) / below;
        Complex sum = 0;
        foreach (double coefficient in FaddeevaCoefficients) sum = (sum * ratio) + coefficient;
        return (2 * sum / (below * below)) + (1 / (Math.Sqrt(Math.PI) * below));
    }

    // The coefficients are Fourier coefficients of exp(-t^2) (L^2 + t^2) with t = L tan(theta / 2), highest power first.
    private static double[] Weideman()
    {
        int samples = 4 * FaddeevaTerms;
        var coefficients = new double[FaddeevaTerms];
        for (int n = 1; n <= FaddeevaTerms; n++)
        {
            double sum = 0;
            for (int k = 1 - (samples / 2); k < samples / 2; k++)
            {
                double theta = 2 * Math.PI * k / samples, t = FaddeevaScale * Math.Tan(theta / 2);
                sum += Math.Exp(-t * t) * ((FaddeevaScale * FaddeevaScale) + (t * t)) * Math.Cos(n * theta);
            }

            coefficients[FaddeevaTerms - n] = sum / samples;
        }

        return coefficients;
    }
}
