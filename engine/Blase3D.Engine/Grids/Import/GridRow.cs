namespace Blase3D.Engine.Grids.Import;

/// <summary>Reads the flux of one row, already cut to the wavelengths of the row.</summary>
internal delegate void FluxReader(Span<double> destination);

/// <summary>One spectrum of a source.</summary>
/// <param name="Source">The file, with the row where it holds several; for sentences.</param>
/// <param name="Wavelength">Vacuum Angstrom, cut; rows of one source share the array.</param>
/// <param name="Point">Value by axis name.</param>
/// <param name="ReadFlux">Reads the flux.</param>
internal sealed record GridRow(string Source, double[] Wavelength, IReadOnlyDictionary<string, double> Point, FluxReader ReadFlux);
