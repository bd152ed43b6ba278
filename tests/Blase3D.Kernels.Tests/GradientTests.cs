using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Tests;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>The adjoint against the original's autograd and against central differences.</summary>
public class GradientTests
{
    public static TheoryData<string> VariantNames => Variants.Names;

    public static TheoryData<LineProfile, Composition> Models
    {
        get
        {
            var data = new TheoryData<LineProfile, Composition>();
            foreach (LineProfile profile in Enum.GetValues<LineProfile>())
            {
                foreach (Composition composition in Enum.GetValues<Composition>()) data.Add(profile, composition);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Published_loss_and_gradients(string variant)
    {
        NpzReader golden = GoldenFile.Open("02_loss_grad_w1000");
        CheckLossAndGradients(variant, LineProfile.Blase, golden, golden);
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Thompson_loss_and_gradients(string variant) =>
        CheckLossAndGradients(variant, LineProfile.Thompson, GoldenFile.Open("02_loss_grad_w1000"), GoldenFile.Open("13_paperformula_w1000"));

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_are_those_of_central_differences(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(seed: 5, pixels: 700, lines: 12, window: 300);
        var random = new Random(9);
        double[] cotangent = [.. Enumerable.Range(0, 700).Select(_ => random.NextDouble() - 0.3)];
        ILineKernels kernels = KernelSet.Best.Create();
        LineGradient gradient = problem.Gradient(kernels, model, cotangent);

        Check(problem.Lines.Center, gradient.Center, 1e-4);
        Check(problem.Lines.LnAmplitude, gradient.LnAmplitude, 1e-3);
        Check(problem.Lines.LnSigma, gradient.LnSigma, 1e-3);
        Check(problem.Lines.LnGamma, gradient.LnGamma, 1e-3);

        void Check(double[] parameter, double[] analytic, double step)
        {
            double largest = analytic.Max(Math.Abs);
            for (int j = 0; j < parameter.Length; j++)
            {
                // Two steps and Richardson's extrapolation: the error of the difference is of fourth order.
                double coarse = Difference(parameter, j, step), fine = Difference(parameter, j, step / 2);
                double numeric = ((4 * fine) - coarse) / 3;
                Assert.InRange(Math.Abs(numeric - analytic[j]), 0, Tolerances.FiniteDifferenceRelative * Math.Max(Math.Abs(analytic[j]), 1e-4 * largest));
            }
        }

        double Difference(double[] parameter, int j, double step)
        {
            double kept = parameter[j];
            parameter[j] = kept + step;
            double[] above = problem.Forward(kernels, model);
            parameter[j] = kept - step;
            double[] below = problem.Forward(kernels, model);
            parameter[j] = kept;
            double sum = 0;
            for (int i = 0; i < cotangent.Length; i++) sum += cotangent[i] * (above[i] - below[i]);
            return sum / (2 * step);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Variants_agree(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(seed: 6, pixels: 3001, lines: 60, window: 1777);
        double[] cotangent = [.. Enumerable.Range(0, 3001).Select(i => Math.Sin(i))];
        ILineKernels reference = KernelSet.Find("scalar")!.Create();
        double[] expected = problem.Forward(reference, model);
        LineGradient expectedGradient = problem.Gradient(reference, model, cotangent);
        foreach (KernelSet set in Variants.Supported)
        {
            ILineKernels kernels = set.Create();
            Assert.InRange(LineProblem.MaxDifference(expected, problem.Forward(kernels, model)), 0, Tolerances.CrossLaneForward);
            LineGradient gradient = problem.Gradient(kernels, model, cotangent);
            AssertClose(expectedGradient.Center, gradient.Center, Tolerances.CrossLaneGradientRelative, 1e-4);
            AssertClose(expectedGradient.LnAmplitude, gradient.LnAmplitude, Tolerances.CrossLaneGradientRelative, 1e-4);
            AssertClose(expectedGradient.LnSigma, gradient.LnSigma, Tolerances.CrossLaneGradientRelative, 1e-4);
            AssertClose(expectedGradient.LnGamma, gradient.LnGamma, Tolerances.CrossLaneGradientRelative, 1e-4);
        }
    }

    [Theory]
    [InlineData(LineProfile.Blase)]
    [InlineData(LineProfile.Voigt)]
    public void Threads_change_nothing(LineProfile profile)
    {
        var model = new LineModel(profile, Composition.Product);
        LineProblem problem = LineProblem.Random(seed: 7, pixels: 9000, lines: 200, window: 2500);
        double[] cotangent = [.. Enumerable.Range(0, 9000).Select(i => Math.Cos(i))];
        ILineKernels kernels = KernelSet.Best.Create();
        double[] one = problem.Forward(kernels, model);
        LineGradient gradientOne = problem.Gradient(kernels, model, cotangent);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            Assert.Equal(one, problem.Forward(kernels, model, new Workers(threads)));
            LineGradient gradient = problem.Gradient(kernels, model, cotangent, new Workers(threads));
            Assert.Equal(gradientOne.Center, gradient.Center);
            Assert.Equal(gradientOne.LnGamma, gradient.LnGamma);
        }
    }

    private static void CheckLossAndGradients(string variant, LineProfile profile, NpzReader start, NpzReader golden)
    {
        double[] wavelength = GoldenFile.Open("01_forward").Doubles("wl");
        double[] target = start.Doubles("target_full");
        long[] active = start.Longs("active_first_last");
        LineTable lines = LineProblem.ReadLines(start);
        var problem = new LineProblem(wavelength, lines, LineWindows.CreatePublished(lines.Center, wavelength, 1000));
        var model = new LineModel(profile, Composition.Product);
        ILineKernels kernels = Variants.Create(variant);
        double[] flux = problem.Forward(kernels, model);
        var cotangent = new double[wavelength.Length];
        double loss = 0, count = active[1] - active[0] + 1;
        for (long i = active[0]; i <= active[1]; i++)
        {
            double residual = flux[i] - target[i];
            loss += residual * residual / count;
            cotangent[i] = 2 * residual / count;
        }

        double expectedLoss = golden.Scalar("loss");
        Assert.InRange(Math.Abs(loss - expectedLoss), 0, Tolerances.GoldenGradientRelative * expectedLoss);
        LineGradient gradient = problem.Gradient(kernels, model, cotangent);
        AssertClose(golden.Doubles("grad_lam_centers"), gradient.Center, Tolerances.GoldenGradientRelative);
        AssertClose(golden.Doubles("grad_amplitudes"), gradient.LnAmplitude, Tolerances.GoldenGradientRelative);
        AssertClose(golden.Doubles("grad_sigma_widths"), gradient.LnSigma, Tolerances.GoldenGradientRelative);
        AssertClose(golden.Doubles("grad_gamma_widths"), gradient.LnGamma, Tolerances.GoldenGradientRelative);
        double perVelocity = gradient.WithRespectToVelocity(lines);
        double expected = golden.Scalar("grad_radial_velocity");
        Assert.InRange(Math.Abs(perVelocity - expected), 0, Tolerances.GoldenGradientRelative * Math.Abs(expected));
    }

    // Golden gradients are compared each on its own scale; between lanes, a sum that cancels on the scale of its neighbours (a share of the
    // largest derivative).
    private static void AssertClose(double[] expected, double[] actual, double relative, double floorShare = 0)
    {
        double floor = expected.Max(Math.Abs) * floorShare;
        Assert.Equal(expected.Length, actual.Length);
        for (int j = 0; j < expected.Length; j++)
            Assert.InRange(Math.Abs(expected[j] - actual[j]), 0, relative * Math.Max(Math.Abs(expected[j]), floor));
    }
}
