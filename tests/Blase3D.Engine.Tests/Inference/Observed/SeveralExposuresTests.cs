using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

/// <summary>Two exposures of one star, seven weeks apart and with two instruments.</summary>
public sealed class SeveralExposuresTests
{
    private static readonly double[] Truth = [4130, 4.3, -0.2];
    private static readonly Extrinsics First = new(-37.3, 6.2), Second = new(-33.1, 6.2);
    private static readonly int[] Exposures = [0, 0, 1, 1];

    private static List<Spectrum> Both(double signalToNoise, int? seed) =>
        [.. ObservedToy.Orders(Truth, First, signalToNoise, seed), .. ObservedToy.Orders(Truth, Second, signalToNoise, seed + 1)];

    private static ObservedStarResult Fit(List<Spectrum> orders, ObservationOptions options, params string[] priors) => ObservedStarInference.Infer(
        ToyManifold.Whole, Star(orders, options), priors, options, new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, Workers.OneThread);

    private static StarObservation Star(List<Spectrum> orders, ObservationOptions options) =>
        StarObservation.Of("toy", orders, ToyManifold.Wavelength[0], ToyManifold.Wavelength[^1], options, Exposures);

    [Fact]
    public void Each_exposure_has_its_own_velocity_and_both_share_the_star()
    {
        ObservedStarResult fit = Fit(Both(1e4, null), ObservedToy.Options with { HasSeparateVelocities = true });
        InferenceResult result = fit.Inference;

        // The orders of each exposure; those of the other saw other lines there.
        Assert.Equal(2, fit.Overlaps.Count);
        Assert.Equal(["teff", "logg", "feh", "velocity", "vsini", "velocity_2"], result.AxisNames);
        Assert.Equal(First.VelocityKmPerS, result.Value[3], 0.01);
        Assert.Equal(Second.VelocityKmPerS, result.Value[5], 0.01);
        Assert.Equal(6.2, result.Value[4], 0.062);
        Assert.True(result.Rms < 3e-4);
    }

    [Fact]
    public void Two_exposures_say_more_than_one()
    {
        InferenceResult one = ObservedStarInference.Infer(
            ToyManifold.Whole, ObservedToy.Star(ObservedToy.Orders(Truth, First, 300, 5)), [], ObservedToy.Options,
            new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, Workers.OneThread).Inference;
        InferenceResult both = Fit(Both(300, 5), ObservedToy.Options with { HasSeparateVelocities = true }).Inference;
        for (int d = 0; d < 3; d++) Assert.InRange(both.Error[d] / one.Error[d], 0.5, 0.9);
        Assert.InRange(both.Error[3] / one.Error[3], 0.8, 1.1);
    }

    [Fact]
    public void A_correction_of_the_frames_leaves_one_velocity()
    {
        // At the barycentre, where the star moves at -12 km/s.
        double[] frames = [DopplerShift.Sum(-12, -First.VelocityKmPerS), DopplerShift.Sum(-12, -Second.VelocityKmPerS)];
        ObservationOptions options = ObservedToy.Options with { FrameVelocitiesKmPerS = frames, VelocityRangeKmPerS = (-20.5, -3.5) };
        ObservedStarResult result = Fit(Both(1e4, null), options);
        Assert.Equal(["teff", "logg", "feh", "velocity", "vsini"], result.Inference.AxisNames);
        Assert.Equal(-12, result.Inference.Value[3], 0.01);
        Assert.Equal(-12, Assert.Single(result.CrossCorrelations).VelocityKmPerS, 1.0);
        Assert.True(result.Inference.Rms < 3e-4);
    }

    [Fact]
    public void Every_exposure_has_its_instrument()
    {
        List<Spectrum> orders = Both(1e4, null);
        ObservationOptions options = ObservedToy.Options with { HasSeparateVelocities = true, RotationKmPerS = 6.2 };
        double equal = Fit(orders, options with { Profiles = [ObservedToy.Profile, ObservedToy.Profile] }).Inference.Rms;
        double wrong = Fit(orders, options with { Profiles = [ObservedToy.Profile, InstrumentProfile.Gaussian(20_000)] }).Inference.Rms;
        Assert.True(equal < 3e-4 && wrong > 5 * equal, FormattableString.Invariant($"rms {equal} with the right instruments, {wrong} with a wrong one"));
    }

