using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

/// <summary>Fits in which the instrument is folded into the widths of the lines, because it is much narrower than these.</summary>
public sealed class FoldedFitTests
{
    private static readonly double[] Truth = [4130, 4.3, -0.2];
    private static readonly Extrinsics At = new(-37.3, 6.2);

    [Fact]
    public void A_narrow_instrument_is_folded_and_the_fit_is_that_with_convolution()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 8);
        ObservationOptions options = ObservedToy.Options with { Profile = InstrumentProfile.Gaussian(2_000_000), FoldingTolerance = 1e-3 };
        ObservedStarResult folded = Fit(orders, options), convolved = Fit(orders, options with { FoldingTolerance = 0 });
        Assert.InRange(folded.FoldingBound!.Value, 1e-6, 1e-3);
        Assert.Null(convolved.FoldingBound);
        for (int d = 0; d < 5; d++)
        {
            Assert.InRange(Math.Abs(folded.Inference.Value[d] - convolved.Inference.Value[d]), 0, 0.05 * convolved.Inference.Error[d]);
            Assert.Equal(1, folded.Inference.Error[d] / convolved.Inference.Error[d], 0.05);
        }

        double largest = folded.Model.Zip(convolved.Model, (a, b) => Math.Abs(a - b)).Where(double.IsFinite).Max();
        Assert.InRange(largest, 0, folded.FoldingBound.Value);
    }

    [Fact]
    public void A_usual_instrument_is_convolved() => Assert.Null(Fit(ObservedToy.Orders(Truth, At, 300, 8), ObservedToy.Options).FoldingBound);

    [Fact]
    public void The_derivatives_of_a_folded_model_are_those_of_central_differences()
    {
        ObservationOptions options = ObservedToy.Options with { ResolutionFactorRange = (0.5, 2), FoldingTolerance = 0.1 };
        StarObservation star = ObservedToy.Star([.. ObservedToy.Orders(Truth, At, 100, 7).Select((order, n) => order with { Flux = [.. order.Flux.Select(f => f / (4e-13 * (n + 1)))], Sigma = null })]);
        var joint = new JointAxes(ToyManifold.Whole, options, [(-60, 0)]);
        var misfit = new JointMisfit(ToyManifold.Whole, star, joint, options, new Blase3D.Engine.Reconstruction.ReconstructionOptions(), KernelSet.Best, Workers.OneThread, isFolded: true);
        double[] point = [4120, 4.37, -0.23, -36.8, 7, 1.1], step = [1, 1e-3, 1e-3, 0.01, 0.01, 1e-3];
        Assert.True(misfit.TryDerivatives(point, ([4000, 4, -0.5, -60, 0, 0.5], [4200, 4.5, 0, 0, 40, 2]), [0, 1, 2, 3, 4, 5], out double[] residual, out double[][] jacobian));
        double[] analytic = [.. jacobian.Select(column => 2 * Enumerable.Range(0, residual.Length).Where(i => !double.IsNaN(residual[i])).Sum(i => column[i] * residual[i]))];
        for (int d = 0; d < 6; d++)
        {
            double[] squares = [.. new[] { step[d], -step[d] }.Select(by =>
            {
                double[] moved = [.. point];
                moved[d] += by;
                Assert.True(misfit.TrySquares(moved, out double sum, out _));
                return sum;
            })];
            Assert.Equal((squares[0] - squares[1]) / (2 * step[d]), analytic[d], 1e-4 * Math.Abs(analytic[d]) + 1e-7);
            Assert.NotEqual(0, analytic[d]);
        }
    }

    private static ObservedStarResult Fit(List<Spectrum> orders, ObservationOptions options) => ObservedStarInference.Infer(
        ToyManifold.Whole, ObservedToy.Star(orders, options), [], options, new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, Workers.OneThread);
}
