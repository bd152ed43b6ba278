using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

/// <summary>Stars beyond the end of an axis.</summary>
public sealed class AxisContinuationTests
{
    private static readonly Extrinsics At = new(-37.3, 6.2);
    private static readonly ObservationOptions Continued = ObservedToy.Options with { Continuation = new AxisContinuation("logg", 5.5) };

    [Fact]
    public void A_star_beyond_the_grid_is_found_near_where_it_is_and_flagged()
    {
        LineManifold taller = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5, 5.5], [-0.5, 0]);
        double[][] centers = [.. ObservedToy.Orders([4130, 4.3, -0.2], At, 1e4, null).Select(order => order.WavelengthAngstrom)];
        List<Spectrum> orders = ObservedToy.See(taller, centers, [4130, 5.3, -0.2], At, 1e4, null, 4);

        InferenceResult stopped = Fit(orders, ObservedToy.Options).Inference;
        Assert.Contains("logg_at_grid_edge", stopped.Flags);
        Assert.DoesNotContain("logg_beyond_grid", stopped.Flags);

        ObservedStarResult result = Fit(orders, Continued);
        double[] value = result.Inference.Value;
        Assert.InRange(value[1], 5.2, 5.4);
        Assert.True(Math.Abs(value[0] - 4130) < 10 && Math.Abs(value[0] - 4130) < Math.Abs(stopped.Value[0] - 4130), $"{value[0]} K continued, {stopped.Value[0]} K at the edge");
        Assert.True(result.Inference.Rms < 0.5 * stopped.Rms);
        Assert.Contains("logg_beyond_grid", result.Inference.Flags);
        Assert.Contains(result.Notes, note => note.Contains("lies beyond the manifold, which ends at 5", StringComparison.Ordinal));

        // Held there, it is flagged as well; inside nothing changes.
        Assert.Contains("logg_beyond_grid", Fit(orders, Continued, "logg=5.3").Inference.Flags);
        List<Spectrum> inside = ObservedToy.Orders([4130, 4.3, -0.2], At, 1e4, null);
        Assert.Equal(4.3, Fit(inside, Continued).Inference.Value[1], 0.002);
        Assert.DoesNotContain("logg_beyond_grid", Fit(inside, Continued).Inference.Flags);
    }

    [Theory]
    [InlineData("logg", 5.4, 1, 5.31)]
    [InlineData("feh", 0.3, 2, 0.22)]
    [InlineData("teff", 3700, 0, 3760)]
    public void The_derivatives_beyond_are_those_of_central_differences(string axis, double to, int index, double value)
    {
        ObservationOptions options = ObservedToy.Options with { Continuation = new AxisContinuation(axis, to) };
        StarObservation star = ObservedToy.Star([.. ObservedToy.Orders([4130, 4.3, -0.2], At, 100, 7).Select((order, n) => order with { Flux = [.. order.Flux.Select(f => f / (4e-13 * (n + 1)))] })]);
        var joint = new JointAxes(ToyManifold.Whole, options, [(-60, 0)]);
        var misfit = new JointMisfit(ToyManifold.Whole, star, joint, options, new ReconstructionOptions(), KernelSet.Best, Workers.OneThread);
        double[] point = [4120, 4.37, -0.23, -36.8, 7], step = [1, 1e-3, 1e-3, 0.01, 0.01];
        point[index] = value;
        ObservedToy.AssertDerivatives(misfit, point, step, ([3700, 4, -0.5, -60, 0], [4500, 5.4, 0.3, 0, 40]));
    }

    [Fact]
    public void An_axis_goes_on_from_its_end_and_not_far()
    {
        var axes = new RectilinearAxes(["logg", "feh"], [[4, 4.5, 5], [0]]);
        AxisEnd end = new AxisContinuation("logg", 6).EndOf(axes)!;
        Assert.Equal([4, 4.5, 5, 6], end.Extended(axes.Values(0)));
        Assert.Equal(0.6, end.StepsTo(5.3), 1e-12);
        Assert.Equal([3, 4, 4.5, 5], new AxisContinuation("logg", 3).EndOf(axes)!.Extended(axes.Values(0)));
        Assert.Null(new AxisContinuation("logg", 4.2).EndOf(axes));
        Assert.Null(new AxisContinuation("alpha", 1).EndOf(axes));
        Refused("give 7 at most", new AxisContinuation("logg", 7.5));
        Refused("give 2 at most", new AxisContinuation("logg", 1));
        Refused("the one value 0", new AxisContinuation("feh", 0.5));

        void Refused(string what, AxisContinuation continuation) => Assert.Contains(what, Assert.Throws<EngineException>(() => continuation.EndOf(axes)).Message, StringComparison.Ordinal);
    }

    private static ObservedStarResult Fit(List<Spectrum> orders, ObservationOptions options, params string[] priors) => ObservedStarInference.Infer(
        ToyManifold.Whole, ObservedToy.Star(orders, options), priors, options, new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, Workers.OneThread);
}
