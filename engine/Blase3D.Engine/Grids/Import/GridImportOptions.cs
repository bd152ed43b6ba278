using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Grids.Import;

/// <summary>What to take from the sources of a grid.</summary>
public sealed record GridImportOptions
{
    /// <summary>
    /// Vacuum wavelengths in Angstrom to keep, both ends inclusive; null for all. An end may lie up to 1 Angstrom
    /// outside of the data, because people write rounded ranges.
    /// </summary>
    public (double Low, double High)? WavelengthRange { get; init; }

    /// <summary>In which medium the wavelengths of the sources are; air is converted to vacuum.</summary>
    public WavelengthMedium Medium { get; init; } = WavelengthMedium.Vacuum;

    /// <summary>True makes the alpha enhancement (PHXALPHA) an axis; false skips the spectra with another alpha than 0.</summary>
    public bool AlphaAxis { get; init; }
}
