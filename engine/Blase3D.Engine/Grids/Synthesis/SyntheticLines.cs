namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// The true lines of one synthetic star, one entry per line of the list. The profile is the pseudo-Voigt function of Thompson, Cox and
/// Hastings 1987 (both parts with the common full width f) with the exact factor 2 sqrt(2 ln 2).
/// </summary>
/// <param name="CenterAngstrom">Centres in vacuum Angstrom, pressure shift included.</param>
/// <param name="LnAmplitude">Natural logarithm of the line area in Angstrom; negative infinity where the line is absent.</param>
/// <param name="LnSigma">Natural logarithm of the Gaussian standard deviation in Angstrom; defined for absent lines too.</param>
/// <param name="LnGamma">Natural logarithm of the Lorentz half width in Angstrom; defined for absent lines too.</param>
/// <param name="Present">Whether the star has the line at all.</param>
public sealed record SyntheticLines(double[] CenterAngstrom, double[] LnAmplitude, double[] LnSigma, double[] LnGamma, bool[] Present)
{
    /// <summary>The number of lines that are present.</summary>
    public int PresentCount => Present.Count(present => present);
}
