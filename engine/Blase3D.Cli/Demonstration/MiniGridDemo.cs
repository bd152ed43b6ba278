using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Storage;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Storage.Tables;
using Blase3D.Kernels;

namespace Blase3D.Cli.Demonstration;

/// <summary>
/// The main job on real spectra: two planes of nodes are held out, the others are cloned and built into a manifold, and the held-out spectra
/// are predicted and inferred.
/// </summary>
internal sealed class MiniGridDemo(Session session, StoredSpectra grid, KernelSet kernels, Workers workers, string folder)
{
    /// <summary>The files it writes into its folder.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["clones.h5", "manifold.h5", "reconstruction.h5", "reconstruction.csv", "inferred.csv"];

    /// <summary>The interior planes of Teff that neither cloning nor manifold sees, in K.</summary>
    public static readonly double[] HeldOutTeff = [3400, 3900];

    // A point between all nodes, for the reconstruction that the demo writes.
    private static readonly double[] Between = [3450, 3.75, -0.25];

    public DemoReport Run(Provenance provenance)
    {
        int[] heldOut = [.. Enumerable.Range(0, grid.Points.Count).Where(row => HeldOutTeff.Contains(grid.Points[row][0]))];
        int[] kept = [.. Enumerable.Range(0, grid.Points.Count).Except(heldOut)];
        session.Note(FormattableString.Invariant(
            $"{grid.Points.Count} PHOENIX spectra, {grid.Wavelength[0]:0} to {grid.Wavelength[^1]:0} A (Husser et al. 2013); {heldOut.Length} of them (teff {string.Join(" and ", HeldOutTeff)} K) are held out."));

        var recipe = new CloneRecipe();
        var cloner = new GridCloner(new GridSelection(grid, kept), recipe, kernels);
        LineClones clones = session.Progress("cloning", progress => cloner.Clone(workers, progress: progress));
        LineClonesFile.Write(Path.Combine(folder, "clones.h5"), clones, provenance);

        LineManifold lines = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones), InterpolationScheme.Cubic);
        string path = Path.Combine(folder, "manifold.h5");
        session.Progress("building", progress =>
        {
            WriteWithResidual(path, lines, new GridSelection(grid, kept), provenance, progress);
            return true;
        });
        using StoredManifold stored = LineManifoldFile.Open(path);
        LineManifold manifold = stored.Manifold;

        var point = new GridPoints(manifold.Axes.Names, Between);
        IReadOnlyList<double[]> between = BatchReconstruction.Run(manifold, point, new ReconstructionOptions(), kernels, workers);
        SpectraFile.WriteResult(Path.Combine(folder, "reconstruction.h5"), manifold.Wavelength, point, between, provenance);
        SpectraTable.Write(Path.Combine(folder, "reconstruction.csv"), manifold.Wavelength, point, between, provenance);

        IReadOnlyList<double[]> predicted = BatchReconstruction.Run(manifold, grid.Points.Select(heldOut), new ReconstructionOptions(), kernels, workers);
        var pixels = new PixelInterpolation(grid.Points.Select(kept), [.. kept.Select(row => Normalized(row, recipe))]);
        NamedResult[] inferred = Infer(manifold, heldOut);
        InferenceTable.WriteCsv(Path.Combine(folder, "inferred.csv"), inferred);
        var stars = new List<DemoStar>();
        for (int k = 0; k < heldOut.Length; k++)
        {
            double[] truth = Normalized(heldOut[k], recipe);
            stars.Add(new DemoStar(
                grid.Points[heldOut[k]].ToArray(), inferred[k].Result, Rms(predicted[k], truth), Rms(pixels.At(grid.Points[heldOut[k]]), truth)));
        }

        return new DemoReport(folder, grid.Points.AxisNames, point.Describe(0), clones, manifold, stars);
    }

    // As 'build --residual' does: what lines cannot carry goes along, and the nodes are joined smoothly.
    private void WriteWithResidual(string path, LineManifold lines, GridSelection native, Provenance provenance, Action<double> progress)
    {
        float[] none = new float[ResidualTerm.SharesOf(lines.Wavelength.Length)];
        float[] share = LineShareEstimate.Measure(lines, new NodeResiduals(lines, native, kernels, none), lines.Scheme, kernels, workers).Least;
        var term = new ResidualTerm(new NodeResiduals(lines, native, kernels, share), ResidualCode.DefaultError, share);
        LineManifoldFile.Write(path, lines.With(term), provenance, progress: progress);
    }

    private NamedResult[] Infer(LineManifold manifold, int[] heldOut)
    {
        ParameterPrior prior = ParameterPrior.WholeRange(manifold.Axes);
        return session.Progress("inferring", progress =>
        {
            Spectrum[] spectra = [.. heldOut.Select(row => new Spectrum([.. grid.Wavelength], Flux(row), null, grid.Points.Describe(row)))];
            InferenceTask[] tasks = [.. spectra.Select(spectrum => new InferenceTask(ObservedTarget.AtCandidate(spectrum, manifold.Recipe, prior.Center[0]), prior))];
            IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(manifold, tasks, new InferenceOptions(), kernels, workers, progress);
            return spectra.Zip(outcomes, (spectrum, outcome) => new NamedResult(spectrum.Name, outcome.Result ?? throw outcome.Failure!)).ToArray();
        });
    }

    private double[] Flux(int row)
    {
        var flux = new double[grid.Wavelength.Count];
        lock (grid) grid.ReadFlux(row, flux);
        return flux;
    }

    private double[] Normalized(int row, CloneRecipe recipe) =>
        new Preprocessor(recipe.Preprocessing).Preprocess([.. grid.Wavelength], Flux(row), grid.Points[row][0]).Flux;

    private static double Rms(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++) sum += (left[i] - right[i]) * (left[i] - right[i]);
        return Math.Sqrt(sum / left.Length);
    }
}
