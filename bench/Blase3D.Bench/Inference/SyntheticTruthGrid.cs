using Blase3D.Bench.Prediction;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels;

namespace Blase3D.Bench.Inference;

/// <summary>A synthetic grid on the published nodes, normalised, in memory.</summary>
/// <param name="Nodes">The spectra at the nodes.</param>
/// <param name="At">The spectrum of any point (Teff, logg, feh), normalised.</param>
internal sealed record SyntheticTruthGrid(MemoryGrid Nodes, Func<double[], double[]> At)
{
    /// <summary>The same grid as that of <see cref="InferenceProblem.Moderate"/>.</summary>
    public static SyntheticTruthGrid Create(double rangeAngstrom, Workers workers)
    {
        SyntheticGrid grid = InferenceProblem.Grid(rangeAngstrom, density: 1);
        double[] wavelength = [.. grid.Wavelength];
        var flux = new double[grid.Points.Count][];
        workers.For(flux.Length, row => flux[row] = grid.TrueNormalizedFlux(grid.Point(row), wavelength));
        return new SyntheticTruthGrid(
            new MemoryGrid(grid.Points, wavelength, flux), point => grid.TrueNormalizedFlux(new SyntheticPoint(point[0], point[1], point[2]), wavelength));
    }
}
