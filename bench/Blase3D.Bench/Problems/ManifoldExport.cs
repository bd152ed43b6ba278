using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Problems;

/// <summary>Writes the big manifold for the scipy path, with the points to evaluate and the engine's own spectrum to compare with.</summary>
internal static class ManifoldExport
{
    /// <summary>Writes manifold.h5 and points.npz (point, batch, and flux: the engine's published reconstruction of the point).</summary>
    /// <param name="folder">Made when it is not there.</param>
    /// <param name="clones">Whether to write clones.h5 too.</param>
    public static void Write(string folder, bool clones)
    {
        Directory.CreateDirectory(folder);
        LineManifold manifold = ManifoldProblem.Create();
        LineManifoldFile.Write(Path.Combine(folder, "manifold.h5"), manifold, Provenance.Of("bench manifold", []));
        if (clones) LineClonesFile.Write(Path.Combine(folder, "clones.h5"), ClonesOf(manifold), Provenance.Of("bench manifold", []));
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

    private static LineClones ClonesOf(LineManifold manifold)
    {
        ClonedSpectrum[] spectra = [.. Enumerable.Range(0, manifold.Axes.NodeCount).Select(node =>
        {
            NodeRun run = manifold.Run(node);
            int[] entries = [.. Enumerable.Range(run.Begin, run.End - run.Begin)];
            double[] start = Array.ConvertAll(entries, e => manifold.LineCenter[run.Columns.LineIndex[e]]);
            return new ClonedSpectrum
            {
                Lines = new LineTable(
                    Array.ConvertAll(entries, e => manifold.LineCenter[run.Columns.LineIndex[e]] + run.Columns.CenterShift[e]),
                    Array.ConvertAll(entries, e => (double)run.Columns.LnAmplitude[e]),
                    Array.ConvertAll(entries, e => (double)run.Columns.LnSigma[e]),
                    Array.ConvertAll(entries, e => (double)run.Columns.LnGamma[e])),
                InitialCenter = start,
                Rms = 0.01,
            };
        })];
        double[] points = [.. Enumerable.Range(0, manifold.Axes.NodeCount).SelectMany(manifold.Axes.PointOf)];
        return new LineClones(new GridPoints(manifold.Axes.Names, points), manifold.Wavelength, spectra, manifold.Recipe);
    }
}
