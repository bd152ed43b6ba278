using System.Numerics;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// Planck's law: the flux leaving the surface of a black body, pi B_lambda(T) = 2 pi h c^2 / lambda^5 / (exp(h c / (lambda k T)) - 1),
/// in erg/s/cm2/cm (the unit of PHOENIX spectra), with the exact constants of the SI as in CODATA 2018.
/// </summary>
public static class Blackbody
{
    private const double PlanckErgSecond = 6.62607015e-27;
    private const double LightCmPerSecond = 2.99792458e10;
    private const double BoltzmannErgPerKelvin = 1.380649e-16;
    private const double CmPerAngstrom = 1e-8;

    // 2 pi h c^2 in erg cm2 / s, for wavelengths in cm.
    private const double First = 2 * Math.PI * PlanckErgSecond * LightCmPerSecond * LightCmPerSecond;

    // h c / k in Angstrom K.
    private const double SecondAngstromKelvin = PlanckErgSecond * LightCmPerSecond / BoltzmannErgPerKelvin / CmPerAngstrom;

    /// <summary>The surface flux at one wavelength.</summary>
    /// <param name="wavelengthAngstrom">Vacuum wavelength in Angstrom, above 0.</param>
    /// <param name="teffKelvin">Temperature in K, above 0.</param>
    /// <returns>Flux in erg/s/cm2/cm; 0 where it is below the smallest double.</returns>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the temperature is not positive and finite.</exception>
    public static double SurfaceFlux(double wavelengthAngstrom, double teffKelvin)
    {
        SpectrumRules.RequireTeff(teffKelvin);
        return Scalar(wavelengthAngstrom, SecondAngstromKelvin / teffKelvin);
    }

    /// <summary>The surface flux at many wavelengths.</summary>
    /// <param name="wavelengthAngstrom">Vacuum wavelengths in Angstrom, above 0, length P.</param>
    /// <param name="teffKelvin">Temperature in K, above 0.</param>
    /// <param name="destination">Fluxes in erg/s/cm2/cm, length P or more; may be the same memory as the wavelengths.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadInput"/>: the temperature is not positive and finite.</exception>
    public static void SurfaceFlux(ReadOnlySpan<double> wavelengthAngstrom, double teffKelvin, Span<double> destination)
    {
        SpectrumRules.RequireTeff(teffKelvin);
        destination = destination[..wavelengthAngstrom.Length];
        double exponentAngstrom = SecondAngstromKelvin / teffKelvin;
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; i <= wavelengthAngstrom.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                var angstrom = new Vector<double>(wavelengthAngstrom[i..]);
                Vector<double> cm = angstrom * CmPerAngstrom;
                Vector<double> squared = cm * cm;
                Vector<double> photon = Vector.Exp(new Vector<double>(exponentAngstrom) / angstrom) - Vector<double>.One;
                (new Vector<double>(First) / (squared * squared * cm * photon)).CopyTo(destination[i..]);
            }
        }
        for (; i < wavelengthAngstrom.Length; i++)
            destination[i] = Scalar(wavelengthAngstrom[i], exponentAngstrom);
    }

    private static double Scalar(double wavelengthAngstrom, double exponentAngstrom)
    {
        double cm = wavelengthAngstrom * CmPerAngstrom;
        double squared = cm * cm;
        return First / (squared * squared * cm * (Math.Exp(exponentAngstrom / wavelengthAngstrom) - 1));
    }
}
