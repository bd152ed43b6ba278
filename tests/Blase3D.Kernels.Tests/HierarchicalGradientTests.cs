using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Hierarchical;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>The adjoint of the hierarchical kernels: the derivative of what they compute, and near the exact one.</summary>
public class HierarchicalGradientTests
{
    public static TheoryData<LineProfile, Composition> Models => GradientTests.Models;

    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_are_those_of_central_differences_of_the_approximation(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        const int pixels = 4000;
        LineProblem problem = LineProblem.Random(seed: 5, pixels, lines: 12, window: 3000);
        double[] cotangent = Cotangent(pixels);
        foreach (double tolerance in new[] { 1e-2, 1e-7 })
        {
            ILineKernels kernels = KernelSet.Best.Create(tolerance);
            LineGradient gradient = problem.Gradient(kernels, model, cotangent);
            Check(kernels, problem.Lines.Center, gradient.Center, 1e-4);
            Check(kernels, problem.Lines.LnAmplitude, gradient.LnAmplitude, 1e-3);
            Check(kernels, problem.Lines.LnSigma, gradient.LnSigma, 1e-3);
            Check(kernels, problem.Lines.LnGamma, gradient.LnGamma, 1e-3);

            // The same approximation all the time, with most of the work on nodes.
            var diagnostics = (IHierarchicalDiagnostics)kernels;
            Assert.Equal(1, diagnostics.PlanBuilds);
            Assert.InRange(diagnostics.PlanSize.Nodes, problem.Lines.Count * 4L, long.MaxValue);
        }

        void Check(ILineKernels kernels, double[] parameter, double[] analytic, double step)
        {
            double largest = analytic.Max(Math.Abs);
            for (int j = 0; j < parameter.Length; j++)
            {
                double coarse = Difference(kernels, parameter, j, step), fine = Difference(kernels, parameter, j, step / 2);
                double numeric = ((4 * fine) - coarse) / 3;
                double scale = Math.Max(Math.Abs(analytic[j]), 1e-2 * largest);
                Assert.InRange(Math.Abs(numeric - analytic[j]), 0, Tolerances.FiniteDifferenceRelative * scale);
            }
        }

        double Difference(ILineKernels kernels, double[] parameter, int j, double step)
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

    // The error of S is smooth in the parameters: its derivatives are as small as itself, per unit of ln width and per line width.
    [Theory]
    [MemberData(nameof(Models))]
    public void Gradients_are_within_the_tolerance_of_the_exact_ones(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        const int pixels = 5000;
        LineProblem problem = LineProblem.Random(seed: 8, pixels, lines: 60, window: 2500);
        double[] cotangent = Cotangent(pixels);
        double weight = cotangent.Sum(Math.Abs);
        LineGradient expected = problem.Gradient(KernelSet.Best.Create(), model, cotangent);
        foreach (double tolerance in new[] { 1e-3, 1e-6, 1e-9, 1e-12 })
        {
            LineGradient gradient = problem.Gradient(KernelSet.Best.Create(tolerance), model, cotangent);
            double allowed = Tolerances.HierarchicalGradient * (tolerance + Tolerances.HierarchicalRounding) * weight;
            AssertWithin(expected.LnAmplitude, gradient.LnAmplitude, allowed);
            AssertWithin(expected.LnSigma, gradient.LnSigma, allowed);
            AssertWithin(expected.LnGamma, gradient.LnGamma, allowed);
            AssertWithin(expected.Center, gradient.Center, allowed / Math.Exp(-4.5));
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Every_variant_gives_the_gradient(string variant)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            (LineProblem problem, LineModel model, _) = HierarchicalProblems.Create(seed, cheap: true);
            double[] cotangent = Cotangent(problem.Wavelength.Length);
            LineGradient expected = problem.Gradient(KernelSet.Best.Create(1e-9), model, cotangent);
            LineGradient gradient = problem.Gradient(KernelSet.Find(variant)!.Create(1e-9), model, cotangent);
            AssertClose(expected.Center, gradient.Center);
            AssertClose(expected.LnAmplitude, gradient.LnAmplitude);
            AssertClose(expected.LnSigma, gradient.LnSigma);
            AssertClose(expected.LnGamma, gradient.LnGamma);
        }
    }

    private static double[] Cotangent(int pixels)
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, pixels).Select(_ => random.NextDouble() - 0.3)];
    }

    private static void AssertWithin(double[] expected, double[] actual, double allowed)
    {
        for (int j = 0; j < expected.Length; j++) Assert.InRange(Math.Abs(expected[j] - actual[j]), 0, allowed);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        double largest = expected.Max(Math.Abs);
        for (int j = 0; j < expected.Length; j++)
        {
            double scale = Math.Max(Math.Abs(expected[j]), 1e-4 * largest);
            Assert.InRange(Math.Abs(expected[j] - actual[j]), 0, Tolerances.CrossLaneHierarchicalGradient * scale);
        }
    }
}
