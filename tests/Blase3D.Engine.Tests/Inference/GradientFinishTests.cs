using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Inference;

public class GradientFinishTests(ITestOutputHelper output)
{
    private static readonly LineManifold Manifold = ToyManifold.Whole;
    private static readonly double[] Cell = [250, 0.5, 0.5];

    [Theory]
    [InlineData(4010, 4.1, -0.4, 4420, 4.8, -0.1)]
    [InlineData(4490, 4.9, -0.1, 4050, 4.2, -0.45)]
    public void Crosses_the_planes_of_nodes_on_its_way(double teff, double logg, double feh, double startTeff, double startLogg, double startFeh)
    {
        double[] truth = [teff, logg, feh];
        SpectrumObjective objective = SpectrumObjectiveTests.Objective(ToyManifold.Star(Manifold, truth));
        (double[] point, double rms) = new GradientFinish(objective, ParameterPrior.WholeRange(Manifold.Axes), Manifold.Axes).Descend([startTeff, startLogg, startFeh]);
        for (int d = 0; d < 3; d++) Assert.InRange(Math.Abs(point[d] - truth[d]) / Cell[d], 0, 1e-3);
        Assert.InRange(rms, 0, 1e-5);
    }

    [Fact]
    public void From_near_starts_the_truth_is_recovered_to_a_thousandth_of_a_cell()
    {
        var random = new Random(11);
        double worst = 0;
        for (int trial = 0; trial < 12; trial++)
        {
            double[] truth = [4000 + (500 * random.NextDouble()), 4 + random.NextDouble(), -0.5 * random.NextDouble()];
            SpectrumObjective objective = SpectrumObjectiveTests.Objective(ToyManifold.Star(Manifold, truth));
            ParameterPrior prior = ParameterPrior.WholeRange(Manifold.Axes);
            double[] start = [.. truth.Select((v, d) =>
                Math.Clamp(v + (0.25 * Cell[d] * ((2 * random.NextDouble()) - 1)), prior.Lower[d], prior.Upper[d]))];
            (double[] point, double rms) = new GradientFinish(objective, prior, Manifold.Axes).Descend(start);
            for (int d = 0; d < 3; d++) worst = Math.Max(worst, Math.Abs(point[d] - truth[d]) / Cell[d]);
            Assert.True(rms <= objective.Rms(start));
        }

        output.WriteLine(FormattableString.Invariant($"largest error {worst:E2} of a cell"));
        Assert.InRange(worst, 0, 1e-3);
    }

    [Fact]
    public void It_stays_in_the_prior_and_leaves_fixed_axes_alone()
    {
        SpectrumObjective objective = SpectrumObjectiveTests.Objective(ToyManifold.Star(Manifold, [4230, 4.4, -0.2]));
        ParameterPrior prior = ParameterPrior.Parse(Manifold.Axes, ["teff=4300:4400", "logg=4.5"]);
        (double[] point, double rms) = new GradientFinish(objective, prior, Manifold.Axes).Descend([4350, 4.5, -0.3]);
        Assert.Equal(4300, point[0], 1e-9);
        Assert.Equal(4.5, point[1]);
        Assert.InRange(point[2], -0.5, 0);
        Assert.True(rms < objective.Rms([4350, 4.5, -0.3]));
        double[] errors = new GradientFinish(objective, prior, Manifold.Axes).StandardErrors(point);
        Assert.Equal([true, false, true], errors.Select(e => e > 0));
        Assert.True(double.IsNaN(errors[1]));
    }

