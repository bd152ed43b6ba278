using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Inference.Standards;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

/// <summary>Stars of a nature that is not the manifold's: some lines are deeper or shallower than it says, whatever the star.</summary>
public sealed class StandardStarsTests
{
    private static readonly Extrinsics At = new(-37.3, 0);
    private static readonly double[] Target = [4230, 4.55, -0.28];
    private static readonly (double[] Label, double Velocity)[] Known = [([4120, 4.3, -0.2], -40.1), ([4350, 4.7, -0.1], -33.6), ([4260, 4.4, -0.35], -36.2)];
    private static readonly ObservationOptions Options = ObservedToy.Options with { RotationKmPerS = 0, LargestRotationKmPerS = 1 };
    private static readonly InferenceOptions Inference = new() { Likelihood = new LikelihoodOptions { ModelError = 0 } };

    [Fact]
    public void A_wrong_model_is_corrected_by_stars_that_are_known()
    {
        List<Spectrum> orders = See(Target, At.VelocityKmPerS, 1000, 3, Nature);
        InferenceResult wrong = Fit(orders, Options).Inference;
        Assert.True(Math.Abs(wrong.Value[0] - Target[0]) > 40, $"{wrong.Value[0]} K without a correction");

        StandardsCalibration standards = Calibrate(Known.Length, Nature);
        ObservedStarResult fit = Fit(orders, Options with { Correction = standards.Correction });
        Assert.True(fit.Inference.Rms < 0.4 * wrong.Rms, $"rms {wrong.Rms}, corrected {fit.Inference.Rms}");
        for (int d = 0; d < 3; d++)
        {
            double off = Math.Abs(fit.Inference.Value[d] - Target[d]);
            Assert.True(off < 0.35 * Math.Abs(wrong.Value[d] - Target[d]) && off < 4 * fit.Inference.Error[d], $"axis {d}: {fit.Inference.Value[d]} +- {fit.Inference.Error[d]} instead of {Target[d]}, uncorrected {wrong.Value[d]}");
        }

        // Seen through the instrument, the factor is what nature has.
        DetectorPixels pixels = DetectorPixels.FromCenters([.. orders[0].WavelengthAngstrom[5..^5]]);
        RestLattice lattice = RestLattice.Under([pixels], -38, -37, 60, 8500, 8515);
        var model = new ExtrinsicModel(lattice, ObservedToy.Profile);
        double[] found = new double[pixels.Count], truth = new double[pixels.Count];
        model.Evaluate(At, standards.Correction.On(lattice), Workers.OneThread, found);
        model.Evaluate(At, [.. lattice.WavelengthAngstrom.Select(Nature)], Workers.OneThread, truth);
        double left = Rms(found.Zip(truth, (a, b) => a - b)), whole = Rms(truth.Select(t => t - truth.Average()));
        Assert.True(left < 0.4 * whole, $"the factor is off by {left} of {whole}");
        static double Rms(IEnumerable<double> values) => Math.Sqrt(values.Average(v => v * v));
    }

    [Fact]
    public void Each_standard_is_inferred_from_the_others_and_their_scatter_is_an_error()
    {
        StandardsCalibration standards = Calibrate(Known.Length, Nature);
        for (int d = 0; d < 3; d++)
        {
            int axis = d;
            double scatter = Math.Sqrt(standards.Stars.Average(star => Math.Pow(star.LeftOut![axis] - star.Label[axis], 2)));
            Assert.Equal(scatter, standards.Correction.AxisError[d], 1e-9);
            Assert.InRange(scatter, 1e-6, new[] { 60, 0.15, 0.15 }[d]);
        }

        Assert.All(standards.Stars.Zip(Known), pair =>
        {
            Assert.Equal(pair.Second.Label, pair.First.Label);
            Assert.Equal(pair.Second.Velocity, pair.First.VelocityKmPerS, 0.3);
            Assert.True(pair.First.RmsAfter < 0.4 * pair.First.RmsBefore, $"{pair.First.RmsBefore} to {pair.First.RmsAfter}");
        });
        List<Spectrum> orders = See(Target, At.VelocityKmPerS, 1000, 3, Nature);
        double[] with = Fit(orders, Options with { Correction = standards.Correction }).Inference.Error;
        for (int d = 0; d < 3; d++) Assert.True(with[d] > standards.Correction.AxisError[d]);

        // What is held for the others is held here.
        StandardsCalibration held = Calibrate(2, Nature, heldAxes: [1]);
        Assert.All(held.Stars, star => Assert.True(double.IsNaN(star.LeftOut![1]) && double.IsFinite(star.LeftOut[0])));
        Assert.Equal(0, held.Correction.AxisError[1]);
    }

