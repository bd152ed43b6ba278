using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The constants of one pseudo-Voigt line, V(x) = P / (x^2 + q) + Q exp(-h x^2). Both pseudo-Voigt profiles have this form, so one
/// kernel body serves them; they differ in how (P, q, Q, h) follow from (a, sigma, gamma).
/// </summary>
internal struct LineShape
{
    /// <summary>Below this the Gaussian part changes neither a spectrum nor a gradient.</summary>
    private const double NegligibleGaussian = 1e-20;

    // Keeps 1 / (q' (q' - P)) inside the range of a double for a line of vanishing width that sits on a pixel.
    private const double SmallestSquare = 1e-140;

    private static readonly double SqrtTwoPi = Math.Sqrt(2 * Math.PI);
    private static readonly double FwhmPerSigma = 2 * Math.Sqrt(2 * Math.Log(2));

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

    /// <summary>Derivatives of (P, q, Q, h) with respect to ln sigma.</summary>
    public ShapeDerivative PerLnSigma;

    /// <summary>Derivatives of (P, q, Q, h) with respect to ln gamma.</summary>
    public ShapeDerivative PerLnGamma;

    /// <summary>The shape of a line and, on request, its derivatives.</summary>
    /// <param name="profile">Blase or Thompson.</param>
    /// <param name="center">Angstrom.</param>
    /// <param name="amplitude">a in Angstrom, positive.</param>
    /// <param name="sigma">Angstrom, at least 0.</param>
    /// <param name="gamma">Angstrom, at least 0; not both widths 0.</param>
    public static LineShape Create(LineProfile profile, double center, double amplitude, double sigma, double gamma)
    {
        // f^5 is homogeneous of degree 5, so d ln f / d ln sigma + d ln f / d ln gamma = 1.
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
        return profile == LineProfile.Blase
            ? CreateOwnWidths(center, amplitude, sigma, gamma, eta, etaPerLnGamma)
            : CreateCommonWidth(center, amplitude, f, eta, etaPerLnGamma, gaussShare);
    }

    // Lorentzian of half width gamma, Gaussian of standard deviation sigma.
    private static LineShape CreateOwnWidths(double center, double amplitude, double sigma, double gamma, double eta, double etaPerLnGamma)
    {
        double lorentz = amplitude * gamma / Math.PI;
        double gauss = sigma > 0 ? amplitude / (sigma * SqrtTwoPi) : 0;
        double h = sigma > 0 ? 1 / (2 * sigma * sigma) : 1;
        var shape = new LineShape
        {
            Center = center,
            LorentzNumerator = lorentz * eta,
            LorentzSquare = Math.Max(gamma * gamma, SmallestSquare),
            GaussDepth = gauss * (1 - eta),
            GaussRate = h,
        };
        shape.PerLnSigma = new ShapeDerivative(-lorentz * etaPerLnGamma, 0, -shape.GaussDepth + (gauss * etaPerLnGamma), -2 * h);
        shape.PerLnGamma = new ShapeDerivative(
            shape.LorentzNumerator + (lorentz * etaPerLnGamma), 2 * shape.LorentzSquare, -gauss * etaPerLnGamma, 0);
        shape.SetCore();
        return shape;
    }

    // Both parts with the full width f.
    private static LineShape CreateCommonWidth(double center, double amplitude, double f, double eta, double etaPerLnGamma, double gaussShare)
    {
        double half = f / 2, sigma = f / FwhmPerSigma;
        double lorentz = amplitude * half / Math.PI;
        double gauss = amplitude / (sigma * SqrtTwoPi);
        double h = 1 / (2 * sigma * sigma);
        double lorentzShare = 1 - gaussShare;
        var shape = new LineShape
        {
            Center = center,
            LorentzNumerator = lorentz * eta,
            LorentzSquare = Math.Max(half * half, SmallestSquare),
            GaussDepth = gauss * (1 - eta),
            GaussRate = h,
        };
        shape.PerLnSigma = new ShapeDerivative(
            (shape.LorentzNumerator * gaussShare) - (lorentz * etaPerLnGamma),
            2 * shape.LorentzSquare * gaussShare,
            (-shape.GaussDepth * gaussShare) + (gauss * etaPerLnGamma),
            -2 * h * gaussShare);
        shape.PerLnGamma = new ShapeDerivative(
            (shape.LorentzNumerator * lorentzShare) + (lorentz * etaPerLnGamma),
            2 * shape.LorentzSquare * lorentzShare,
            (-shape.GaussDepth * lorentzShare) - (gauss * etaPerLnGamma),
            -2 * h * lorentzShare);
        shape.SetCore();
        return shape;
    }

    private void SetCore()
    {
        double excess = Math.Abs(GaussDepth) / NegligibleGaussian;
        CoreHalfWidth = excess > 1 ? Math.Sqrt(Math.Log(excess) / GaussRate) : 0;
    }
}

/// <summary>The derivative of (P, q, Q, h) with respect to one parameter.</summary>
internal readonly record struct ShapeDerivative(double LorentzNumerator, double LorentzSquare, double GaussDepth, double GaussRate);
