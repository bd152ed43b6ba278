namespace Blase3D.Engine.Storage;

/// <summary>Several spectra on one wavelength vector.</summary>
/// <param name="Wavelength">Vacuum Angstrom, strictly ascending, length P.</param>
/// <param name="Flux">N spectra of length P; NaN marks pixels without data.</param>
public sealed record SpectraRows(double[] Wavelength, IReadOnlyList<double[]> Flux);