    [Fact]
    public void The_derivatives_of_all_velocities_are_those_of_central_differences()
    {
        ObservationOptions options = ObservedToy.Options with
        {
            HasSeparateVelocities = true, ResolutionFactorRange = (0.5, 2), FrameVelocitiesKmPerS = [20, -4],
            Profiles = [ObservedToy.Profile, InstrumentProfile.Gaussian(40_000)],
        };
        StarObservation star = Star([.. Both(100, 7).Select((order, n) => order with { Flux = [.. order.Flux.Select(f => f / (4e-13 * (1 + (n % 2))))] })], options);
        var joint = new JointAxes(ToyManifold.Whole, options, [(-40, 10), (-60, 0)]);
        var misfit = new JointMisfit(ToyManifold.Whole, star, joint, options, new ReconstructionOptions(), KernelSet.Best, Workers.OneThread);
        double[] point = [4120, 4.37, -0.23, -16.8, 7, 1.1, -37.5], step = [1, 1e-3, 1e-3, 0.01, 0.01, 1e-3, 0.01];
        int[] axes = [.. Enumerable.Range(0, point.Length)];
        Assert.Equal(["teff", "logg", "feh", "velocity", "vsini", "resolution_factor", "velocity_2"], joint.Axes.Names);
        Assert.True(misfit.TryDerivatives(point, ([4000, 4, -0.5, -40, 0, 0.5, -60], [4200, 4.5, 0, 10, 40, 2, 0]), axes, out double[] residual, out double[][] jacobian));
        double[] analytic = [.. jacobian.Select(column => 2 * Enumerable.Range(0, residual.Length).Where(i => !double.IsNaN(residual[i])).Sum(i => column[i] * residual[i]))];
        for (int d = 0; d < point.Length; d++)
        {
            double[] squares = [.. new[] { step[d], -step[d] }.Select(by =>
            {
                double[] moved = [.. point];
                moved[d] += by;
                Assert.True(misfit.TrySquares(moved, out double sum, out _));
                return sum;
            })];
            double difference = (squares[0] - squares[1]) / (2 * step[d]);
            Assert.Equal(difference, analytic[d], 1e-4 * Math.Abs(analytic[d]) + 1e-7);
            Assert.NotEqual(0, analytic[d]);
        }
    }

    [Fact]
    public void An_exposure_without_a_pixel_is_named()
    {
        List<Spectrum> orders = Both(100, 3);
        foreach (int n in (int[])[2, 3]) orders[n] = orders[n] with { Flux = [.. orders[n].Flux.Select(_ => double.NaN)], Name = "dark.fits" };
        EngineException refusal = Assert.Throws<EngineException>(() => Star(orders, ObservedToy.Options));
        Assert.Equal(ErrorCode.BadInput, refusal.Code);
        Assert.StartsWith("dark.fits has no pixel that counts", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shares_of_the_lines_that_are_seen_add_up_to_nearly_one()
    {
        List<Spectrum> orders = Both(200, 3);
        ObservationOptions options = ObservedToy.Options with { HasSeparateVelocities = true };
        var likelihood = new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 }, DecidingLines = 1000 };
        InferenceResult result = ObservedStarInference.Infer(ToyManifold.Whole, Star(orders, options), [], options, likelihood, KernelSet.Best, Workers.OneThread).Inference;
        IReadOnlyList<DecidingLine> lines = result.Card!.Lines;
        Assert.True(lines.Count > 10);

        // Lines that are not in the data are missing; of their wings 1 to 2 % reach in, and the part of one may be negative where it works against the others. The derivative by
        // the velocity is that of the spline through the lattice, not of the lines themselves.
        foreach (int axis in (int[])[0, 1, 2, 3, 5]) Assert.InRange(lines.Sum(line => line.InformationShare[axis]), 0.97, 1.01);
        Assert.All(lines, line => Assert.Equal(0, line.InformationShare[4]));
        Assert.All(lines, line => Assert.InRange(line.ChiSquareShare, 0, 1));
        Assert.True(lines.Max(line => line.ChiSquareShare) > 0.01);

        // The one with the most says more than the mean. In a gap of its width it says nothing any more, though its wings do.
        Assert.True(lines[0].InformationShare[..3].Sum() > 3.0 / lines.Count);
        double hidden = lines[0].CenterAngstrom;
        ObservationOptions masked = options with { Masks = [.. new[] { First, Second }.Select(at => (hidden * DopplerShift.Factor(at.VelocityKmPerS)) is var c ? (c - 0.22, c + 0.22) : default)] };
        lines = ObservedStarInference.Infer(ToyManifold.Whole, Star(orders, masked), [], masked, likelihood, KernelSet.Best, Workers.OneThread).Inference.Card!.Lines;
        Assert.True(lines.Count > 10);
        Assert.DoesNotContain(lines, line => Math.Abs(line.CenterAngstrom - hidden) < 0.05);
    }
}
