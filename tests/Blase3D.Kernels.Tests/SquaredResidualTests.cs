using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>The comparison with data without a spectrum.</summary>
public class SquaredResidualTests
{
    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void It_is_that_of_the_spectrum(string variant)
    {
        var random = new Random(4);
        foreach (int pixels in new[] { 1, 7, 300, 5003 })
        {
            LineProblem problem = LineProblem.Random(11, pixels, lines: 30, window: 400);
            double[] data = [.. Enumerable.Range(0, pixels).Select(i => i % 17 == 3 ? double.NaN : random.NextDouble())];
            double[] weight = [.. Enumerable.Range(0, pixels).Select(i => i % 13 == 5 ? double.NaN : random.NextDouble())];
            foreach (double tolerance in new[] { 0, 1e-6 })
            {
                foreach (LineProfile profile in Enum.GetValues<LineProfile>())
                {
                    var model = new LineModel(profile, Composition.Product);
                    ILineKernels kernels = KernelSet.Find(variant)!.Create(tolerance);
                    double[] flux = problem.Forward(kernels, model);
                    foreach (double[]? own in new[] { null, weight })
                    {
                        (double sum, int counted) = Compare(Workers.OneThread);
                        double[] terms = [.. Enumerable.Range(0, pixels).Select(i => (own?[i] ?? 1) * (data[i] - flux[i]) * (data[i] - flux[i])).Where(t => !double.IsNaN(t))];
                        Assert.Equal(terms.Length, counted);
                        Assert.InRange(Math.Abs(sum - terms.Sum()), 0, Tolerances.CrossLaneForward * (1 + terms.Sum()));
                        Assert.Equal((sum, counted), Compare(new Workers(3)));

                        (double Sum, int Pixels) Compare(Workers workers) =>
                            kernels.SquaredResidual(model, problem.Lines, problem.Windows, problem.Wavelength, data, own, workers);
                    }
                }
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_comparison()
    {
        LineProblem problem = LineProblem.Random(3, 6000, lines: 50, window: 900);
        var data = new double[6000];
        foreach (double tolerance in new[] { 0, 1e-6 })
        {
            ILineKernels kernels = KernelSet.Best.Create(tolerance);
            Run(kernels);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++) Run(kernels);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        void Run(ILineKernels kernels) =>
            kernels.SquaredResidual(LineModel.Published, problem.Lines, problem.Windows, problem.Wavelength, data, null, Workers.OneThread);
    }
}
