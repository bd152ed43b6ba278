using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class AcquisitionTests
{
    private readonly GoldenProcess golden = new();

    [Theory]
    [InlineData("first", 0)]
    [InlineData("last", 20)]
    public void Costs_are_those_of_the_original(string which, int fit)
    {
        // EI and PI of the stored probes underflow to zero with xi = 0.01; their values are judged by Tail_functions below.
        GaussianProcess process = golden.Fit(fit);
        double best = golden[$"probe_{which}_yopt"][0];
        double[] probes = golden["probe_unit"];
        foreach ((string name, AcquisitionKind kind) in new[]
        {
            ("EI", AcquisitionKind.ExpectedImprovement),
            ("LCB", AcquisitionKind.LowerConfidenceBound),
            ("PI", AcquisitionKind.ProbabilityOfImprovement),
        })
        {
            bool bound = kind == AcquisitionKind.LowerConfidenceBound;
            var acquisition = new Acquisition(kind);
            double[] original = golden[$"probe_{which}_{name}"], originalGradient = golden[$"probe_{which}_{name}_grad"];
            double[] mean = golden[$"extended_{which}_mu"], meanGradient = golden[$"extended_{which}_mu_grad"];
            double[] sigma = golden[$"extended_{which}_std"], sigmaGradient = golden[$"extended_{which}_std_grad"];
            var gradient = new double[3];
            for (int i = 0; i < original.Length; i++)
            {
                double cost = acquisition.Cost(process, best, probes.AsSpan(3 * i, 3), gradient);
                Assert.Equal(original[i], cost, 1.96 * Tolerances.OriginalProcessSigmaRelative * sigma[i]);
                Assert.Equal(bound ? mean[i] - (1.96 * sigma[i]) : 0, cost, Tolerances.GoldenProcessRelative * Math.Abs(mean[i]));
                for (int k = 0; k < 3; k++)
                {
                    int at = (3 * i) + k;
                    Assert.Equal(originalGradient[at], gradient[k], Tolerances.OriginalProcessSigmaRelative * 0.02);
                    Assert.Equal(
                        bound ? meanGradient[at] - (1.96 * sigmaGradient[at]) : 0, gradient[k], Tolerances.GoldenProcessRelative * 0.1);
                }
            }
        }
    }

    [Fact]
    public void The_cheap_bound_is_never_above_the_cost()
    {
        foreach (AcquisitionKind kind in Enum.GetValues<AcquisitionKind>()) Check(new Acquisition(kind, Xi: 1e-4, XiIsRelative: true));
    }

    private static void Check(Acquisition acquisition)
    {
        for (double mean = -3; mean < 60; mean += 0.37)
        {
            foreach (double sigma in (double[])[0, 1e-9, 1e-3, 0.4, 1, 7])
            {
                var prediction = new Prediction(mean, sigma);
                Assert.True(acquisition.LeastCost(prediction, 1) <= acquisition.Cost(prediction, 1), $"{acquisition.Kind}, mean {mean}, sigma {sigma}");
            }
        }
    }

    [Fact]
    public void Tail_functions_agree_with_many_digit_arithmetic()
    {
        // Rows: z, density, cumulative, h, ln h, cumulative / h (computed with 900 digits).
        foreach (double[] row in golden["tail"].Chunk(6))
        {
            double z = row[0];
            var prediction = new Prediction(-z, 1);
            double ei = -Cost(AcquisitionKind.ExpectedImprovement, prediction, out double eiByMean, out double eiBySigma);
            double pi = -Cost(AcquisitionKind.ProbabilityOfImprovement, prediction, out double piByMean, out double piBySigma);
            double log = -Cost(AcquisitionKind.LogExpectedImprovement, prediction, out double logByMean, out double logBySigma);
            double relative = 1e-12 * Math.Max(1, z * z / 10);
            AssertClose(row[3], ei, relative);
            AssertClose(row[2], eiByMean, relative);
            AssertClose(-row[1], eiBySigma, relative);
            AssertClose(row[2], pi, relative);
            AssertClose(row[1], piByMean, relative);
            AssertClose(row[1] * z, piBySigma, relative);
            AssertClose(row[4], log, 1e-13);
            AssertClose(row[5], logByMean, 1e-12);
            Assert.Equal((row[5] * z) - 1, logBySigma, 1e-11 * Math.Max(1, z * z));
        }
    }

    [Fact]
    public void Gradients_are_finite_differences()
    {
        GaussianProcess process = GaussianProcess.Condition(
            new KernelParameters(2, [0.5, 0.8, 1.1], 0), golden.UnitPoints.AsSpan(0, 60), golden.Values.AsSpan(0, 20));
        var generator = new Xoshiro256(11);
        var gradient = new double[3];
        const double Step = 1e-5;
        foreach (AcquisitionKind kind in Enum.GetValues<AcquisitionKind>())
        {
            var acquisition = new Acquisition(kind, 0.02, XiIsRelative: true);
            for (int trial = 0; trial < 20; trial++)
            {
                double[] point = [generator.NextUniform(), generator.NextUniform(), generator.NextUniform()];
                acquisition.Cost(process, 0.05, point, gradient);
                double largest = gradient.Max(Math.Abs);
                for (int k = 0; k < 3; k++)
                {
                    double[] up = [.. point], down = [.. point];
                    up[k] += Step;
                    down[k] -= Step;
                    double high = acquisition.Cost(process.Predict(up), 0.05), low = acquisition.Cost(process.Predict(down), 0.05);
                    double difference = (high - low) / (2 * Step);
                    Assert.Equal(difference, gradient[k], (1e-5 * largest) + 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Relative_xi_is_a_fraction_of_the_best_value()
    {
        var prediction = new Prediction(0.95, 0.1);
        var absolute = new Acquisition(AcquisitionKind.LogExpectedImprovement, Xi: 0.02);
        var relative = new Acquisition(AcquisitionKind.LogExpectedImprovement, Xi: 0.01, XiIsRelative: true);
        Assert.Equal(absolute.Cost(prediction, -2), relative.Cost(prediction, -2), 1e-15);
    }

    [Fact]
    public void Known_points_are_never_attractive()
    {
        var certain = new Prediction(-5, 0);
        Assert.Equal(0, Cost(AcquisitionKind.ExpectedImprovement, certain, out _, out _));
        Assert.Equal(0, Cost(AcquisitionKind.ProbabilityOfImprovement, certain, out _, out _));
        Assert.Equal(double.PositiveInfinity, Cost(AcquisitionKind.LogExpectedImprovement, certain, out _, out _));
    }

    private static double Cost(AcquisitionKind kind, Prediction prediction, out double byMean, out double bySigma) =>
        new Acquisition(kind, Xi: 0).Cost(prediction, 0, out byMean, out bySigma);

    private static void AssertClose(double expected, double actual, double relative) =>
        Assert.Equal(expected, actual, (relative * Math.Abs(expected)) + 1e-300);
}
