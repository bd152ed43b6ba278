using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Grids;
using Blase3D.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Inference;

public class StellarParameterInferenceTests(ITestOutputHelper output)
{
    private static readonly LineManifold Manifold = ToyManifold.Whole;
    private static readonly double[] Width = [500, 1, 0.5];
    private static readonly InferenceOptions Short = new() { InitialEvaluations = 24, GuidedEvaluations = 8 };

    [Fact]
    public void Twenty_stars_made_of_the_manifold_are_recovered()
    {
        var random = new Random(2);
        double worst = 0;
        for (int star = 0; star < 20; star++)
        {
            double[] truth = [4000 + (500 * random.NextDouble()), 4 + random.NextDouble(), -0.5 * random.NextDouble()];
            InferenceResult result = Infer(ToyManifold.Star(Manifold, truth), Short);
            for (int d = 0; d < 3; d++) worst = Math.Max(worst, Math.Abs(result.Value[d] - truth[d]) / Width[d]);
            Assert.Equal(["teff", "logg", "feh"], result.AxisNames);
            Assert.True(result.Evaluations >= 32 && result.Seconds > 0);
            Assert.Equal(ToyManifold.Wavelength.Length, result.Pixels);
        }

        output.WriteLine(FormattableString.Invariant($"largest error {worst:E2} of the prior"));
        Assert.InRange(worst, 0, 1e-4);
    }

    [Fact]
    public void The_default_search_comes_nearer_than_the_published_one()
    {
        double[] truth = [4321, 4.27, -0.13];
        double[] star = ToyManifold.Star(Manifold, truth, ReconstructionOptions.Published with { WindowPixels = 400 });
        double defaultError = Error(Infer(ToyManifold.Star(Manifold, truth), new InferenceOptions()));
        InferenceResult published = Infer(star, InferenceOptions.Published with { WindowPixels = 400 });
        double publishedError = Error(published);
        output.WriteLine(FormattableString.Invariant(
            $"largest error, share of the prior: default {defaultError:E2}, published {publishedError:E2}"));
        Assert.InRange(published.Evaluations, 120, 128); // the search, the residual, and 7 for the derivatives by differences
        Assert.InRange(publishedError, 0, 0.05);
        Assert.InRange(defaultError, 0, 1e-4);
        Assert.InRange(defaultError, 0, 0.1 * publishedError);

        double Error(InferenceResult result) => Enumerable.Range(0, 3).Max(d => Math.Abs(result.Value[d] - truth[d]) / Width[d]);
    }

    [Theory]
    [InlineData(InferenceMethod.Gp)]
    [InlineData(InferenceMethod.Gradient)]
    [InlineData(InferenceMethod.GpGradient)]
    public void The_same_seed_gives_the_same_result_on_any_number_of_threads(InferenceMethod method)
    {
        double[] star = ToyManifold.Star(Manifold, [4111, 4.77, -0.31]);
        GradientFinishTests.AddNoise(star, 0.005, new Random(1));
        InferenceOptions options = Short with { Method = method, Seed = 7 };
        InferenceResult one = Infer(star, options);
        foreach (int threads in (int[])[1, 2, 4])
        {
            InferenceResult again = Infer(star, options, threads: threads);
            Assert.Equal(one.Value, again.Value);
            Assert.Equal(one.Error, again.Error);
            Assert.Equal(one.Rms, again.Rms);
            Assert.Equal(one.Evaluations, again.Evaluations);
        }

        if (method == InferenceMethod.Gp) Assert.NotEqual(one.Value, Infer(star, options with { Seed = 8 }).Value);
    }

    [Fact]
    public void Fixed_axes_keep_their_value_and_have_no_error()
    {
        double[] star = ToyManifold.Star(Manifold, [4321, 4.5, -0.2]);
        InferenceResult result = Infer(star, Short, ["logg=4.5"]);
        Assert.Equal(4.5, result.Value[1]);
        Assert.True(double.IsNaN(result.Error[1]));
        Assert.Equal(4321, result.Value[0], 0.05);
        Assert.Equal(-0.2, result.Value[2], 5e-5);

        InferenceResult all = Infer(star, Short, ["teff=4321", "logg=4.5", "feh=-0.2"]);
        Assert.Equal([4321, 4.5, -0.2], all.Value);
        Assert.All(all.Error, error => Assert.True(double.IsNaN(error)));
        Assert.InRange(all.Rms, 0, 1e-12);
        Assert.Empty(all.Flags);
    }

