using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

public sealed class ObservedStarInferenceTests
{
    private static readonly double[] Truth = [4130, 4.3, -0.2];
    private static readonly Extrinsics At = new(-37.3, 6.2);

    [Fact]
    public void Without_noise_the_injected_star_is_recovered()
    {
        ObservedStarResult result = Fit(ObservedToy.Orders(Truth, At, 1e4, null), ObservedToy.Options with { ResolutionFactorRange = (0.7, 1.4), RotationKmPerS = At.RotationKmPerS });
        Assert.Equal(["teff", "logg", "feh", "velocity", "vsini", "resolution_factor"], result.Inference.AxisNames);
        Assert.Equal(At.VelocityKmPerS, result.Inference.Value[3], 0.01);
        Assert.Equal(1, result.Inference.Value[5], 0.01);
        Assert.True(double.IsNaN(result.Inference.Error[4]));

        result = Fit(ObservedToy.Orders(Truth, At, 1e4, null));
        double[] value = result.Inference.Value;
        Assert.Equal(Truth[0], value[0], 0.5);
        Assert.Equal(Truth[1], value[1], 0.002);
        Assert.Equal(Truth[2], value[2], 0.002);
        Assert.Equal(At.VelocityKmPerS, value[3], 0.01);
        Assert.Equal(At.RotationKmPerS, value[4], 0.062);
        Assert.Equal(At.VelocityKmPerS, result.CrossCorrelations[0].VelocityKmPerS, 1.0);
        Assert.True(result.Inference.Rms < 3e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_derivatives_are_those_of_the_sum_of_squares(bool isOdd)
    {
        StarObservation star = ObservedToy.Star([.. ObservedToy.Orders(Truth, At, 100, 7).Select((order, n) => order with
        {
            Flux = [.. order.Flux.Select(f => f / (4e-13 * (n + 1)))],
            Sigma = [.. order.Sigma!.Select(f => f / (4e-13 * (n + 1)))],
            TelluricTransmission = isOdd ? [.. order.Flux.Select((_, i) => 0.95 + (0.05 * Math.Cos(0.7 * i)))] : null,
        })]);

        // As usual; and below an atmosphere, with a spline as continuum and a profile that leans.
        double[] offset = [.. Enumerable.Range(-30, 61).Select(i => 0.3 * i)];
        var leaning = new SampledProfile(offset, [0], [[.. offset.Select(x => Math.Exp(-0.5 * x * x / 4.8) * (1 + (0.2 * Math.Tanh(x))))]]);
        ObservationOptions options = ObservedToy.Options with
        {
            ResolutionFactorRange = (0.5, 2), Profile = isOdd ? leaning : ObservedToy.Profile, Continuum = isOdd ? ContinuumBasis.Spline(3) : ObservedToy.Options.Continuum,
        };
        var joint = new JointAxes(ToyManifold.Whole, options, [(-60, 0)]);
        var misfit = new JointMisfit(ToyManifold.Whole, star, joint, options, new ReconstructionOptions(), KernelSet.Best, Workers.OneThread)
        {
            Weight = [.. star.Sigma!.Select(s => 1 / (s * s))],
        };
        double[] point = [4120, 4.37, -0.23, -36.8, 7, 1.1], step = [1, 1e-3, 1e-3, 0.01, 0.01, 1e-3];
        int[] axes = [.. Enumerable.Range(0, 6)];
        (double[], double[]) box = ([4000, 4, -0.5, -60, 0, 0.5], [4200, 4.5, 0, 0, 40, 2]);
        Assert.True(misfit.TryDerivatives(point, box, axes, out double[] residual, out double[][] jacobian));
        double[] analytic = [.. jacobian.Select(column => 2 * Enumerable.Range(0, residual.Length).Where(i => !double.IsNaN(residual[i])).Sum(i => misfit.Weight[i] * column[i] * residual[i]))];
        for (int d = 0; d < 6; d++)
        {
            double Squares(double by)
            {
                double[] moved = [.. point];
                moved[d] += by;
                Assert.True(misfit.TrySquares(moved, out double squares, out _));
                return squares;
            }

            double difference = (Squares(step[d]) - Squares(-step[d])) / (2 * step[d]);
            Assert.Equal(difference, analytic[d], 1e-4 * Math.Abs(analytic[d]) + 5e-6);
            Assert.True(Math.Abs(analytic[d]) > 1e-3);
        }
    }

    [Fact]
    public void Errors_are_as_large_as_the_scatter()
    {
        const int stars = 24;
        var pull = new double[5];
        for (int n = 0; n < stars; n++)
        {
            InferenceResult result = Fit(ObservedToy.Orders(Truth, At, 2000, 100 + n)).Inference;
            double[] truth = [.. Truth, At.VelocityKmPerS, At.RotationKmPerS];
            for (int d = 0; d < 5; d++) pull[d] += Math.Pow((result.Value[d] - truth[d]) / result.Error[d], 2) / stars;
        }

        // The mean square of 24 pulls is 1 +- 0.29.
        Assert.All(pull, square => Assert.InRange(square, 0.25, 2.2));
    }

    [Fact]
    public void Between_orders_the_page_draws_nothing()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 5);
        StarPage page = ObservedStarInference.Infer(
            ToyManifold.Whole, ObservedToy.Star(orders), ["teff=4130", "logg=4.3", "feh=-0.2", "vsini=6"], ObservedToy.Options, new InferenceOptions { WithPage = true }, KernelSet.Best, Workers.OneThread).Inference.Page!;
        int end = Array.IndexOf(page.WavelengthAngstrom, orders[0].WavelengthAngstrom[^1]), begin = Array.IndexOf(page.WavelengthAngstrom, orders[1].WavelengthAngstrom[0]);
        Assert.Equal(end + 3, begin);
        Assert.True(double.IsNaN(page.Data[end + 1]) && double.IsNaN(page.Data[begin - 1]));

        // The steps of the last and the first pixel reach half-way to these: as wide as pixels.
        Assert.Equal(0.077, page.WavelengthAngstrom[end + 1] - page.WavelengthAngstrom[end], 1e-6);
        Assert.Equal(0.078, page.WavelengthAngstrom[begin] - page.WavelengthAngstrom[begin - 1], 1e-6);
    }

