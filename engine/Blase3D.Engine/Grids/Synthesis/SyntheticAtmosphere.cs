namespace Blase3D.Engine.Grids.Synthesis;

/// <summary>
/// One layer that stands for the atmosphere of a star: smooth functions of (teff, logg, feh) with the right directions and about the
/// right sizes. Not a model atmosphere: its purpose is a grid whose truth is known everywhere.
/// </summary>
/// <remarks>
/// Electron pressure: a quadratic through about 20 dyn/cm2 in the Sun, 1e-3 at 2300 K and 2e3 at 12,000 K; it rises as g^0.45.
/// Ionisation: Saha, log10(N1/N0 Pe) = -0.176 + 2.5 log10 T - theta chi (Gray 2005, The Observation and Analysis of Stellar
/// Photospheres, eq. 1.20), with theta = 5040 K / T and partition functions left out.
/// Opacity: negative hydrogen ion (its temperature dependence as in Gray 2005, eq. 8.13 in the simple form Pe theta^2.5 10^(0.754 theta))
/// plus the Paschen continuum, 10^(-12.09 theta), plus a constant floor, relative to the Sun.
/// </remarks>
internal sealed class SyntheticAtmosphere
{
    private const double SolarTeff = 5772;
    private const double SolarLogg = 4.44;
    private const double BoltzmannPerAmu = 1.380649e-23 / 1.66053906660e-27; // J/K per kg
    private readonly double _logElectronPressure;
    private readonly double _logOpacity;
    private readonly double _feh;
    private readonly double _excessLogg;

    /// <summary>The layer of a star.</summary>
    /// <param name="point">Its parameters.</param>
    public SyntheticAtmosphere(SyntheticPoint point)
    {
        TemperatureK = point.Teff;
        Theta = 5040 / point.Teff;
        _feh = point.Feh;
        _excessLogg = point.Logg - SolarLogg;
        double logTemperature = Math.Log10(point.Teff / SolarTeff);
        _logElectronPressure = 1.3 + (8 * logTemperature) - (6 * logTemperature * logTemperature) + (0.45 * _excessLogg) + (0.3 * _feh);

        double neutralHydrogen = 1 / (1 + Saha(13.6));
        double negativeIon = Math.Pow(10, _logElectronPressure + (2.5 * Math.Log10(Theta)) + (0.754 * Theta) - 1.81);
        double paschen = Math.Pow(10, 8.2 - (12.09 * Theta));
        _logOpacity = Math.Log10(((negativeIon + paschen) * neutralHydrogen) + 0.02);

        double microturbulenceKmPerS = 1 + (0.3 * Math.Tanh((point.Teff - SolarTeff) / 3000)) - (0.1 * Math.Tanh(_excessLogg));
        _turbulence = microturbulenceKmPerS * 1e3 * microturbulenceKmPerS * 1e3 / 2;
        PressureGammaAngstrom = 0.008 * Math.Pow(10, 0.6 * _excessLogg) * Math.Pow(point.Teff / SolarTeff, -0.7);
        PressureShiftAngstrom = 0.004 * Math.Pow(10, 0.25 * _excessLogg) * Math.Pow(point.Teff / SolarTeff, 0.3);
    }

    private readonly double _turbulence; // m2/s2

    /// <summary>Temperature in K.</summary>
    public double TemperatureK { get; }

    /// <summary>5040 K / T: the factor of an energy in eV in a decimal exponent.</summary>
    public double Theta { get; }

    /// <summary>Lorentz half width of a typical metal line at 10,000 Angstrom, in Angstrom, growing with pressure.</summary>
    public double PressureGammaAngstrom { get; }

    /// <summary>The largest pressure shift of a line at 10,000 Angstrom, in Angstrom: at most about 0.01.</summary>
    public double PressureShiftAngstrom { get; }

    /// <summary>log10 of the strength of the lines of a species over the continuous opacity, before Boltzmann factor and log gf.</summary>
    /// <param name="species">The species.</param>
    public double LogStrength(SyntheticSpecies species)
    {
        double fraction;
        if (species.Kind == SpeciesKind.Molecule)
        {
            double logBound = (species.BindingEv * (Theta - species.SecondBindingEv)) + (0.5 * (_excessLogg + _feh));
            fraction = 1 / (1 + Math.Pow(10, -logBound));
        }
        else
        {
            double first = Saha(species.BindingEv);
            double second = Saha(species.SecondBindingEv);
            double total = 1 + (first * (1 + second));
            fraction = (species.Kind == SpeciesKind.Ionized ? first : 1) / total;
        }

        return species.LogStrength + Math.Log10(fraction) + (species.FehExponent * _feh) - _logOpacity;
    }

    /// <summary>Gaussian standard deviation over wavelength: thermal and microturbulent velocity over the speed of light.</summary>
    /// <param name="massAmu">Mass of the absorber in atomic mass units.</param>
    public double RelativeSigma(double massAmu) => Math.Sqrt((BoltzmannPerAmu * TemperatureK / massAmu) + _turbulence) / 299792458.0;

    private double Saha(double energyEv) =>
        Math.Pow(10, -0.176 + (2.5 * Math.Log10(TemperatureK)) - (Theta * energyEv) - _logElectronPressure);
}
