using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Inference;

/// <summary>Manifolds that are not true between their nodes: what is found all the same, and what is quoted.</summary>
public sealed class ManifoldErrorTests(ITestOutputHelper output)
{
    private static readonly double[] Teff = [4000, 4125, 4250, 4375, 4500], Logg = [4, 4.5, 5], Feh = [-0.5, 0];

    [Fact]
    public void A_star_at_a_node_is_found_although_lines_that_its_neighbours_lack_fade_just_beside_it()
    {
        // Clones of neighbours never have quite the same lines, so that a node lies in a hole with a rim.
        LineManifold manifold = ToyManifold.Make(Teff, Logg, Feh, null, LinesOfItsOwn);
        var missed = new List<string>();
        foreach (int node in Enumerable.Range(0, manifold.Axes.NodeCount))
        {
            double[] point = manifold.Axes.PointOf(node);
            InferenceResult result = Infer(manifold, ToyManifold.Star(manifold, point), new InferenceOptions { Scheme = InterpolationScheme.Cubic, InitialEvaluations = 24, GuidedEvaluations = 8 });
            if (Math.Abs(result.Value[0] - point[0]) > 0.1) missed.Add(string.Join(", ", point));
        }

        output.WriteLine($"missed {missed.Count} of {manifold.Axes.NodeCount}: {string.Join("; ", missed)}");
        Assert.Empty(missed);
    }

    [Fact]
    public void Between_two_nodes_the_quoted_error_holds_what_two_ways_of_interpolation_differ_by()
    {
        LineManifold manifold = ToyManifold.Make(Teff, Logg, Feh);
        double[] low = ToyManifold.Star(manifold, [4250, 4.5, -0.5]), high = ToyManifold.Star(manifold, [4250, 4.5, 0]);
        double[] star = [.. low.Zip(high, (a, b) => 0.5 * (a + b))];
        InferenceResult naive = Infer(manifold, star, new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } });
        InferenceResult honest = Infer(manifold, star, new InferenceOptions());
        double error = Math.Abs(honest.Value[2] + 0.25);
        output.WriteLine(FormattableString.Invariant($"[Fe/H] wrong by {error:0.0000}, quoted {honest.Error[2]:0.0000}, without the model's error {naive.Error[2]:0.0000}"));
        Assert.True(error > 2 * naive.Error[2]);
        Assert.InRange(error / honest.Error[2], 0.3, 1.5);
        Assert.True(honest.Card!.EmulatorRms > 0);

        // At a node both ways agree, and so nothing is added.
        InferenceResult atNode = Infer(manifold, low, new InferenceOptions());
        Assert.InRange(atNode.Error[2], 0, 1e-3);
    }

    [Fact]
    public void A_value_that_the_models_error_pressed_toward_a_node_is_quoted_with_the_error_of_where_the_star_may_be()
    {
        // Lines twenty times as strong at the second node; the star has 85 % of the change, and the manifold's lines have as much at 95 %, where the two ways nearly agree.
        LineManifold manifold = ToyManifold.Make(Teff, Logg, Feh, null, LinesThatGrow);
        double[] low = ToyManifold.Star(manifold, [4250, 4.5, -0.5]), high = ToyManifold.Star(manifold, [4250, 4.5, 0]);
        double[] star = [.. low.Zip(high, (a, b) => (0.15 * a) + (0.85 * b))];
        InferenceResult result = Infer(manifold, star, new InferenceOptions());
        double error = Math.Abs(result.Value[2] + 0.075);
        output.WriteLine(FormattableString.Invariant($"[Fe/H] {result.Value[2]:0.0000}, wrong by {error:0.0000}, quoted {result.Error[2]:0.0000}"));
        Assert.InRange(result.Value[2], -0.06, 0);
        Assert.InRange(error / result.Error[2], 0.5, 1.6);
    }

    [Fact]
    public void Between_nodes_that_tell_little_apart_a_value_on_a_node_may_be_anywhere()
    {
        // An error of B steps in the middle of the cell: below B = 1/4 only the node itself agrees with a value on the node, above also the share 1 - 1 / (4 B).
        Assert.InRange(Quoted(0.1, areWays: false), 0, 1e-3);
        Assert.Equal(4 * 0.375 * 0.625 * 0.2, Quoted(0.2, areWays: false), 1e-4);

        // Unless the residual shows nothing of what such an error would leave in it.
        Assert.InRange(Quoted(0.2, areWays: false, left: 0.1), 0, 1e-3);

        // A single way counts 1.84 times for the place.
        Assert.InRange(Quoted(0.05), 0, 1e-3);
        Assert.InRange(Quoted(0.1), 0.08, 0.1);
        Assert.Equal(0.2, Quoted(0.2), 1e-4);
    }

    private static double Quoted(double shift, bool areWays = true, double left = 0)
    {
        double[] slope = [.. Enumerable.Range(0, 100).Select(i => Math.Sin(i))];
        return ParameterCovariance.Of(
            new double[100], [slope], [.. slope.Select(_ => 1e6)], [2], ParameterPrior.WholeRange(ToyManifold.Make(Teff, Logg, Feh).Axes), 1, ResidualModel.Independent,
            [new AxisError(2, 0.5, 0, [[.. slope.Select((s, i) => (shift * s) + (left * Math.Sin(0.3 * i)))]], areWays)]).Error[2];
    }

    private static InferenceResult Infer(LineManifold manifold, double[] star, InferenceOptions options) => StellarParameterInference.Infer(
        manifold, ObservedTarget.Normalized(ToyManifold.Named(star)), ParameterPrior.WholeRange(manifold.Axes), options, KernelSet.Best, Workers.OneThread);

    private static IEnumerable<ToyLine> LinesThatGrow(double[] point)
    {
        double t = (point[0] - 4250) / 250, g = point[1] - 4.5, z = point[2];
        for (int k = 0; k < 30; k++)
        {
            double start = ToyManifold.Wavelength[25 + (49 * k)];
            double strength = (k % 3) switch { 0 => -0.8 * t, 1 => 0.3 * t, _ => -0.2 * g };
            yield return new ToyLine(start, start, -4.5 + (0.4 * Math.Cos(k)) + (k % 3 == 1 ? 6 * z : 0) + (0.5 * strength), -3.3 + (0.1 * t), -3.2 + (0.4 * g));
        }
    }

    // Thirty lines of all nodes, and ten between them that no other node has.
    private static IEnumerable<ToyLine> LinesOfItsOwn(double[] point)
    {
        double t = (point[0] - 4250) / 250, g = point[1] - 4.5, z = point[2];
        int node = (6 * Array.IndexOf(Teff, point[0])) + (2 * Array.IndexOf(Logg, point[1])) + Array.IndexOf(Feh, z);
        for (int k = 0; k < 30; k++)
        {
            double start = ToyManifold.Wavelength[25 + (49 * k)];
            double strength = (k % 3) switch { 0 => -0.8 * t, 1 => (0.3 * t) + (0.6 * z), _ => (0.9 * z) - (0.2 * g) };
            yield return new ToyLine(start, start, -4 + (0.4 * Math.Cos(k)) + (0.5 * strength), -3.3 + (0.1 * t), -3.2 + (0.4 * g));
        }

        var random = new Random(node);
        for (int k = 0; k < 10; k++)
        {
            double start = ToyManifold.Wavelength[34 + (147 * k) + node];
            yield return new ToyLine(start, start, -4.5 + random.NextDouble(), -3.3, -3.2);
        }
    }
}
