using Blase3D.Engine.Grids;
using Blase3D.Kernels;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>Whether a grid is the one that clones were made of, told by its fluxes: files may be copied, converted or made again.</summary>
public static class GridIdentity
{
    // Clones repeat their rms to the last digits; a velocity that the published recipe drops, or a rounded flux, may change it a little.
    private const double LargestRatio = 3, Slack = 0.01;

    /// <summary>Compares three of the spectra with their clones and the rms that was stored with them.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="clones">The clones, of all or some of its points.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>
    /// The first point whose spectrum is farther from its clone than when it was cloned, with both rms; null when there is none. Points that the
    /// grid lacks, and clones whose rms is not known, say nothing.
    /// </returns>
    /// <exception cref="EngineException">BadInput: a spectrum cannot be read or preprocessed.</exception>
    public static (int Row, double Rms, double StoredRms)? FindStranger(ISpectralGrid grid, IClonedRows clones, KernelSet kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(kernels);
        if (clones.Points.Count == 0 || !grid.Wavelength.SequenceEqual(clones.Wavelength) || !grid.Points.AxisNames.SequenceEqual(clones.Points.AxisNames)) return null;
        int last = clones.Points.Count - 1, teff = clones.Points.AxisIndex("teff");
        var flux = new double[clones.Wavelength.Length];
        foreach (int row in new[] { 0, last / 2, last }.Distinct())
        {
            ClonedSpectrum clone = clones.Read(row);
            int twin = RowAt(grid.Points, clones.Points[row]);
            if (twin < 0 || clone.IsSkipped || !double.IsFinite(clone.Rms)) continue;
            grid.ReadFlux(twin, flux);
            double[] residual = CloneComparison.Of(
                clones.Wavelength, flux, teff < 0 ? double.NaN : clones.Points[row][teff], clone, clones.Recipe, kernels.Create(), workers).Residual;
            double rms = Math.Sqrt(residual.Sum(r => r * r) / residual.Length);
            if (!(rms <= (LargestRatio * clone.Rms) + Slack)) return (row, rms, clone.Rms);
        }

        return null;
    }

    private static int RowAt(GridPoints points, ReadOnlySpan<double> point)
    {
        for (int row = 0; row < points.Count; row++)
        {
            if (points[row].SequenceEqual(point)) return row;
        }

        return -1;
    }
}
