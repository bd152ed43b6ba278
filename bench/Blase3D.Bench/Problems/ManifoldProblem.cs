using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Manifolds;

namespace Blase3D.Bench.Problems;

/// <summary>
/// A manifold of the published size with seeded made-up parameters: 73 x 9 x 2 nodes, 128,723 lines, about 9,167 of them at a node
/// (more at low Teff, as in the published one), on the PHOENIX pixels.
/// </summary>
internal static class ManifoldProblem
{
    /// <summary>The number of different lines.</summary>
    public const int Lines = 128_723;

    /// <summary>The single point that is reconstructed, away from all nodes.</summary>
    public static readonly double[] Point = [3823.4, 3.81, -0.21];

    // How many of the 73 temperatures a line spans on average, so that 9,167 lines are present at a node.
    private const double MeanSpan = 5.4;
    private const double Occupancy = 0.97;

    /// <summary>The axes of the published grid: 2300 to 7000 K by 100 K and on to 12,000 K by 200 K, logg 2 to 6 by 0.5, [M/H] -0.5 and 0.</summary>
    public static RectilinearAxes Axes { get; } = new(
        ["teff", "logg", "feh"],
        [
            [.. Enumerable.Range(23, 48).Select(i => 100.0 * i), .. Enumerable.Range(36, 25).Select(i => 200.0 * i)],
            [.. Enumerable.Range(4, 9).Select(i => 0.5 * i)],
            [-0.5, 0],
        ]);

    /// <summary>Makes the manifold; always the same.</summary>
    /// <param name="count">The number of different lines; fewer than published for a trial.</param>
    public static LineManifold Create(int count = Lines)
    {
        double[] wavelength = PhoenixWavelengths.Create(8038, 12849);
        var random = new Random(128_723);
        SyntheticLine[] lines = [.. Enumerable.Range(0, count).Select(_ => SyntheticLine.Draw(random, wavelength))];
        Array.Sort(lines, (left, right) => left.Center.CompareTo(right.Center));
        int nodes = Axes.NodeCount;
        var lineIndex = new List<int>((int)(13_000_000L * count / Lines));
        var offset = new long[nodes + 1];
        for (int node = 0; node < nodes; node++)
        {
            int temperature = Axes.IndexAlong(node, 0);
            for (int k = 0; k < count; k++)
            {
                if (Math.Abs(temperature - lines[k].Hottest) <= lines[k].HalfSpan && Draw(k, node) < Occupancy) lineIndex.Add(k);
            }

            offset[node + 1] = lineIndex.Count;
        }

        ManifoldEntries entries = ManifoldEntries.Allocate(lineIndex.Count) with { LineIndex = [.. lineIndex] };
        for (int node = 0; node < nodes; node++)
        {
            double temperature = Axes.IndexAlong(node, 0), gravity = Axes.IndexAlong(node, 1) - 4, metals = Axes.IndexAlong(node, 2);
            for (long e = offset[node]; e < offset[node + 1]; e++)
            {
                SyntheticLine line = lines[entries.LineIndex[e]];
                double away = (temperature - line.Hottest) / (line.HalfSpan + 1);
                entries.CenterShift[e] = (float)(line.Shift + (0.001 * away));
                entries.LnAmplitude[e] = (float)(line.LnAmplitude - (2 * away * away) + (0.4 * metals));
                entries.LnSigma[e] = (float)(line.LnSigma + (0.1 * away));
                entries.LnGamma[e] = (float)(line.LnGamma + (0.08 * gravity));
            }
        }

        return new LineManifold(
            Axes, wavelength, Array.ConvertAll(lines, line => line.Center), [.. Enumerable.Repeat(true, nodes)], offset, entries, CloneRecipe.Published);
    }

    /// <summary>Seeded points within 500 K of <see cref="Point"/>, as one step of an inference asks for.</summary>
    /// <param name="count">How many.</param>
    public static GridPoints Batch(int count)
    {
        var random = new Random(60);
        double[] values = [.. Enumerable.Range(0, count).SelectMany(_ => new[]
        {
            Point[0] - 500 + (1000 * random.NextDouble()), 2 + (4 * random.NextDouble()), -0.5 + (0.5 * random.NextDouble()),
        })];
        return new GridPoints(Axes.Names, values);
    }

    // A uniform number that belongs to a line at a node (the mixing function of SplitMix64).
    private static double Draw(int line, int node)
    {
        ulong z = (((ulong)line << 32) | (uint)node) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>What one line is like at its strongest.</summary>
    private readonly record struct SyntheticLine(
        double Center, double Hottest, double HalfSpan, double Shift, double LnAmplitude, double LnSigma, double LnGamma)
    {
        public static SyntheticLine Draw(Random random, double[] wavelength)
        {
            double cool = random.NextDouble();
            double sigma = 0.025 * Math.Exp(0.35 * LineProblem.NextNormal(random)), gamma = 0.02 * Math.Exp(0.6 * LineProblem.NextNormal(random));
            double depth = Math.Min(0.9, 0.01 - (0.12 * Math.Log(1 - random.NextDouble())));
            return new SyntheticLine(
                wavelength[3000 + random.Next(wavelength.Length - 6000)],
                72 * Math.Pow(cool, 1.5),
                0.5 * MeanSpan * (0.5 + random.NextDouble()),
                0.004 * LineProblem.NextNormal(random),
                Math.Log(depth / Reference.NaiveProfile.Blase(0, 1, sigma, gamma)),
                Math.Log(sigma),
                Math.Log(gamma));
        }
    }
}
