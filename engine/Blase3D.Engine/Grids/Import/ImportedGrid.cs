namespace Blase3D.Engine.Grids.Import;

/// <summary>Rows of several sources as one grid. Safe to read from several threads.</summary>
internal sealed class ImportedGrid : ISpectralGrid
{
    private readonly GridRow[] _rows;
    private readonly double[] _wavelength;
    private readonly FluxTally _tally;

    internal ImportedGrid(double[] wavelength, GridPoints points, GridRow[] rows)
    {
        _wavelength = wavelength;
        Points = points;
        _rows = rows;
        _tally = new FluxTally(rows.Length, wavelength.Length);
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> Wavelength => _wavelength;

    /// <inheritdoc/>
    public GridPoints Points { get; }

    /// <inheritdoc/>
    public void ReadFlux(int row, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, _rows.Length);
        if (destination.Length != _wavelength.Length)
        {
            throw new ArgumentException(
                $"The destination holds {destination.Length} values, a row {_wavelength.Length}.", nameof(destination));
        }

        _rows[row].ReadFlux(destination);
        for (int i = 0; i < destination.Length; i++)
        {
            if (!double.IsFinite(destination[i]))
            {
                throw new EngineException(
                    ErrorCode.BadInput,
                    $"{_rows[row].Source}: the flux of pixel {i} at {_wavelength[i]} Angstrom is {destination[i]}; "
                    + "a grid needs finite fluxes: choose a range without this pixel, or leave this file out.");
            }
        }

        _tally.Count(row, destination);
    }

    /// <summary>A sentence about the zero or negative fluxes of the rows read so far; none when there were none.</summary>
    internal IEnumerable<string> FluxNotes() => _tally.Notes(row => _rows[row].Source);
}
