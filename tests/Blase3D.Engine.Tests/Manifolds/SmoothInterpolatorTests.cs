using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Manifolds;

public class SmoothInterpolatorTests
{
    private const int Lines = 60;

    [Fact]
    public void At_a_node_the_lines_are_those_of_the_clone()
    {
        LineClones clones = Grid(seed: 1, occupancy: 0.7);
        LineManifold manifold = Build(clones);
        var lines = new LineTable();
        foreach (InterpolationScheme scheme in new[] { InterpolationScheme.Linear, InterpolationScheme.Cubic })
        {
            for (int s = 0; s < clones.Points.Count; s++)
            {
                new SmoothInterpolator(manifold, scheme).Interpolate(clones.Points[s], 0, manifold.LineCenter.Length, lines);
                Assert.Equal(clones.Spectra[s].Lines.Count, lines.Count);
                for (int j = 0; j < lines.Count; j++)
                {
                    Assert.Equal(clones.Spectra[s].Lines.Center[j], lines.Center[j], 1e-8);
                    Assert.Equal(clones.Spectra[s].Lines.LnAmplitude[j], lines.LnAmplitude[j], 1e-6);
                    Assert.Equal(clones.Spectra[s].Lines.LnGamma[j], lines.LnGamma[j], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void The_linear_scheme_is_that_of_the_fast_interpolator()
    {
        LineManifold manifold = Build(Grid(seed: 2, occupancy: 0.6));
        var random = new Random(2);
        LineTable expected = new(), actual = new();
        for (int n = 0; n < 50; n++)
        {
            double[] point = Point(random);
            new ManifoldInterpolator(manifold).Interpolate(point, 5, 50, expected);
            new SmoothInterpolator(manifold, InterpolationScheme.Linear).Interpolate(point, 5, 50, actual);
            Assert.Equal(expected.Count, actual.Count);
            for (int j = 0; j < actual.Count; j++)
            {
                Assert.Equal(expected.Center[j], actual.Center[j], 1e-9);
                Assert.Equal(expected.LnAmplitude[j], actual.LnAmplitude[j], 1e-9);
                Assert.Equal(expected.LnSigma[j], actual.LnSigma[j], 1e-9);
                Assert.Equal(expected.LnGamma[j], actual.LnGamma[j], 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void Every_derivative_of_every_parameter_is_that_of_central_differences(InterpolationScheme scheme)
    {
        LineManifold manifold = Build(Grid(seed: 3, occupancy: 0.75));
        var interpolator = new SmoothInterpolator(manifold, scheme);
        var random = new Random(3);
        LineTable lines = new(), above = new(), below = new();
        LineTable[] derivative = [new(), new(), new()];
        int compared = 0;
        for (int n = 0; n < 40; n++)
        {
            double[] point = Point(random);
            interpolator.InterpolateWithDerivatives(point, 0, Lines, lines, derivative);
            for (int d = 0; d < 3; d++)
            {
                double step = d == 0 ? 1e-3 : 1e-5;
                double[] up = [.. point], down = [.. point];
                up[d] += step;
                down[d] -= step;
                interpolator.Interpolate(up, 0, Lines, above);
                interpolator.Interpolate(down, 0, Lines, below);
                Assert.Equal(lines.Count, above.Count);
                Assert.Equal(lines.Count, derivative[d].Count);
                for (int j = 0; j < lines.Count; j++)
                {
                    Compare(above.Center[j], below.Center[j], derivative[d].Center[j], 1e-6);
                    Compare(above.LnAmplitude[j], below.LnAmplitude[j], derivative[d].LnAmplitude[j], 1e-5);
                    Compare(above.LnSigma[j], below.LnSigma[j], derivative[d].LnSigma[j], 1e-5);
                    Compare(above.LnGamma[j], below.LnGamma[j], derivative[d].LnGamma[j], 1e-5);
                }

                void Compare(double high, double low, double analytic, double tolerance)
                {
                    compared++;
                    double difference = (high - low) / (2 * step);
                    Assert.InRange(Math.Abs(difference - analytic), 0, (d == 0 ? 0.1 : 10) * tolerance * Math.Max(1, Math.Abs(difference)));
                }
            }
        }

        Assert.True(compared > 10_000);
    }

    // A scan in steps of 1 K or 0.002 dex through nodes: what is continuous in its first derivative changes its slope by little in a step; a
    // crease changes it at once. The amplitude stands for a line that is not there too: 0.
    [Fact]
    public void Scans_through_nodes_have_no_cusp_where_lines_are_born_die_or_go_on()
    {
        LineManifold manifold = Build(Grid(seed: 4, occupancy: 0.7));
        (double creased, double smooth) = (0, 0);
        foreach (double[] through in new double[][] { [4100, 4.3, -0.3], [4300, 4.8, -0.1], [4220, 4.5, -0.2], [4050, 4.2, 0] })
        {
            for (int d = 0; d < 3; d++)
            {
                double step = d == 0 ? 1 : 0.002;
                creased = Math.Max(creased, LargestChangeOfSlope(new SmoothInterpolator(manifold, InterpolationScheme.Linear), through, d, step));
                smooth = Math.Max(smooth, LargestChangeOfSlope(new SmoothInterpolator(manifold), through, d, step));
                double finer = LargestChangeOfSlope(new SmoothInterpolator(manifold), through, d, step / 20);
                Assert.InRange(finer, 0, 0.012);
            }
        }

        Assert.True(smooth < 0.2, $"the smooth scheme changes a slope by {smooth} in a step");
        Assert.True(creased > 0.5, $"the linear scheme has creases of {creased} only, so this test shows nothing");
    }

    [Fact]
    public void A_line_that_no_corner_has_stays_away_and_none_outgrows_its_neighbours() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(40),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            LineManifold manifold = Build(Grid(seed, occupancy: 0.4));
            var random = new Random(seed);
            var lines = new LineTable();
            double[] point = Point(random);
            new SmoothInterpolator(manifold).Interpolate(point, 0, Lines, lines);
            var linear = new LineTable();
            new ManifoldInterpolator(manifold).Interpolate(point, 0, Lines, linear);
            double largest = manifold.Entries.LnAmplitude.Max();

            // The extrapolated models are limited to one natural logarithm per step of the axis, and their weight falls faster.
            return lines.Count == linear.Count && lines.LnAmplitude.AsSpan(0, lines.Count).ToArray().All(a => a < largest + 1.5);
        }));

    [Fact]
    public void A_missing_node_is_named_where_it_is_a_corner_and_done_without_elsewhere()
    {
        LineClones clones = Grid(seed: 5, occupancy: 1, keep: point => point is not [4000, 4.5, 0]);
        LineManifold manifold = Build(clones);
        var lines = new LineTable();
        var interpolator = new SmoothInterpolator(manifold);
        EngineException failure = Assert.Throws<EngineException>(() => interpolator.Interpolate([4050, 4.4, -0.1], 0, Lines, lines));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("needs the node teff=4000, logg=4.5, feh=0", failure.Message, StringComparison.Ordinal);
        interpolator.Interpolate([4150, 4.4, -0.1], 0, Lines, lines);
        Assert.Equal(Lines, lines.Count);
        interpolator.Interpolate([4050, 4.4, -0.5], 0, Lines, lines);
        Assert.Equal(Lines, lines.Count);
    }

    [Fact]
    public void A_line_of_no_width_or_no_amplitude_stays_so_instead_of_becoming_not_a_number()
    {
        var axes = new RectilinearAxes(["teff"], [[4000, 4100, 4200, 4300]]);
        var entries = new ManifoldEntries([0, 0, 0, 0], [0, 0, 0, 0], [-4, -4, -4, -4], [-3, float.NegativeInfinity, -3, -3], [-3, -3, -3, -3]);
        var manifold = new LineManifold(axes, ToyClones.Wavelength, [8510], [true, true, true, true], [0, 1, 2, 3, 4], entries, new CloneRecipe());
        var lines = new LineTable();
        foreach (double teff in new[] { 4050.0, 4100, 4150, 4250 })
        {
            new SmoothInterpolator(manifold).Interpolate([teff], 0, 1, lines);
            Assert.False(double.IsNaN(lines.LnSigma[0] + lines.LnAmplitude[0] + lines.LnGamma[0]));
            if (teff is 4100) Assert.Equal(double.NegativeInfinity, lines.LnSigma[0]);
        }
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_call()
    {
        LineManifold manifold = Build(Grid(seed: 6, occupancy: 0.8));
        var interpolator = new SmoothInterpolator(manifold);
        var lines = new LineTable();
        double[] point = [4150, 4.3, -0.2];
        for (int n = 0; n < 3; n++) interpolator.Interpolate(point, 0, Lines, lines);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < 20; n++) interpolator.Interpolate(point, 0, Lines, lines);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static double LargestChangeOfSlope(SmoothInterpolator interpolator, double[] through, int axis, double step)
    {
        var lines = new LineTable();
        double[][] strength = [.. Enumerable.Range(-3, 7).Select(k =>
        {
            double[] point = [.. through];
            point[axis] += (k + 0.25) * step;
            if (axis == 2) point[2] = Math.Min(point[2], 0);
            interpolator.Interpolate(point, 0, Lines, lines);
            var amplitude = new double[Lines];
            for (int j = 0; j < lines.Count; j++) amplitude[(int)Math.Round((lines.Center[j] - 8500.5) / 0.5)] = Math.Exp(lines.LnAmplitude[j] + 4);
            return amplitude;
        })];

        // In units of the amplitude per cell (100 K, half a dex).
        double cell = axis == 0 ? 100 : 0.5, largest = 0;
        for (int k = 1; k < strength.Length - 1; k++)
        {
            for (int j = 0; j < Lines; j++)
                largest = Math.Max(largest, Math.Abs(strength[k + 1][j] - (2 * strength[k][j]) + strength[k - 1][j]) / step * cell);
        }

        return axis == 2 && through[2] == 0 ? 0 : largest;
    }

    private static double[] Point(Random random) =>
        [4000 + (500 * random.NextDouble()), 4 + random.NextDouble(), -0.5 + (0.5 * random.NextDouble())];

    private static LineManifold Build(LineClones clones) => ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones), InterpolationScheme.Cubic);

    // Steps of 100 and 200 K as in the published grid; every line is absent at random nodes.
    private static LineClones Grid(int seed, double occupancy, Func<double[], bool>? keep = null)
    {
        var random = new Random(seed);
        double[][] points = [.. from t in new[] { 4000.0, 4100, 4300, 4500 } from g in new[] { 4.0, 4.5, 5 } from z in new[] { -0.5, 0 } where keep?.Invoke([t, g, z]) != false select new[] { t, g, z }];
        var spectra = points.Select(p => ToyClones.Spectrum(Enumerable.Range(0, Lines).Where(_ => random.NextDouble() < occupancy).Select(k =>
        {
            double start = 8500.5 + (0.5 * k), t = (p[0] - 4200) / 300;
            return new ToyLine(start, start + (0.004 * Math.Sin(k + t)), -4 + (0.3 * Math.Cos(k)) - (0.5 * t * (k % 3)) + (0.5 * p[2]), -3.3 + (0.2 * t), -3 - (0.1 * p[1]) + (0.1 * random.NextDouble()));
        })));
        return new LineClones(new GridPoints(["teff", "logg", "feh"], [.. points.SelectMany(p => p)]), ToyClones.Wavelength, [.. spectra], new CloneRecipe());
    }
}
