using Blase3D.Bench.Prediction;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Bench.Inference;

/// <summary>Manifolds as <c>build --residual</c> makes them.</summary>
internal static class BuiltManifold
{
    /// <summary>The manifold with a residual term, cubic; with the measured share of the lines also with a measured error map.</summary>
    /// <remarks>With a share of zero the lines say nothing between the nodes: what is left is the interpolation of the native pixels.</remarks>
    /// <param name="lines">The lines.</param>
    /// <param name="clones">The clones they were made of.</param>
    /// <param name="flux">The normalised spectra that were cloned.</param>
    /// <param name="measured">Whether the lines have the share that is measured, or none.</param>
    /// <param name="workers">The threads.</param>
    public static LineManifold Of(LineManifold lines, LineClones clones, IReadOnlyList<double[]> flux, bool measured, Workers workers)
    {
        LineManifold normalized = Copy(lines, clones.Recipe with { InputIsNormalized = true });
        var native = new MemoryGrid(clones.Points, clones.Wavelength, flux);
        float[] share = new float[ResidualTerm.SharesOf(clones.Wavelength.Length)];
        if (measured) share = LineShareEstimate.Measure(normalized, new NodeResiduals(normalized, native, KernelSet.Best, share), InterpolationScheme.Cubic, KernelSet.Best, workers).Least;
        var residuals = new NodeResiduals(normalized, native, KernelSet.Best, share);
        var coded = new CodedResiduals(residuals, lines.NodePresent, clones.Wavelength.Length);
        LineManifold built = Copy(lines, clones.Recipe).With(new ResidualTerm(coded, coded.ErrorBound, share));
        return measured ? built.With(ErrorMapEstimate.Measure(built, residuals, KernelSet.Best, workers)) : built;
    }

    private static LineManifold Copy(LineManifold m, CloneRecipe recipe) =>
        new(m.Axes, m.Wavelength, m.LineCenter, m.NodePresent, m.NodeOffset, m.Entries, recipe) { Scheme = InterpolationScheme.Cubic };
}
