using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels;

namespace Blase3D.Bench.Prediction;

/// <summary>The spectra of a grid as the cloning sees them, in memory.</summary>
internal sealed class NormalizedGrid
{
    /// <summary>Normalises all rows by a recipe.</summary>
    public NormalizedGrid(ISpectralGrid grid, CloneRecipe recipe, Workers workers)
    {
        Points = grid.Points;
        Wavelength = [.. grid.Wavelength];
        Flux = new double[grid.Points.Count][];
        int teff = grid.Points.AxisIndex("teff");
        Lock reading = new();
        workers.For(Flux.Length, row =>
        {
            var flux = new double[Wavelength.Length];
            lock (reading) grid.ReadFlux(row, flux);
            Flux[row] = recipe.InputIsNormalized ? flux : new Preprocessor(recipe.Preprocessing).Preprocess(Wavelength, flux, grid.Points[row][teff]).Flux;
        });
    }

    /// <summary>The points.</summary>
    public GridPoints Points { get; }

    /// <summary>Vacuum Angstrom.</summary>
    public double[] Wavelength { get; }

    /// <summary>About 1 between lines, one row per point.</summary>
    public double[][] Flux { get; }
}

/// <summary>Normalised spectra as a grid.</summary>
internal sealed class MemoryGrid(GridPoints points, double[] wavelength, IReadOnlyList<double[]> flux) : ISpectralGrid
{
    /// <inheritdoc/>
    public IReadOnlyList<double> Wavelength => wavelength;

    /// <inheritdoc/>
    public GridPoints Points => points;

    /// <summary>One row per point.</summary>
    public IReadOnlyList<double[]> Flux => flux;

    /// <inheritdoc/>
    public void ReadFlux(int row, Span<double> destination) => flux[row].CopyTo(destination);
}