    [Fact]
    public void An_axis_of_one_node_is_no_axis()
    {
        LineManifold plane = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [0]);
        InferenceResult result = Infer(ToyManifold.Star(plane, [4123, 4.6, 0]), Short, manifold: plane);
        Assert.Equal(4123, result.Value[0], 0.05);
        Assert.Equal(4.6, result.Value[1], 1e-4);
        Assert.Equal(0, result.Value[2]);
        Assert.True(double.IsNaN(result.Error[2]));
        Assert.DoesNotContain(result.Flags, flag => flag.StartsWith("feh", StringComparison.Ordinal));
    }

    [Fact]
    public void A_result_at_an_edge_says_whose_edge_it_is()
    {
        double[] star = ToyManifold.Star(Manifold, [4400, 5, -0.2]);
        Assert.Contains("teff_at_prior_edge", Infer(star, Short, ["teff=4100:4300"]).Flags);
        InferenceResult result = Infer(star, Short);
        Assert.Equal(["logg_at_grid_edge"], result.Flags);
        Assert.Equal(5, result.Value[1], 1e-3);
    }

    [Fact]
    public void A_poor_fit_is_flagged()
    {
        double[] star = [.. ToyManifold.Star(Manifold, [4250, 4.4, -0.2]).Select((f, i) => f + (0.1 * Math.Sin(i)))];
        Assert.Contains("poor_fit", Infer(star, Short).Flags);
    }

    [Fact]
    public void Missing_nodes_are_avoided_and_a_prior_without_a_cell_is_refused()
    {
        LineManifold holed = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], point => point is not [4500, 5, 0]);
        InferenceResult result = Infer(ToyManifold.Star(Manifold, [4123, 4.6, -0.3]), Short, manifold: holed);
        Assert.Equal(4123, result.Value[0], 0.05);
        EngineException failure = Assert.Throws<EngineException>(
            () => Infer(ToyManifold.Star(Manifold, [4123, 4.6, -0.3]), Short, ["teff=4300:4400", "logg=4.6:4.9", "feh=-0.4:-0.1"], holed));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("1 nodes missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_star_in_flux_units_goes_through_the_whole_chain()
    {
        double[] truth = [4234, 4.4, -0.2], nodeTeff = [4000, 4200, 4500];
        double[][] points = [.. from t in nodeTeff from g in new[] { 4, 4.5, 5 } from z in new[] { -0.5, 0 } select new[] { t, g, z }];
        var nodes = new GridPoints(Manifold.Axes.Names, [.. points.SelectMany(p => p)]);
        var grid = new ArrayGrid(nodes, ToyManifold.Wavelength, [.. points.Select(Flux)]);
        LineClones clones = new GridCloner(grid, Manifold.Recipe, KernelSet.Best).Clone(new Workers(2));
        LineManifold manifold = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));
        ParameterPrior prior = ParameterPrior.WholeRange(manifold.Axes);
        double[] flux = Array.ConvertAll(Flux(truth), f => 1e-9 * f);
        ObservedTarget target = ObservedTarget.AtCandidate(ToyManifold.Named(flux), manifold.Recipe, prior.Center[0]);
        InferenceResult result = StellarParameterInference.Infer(manifold, target, prior, Short, KernelSet.Best, Workers.OneThread);
        output.WriteLine(FormattableString.Invariant(
            $"{string.Join(", ", result.Value.Zip(result.Error, (v, e) => $"{v:G6} +- {e:G3}"))}, rms {result.Rms:E2}"));
        for (int d = 0; d < 3; d++) Assert.InRange(Math.Abs(result.Value[d] - truth[d]), 0, 0.02 * Width[d]);
        Assert.Empty(result.Flags);

        static double[] Flux(double[] point)
        {
            double[] lines = ToyManifold.Star(Manifold, point), flux = new double[lines.Length];
            Blackbody.SurfaceFlux(ToyManifold.Wavelength, point[0], flux);
            for (int i = 0; i < flux.Length; i++) flux[i] *= lines[i];
            return flux;
        }
    }

    [Fact]
    public void Progress_ascends_to_one_a_stop_signal_stops_and_options_are_checked()
    {
        double[] star = ToyManifold.Star(Manifold, [4123, 4.6, -0.3]);
        var told = new List<double>();
        Infer(star, Short, progress: told.Add);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Infer(star, Short, progress: _ => stop.Cancel(), stop: stop.Token));
        foreach (InferenceOptions bad in new[] { Short with { InitialEvaluations = 1 }, Short with { GuidedEvaluations = -1 } })
            Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => Infer(star, bad)).Code);
    }

    private static InferenceResult Infer(
        double[] star,
        InferenceOptions options,
        string[]? prior = null,
        LineManifold? manifold = null,
        int threads = 1,
        Action<double>? progress = null,
        CancellationToken stop = default)
    {
        manifold ??= Manifold;
        return StellarParameterInference.Infer(
            manifold, ObservedTarget.Normalized(ToyManifold.Named(star)), ParameterPrior.Parse(manifold.Axes, prior ?? []), options,
            KernelSet.Best, new Workers(threads, stop), progress);
    }
}
