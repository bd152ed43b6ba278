using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Manifolds;

public class InterpolationTests
{
    [Fact]
    public void Published_interpolation_is_scipys()
    {
        NpzReader golden = GoldenFile.Open("05_interp");
        var axes = new RectilinearAxes(["teff", "logg", "feh"], [golden.Doubles("teff"), golden.Doubles("logg"), golden.Doubles("z")]);
        int lines = golden.Shape("values")[0], points = golden.Shape("points")[0];
        double[] values = golden.Doubles("values"), at = golden.Doubles("points"), expected = golden.Doubles("out");
        long[] kept = golden.Longs("kept");
        var cell = new GridCell(3);
        for (int p = 0; p < points; p++)
        {
            axes.Locate(at.AsSpan(3 * p, 3), cell);
            for (int line = 0; line < lines; line++)
            {
                LineBlend blend = default;
                for (int c = 0; c < cell.Count; c++)
                {
                    ReadOnlySpan<double> row = values.AsSpan(((line * axes.NodeCount) + cell.Node[c]) * 4, 4);
                    if (row[0] != LineBlend.PublishedFill) blend.Add(cell.Weight[c], row[3], row[0], row[1], row[2]);
                }

                bool there = blend.TryFinish(AbsenceRule.MinusThousand, out double center, out double a, out double sigma, out double gamma);
                ReadOnlySpan<double> wanted = expected.AsSpan(((p * lines) + line) * 4, 4);
                Assert.Equal(kept[(p * lines) + line] != 0, there);
                double[] actual = [a, sigma, gamma, center];
                for (int k = 0; k < 4; k++)
                    Assert.InRange(Math.Abs(actual[k] - wanted[k]), 0, Tolerances.GoldenInterpolation * Math.Max(1, Math.Abs(wanted[k])));
            }
        }
    }

    [Fact]
    public void A_line_dies_smoothly_and_stays_in_place()
    {
        // Present at 4000 K only; the published rule drags its centre by Angstroms and kills it within a percent of the cell.
        LineClones clones = ToyClones.Lattice(point => point[0] == 4000 ? [new ToyLine(8510, 8510.002, -4, -3, -3)] : []);
        LineManifold manifold = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        var lines = new LineTable();
        double previous = double.PositiveInfinity;
        for (double teff = 4000; teff < 4100; teff += 0.5)
        {
            new ManifoldInterpolator(manifold).Interpolate([teff, 4.2, -0.1], 0, 1, lines);
            Assert.Equal(1, lines.Count);
            Assert.Equal(8510.002, lines.Center[0], 1e-6);
            double amplitude = Math.Exp(lines.LnAmplitude[0]);
            Assert.Equal(Math.Exp(-4) * (4100 - teff) / 100, amplitude, 1e-8);
            Assert.True(amplitude < previous);
            previous = amplitude;
        }

        new ManifoldInterpolator(manifold).Interpolate([4100, 4.2, -0.1], 0, 1, lines);
        Assert.Equal(0, lines.Count);
        new ManifoldInterpolator(manifold, AbsenceRule.MinusThousand).Interpolate([4001, 4.2, -0.1], 0, 1, lines);
        Assert.Equal(1, lines.Count);
        Assert.True(lines.Center[0] < 8510 - 50);
        new ManifoldInterpolator(manifold, AbsenceRule.MinusThousand).Interpolate([4050, 4.2, -0.1], 0, 1, lines);
        Assert.Equal(0, lines.Count);
    }

    [Fact]
    public void At_a_node_the_lines_are_those_of_the_clone()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth);
        LineManifold manifold = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));
        var lines = new LineTable();
        for (int s = 0; s < clones.Points.Count; s++)
        {
            new ManifoldInterpolator(manifold).Interpolate(clones.Points[s], 0, manifold.LineCenter.Length, lines);
            Assert.Equal(clones.Spectra[s].Lines.Count, lines.Count);
            for (int j = 0; j < lines.Count; j++)
            {
                Assert.Equal(clones.Spectra[s].Lines.Center[j], lines.Center[j], 1e-9);
                Assert.Equal(clones.Spectra[s].Lines.LnAmplitude[j], lines.LnAmplitude[j], 1e-6);
                Assert.Equal(clones.Spectra[s].Lines.LnSigma[j], lines.LnSigma[j], 1e-6);
                Assert.Equal(clones.Spectra[s].Lines.LnGamma[j], lines.LnGamma[j], 1e-6);
            }
        }
    }

    [Fact]
    public void Outside_the_grid_the_sentence_gives_the_range_and_the_nearest_point()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth);
        LineManifold manifold = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        EngineException failure = Assert.Throws<EngineException>(() => manifold.Locate([3900, 4.2, 0.3], new GridCell(3)));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("teff 4000 to 4300", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nearest valid point is teff=4000, logg=4.2, feh=0", failure.Message, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => manifold.Locate([double.NaN, 4.2, 0], new GridCell(3)));
    }

    [Fact]
    public void A_missing_node_is_named_and_matters_only_where_it_counts()
    {
        LineClones clones = ToyClones.Lattice(ToyClones.Smooth, point => point is not [4100, 4.5, 0]);
        LineManifold manifold = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        Assert.Equal("teff=4100, logg=4.5, feh=0", manifold.Axes.Describe(Assert.Single(manifold.MissingNodes)));
        EngineException failure = Assert.Throws<EngineException>(() => manifold.Locate([4150, 4.2, -0.1], new GridCell(3)));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("needs the node teff=4100, logg=4.5, feh=0", failure.Message, StringComparison.Ordinal);
        manifold.Locate([4150, 4.0, -0.1], new GridCell(3));
        manifold.Locate([4150, 4.2, -0.5], new GridCell(3));
    }

    [Fact]
    public void Weights_are_positive_add_up_to_one_and_reproduce_the_point() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            int dimensions = 1 + random.Next(5);
            double[][] values = [.. Enumerable.Range(0, dimensions).Select(_ => Axis(random))];
            var axes = new RectilinearAxes([.. Enumerable.Range(0, dimensions).Select(d => $"axis{d}")], values);
            double[] point = [.. values.Select(v => random.Next(3) == 0 ? v[random.Next(v.Length)] : v[0] + (random.NextDouble() * (v[^1] - v[0])))];
            var cell = new GridCell(dimensions);
            axes.Locate(point, cell);
            var back = new double[dimensions];
            double total = 0;
            for (int c = 0; c < cell.Count; c++)
            {
                if (!(cell.Weight[c] > 0)) return false;
                total += cell.Weight[c];
                double[] node = axes.PointOf(cell.Node[c]);
                for (int d = 0; d < dimensions; d++) back[d] += cell.Weight[c] * node[d];
            }

            return Math.Abs(total - 1) < 1e-12 && back.Zip(point).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
        }));

    private static double[] Axis(Random random)
    {
        var values = new double[1 + random.Next(5)];
        double at = (random.NextDouble() * 10) - 5;
        for (int i = 0; i < values.Length; i++) values[i] = at += 0.1 + random.NextDouble();
        return values;
    }
}