    [Fact]
    public void Bad_pixels_do_little_with_a_robust_loss()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 5);
        double[] clean = Fit(orders).Inference.Value;
        foreach (int i in (int[])[12, 13, 33, 61]) orders[0].Flux[i] *= 1.5;
        foreach (int i in (int[])[8, 50]) orders[1].Flux[i] *= 0.8;
        double square = Off(Fit(orders).Inference), tukey = Off(Fit(orders, ObservedToy.Options with { Loss = RobustLoss.Tukey }).Inference);
        double huber = Off(Fit(orders, ObservedToy.Options with { Loss = RobustLoss.Huber }).Inference);
        Assert.InRange(tukey, 0, 0.15);
        Assert.True(tukey < 0.3 * square && huber < square, FormattableString.Invariant($"off by {square} km/s, {huber} with huber, {tukey} with tukey"));

        double Off(InferenceResult result) => Math.Abs(result.Value[3] - clean[3]) + Math.Abs(result.Value[4] - clean[4]);
    }

    [Fact]
    public void A_ray_of_a_thousand_continua_changes_neither_the_unit_nor_the_pixels()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 5);
        ObservationOptions options = ObservedToy.Options with { Loss = RobustLoss.Tukey };
        ObservedStarResult clean = Fit(orders, options);
        orders[0].Flux[70] *= 1000;
        ObservedStarResult hit = Fit(orders, options);
        Assert.Equal(1, hit.Inference.Rms / clean.Inference.Rms, 0.1);
        Assert.InRange(clean.Inference.Pixels - hit.Inference.Pixels, 0, 3);
        Assert.InRange(Math.Abs(hit.Inference.Value[3] - clean.Inference.Value[3]), 0, 0.15);
    }

    [Fact]
    public void What_is_left_out_is_said_and_nothing_left_is_refused()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 100, 3);
        orders.Add(orders[0] with { WavelengthAngstrom = [.. orders[0].WavelengthAngstrom.Select(w => w + 500)] });
        orders[1] = orders[1] with { TelluricTransmission = [.. orders[1].Flux.Select((_, i) => i < 10 ? 0.5 : 0.97)] };
        ObservationOptions options = ObservedToy.Options with { VelocityKmPerS = -37, Masks = [(8503, 8503.2)], Windows = [(8502, 8520)] };
        StarObservation star = ObservedToy.Star(orders, options);
        Assert.Equal(2, star.Orders.Count);
        string notes = string.Join('\n', star.Notes);
        Assert.Contains("pixels lie outside of the manifold's 8500 to 8515 A and were left out, with 1 of 3 orders", notes, StringComparison.Ordinal);
        Assert.Contains("7 pixels lie outside of the windows", notes, StringComparison.Ordinal);
        Assert.Contains("3 pixels are masked", notes, StringComparison.Ordinal);
        Assert.Contains("through 10 pixels the atmosphere lets less than 0.9", notes, StringComparison.Ordinal);
        Assert.Equal(0.97, star.Transmission[^1]);

        Refused("has no pixel left that counts", () => ObservedToy.Star(orders, options with { Masks = [(8000, 9000)] }));
        Refused("widen the windows, mask less", () => ObservedToy.Star(orders, options with { Masks = [(8000, 9000)] }));
        Assert.Contains(ObservedToy.Star(orders, options with { Masks = [(850.3, 850.4)] }).Notes, note => note.Contains("no pixel lies in what is to be masked (850.3 to 850.4 A)", StringComparison.Ordinal));

        // Zeros in a row are no flux; two may be chance.
        Spectrum[] holes = [orders[0] with { Flux = [.. orders[0].Flux.Select((f, i) => i is (> 20 and < 26) or 40 or 41 ? 0 : f)] }, orders[1]];
        star = ObservedToy.Star(holes, options with { Windows = [] });
        Assert.Contains(star.Notes, note => note.Contains("5 pixels are runs of exact zeros and were taken as missing", StringComparison.Ordinal));
        Assert.Equal(2, star.Flux.Count(flux => flux == 0));
        Refused("nothing of the manifold's", () => ObservedToy.Star([orders[2]], options));
        Refused("does not correlate", () => Fit([.. ObservedToy.Orders(Truth, At, 100, 3).Select((o, n) => o with { Flux = [.. o.Flux.Select((_, i) => 1 + (0.01 * Math.Sin(7 * i * i)))] })]));

        static void Refused(string what, Func<object> make) => Assert.Contains(what, Assert.Throws<EngineException>(make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_transmission_of_the_atmosphere_is_part_of_the_model()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 1e4, null);
        double[] lets = [.. Enumerable.Range(0, orders[0].Flux.Length).Select(i => i is > 30 and < 40 ? 0.7 : 1.0)];
        orders[0] = orders[0] with { Flux = [.. orders[0].Flux.Zip(lets, (f, t) => f * t)], TelluricTransmission = lets };
        ObservedStarResult result = Fit(orders, ObservedToy.Options with { LeastTransmission = 0.5 });
        Assert.Equal(At.VelocityKmPerS, result.Inference.Value[3], 0.01);
        Assert.True(result.Inference.Rms < 3e-4);
    }

    [Fact]
    public void Threads_change_nothing_and_a_line_that_is_not_in_the_star_is_named()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 11);
        ObservedStarResult one = Fit(orders), two = Fit(orders, workers: new Workers(2));
        Assert.Equal(one.Inference.Value, two.Inference.Value);

        // Line 8 of the manifold filled in.
        double center = ToyManifold.Wavelength[25 + (49 * 12)] * DopplerShift.Factor(At.VelocityKmPerS);
        Spectrum order = orders[0];
        for (int i = 0; i < order.Flux.Length; i++)
        {
            if (Math.Abs(order.WavelengthAngstrom[i] - center) < 0.2) order.Flux[i] *= 1.15;
        }

        DisagreeingLine worst = Fit(orders).Disagreeing[0];
        Assert.Equal(center, worst.ObservedAngstrom, 0.2);
        Assert.True(worst.MeanResidual > 0 && worst.Significance > 5);
    }

    private static ObservedStarResult Fit(List<Spectrum> orders, ObservationOptions? options = null, Workers? workers = null) => ObservedStarInference.Infer(
        ToyManifold.Whole, ObservedToy.Star(orders, options), [], options ?? ObservedToy.Options, new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, workers ?? Workers.OneThread);
}
