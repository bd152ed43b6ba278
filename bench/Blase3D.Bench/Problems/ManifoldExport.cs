using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;

namespace Blase3D.Bench.Problems;

/// <summary>Writes the big manifold for the scipy path, with the points to evaluate and the engine's own spectrum to compare with.</summary>
internal static class ManifoldExport
{
    /// <summary>Writes manifold.h5 and points.npz (point, batch, and flux: the engine's published reconstruction of the point).</summary>
    /// <param name="folder">Made when it is not there.</param>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        LineManifold manifold = ManifoldProblem.Create();
        LineManifoldFile.Write(Path.Combine(folder, "manifold.h5"), manifold, Provenance.Of("bench manifold", []));
        var reconstructor = new SpectrumReconstructor(manifold, ReconstructionOptions.Published, KernelSet.Best);
        var flux = new double[manifold.Wavelength.Length];
        reconstructor.Reconstruct(ManifoldProblem.Point, Workers.OneThread, flux);
        using FileStream stream = File.Create(Path.Combine(folder, "points.npz"));
        using var points = new NpzWriter(stream);
        points.Add("point", ManifoldProblem.Point);
        points.Add("batch", ManifoldProblem.Batch(60).Values, 60, 3);
        points.Add("flux", flux);
        Console.Out.WriteLine($"Wrote manifold.h5 ({manifold.Entries.LineIndex.Length:#,0} entries) and points.npz to {folder}");
    }
}
