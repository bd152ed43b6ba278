using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Inference;

/// <summary>A small manifold whose lines answer to the parameters in ways of their own, for studies that need many cheap fits.</summary>
internal static class ToyStars
{
    private const double LowAngstrom = 8480;
    private const int Pixels = 3001;
    private const int Lines = 60;

    /// <summary>What it is, in words.</summary>
    public static string Description { get; } = FormattableString.Invariant(
        $"toy of {Lines} lines between {LowAngstrom} and {LowAngstrom + 30} A on 5 x 4 x 4 nodes, a third each going with Teff, with Teff and [Fe/H], with [Fe/H] and log g");

    /// <summary>Makes it.</summary>
    public static LineManifold Manifold()
    {
        double[] teff = [3700, 4400, 5100, 5800, 6500], logg = [2, 3.2, 4.4, 5.6], feh = [-1.5, -0.7, 0.1, 0.9];
        double[][] points = [.. from t in teff from g in logg from z in feh select new[] { t, g, z }];
        double[] wavelength = [.. Enumerable.Range(0, Pixels).Select(i => LowAngstrom + (0.01 * i))];
        var recipe = new CloneRecipe { InputIsNormalized = true, Cloning = new CloneOptions { WingPixels = 400 } };
        var clones = new LineClones(new GridPoints(["teff", "logg", "feh"], [.. points.SelectMany(p => p)]), wavelength, [.. points.Select(At)], recipe);
        return ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));
    }

    // Depths are of all sizes, gravity broadens the wings, and no two lines are alike.
    private static ClonedSpectrum At(double[] point)
    {
        double t = (point[0] - 5100) / 1000, g = point[1] - 4, z = point[2];
        var random = new Random(60);
        double[] center = new double[Lines], amplitude = new double[Lines], sigma = new double[Lines], gamma = new double[Lines];
        for (int k = 0; k < Lines; k++)
        {
            center[k] = LowAngstrom + 0.25 + (29.5 * (k + (0.6 * random.NextDouble())) / Lines);
            double own = 0.6 + (0.8 * random.NextDouble());
            double strength = (k % 3) switch { 0 => -1.1 * t, 1 => (0.6 * t) + (0.8 * z), _ => (0.9 * z) - (0.9 * g) };
            amplitude[k] = -3.1 + (1.2 * (random.NextDouble() - 0.5)) + (0.5 * own * strength);
            sigma[k] = -2.9 + (0.1 * t);
            gamma[k] = -2.9 + (0.6 * g);
        }

        return new ClonedSpectrum { Lines = new LineTable(center, amplitude, sigma, gamma), InitialCenter = [.. center], Rms = 0.001 };
    }
}