    [Fact]
    public void A_model_that_is_right_is_left_alone()
    {
        StandardsCalibration standards = Calibrate(2, _ => 1);
        List<Spectrum> orders = See(Target, At.VelocityKmPerS, 1000, 3, _ => 1);
        InferenceResult plain = Fit(orders, Options).Inference, corrected = Fit(orders, Options with { Correction = standards.Correction }).Inference;
        for (int d = 0; d < 3; d++) Assert.True(Math.Abs(plain.Value[d] - corrected.Value[d]) < 2 * plain.Error[d], $"axis {d}: {plain.Value[d]} +- {plain.Error[d]}, corrected {corrected.Value[d]}");
        RestLattice lattice = RestLattice.Under([DetectorPixels.FromCenters(orders[0].WavelengthAngstrom)], -38, -37, 10, 8500, 8515);
        Assert.All(standards.Correction.On(lattice), factor => Assert.Equal(1, factor, 0.03));
    }

    [Fact]
    public void The_derivatives_of_a_corrected_model_are_those_of_central_differences()
    {
        ObservationOptions options = ObservedToy.Options with { Correction = Calibrate(1, Nature).Correction };
        StarObservation star = ObservedToy.Star([.. See(Target, At.VelocityKmPerS, 100, 7, Nature).Select((order, n) => order with { Flux = [.. order.Flux.Select(f => f / (4e-13 * (n + 1)))] })]);
        var joint = new JointAxes(ToyManifold.Whole, options, [(-60, 0)]);
        var misfit = new JointMisfit(ToyManifold.Whole, star, joint, options, new ReconstructionOptions(), KernelSet.Best, Workers.OneThread);
        double[] point = [4120, 4.37, -0.23, -36.8, 7], step = [1, 1e-3, 1e-3, 0.01, 0.01];
        ObservedToy.AssertDerivatives(misfit, point, step, ([4000, 4, -0.5, -60, 0], [4500, 5, 0, 0, 40]));

        // Lines that decide are those of the corrected star: all shares add up to 1, but of the velocity a part is said by the factor, which is of no line.
        IReadOnlyList<DecidingLine> lines = ObservedStarInference.Infer(
            ToyManifold.Whole, star, ["vsini=7"], options, Inference with { DecidingLines = 1000 }, KernelSet.Best, Workers.OneThread).Inference.Card!.Lines;
        Assert.InRange(lines.Sum(line => line.InformationShare[0]), 0.97, 1.01);
        Assert.InRange(lines.Sum(line => line.InformationShare[3]), 0.5, 1.01);
    }

