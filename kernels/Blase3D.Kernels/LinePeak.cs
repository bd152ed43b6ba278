using System.Numerics;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Profiles;

namespace Blase3D.Kernels;

/// <summary>How deep one line is at its centre, and how wide.</summary>
public static class LinePeak
{
    /// <summary>V at the centre of a line, not clamped; 0 when both widths are zero or a parameter is not a number.</summary>
    /// <param name="profile">The shape.</param>
    /// <param name="lnAmplitude">Natural logarithm of the amplitude in Angstrom.</param>
    /// <param name="lnSigma">Natural logarithm of the Gaussian standard deviation in Angstrom.</param>
    /// <param name="lnGamma">Natural logarithm of the Lorentzian half width at half maximum in Angstrom.</param>
    public static double Depth(LineProfile profile, double lnAmplitude, double lnSigma, double lnGamma)
    {
        double amplitude = Math.Exp(lnAmplitude), sigma = Math.Exp(lnSigma), gamma = Math.Exp(lnGamma);
        if (!(double.IsFinite(amplitude) && double.IsFinite(sigma) && double.IsFinite(gamma) && (sigma > 0 || gamma > 0))) return 0;
        if (profile != LineProfile.Voigt)
        {
            LineShape shape = LineShape.Create(profile, 0, amplitude, sigma, gamma);
            return (shape.LorentzNumerator / shape.LorentzSquare) + shape.GaussDepth;
        }

        // As in VoigtProfile: a Gaussian that cannot be seen beside the Lorentzian only loses digits.
        double scale = 1 / (Math.Max(sigma, 1e-9 * gamma) * Math.Sqrt(2));
        return amplitude * scale / Math.Sqrt(Math.PI) * Faddeeva.Evaluate(new Complex(0, gamma * scale)).Real;
    }

    /// <summary>The full width at half maximum in Angstrom: that of a Voigt profile to 0.02 % (Olivero and Longbothum 1977); it serves all profiles.</summary>
    /// <param name="lnSigma">Natural logarithm of the Gaussian standard deviation in Angstrom.</param>
    /// <param name="lnGamma">Natural logarithm of the Lorentzian half width at half maximum in Angstrom.</param>
    public static double FullWidth(double lnSigma, double lnGamma)
    {
        double gauss = 2 * Math.Sqrt(2 * Math.Log(2)) * Math.Exp(lnSigma), lorentz = 2 * Math.Exp(lnGamma);
        return (0.5346 * lorentz) + Math.Sqrt((0.2166 * lorentz * lorentz) + (gauss * gauss));
    }
}
