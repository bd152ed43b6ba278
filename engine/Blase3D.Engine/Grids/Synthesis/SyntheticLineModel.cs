namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// Line parameters of a star: how a list and an atmosphere become centre, area, sigma and gamma of every line. All are smooth
/// (twice continuously differentiable) in teff, logg and feh.
/// </summary>
/// <remarks>
/// Strength tau = gf 10^(a feh) 10^(-theta E) fraction / opacity. Central depth d = 0.95 tau / (1 + tau), faded to exactly zero between
/// d = 0.005 and d = 0.002 by a quintic step in ln tau, so that a line is absent below 0.002. A strong line grows as on the curve
/// of growth: its Gaussian core widens with sqrt(1 + ln(1 + tau) / 2), its damping wings with sqrt(1 + tau), levelling off at tau = 300.
/// </remarks>
internal sealed class SyntheticLineModel
{
    private const double DeepestLine = 0.95;
    private const double Ln10 = 2.302585092994046;
    private static readonly double LnTauAbsent = Math.Log(0.002 / (DeepestLine - 0.002));
    private static readonly double LnTauFull = Math.Log(0.005 / (DeepestLine - 0.005));
    private readonly SyntheticLineList _list;
    private readonly SyntheticAtmosphere _atmosphere;
    private readonly double[] _logStrength; // by species
    private readonly double[] _relativeSigma; // by species

    /// <summary>The lines of a list in a star.</summary>
    /// <param name="list">The list.</param>
    /// <param name="point">The star, inside the range of <see cref="SyntheticPoint.RequireRange"/>.</param>
    public SyntheticLineModel(SyntheticLineList list, SyntheticPoint point)
    {
        point.RequireRange();
        _list = list;
        _atmosphere = new SyntheticAtmosphere(point);
        _logStrength = [.. SyntheticSpecies.All.Select(_atmosphere.LogStrength)];
        _relativeSigma = [.. SyntheticSpecies.All.Select(species => _atmosphere.RelativeSigma(species.MassAmu))];
    }

    /// <summary>Whether the star has line j; cheap.</summary>
    /// <param name="j">Index into the list.</param>
    public bool IsPresent(int j) => LnTau(j) > LnTauAbsent;

    /// <summary>The centre of line j in Angstrom.</summary>
    /// <param name="j">Index into the list.</param>
    public double CenterAngstrom(int j) =>
        _list.Center[j] + (_list.Shift[j] * _atmosphere.PressureShiftAngstrom * Square(_list.Center[j] / 1e4));

    /// <summary>The profile of line j; its area is zero when the line is absent.</summary>
    /// <param name="j">Index into the list.</param>
    public (double AmplitudeAngstrom, double SigmaAngstrom, double GammaAngstrom) Profile(int j)
    {
        double lnTau = LnTau(j);
        double tau = Math.Exp(lnTau);
        var species = SyntheticSpecies.All[_list.Species[j]];
        double wavelength = _list.Center[j];
        double sigma = wavelength * _relativeSigma[_list.Species[j]] * Math.Sqrt(1 + (Math.Log(1 + tau) / 2));

        // Natural broadening: a damping rate of 1e8 per s is lambda^2 / (4 pi c) * 1e8 = 2.65e-4 Angstrom at 10,000 Angstrom.
        double broadening = 2.65e-4 + (_atmosphere.PressureGammaAngstrom * species.DampingFactor * _list.Damping[j]);
        double gamma = broadening * Square(wavelength / 1e4) * Math.Sqrt(1 + (tau / (1 + (tau / 300))));

        double depth = DeepestLine * tau / (1 + tau) * Fade(lnTau);
        return (depth / PseudoVoigtShape.From(sigma, gamma).Peak, sigma, gamma);
    }

    private double LnTau(int j) =>
        Ln10 * (_logStrength[_list.Species[j]] + _list.LogGfValues[j] - (_atmosphere.Theta * _list.Excitation[j]));

    private static double Fade(double lnTau)
    {
        double u = Math.Clamp((lnTau - LnTauAbsent) / (LnTauFull - LnTauAbsent), 0, 1);
        return u * u * u * (10 + (u * (-15 + (6 * u))));
    }

    private static double Square(double x) => x * x;
}
