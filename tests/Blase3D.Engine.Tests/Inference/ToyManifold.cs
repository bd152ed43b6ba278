using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Tests.Inference;

/// <summary>A manifold of 3 x 3 x 2 nodes and 30 lines that every axis changes in its own way, and stars made of it.</summary>
internal static class ToyManifold
{
    public static double[] Wavelength { get; } = [.. Enumerable.Range(0, 1501).Select(i => (850000 + i) / 100.0)];

    public static LineManifold Whole { get; } = Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0]);

    /// <summary>Lines that are nearly the same as far below 4250 K as above it; what tells the two sides apart grows with the tilt.</summary>
    public static LineManifold Mirrored(double tilt) =>
        Make([4000, 4125, 4250, 4375, 4500], [4, 4.5, 5], [-0.5, 0], null, point => MirroredLines(point, tilt));

    public static LineManifold Make(
        double[] teff, double[] logg, double[] feh, Func<double[], bool>? keep = null, Func<double[], IEnumerable<ToyLine>>? lines = null)
    {
        lines ??= Lines;
        double[][] points =
            [.. from t in teff from g in logg from z in feh where keep?.Invoke([t, g, z]) != false select new[] { t, g, z }];
        var clones = new LineClones(
            new GridPoints(["teff", "logg", "feh"], [.. points.SelectMany(p => p)]),
            Wavelength,
            [.. points.Select(p => ToyClones.Spectrum(lines(p)))],
            new CloneRecipe { Cloning = new CloneOptions { WingPixels = 400 } });
        return ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));
    }

    public static double[] Star(LineManifold manifold, double[] point, ReconstructionOptions? options = null)
    {
        var reconstructor = new SpectrumReconstructor(manifold, options ?? new ReconstructionOptions(), KernelSet.Best);
        var flux = new double[manifold.Wavelength.Length];
        reconstructor.Reconstruct(point, Workers.OneThread, flux);
        return flux;
    }

    public static Spectrum Named(double[] flux) => new(Wavelength, flux, null, "star.csv");

    // The strength of every third line goes with another axis; gravity broadens all.
    public static IEnumerable<ToyLine> Lines(double[] point)
    {
        double t = (point[0] - 4200) / 300, g = point[1] - 4.5, z = point[2];
        for (int k = 0; k < 30; k++)
        {
            double start = Wavelength[25 + (49 * k)];
            double strength = (k % 3) switch { 0 => -0.8 * t, 1 => (0.3 * t) + (0.6 * z), _ => (0.9 * z) - (0.2 * g) };
            yield return new ToyLine(start, start, -4 + (0.4 * Math.Cos(k)) + (0.5 * strength), -3.3 + (0.1 * t), -3.2 + (0.4 * g));
        }
    }

    private static IEnumerable<ToyLine> MirroredLines(double[] point, double tilt)
    {
        double u = (point[0] - 4250) / 250, g = point[1] - 4.5, z = point[2];
        for (int k = 0; k < 30; k++)
        {
            double start = Wavelength[25 + (49 * k)];
            double strength = (k % 3) switch { 0 => (2 * u * u) + (k % 2 == 0 ? tilt * u : -tilt * u), 1 => 0.6 * z, _ => (0.9 * z) - (0.2 * g) };
            yield return new ToyLine(start, start, -4 + (0.4 * Math.Cos(k)) + (0.5 * strength), -3.3, -3.2 + (0.4 * g));
        }
    }
}