    [Fact]
    public void What_no_standard_covers_does_not_count()
    {
        StandardStar blue = Standard(0, Nature, orders => orders[..1]);
        ModelCorrection correction = StandardStars.Calibrate(ToyManifold.Whole, [blue], [], Options, Inference, KernelSet.Best, Workers.OneThread).Correction;
        Assert.True(correction.Covers(8504));
        Assert.False(correction.Covers(8512));
        Assert.False(correction.Covers(9000));

        List<Spectrum> orders = See(Target, At.VelocityKmPerS, 1000, 3, Nature);
        ObservedStarResult fit = Fit(orders, Options with { Correction = correction });
        Assert.Contains(fit.Notes, note => note.Contains("that no standard star covers", StringComparison.Ordinal));
        Assert.True(fit.Inference.Pixels < Fit(orders, Options).Inference.Pixels - 50);

        List<Spectrum> red = [.. orders[1..].Select(order => order with { Flux = [.. order.Flux.Select((f, i) => order.WavelengthAngstrom[i] < 8509 ? double.NaN : f)] })];
        EngineException refusal = Assert.Throws<EngineException>(() => Fit(red, Options with { Correction = correction, VelocityKmPerS = At.VelocityKmPerS }));
        Assert.Equal(ErrorCode.OutOfRange, refusal.Code);
        Assert.Contains("no pixel at a wavelength that the standard stars cover", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_beyond_the_manifold_are_taken_to_its_end_and_one_standard_is_said_to_be_few()
    {
        StandardStar star = Standard(0, Nature);
        StandardsCalibration beyond = StandardStars.Calibrate(
            ToyManifold.Whole, [star with { Label = [4120, 5.3, -0.2] }], [], Options, Inference, KernelSet.Best, Workers.OneThread);
        Assert.Equal(5, beyond.Stars[0].Label[1]);
        Assert.Contains(beyond.Notes, note => note.Contains("logg 5.3 lies beyond the manifold and was taken as 5", StringComparison.Ordinal));
        Assert.Contains(beyond.Notes, note => note.Contains("is the only standard", StringComparison.Ordinal));
        Assert.Null(beyond.Stars[0].LeftOut);
        Assert.Equal([0, 0, 0], beyond.Correction.AxisError);
    }

    [Fact]
    public void Standards_that_see_other_wavelengths_are_not_inferred_from_each_other()
    {
        StandardsCalibration halves = StandardStars.Calibrate(
            ToyManifold.Whole, [Standard(0, Nature, orders => orders[..1]), Standard(1, Nature, orders => orders[1..])], [], Options, Inference, KernelSet.Best, Workers.OneThread);
        Assert.All(halves.Stars, star => Assert.Null(star.LeftOut));
        Assert.Equal([0, 0, 0], halves.Correction.AxisError);
        Assert.Equal(2, halves.Notes.Count(note => note.Contains("too few to infer it from them", StringComparison.Ordinal)));
        Assert.Contains(halves.Notes, note => note.StartsWith("No standard could be inferred from the others", StringComparison.Ordinal));
        Assert.True(halves.Correction.Covers(8504) && halves.Correction.Covers(8512));
    }

    [Fact]
    public void What_makes_a_standard_doubtful_is_said()
    {
        // Its velocity of -40.1 km/s lies beyond.
        StandardsCalibration doubtful = StandardStars.Calibrate(
            ToyManifold.Whole, [Standard(0, Nature)], [], Options with { VelocityRangeKmPerS = (-50, -42) }, Inference, KernelSet.Best, Workers.OneThread);
        Assert.Contains(doubtful.Notes, note => note.StartsWith("Standard toy: its fit is flagged velocity_at_range_end", StringComparison.Ordinal));
        Assert.DoesNotContain(Calibrate(1, Nature).Notes, note => note.Contains("flagged", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cosmic_ray_in_a_standard_is_not_learned()
    {
        StandardStar hit = Standard(0, Nature, orders => [.. orders.Select(order => order with { Flux = [.. order.Flux.Select((f, i) => i % 25 == 7 ? 40 * f : f)] })]);
        StandardsCalibration standards = StandardStars.Calibrate(
            ToyManifold.Whole, [hit, Standard(1, Nature)], [], Options with { Loss = RobustLoss.Tukey }, Inference, KernelSet.Best, Workers.OneThread);
        RestLattice lattice = RestLattice.Under([DetectorPixels.FromCenters(ObservedToy.Orders(Target, At, 1e4, null)[0].WavelengthAngstrom)], -38, -37, 10, 8500, 8515);
        Assert.All(standards.Correction.On(lattice), factor => Assert.InRange(factor, 0.5, 1.5));
        Assert.All(standards.Stars, star => Assert.True(star.RmsAfter < 0.4 * star.RmsBefore, $"{star.RmsBefore} to {star.RmsAfter}"));
        Assert.InRange(standards.Correction.AxisError[0], 1e-6, 60);
    }

    // A factor that lines of the toy, which begin 0.49 A apart, have or lack; it makes stars look cooler.
    private static double Nature(double angstrom)
    {
        int k = (int)Math.Round((angstrom - 8500.25) / 0.49);
        double away = (angstrom - 8500.25 - (0.49 * k)) / 0.06, depth = (k % 3) switch { 0 => 0.15, 1 => -0.06, _ => 0.05 * Math.Cos(k) };
        return 1 - (depth * Math.Exp(-0.5 * away * away));
    }

    private static StandardsCalibration Calibrate(int count, Func<double, double> nature, int[]? heldAxes = null) => StandardStars.Calibrate(
        ToyManifold.Whole, [.. Enumerable.Range(0, count).Select(n => Standard(n, nature))], heldAxes ?? [], Options, Inference, KernelSet.Best, Workers.OneThread);

    private static StandardStar Standard(int n, Func<double, double> nature, Func<List<Spectrum>, List<Spectrum>>? part = null)
    {
        List<Spectrum> orders = See(Known[n].Label, Known[n].Velocity, 1000, 20 + n, nature);
        return new StandardStar(ObservedToy.Star(part?.Invoke(orders) ?? orders, Options), Known[n].Label, ObservedToy.Profile);
    }

    private static List<Spectrum> See(double[] point, double velocity, double signalToNoise, int seed, Func<double, double> nature)
    {
        double[][] centers = [.. ObservedToy.Orders(Target, At, 1e4, null).Select(order => order.WavelengthAngstrom)];
        return ObservedToy.See(ToyManifold.Whole, centers, point, new Extrinsics(velocity, 0), signalToNoise, seed, 4, nature);
    }

    private static ObservedStarResult Fit(List<Spectrum> orders, ObservationOptions options, params string[] priors) =>
        ObservedStarInference.Infer(ToyManifold.Whole, ObservedToy.Star(orders, options), priors, options, Inference, KernelSet.Best, Workers.OneThread);
}
