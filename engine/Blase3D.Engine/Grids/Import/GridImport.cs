namespace Blase3D.Engine.Grids.Import;

/// <summary>A grid made from sources, and what its user should know about it.</summary>
public sealed class GridImport
{
    private readonly ImportedGrid _grid;
    private readonly IReadOnlyList<string> _notes;

    internal GridImport(ImportedGrid grid, IReadOnlyList<string> files, IReadOnlyList<string> notes)
    {
        _grid = grid;
        _notes = notes;
        Files = files;
    }

    /// <summary>The grid. Its rows are read from the sources when they are asked for.</summary>
    public ISpectralGrid Grid => _grid;

    /// <summary>The files whose fluxes or wavelengths are in the grid, sorted.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>
    /// Sentences: the medium, skipped files, missing nodes of the rectilinear hull; and, of the rows read so far, how many hold zero
    /// or negative fluxes. Ask again after the rows were read.
    /// </summary>
    public IReadOnlyList<string> Notes => [.. _notes, .. _grid.FluxNotes()];
}
