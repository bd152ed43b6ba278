using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>
/// The form of a line, 1 at its centre: a Lorentzian and a Gaussian in the proportion of Thompson, Cox and Hastings (1987), which is what two of the profiles
/// are and what the Voigt profile is within about 1 %: enough for a start.
/// </summary>
internal readonly struct StartingShape
{
    // Beyond this many sigma squared the Gaussian is below 2e-4 of its centre.
    private const double GaussReachSquared = 18;

    private readonly double _center;
    private readonly double _lorentz;
    private readonly double _gammaSquare;
    private readonly double _gauss;
    private readonly double _sigmaSquare;

    private StartingShape(double center, double sigma, double gamma, double share)
    {
        double lorentz = share / (Math.PI * gamma), gauss = (1 - share) / (sigma * Math.Sqrt(2 * Math.PI)), peak = lorentz + gauss;
        (_center, _gammaSquare, _sigmaSquare) = (center, gamma * gamma, sigma * sigma);
        (_lorentz, _gauss) = (lorentz / peak, gauss / peak);
    }

    /// <summary>The full width at half maximum of the Gaussian and of the Lorentzian together.</summary>
    public double FullWidthAngstrom { get; private init; }

    /// <summary>sigma + gamma.</summary>
    public double SumOfWidthsAngstrom { get; private init; }

    /// <param name="profile">The profile.</param>
    /// <param name="center">Angstrom.</param>
    /// <param name="sigma">Angstrom, above 0.</param>
    /// <param name="gamma">Angstrom, above 0.</param>
    public static StartingShape Of(LineProfile profile, double center, double sigma, double gamma)
    {
        double fwhmPerSigma = 2 * Math.Sqrt(2 * Math.Log(2)), g = fwhmPerSigma * sigma, l = 2 * gamma;
        double width = Math.Pow(
            (((((((((g + (2.69269 * l)) * g) + (2.42843 * l * l)) * g) + (4.47163 * l * l * l)) * g) + (0.07842 * l * l * l * l)) * g) + (l * l * l * l * l)), 0.2);
        double r = l / width, share = r * (1.36603 - (r * (0.47719 - (r * 0.11116))));
        StartingShape shape = profile == LineProfile.Blase
            ? new StartingShape(center, sigma, gamma, share)
            : new StartingShape(center, width / fwhmPerSigma, 0.5 * width, share);
        return shape with { FullWidthAngstrom = g + l, SumOfWidthsAngstrom = sigma + gamma };
    }

    /// <summary>0 to 1.</summary>
    /// <param name="wavelength">Angstrom.</param>
    public double At(double wavelength)
    {
        double x = wavelength - _center, square = x * x, value = _lorentz * _gammaSquare / (square + _gammaSquare);
        return square < GaussReachSquared * _sigmaSquare ? value + (_gauss * Math.Exp(-0.5 * square / _sigmaSquare)) : value;
    }
}
