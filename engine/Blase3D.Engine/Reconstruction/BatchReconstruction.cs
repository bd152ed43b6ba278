using System.Collections.Concurrent;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>Makes the spectra of many points: side by side when there are at least as many points as threads, else one by one on all threads.</summary>
public static class BatchReconstruction
{
    /// <summary>Makes one spectrum per point.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="points">The points, with the manifold's axes in its order.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="wavelength">Vacuum Angstrom, or null for the manifold's own.</param>
    /// <param name="progress">Receives the share done, ascending to 1; one call at a time.</param>
    /// <returns>The spectra in the order of the points; the same bit for bit for any number of threads.</returns>
    /// <exception cref="EngineException">OutOfRange: a point is outside of the grid or its cell lacks a node.</exception>
    public static IReadOnlyList<double[]> Run(
        LineManifold manifold,
        GridPoints points,
        ReconstructionOptions options,
        KernelSet kernels,
        Workers workers,
        double[]? wavelength = null,
        Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(workers);
        var spectra = new double[points.Count][];
        bool sideBySide = points.Count >= workers.Threads;
        var spare = new ConcurrentBag<SpectrumReconstructor>();
        int done = 0;
        var counting = new Lock();
        (sideBySide ? workers : workers.Alone).For(points.Count, n =>
        {
            if (!spare.TryTake(out SpectrumReconstructor? reconstructor)) reconstructor = new SpectrumReconstructor(manifold, options, kernels, wavelength);
            double[] flux = GC.AllocateUninitializedArray<double>(reconstructor.Wavelength.Length);
            reconstructor.Reconstruct(points[n], sideBySide ? workers.Alone : workers, flux);
            spare.Add(reconstructor);
            spectra[n] = flux;
            if (progress is null) return;
            lock (counting) progress((double)++done / points.Count);
        });
        return spectra;
    }
}
