using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>
/// A manifold that is hard to keep in order: lines that some nodes lack, whose centres wander past their neighbours', of very different widths, some
/// of no Gaussian width; and with a residual term.
/// </summary>
internal static class ResidentProblem
{
    public const int Lines = 203;
    public const int Pixels = 2600;

    private static readonly double[][] Axes = [[4000, 4100, 4300, 4600], [4, 4.5, 5], [-0.5, 0]];

    public static LineManifold Make(bool hasResidual, LineProfile profile = LineProfile.Blase)
    {
        var axes = new RectilinearAxes(["teff", "logg", "feh"], Axes);
        var random = new Random(7);
        double[] wavelength = [.. Enumerable.Range(0, Pixels).Select(i => 8500 + (0.01 * i) + (1e-7 * i * i))];
        double[] center = [.. Enumerable.Range(0, Lines).Select(_ => wavelength[0] + (random.NextDouble() * (wavelength[^1] - wavelength[0]))).Order()];
        var columns = new List<(int Line, float Shift, float A, float Sigma, float Gamma)>();
        var offset = new long[axes.NodeCount + 1];
        for (int node = 0; node < axes.NodeCount; node++)
        {
            for (int line = 0; line < Lines; line++)
            {
                if (random.NextDouble() < 0.25) continue;
                bool isBare = line % 29 == 5 && node % 3 == 0;
                columns.Add((
                    line, (float)(0.2 * (random.NextDouble() - 0.5)), (float)(-4.5 + (2 * random.NextDouble())), isBare ? float.NegativeInfinity : (float)(-4 + (2 * random.NextDouble())),
                    (float)(-4 + (2 * random.NextDouble()))));
            }

            offset[node + 1] = columns.Count;
        }

        var entries = new ManifoldEntries(
            [.. columns.Select(c => c.Line)], [.. columns.Select(c => c.Shift)], [.. columns.Select(c => c.A)], [.. columns.Select(c => c.Sigma)], [.. columns.Select(c => c.Gamma)]);
        bool[] present = [.. Enumerable.Repeat(true, axes.NodeCount)];
        float[] share = [.. Enumerable.Range(0, ResidualTerm.SharesOf(Pixels)).Select(_ => random.NextSingle())];
        return new LineManifold(axes, wavelength, center, present, offset, entries, new CloneRecipe { Cloning = new CloneOptions { WingPixels = 700, Model = new LineModel(profile, Composition.Product) } })
        {
            Residual = hasResidual ? new ResidualTerm(new Waves(), 0, share) : null,
        };
    }

    /// <summary>Points between the nodes, on planes, at nodes and at the ends.</summary>
    public static double[][] Points(int random)
    {
        var draw = new Random(3);
        return
        [
            [4000, 4, -0.5], [4100, 4.5, 0], [4600, 5, 0], [4100, 4.2, -0.2], [4300, 4.5, -0.3],
            .. Enumerable.Range(0, random).Select(_ => new[] { 4000 + (600 * draw.NextDouble()), 4 + draw.NextDouble(), -0.5 * draw.NextDouble() }),
        ];
    }

    private sealed class Waves : IResidualReader
    {
        public void Read(int node, int firstPixel, Span<double> destination)
        {
            for (int i = 0; i < destination.Length; i++) destination[i] = 0.02 * Math.Sin((0.1 + (0.01 * node)) * (firstPixel + i));
        }
    }
}
