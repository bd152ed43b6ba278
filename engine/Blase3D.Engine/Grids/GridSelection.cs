namespace Blase3D.Engine.Grids;

/// <summary>Some rows of a grid, for example all that are not held out.</summary>
/// <param name="grid">The grid.</param>
/// <param name="rows">Its rows, in the order wanted.</param>
public sealed class GridSelection(ISpectralGrid grid, IReadOnlyList<int> rows) : ISpectralGrid
{
    /// <inheritdoc/>
    public IReadOnlyList<double> Wavelength => grid.Wavelength;

    /// <inheritdoc/>
    public GridPoints Points { get; } = grid.Points.Select(rows);

    /// <inheritdoc/>
    public void ReadFlux(int row, Span<double> destination) => grid.ReadFlux(rows[row], destination);
}