    [Fact]
    public void A_start_in_an_incomplete_cell_has_no_value()
    {
        LineManifold holed = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], point => point is not [4500, 5, 0]);
        SpectrumObjective objective = SpectrumObjectiveTests.Objective(ToyManifold.Star(Manifold, [4230, 4.4, -0.2]), holed);
        var finish = new GradientFinish(objective, ParameterPrior.WholeRange(holed.Axes), holed.Axes);
        double[] start = [4400, 4.8, -0.1];
        (double[] point, double rms) = finish.Descend(start);
        Assert.Equal(start, point);
        Assert.True(double.IsNaN(rms));
        Assert.All(finish.StandardErrors(start), error => Assert.True(double.IsNaN(error)));
    }

    [Fact]
    public void An_axis_that_changes_nothing_has_no_error_bar()
    {
        // Both metallicities have the very same lines.
        LineManifold flat = ToyManifold.Make([4000, 4200], [4, 4.5], [0]);
        LineManifold doubled = Doubled(flat);
        double[] star = ToyManifold.Star(doubled, [4100, 4.2, 0.3]);
        AddNoise(star, 0.01, new Random(3));
        SpectrumObjective objective = SpectrumObjectiveTests.Objective(star, doubled);
        var finish = new GradientFinish(objective, ParameterPrior.WholeRange(doubled.Axes), doubled.Axes);
        (double[] point, _) = finish.Descend([4150, 4.3, 0.5]);
        double[] errors = finish.StandardErrors(point);
        Assert.True(errors[0] > 0 && errors[1] > 0);
        Assert.True(double.IsNaN(errors[2]));
        Assert.Equal(4100, point[0], 5 * errors[0]);
    }

    [Fact]
    public void With_white_noise_the_error_bars_are_the_scatter()
    {
        const int draws = 120;
        const double noise = 0.01;
        double[] truth = [4290, 4.32, -0.22];
        double[] star = ToyManifold.Star(Manifold, truth);
        ParameterPrior prior = ParameterPrior.WholeRange(Manifold.Axes);
        var random = new Random(5);
        double[] squares = new double[3], variances = new double[3], sums = new double[3];
        for (int draw = 0; draw < draws; draw++)
        {
            double[] observed = [.. star];
            AddNoise(observed, noise, random);
            var finish = new GradientFinish(SpectrumObjectiveTests.Objective(observed), prior, Manifold.Axes);
            (double[] point, double rms) = finish.Descend(truth);
            Assert.Equal(noise, rms, 0.1 * noise);
            double[] errors = finish.StandardErrors(point);
            for (int d = 0; d < 3; d++)
            {
                sums[d] += point[d] - truth[d];
                squares[d] += Math.Pow(point[d] - truth[d], 2);
                variances[d] += errors[d] * errors[d];
            }
        }

        for (int d = 0; d < 3; d++)
        {
            double scatter = Math.Sqrt(squares[d] / draws), stated = Math.Sqrt(variances[d] / draws), bias = sums[d] / draws;
            output.WriteLine(FormattableString.Invariant(
                $"{Manifold.Axes.Names[d]}: scatter {scatter:G4}, stated {stated:G4}, ratio {stated / scatter:F3}, bias {bias:G3}"));
            Assert.InRange(stated / scatter, 0.7, 1.3);
            Assert.InRange(Math.Abs(bias), 0, 4 * scatter / Math.Sqrt(draws));
        }
    }

    internal static void AddNoise(double[] flux, double sigma, Random random)
    {
        for (int i = 0; i < flux.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            flux[i] += sigma * radius * Math.Cos(2 * Math.PI * random.NextDouble());
        }
    }

    private static LineManifold Doubled(LineManifold flat)
    {
        int nodes = flat.Axes.NodeCount;
        double[][] values = [flat.Axes.Values(0).ToArray(), flat.Axes.Values(1).ToArray(), [0, 1]];
        var axes = new RectilinearAxes(flat.Axes.Names, values);
        var offset = new long[(2 * nodes) + 1];
        var from = new List<int>();
        for (int node = 0; node < 2 * nodes; node++)
        {
            for (long e = flat.NodeOffset[node / 2]; e < flat.NodeOffset[(node / 2) + 1]; e++) from.Add((int)e);
            offset[node + 1] = from.Count;
        }

        ManifoldEntries all = flat.Entries;
        var entries = new ManifoldEntries(
            [.. from.Select(e => all.LineIndex[e])], [.. from.Select(e => all.CenterShift[e])], [.. from.Select(e => all.LnAmplitude[e])],
            [.. from.Select(e => all.LnSigma[e])], [.. from.Select(e => all.LnGamma[e])]);
        var present = new bool[2 * nodes];
        Array.Fill(present, true);
        return new LineManifold(axes, flat.Wavelength, flat.LineCenter, present, offset, entries, flat.Recipe);
    }
}
