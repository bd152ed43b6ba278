namespace Blase3D.Engine.Grids;

/// <summary>
/// A grid of model spectra on one common wavelength vector. Rows are read one at a time, so a grid may be larger than the memory.
/// </summary>
public interface ISpectralGrid
{
    /// <summary>Vacuum wavelengths in Angstrom, strictly ascending, length P.</summary>
    IReadOnlyList<double> Wavelength { get; }

    /// <summary>The parameters of every spectrum; Count is the number of rows N.</summary>
    GridPoints Points { get; }

    /// <summary>Reads the flux of one spectrum, in the unit of its source (finite; what is wrong with it is found by the stages).</summary>
    /// <param name="row">0 to N - 1.</param>
    /// <param name="destination">Length P.</param>
    /// <exception cref="EngineException">The source of this row cannot be read.</exception>
    void ReadFlux(int row, Span<double> destination);
}
