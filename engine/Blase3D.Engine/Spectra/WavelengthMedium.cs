namespace Blase3D.Engine.Spectra;

/// <summary>In which medium a wavelength was measured. The engine computes in vacuum; air occurs only at its edges.</summary>
public enum WavelengthMedium
{
    /// <summary>Vacuum.</summary>
    Vacuum,

    /// <summary>Standard air (15 C, 101325 Pa, 450 ppm CO2, dry).</summary>
    Air,
}
