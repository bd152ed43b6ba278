using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The constants of one pseudo-Voigt line, V(x) = P / (x^2 + q) + Q exp(-h x^2). Both pseudo-Voigt profiles have this form, so one
/// kernel body serves them; they differ in how (P, q, Q, h) follow from (a, sigma, gamma).
/// </summary>
internal struct LineShape
{
    /// <summary>Below this the Gaussian part changes neither a spectrum nor a gradient.</summary>
    private const double NegligibleGaussian = 1e-17;

    // Keeps 1 / (q' (q' - P)) inside the range of a double for a line of vanishing width that sits on a pixel.
    private const double SmallestSquare = 1e-140;

    /// <summary>sqrt(2 pi).</summary>
    public static readonly double SqrtTwoPi = Math.Sqrt(2 * Math.PI);

    /// <summary>Full width of a Gaussian per standard deviation, 2 sqrt(2 ln 2).</summary>
    public static readonly double FwhmPerSigma = 2 * Math.Sqrt(2 * Math.Log(2));

    /// <summary>The centre in Angstrom.</summary>
    public double Center;

    /// <summary>P, in Angstrom^2 (per unit depth).</summary>
    public double LorentzNumerator;

    /// <summary>q, in Angstrom^2.</summary>
    public double LorentzSquare;

    /// <summary>Q, the central depth of the Gaussian part.</summary>
    public double GaussDepth;

    /// <summary>h, in Angstrom^-2.</summary>
    public double GaussRate;

    /// <summary>The Gaussian part is negligible farther than this from the centre, in Angstrom; 0 when it is negligible everywhere.</summary>
    public double CoreHalfWidth;

    /// <summary>The mixing parameter's derivative with respect to ln gamma; with respect to ln sigma it is the negative.</summary>
    public double EtaPerLnGamma;

    /// <summary>d ln f / d ln sigma; with respect to ln gamma it is 1 minus this, f^5 being homogeneous of degree 5.</summary>
    public double GaussShare;

    /// <summary>The numerator P would have without mixing (eta = 1).</summary>
    public double Lorentz;

    /// <summary>The depth Q would have without mixing (eta = 0).</summary>
    public double Gauss;

    /// <summary>Derivatives of (P, q, Q, h) with respect to ln sigma.</summary>
    public ShapeDerivative PerLnSigma;

    /// <summary>Derivatives of (P, q, Q, h) with respect to ln gamma.</summary>
    public ShapeDerivative PerLnGamma;

    /// <summary>The shape of a line with its derivatives.</summary>
    /// <param name="profile">Blase or Thompson.</param>
    /// <param name="center">Angstrom.</param>
    /// <param name="amplitude">a in Angstrom, positive.</param>
    /// <param name="sigma">Angstrom, at least 0.</param>
    /// <param name="gamma">Angstrom, at least 0; not both widths 0.</param>
    public static LineShape Create(LineProfile profile, double center, double amplitude, double sigma, double gamma)
    {
        double fG = (profile == LineProfile.Blase ? 2.3548 : FwhmPerSigma) * sigma;
        double fL = 2 * gamma;
        double scale = Math.Max(fG, fL);
        double g = fG / scale, l = fL / scale;
        double f5 = (g * g * g * g * g) + (2.69269 * g * g * g * g * l) + (2.42843 * g * g * g * l * l) + (4.47163 * g * g * l * l * l)
            + (0.07842 * g * l * l * l * l) + (l * l * l * l * l);
        double gaussShare = g * ((5 * g * g * g * g) + (4 * 2.69269 * g * g * g * l) + (3 * 2.42843 * g * g * l * l)
            + (2 * 4.47163 * g * l * l * l) + (0.07842 * l * l * l * l)) / (5 * f5);
        double f = scale * Math.Pow(f5, 0.2);
        double r = fL / f;
        double eta = (1.36603 * r) - (0.47719 * r * r) + (0.11116 * r * r * r);
        double etaPerLnGamma = (1.36603 - (2 * 0.47719 * r) + (3 * 0.11116 * r * r)) * r * gaussShare;
        double lorentzWidth = profile == LineProfile.Blase ? gamma : f / 2;
        double gaussWidth = profile == LineProfile.Blase ? sigma : f / FwhmPerSigma;
        double lorentz = amplitude * lorentzWidth / Math.PI;
        double gauss = gaussWidth > 0 ? amplitude / (gaussWidth * SqrtTwoPi) : 0;
        double depth = gauss * (1 - eta), rate = gaussWidth > 0 ? 1 / (2 * gaussWidth * gaussWidth) : 1;
        return Assemble(
            profile, center, lorentz * eta, Math.Max(lorentzWidth * lorentzWidth, SmallestSquare), depth, rate, CoreHalfWidthOf(depth, rate),
            lorentz, gauss, etaPerLnGamma, gaussShare);
    }

    /// <summary>Half the width of the core, see <see cref="CoreHalfWidth"/>.</summary>
    public static double CoreHalfWidthOf(double gaussDepth, double gaussRate)
    {
        // ln(excess) is at most (exponent + 1) ln 2: a little wide, and much faster than the logarithm.
        double excess = Math.Abs(gaussDepth) / NegligibleGaussian;
        return excess > 1 ? Math.Sqrt((Math.ILogB(excess) + 1) * 0.6931471805599454 / gaussRate) : 0;
    }

    /// <summary>Adds the derivatives to known constants.</summary>
    public static LineShape Assemble(
        LineProfile profile,
        double center,
        double lorentzNumerator,
        double lorentzSquare,
        double gaussDepth,
        double gaussRate,
        double coreHalfWidth,
        double lorentz,
        double gauss,
        double etaPerLnGamma,
        double gaussShare)
    {
        // How the widths of the two parts follow ln sigma: each its own, or both the common f.
        double lorentzFollows = profile == LineProfile.Blase ? 0 : gaussShare;
        double gaussFollows = profile == LineProfile.Blase ? 1 : gaussShare;
        return new LineShape
        {
            Center = center,
            LorentzNumerator = lorentzNumerator,
            LorentzSquare = lorentzSquare,
            GaussDepth = gaussDepth,
            GaussRate = gaussRate,
            CoreHalfWidth = coreHalfWidth,
            EtaPerLnGamma = etaPerLnGamma,
            GaussShare = gaussShare,
            Lorentz = lorentz,
            Gauss = gauss,
            PerLnSigma = new ShapeDerivative(
                (lorentzNumerator * lorentzFollows) - (lorentz * etaPerLnGamma),
                2 * lorentzSquare * lorentzFollows,
                (-gaussDepth * gaussFollows) + (gauss * etaPerLnGamma),
                -2 * gaussRate * gaussFollows),
            PerLnGamma = new ShapeDerivative(
                (lorentzNumerator * (1 - lorentzFollows)) + (lorentz * etaPerLnGamma),
                2 * lorentzSquare * (1 - lorentzFollows),
                (-gaussDepth * (1 - gaussFollows)) - (gauss * etaPerLnGamma),
                -2 * gaussRate * (1 - gaussFollows)),
        };
    }
}

/// <summary>The derivative of (P, q, Q, h) with respect to one parameter.</summary>
internal readonly record struct ShapeDerivative(double LorentzNumerator, double LorentzSquare, double GaussDepth, double GaussRate);
