using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Hierarchical;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>Plans that are kept, memory, threads, and the parts that the estimate rests on.</summary>
public class HierarchicalPlanTests
{
    [Theory]
    [InlineData(LineProfile.Blase)]
    [InlineData(LineProfile.Thompson)]
    [InlineData(LineProfile.Voigt)]
    public void Threads_change_nothing(LineProfile profile)
    {
        int pixels = profile == LineProfile.Voigt ? 12_000 : 60_000;
        var model = new LineModel(profile, Composition.Product);
        LineProblem problem = LineProblem.Random(seed: 7, pixels, lines: 300, window: 9000);
        double[] cotangent = [.. Enumerable.Range(0, pixels).Select(i => Math.Cos(i))];
        ILineKernels kernels = KernelSet.Best.Create(1e-7);
        double[] one = problem.Forward(kernels, model);
        LineGradient gradientOne = problem.Gradient(kernels, model, cotangent);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            Assert.Equal(one, problem.Forward(kernels, model, new Workers(threads)));
            LineGradient gradient = problem.Gradient(kernels, model, cotangent, new Workers(threads));
            Assert.Equal(gradientOne.Center, gradient.Center);
            Assert.Equal(gradientOne.LnAmplitude, gradient.LnAmplitude);
            Assert.Equal(gradientOne.LnSigma, gradient.LnSigma);
            Assert.Equal(gradientOne.LnGamma, gradient.LnGamma);
        }
    }

    [Theory]
    [InlineData(LineProfile.Blase, 0.05, 90)]
    [InlineData(LineProfile.Blase, 0.001, 3)]
    [InlineData(LineProfile.Thompson, 0.01, 40)]
    [InlineData(LineProfile.Voigt, 0.01, 40)]
    public void A_plan_is_kept_while_lines_drift_and_the_tolerance_holds_all_the_time(LineProfile profile, double rate, int mostBuilds)
    {
        var model = new LineModel(profile, Composition.Product);
        int pixels = profile == LineProfile.Voigt ? 1500 : 8000;
        LineProblem problem = LineProblem.Random(seed: 11, pixels, lines: 40, window: pixels / 2);
        var random = new Random(12);
        ILineKernels exact = KernelSet.Best.Create(), kernels = KernelSet.Best.Create(1e-8);
        for (int step = 0; step < 100; step++)
        {
            // Adam's steps are about as long as the rate, and become shorter as the lines settle.
            double length = rate * Math.Pow(0.97, step);
            LineTable lines = problem.Lines;
            foreach (double[] column in new[] { lines.Center, lines.LnAmplitude, lines.LnSigma, lines.LnGamma })
            {
                for (int j = 0; j < column.Length; j++) column[j] += length * (random.Next(2) == 0 ? 1 : -1);
            }

            double error = LineProblem.MaxDifference(problem.Forward(kernels, model), problem.Forward(exact, model));
            Assert.InRange(error, 0, 1e-8 + Tolerances.HierarchicalRounding);
        }

        Assert.InRange(((IHierarchicalDiagnostics)kernels).PlanBuilds, 1, mostBuilds);
    }

    [Fact]
    public void One_instance_serves_other_wavelengths_windows_models_and_line_counts()
    {
        ILineKernels exact = KernelSet.Best.Create(), kernels = KernelSet.Best.Create(1e-6);
        LineProblem first = LineProblem.Random(1, 3000, 30, 2000), second = LineProblem.Random(2, 2000, 50, 500);
        LineProblem third = LineProblem.Random(3, 3000, 10, 100);
        LineProblem wider = second with { Windows = LineProblem.Random(2, 2000, 50, 1500).Windows };
        foreach (LineProblem problem in new[] { first, second, third, first, wider })
        {
            foreach (Composition composition in Enum.GetValues<Composition>())
            {
                var model = new LineModel(LineProfile.Blase, composition);
                Assert.InRange(LineProblem.MaxDifference(problem.Forward(kernels, model), problem.Forward(exact, model)), 0, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(LineProfile.Blase)]
    [InlineData(LineProfile.Voigt)]
    public void Nothing_is_allocated_after_the_first_evaluation(LineProfile profile)
    {
        LineProblem problem = LineProblem.Random(seed: 4, pixels: 9000, lines: 100, window: 4000);
        foreach (Composition composition in Enum.GetValues<Composition>())
        {
            var model = new LineModel(profile, composition);
            ILineKernels kernels = KernelSet.Best.Create(1e-6);
            var transmission = new double[9000];
            var cotangent = new double[9000];
            var gradient = new LineGradient(100);
            Evaluate();
            Evaluate();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Evaluate();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

            void Evaluate()
            {
                kernels.Forward(model, problem.Lines, problem.Windows, problem.Wavelength, Workers.OneThread, transmission);
                kernels.Gradient(
                    model, problem.Lines, problem.Windows, problem.Wavelength, transmission, cotangent, Workers.OneThread, gradient);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_tree_holds_every_pixel_once(int kind)
    {
        double[] wavelength = HierarchicalProblems.Grid(new Random(kind), 5000);
        var tree = new WavelengthTree(wavelength);
        int pixel = 0;
        foreach (TreeNode node in tree.Nodes)
        {
            Assert.True(wavelength[node.First] >= node.Middle - node.HalfWidth && wavelength[node.End - 1] < node.Middle + node.HalfWidth);
            if (!node.IsLeaf) continue;
            Assert.Equal(pixel, node.First);
            pixel = node.End;
        }

        Assert.Equal(wavelength.Length, pixel);
        for (int i = 0; i < wavelength.Length; i++)
        {
            TreePiece piece = tree.Pieces[tree.PieceOf(i)];
            Assert.True(piece.First <= i && i < piece.End);
        }
    }

    // The estimate itself, on single Lorentzians in a product: the worst true error over the interval against the tabulated distance.
    [Fact]
    public void A_line_at_the_tabulated_distance_is_interpolated_to_the_tolerance()
    {
        var random = new Random(6);
        double[] t = ChebyshevPoints.Points;
        for (int trial = 0; trial < 3000; trial++)
        {
            double tolerance = Math.Pow(10, -2 - (9 * random.NextDouble())), p = Math.Pow(10, -4 + (6 * random.NextDouble()));
            double q = p * Math.Pow(10, -1 + (3 * random.NextDouble()));
            double d = Separation.At(Separation.Beside, Separation.Index(9 * p / tolerance));
            double middle = 1 + d + Math.Sqrt(Math.Max(0, (p / LineModel.MaxDepth) - q));
            bool above = q > p && Math.Sqrt(q - p) >= Separation.At(Separation.Above, Separation.Index(p / tolerance));
            if (above) middle = 3 * random.NextDouble();
            double[] value = [.. t.Select(x => Math.Log(1 - (p / (((x + middle) * (x + middle)) + q))))];
            for (int i = 0; i <= 100; i++)
            {
                double x = -1 + (0.02 * i), sum = 0;
                for (int k = 0; k < t.Length; k++)
                {
                    double weight = value[k];
                    for (int m = 0; m < t.Length; m++) weight *= m == k ? 1 : (x - t[m]) / (t[k] - t[m]);
                    sum += weight;
                }

                double exact = Math.Log(1 - (p / (((x + middle) * (x + middle)) + q)));
                Assert.InRange(Math.Abs(sum - exact), 0, tolerance + Tolerances.HierarchicalRounding);
            }
        }
    }
}
