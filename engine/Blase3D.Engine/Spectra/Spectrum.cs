namespace Blase3D.Engine.Spectra;

/// <summary>One spectrum. Pixels without data are NaN in <paramref name="Flux"/>; whoever uses it masks them.</summary>
/// <param name="WavelengthAngstrom">Vacuum wavelengths in Angstrom, strictly ascending, length P.</param>
/// <param name="Flux">Flux in the unit of its source, length P.</param>
/// <param name="Sigma">Standard deviation of the flux in the same unit, length P; null when the source gives none.</param>
/// <param name="Name">What to call it, usually the file name.</param>
public sealed record Spectrum(double[] WavelengthAngstrom, double[] Flux, double[]? Sigma, string Name)
{
    /// <summary>Whether neither the source nor its user said if the wavelengths are in air or in vacuum, so that vacuum was assumed.</summary>
    public bool IsMediumAssumed { get; init; }
}
