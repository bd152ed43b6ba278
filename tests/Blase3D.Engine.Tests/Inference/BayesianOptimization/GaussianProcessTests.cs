using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class GaussianProcessTests
{
    private readonly GoldenProcess golden = new();

    [Fact]
    public void Log_likelihood_and_gradient_are_those_of_the_original()
    {
        double[] thetas = golden["lml_theta"], values = golden["lml_value"], gradients = golden["lml_grad"];
        var likelihood = new MarginalLikelihood(golden["unit_points"], Standardized(golden["y_points"]), 3, NoiseModel.Fitted);
        var gradient = new double[5];
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(1, likelihood.Evaluate(thetas.AsSpan(5 * i, 5), gradient) / values[i], Tolerances.GoldenProcessRelative);
            for (int k = 0; k < 5; k++)
            {
                Assert.Equal(1, gradient[k] / gradients[(5 * i) + k], Tolerances.GoldenProcessRelative);
            }
        }
    }

    [Theory]
    [InlineData(NoiseModel.Fitted)]
    [InlineData(NoiseModel.NoiseFree)]
    public void Likelihood_gradient_is_the_finite_difference(NoiseModel noise)
    {
        var likelihood = new MarginalLikelihood(
            golden.UnitPoints.AsSpan(0, 90), Standardized(golden.Values.AsSpan(0, 30)), 3, noise);
        double[] theta = noise == NoiseModel.Fitted ? [0.4, -0.3, 0.2, 0.5, -3] : [0.4, -1.3, -0.8, -0.5];
        var gradient = new double[theta.Length];
        likelihood.Evaluate(theta, gradient);
        const double Step = 1e-5;
        for (int k = 0; k < theta.Length; k++)
        {
            double[] up = [.. theta], down = [.. theta];
            up[k] += Step;
            down[k] -= Step;
            double difference = (likelihood.Evaluate(up, default) - likelihood.Evaluate(down, default)) / (2 * Step);
            Assert.Equal(1, gradient[k] / difference, Tolerances.FiniteDifferenceRelative);
        }
    }

    [Theory]
    [InlineData("first", 0)]
    [InlineData("last", 20)]
    public void Posterior_is_that_of_the_original(string which, int fit)
    {
        // The original multiplies by an explicit inverse, whose rounding reaches its standard deviations (6e-5 of them at worst);
        // "extended" holds the same formula in 80-bit arithmetic and judges at full accuracy.
        GaussianProcess process = golden.Fit(fit);
        double[] probes = golden["probe_unit"];
        double[] mean = golden[$"probe_{which}_mu"], meanGradients = golden[$"probe_{which}_mu_grad"];
        double[] sigma = golden[$"extended_{which}_std"], sigmaGradients = golden[$"extended_{which}_std_grad"];
        double[] originalSigma = golden[$"probe_{which}_std"], originalSigmaGradients = golden[$"probe_{which}_std_grad"];
        double[] meanGradient = new double[3], sigmaGradient = new double[3];
        double steepest = sigmaGradients.Max(Math.Abs);
        for (int i = 0; i < mean.Length; i++)
        {
            Prediction prediction = process.Predict(probes.AsSpan(3 * i, 3), meanGradient, sigmaGradient);
            Assert.Equal(1, prediction.Mean / mean[i], Tolerances.GoldenProcessRelative);
            Assert.Equal(1, prediction.Sigma / sigma[i], Tolerances.GoldenProcessRelative);
            Assert.Equal(1, prediction.Sigma / originalSigma[i], Tolerances.OriginalProcessSigmaRelative);
            for (int k = 0; k < 3; k++)
            {
                Assert.Equal(1, meanGradient[k] / meanGradients[(3 * i) + k], Tolerances.GoldenProcessRelative);
                Assert.Equal(sigmaGradients[(3 * i) + k], sigmaGradient[k], Tolerances.GoldenProcessRelative * steepest);
                Assert.Equal(originalSigmaGradients[(3 * i) + k], sigmaGradient[k], Tolerances.OriginalProcessSigmaRelative * steepest);
            }
        }
    }

    [Fact]
    public void Fitted_likelihood_is_at_least_that_of_the_original()
    {
        double[] counts = golden["n_obs"], stored = golden["lml"], restarts = golden["restart_thetas"];
        KernelParameters[] starts =
        [
            KernelParameters.Start(3, NoiseModel.Fitted),
            KernelParameters.FromLogarithms(restarts.AsSpan(0, 5), NoiseModel.Fitted),
            KernelParameters.FromLogarithms(restarts.AsSpan(5, 5), NoiseModel.Fitted),
        ];
        for (int fit = 0; fit < counts.Length; fit++)
        {
            int count = (int)counts[fit];
            GaussianProcess process = GaussianProcess.Fit(
                golden.UnitPoints.AsSpan(0, 3 * count), golden.Values.AsSpan(0, count), NoiseModel.Fitted, new KernelBounds(), starts);
            var likelihood = new MarginalLikelihood(
                golden.UnitPoints.AsSpan(0, 3 * count), Standardized(golden.Values.AsSpan(0, count)), 3, NoiseModel.Fitted);
            double reached = likelihood.Evaluate(process.Parameters.ToLogarithms(NoiseModel.Fitted), default);
            Assert.True(reached >= stored[fit] - 1e-4, $"fit {fit}: {reached} against {stored[fit]}");
        }
    }

    [Fact]
    public void Scaling_is_that_of_the_original()
    {
        double[] means = golden["y_mean"], sigmas = golden["y_std"];
        for (int fit = 0; fit < means.Length; fit++)
        {
            ValueScaling scaling = golden.Fit(fit).Scaling;
            Assert.Equal(1, scaling.Mean / means[fit], 1e-13);
            Assert.Equal(1, scaling.Sigma / sigmas[fit], 1e-13);
        }
    }

    [Fact]
    public void Default_bounds_are_those_of_the_original()
    {
        double[] stored = golden["theta_bounds"];
        (double[] lower, double[] upper) = new KernelBounds().Logarithms(3, NoiseModel.Fitted);
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(stored[2 * k], lower[k], 1e-12);
            Assert.Equal(stored[(2 * k) + 1], upper[k], 1e-12);
        }
    }

    [Fact]
    public void Posterior_gradients_are_finite_differences()
    {
        GaussianProcess process = GaussianProcess.Condition(
            new KernelParameters(2, [0.5, 0.8, 1.1], 0), golden.UnitPoints.AsSpan(0, 60), golden.Values.AsSpan(0, 20));
        double[] meanGradient = new double[3], sigmaGradient = new double[3];
        var generator = new Xoshiro256(5);
        const double Step = 1e-5;
        for (int trial = 0; trial < 20; trial++)
        {
            double[] point = [generator.NextUniform(), generator.NextUniform(), generator.NextUniform()];
            process.Predict(point, meanGradient, sigmaGradient);
            for (int k = 0; k < 3; k++)
            {
                double[] up = [.. point], down = [.. point];
                up[k] += Step;
                down[k] -= Step;
                Prediction high = process.Predict(up), low = process.Predict(down);
                Assert.Equal((high.Mean - low.Mean) / (2 * Step), meanGradient[k], 1e-8);
                Assert.Equal((high.Sigma - low.Sigma) / (2 * Step), sigmaGradient[k], 1e-7);
            }
        }
    }

    [Fact]
    public void Many_points_give_what_single_points_give()
    {
        GaussianProcess process = golden.Fit(20);
        double[] probes = golden["probe_unit"];
        foreach (int count in new[] { 0, 1, 31, 32, 33, 50 })
        {
            double[] means = new double[count], sigmas = new double[count];
            process.PredictMany(probes.AsSpan(0, 3 * count), means, sigmas);
            for (int i = 0; i < count; i++)
            {
                Prediction single = process.Predict(probes.AsSpan(3 * i, 3));
                Assert.Equal(single.Mean, means[i], 1e-11);
                Assert.Equal(single.Sigma, sigmas[i], 1e-11);
            }
        }
    }

    [Fact]
    public void Noise_free_process_passes_through_its_values()
    {
        double[] points = golden.UnitPoints[..60], values = golden.Values[..20];
        GaussianProcess process = GaussianProcess.Fit(
            points, values, NoiseModel.NoiseFree, new KernelBounds(), [KernelParameters.Start(3, NoiseModel.NoiseFree)]);
        for (int i = 0; i < values.Length; i++)
        {
            Prediction prediction = process.Predict(points.AsSpan(3 * i, 3));
            Assert.Equal(values[i], prediction.Mean, 1e-7);
            Assert.True(prediction.Sigma < 1e-5, $"sigma {prediction.Sigma}");
        }
    }

    [Fact]
    public void Order_of_the_observations_does_not_change_the_posterior()
    {
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            seed =>
            {
                int[] order = [.. Enumerable.Range(0, 40)];
                new Random(seed).Shuffle(order);
                var parameters = new KernelParameters(1.5, [0.4, 0.6, 0.9], 0);
                GaussianProcess straight = GaussianProcess.Condition(
                    parameters, golden.UnitPoints.AsSpan(0, 120), golden.Values.AsSpan(0, 40));
                GaussianProcess shuffled = GaussianProcess.Condition(
                    parameters,
                    order.SelectMany(i => golden.UnitPoints[(3 * i)..((3 * i) + 3)]).ToArray(),
                    order.Select(i => golden.Values[i]).ToArray());
                double[] probe = [0.3, 0.6, 0.2];
                Prediction a = straight.Predict(probe), b = shuffled.Predict(probe);
                return Math.Abs(a.Mean - b.Mean) < 1e-10 && Math.Abs(a.Sigma - b.Sigma) < 1e-10;
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void One_point_equal_values_and_repeated_points_give_finite_predictions()
    {
        AssertFinite([0.5], [3.0], 1);
        AssertFinite([0.1, 0.4, 0.9], [2.0, 2.0, 2.0], 1);
        AssertFinite([0.1, 0.1, 0.1, 0.9], [0.0, 0.0, 0.0, 0.0], 1);
        AssertFinite([0.1, 0.2, 0.1, 0.2, 0.7, 0.7], [1.0, 1.0, 2.0], 2);
        AssertFinite([0.1, 0.2, 0.1, 0.2, 0.7, 0.7], [1.0, 5.0, 2.0], 2);
        AssertFinite([0.1, 0.4, 0.9], [-1e300, 1e300, 0], 1);
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused_with_a_sentence()
    {
        var parameters = KernelParameters.Start(1, NoiseModel.NoiseFree);
        Refused([0.1], [double.NaN]);
        Refused([double.NaN], [0]);
        Refused([], []);
        Refused([0, 1, 2], [0]);

        void Refused(double[] points, double[] values) => Assert.Equal(
            ErrorCode.BadInput, Assert.Throws<EngineException>(() => GaussianProcess.Condition(parameters, points, values)).Code);
    }

    private static void AssertFinite(double[] points, double[] values, int dimension)
    {
        foreach (NoiseModel noise in Enum.GetValues<NoiseModel>())
        {
            GaussianProcess process = GaussianProcess.Fit(
                points, values, noise, new KernelBounds(), [KernelParameters.Start(dimension, noise)]);
            var probe = new double[dimension];
            double[] meanGradient = new double[dimension], sigmaGradient = new double[dimension];
            foreach (double at in new[] { 0, 0.1, 0.5, 1 })
            {
                Array.Fill(probe, at);
                Prediction prediction = process.Predict(probe, meanGradient, sigmaGradient);
                Assert.True(double.IsFinite(prediction.Mean) && double.IsFinite(prediction.Sigma), $"{noise}: {prediction}");
                Assert.All(meanGradient, value => Assert.True(double.IsFinite(value)));
                Assert.All(sigmaGradient, value => Assert.True(double.IsFinite(value)));
            }
        }
    }

    private static double[] Standardized(ReadOnlySpan<double> values)
    {
        var scaling = ValueScaling.Of(values);
        double[] standardized = [.. values];
        return Array.ConvertAll(standardized, scaling.Standardize);
    }
}
