using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Grids;
using Blase3D.Kernels;

namespace Blase3D.Engine.Tests.Association;

/// <summary>
/// How well a manifold without one plane of teff predicts the spectra of that plane, by the way its lines are associated.
/// </summary>
internal sealed record HeldOutPrediction(double Tracked, double Exact, double Pixelwise, double Clones)
{
    public override string ToString() => FormattableString.Invariant(
        $"held-out rms: tracked {Tracked:F5}, exact {Exact:F5}, pixels interpolated {Pixelwise:F5}; rms of the clones {Clones:F5}");

    public static HeldOutPrediction Of(ISpectralGrid grid, double heldOutTeff, CloneRecipe recipe)
    {
        int[] heldOut = [.. Enumerable.Range(0, grid.Points.Count).Where(row => grid.Points[row][0] == heldOutTeff)];
        int[] kept = [.. Enumerable.Range(0, grid.Points.Count).Except(heldOut)];
        var workers = new Workers(2);
        LineClones clones = new GridCloner(new GridSelection(grid, kept), recipe, KernelSet.Best).Clone(workers);
        GridPoints points = grid.Points.Select(heldOut);
        double[][] truth = [.. heldOut.Select(row => Normalized(grid, row, recipe))];
        var pixels = new PixelInterpolation(clones.Points, [.. kept.Select(row => Normalized(grid, row, recipe))]);
        return new HeldOutPrediction(
            Rms(truth, Predict(TrackedAssociation.Associate(clones))),
            Rms(truth, Predict(ExactAssociation.Associate(clones))),
            Rms(truth, [.. heldOut.Select(row => pixels.At(grid.Points[row]))]),
            clones.Spectra.Average(clone => clone.Rms));

        IReadOnlyList<double[]> Predict(LineFamilies families) =>
            BatchReconstruction.Run(ManifoldBuilder.Build(clones, families), points, new ReconstructionOptions(), KernelSet.Best, workers);
    }

    /// <summary>Some rows and pixels of a grid, in memory.</summary>
    public static ArrayGrid Cut(ISpectralGrid grid, Func<double[], bool> keep, Range pixels)
    {
        int[] rows = [.. Enumerable.Range(0, grid.Points.Count).Where(row => keep(grid.Points[row].ToArray()))];
        double[][] flux = [.. rows.Select(row => Flux(grid, row)[pixels])];
        double[] wavelength = [.. grid.Wavelength];
        return new ArrayGrid(grid.Points.Select(rows), wavelength[pixels], flux);
    }

    private static double[] Normalized(ISpectralGrid grid, int row, CloneRecipe recipe) =>
        new Preprocessor(recipe.Preprocessing).Preprocess([.. grid.Wavelength], Flux(grid, row), grid.Points[row][0]).Flux;

    private static double[] Flux(ISpectralGrid grid, int row)
    {
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(row, flux);
        return flux;
    }

    private static double Rms(double[][] truth, IReadOnlyList<double[]> predicted)
    {
        double sum = 0;
        int count = 0;
        for (int s = 0; s < truth.Length; s++)
        {
            for (int i = 0; i < truth[s].Length; i++, count++) sum += (truth[s][i] - predicted[s][i]) * (truth[s][i] - predicted[s][i]);
        }

        return Math.Sqrt(sum / count);
    }
}
