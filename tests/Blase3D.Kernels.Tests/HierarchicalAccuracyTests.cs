using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Tests;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Hierarchical;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests;

/// <summary>The promise of the hierarchical kernels: no transmission is farther from the exact one than the tolerance.</summary>
public class HierarchicalAccuracyTests(ITestOutputHelper output)
{
    public static TheoryData<string> VariantNames => Variants.Names;

    [Fact]
    public void Thousands_of_random_problems_keep_to_the_tolerance()
    {
        ILineKernels exact = KernelSet.Best.Create();
        Dictionary<double, ILineKernels> kernels = HierarchicalProblems.Tolerances.ToDictionary(t => t, t => KernelSet.Best.Create(t));
        double largestShare = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), Check)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(800).WithStartSize(1).WithEndSize(1_000_000_000));
        for (int seed = 0; seed < 1500; seed++) Check(seed);
        output.WriteLine($"Largest share of the tolerance that was used: {largestShare:F4}");

        void Check(int seed)
        {
            (LineProblem problem, LineModel model, double tolerance) = HierarchicalProblems.Create(seed);
            double error = LineProblem.MaxDifference(problem.Forward(kernels[tolerance], model), problem.Forward(exact, model));
            largestShare = Math.Max(largestShare, error / (tolerance + Tolerances.HierarchicalRounding));
            Assert.True(error <= tolerance + Tolerances.HierarchicalRounding, $"seed {seed}: error {error:E2} at tolerance {tolerance:E0}");
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Every_variant_keeps_to_the_tolerance(string variant)
    {
        ILineKernels exact = KernelSet.Best.Create();
        Dictionary<double, ILineKernels> kernels =
            HierarchicalProblems.Tolerances.ToDictionary(t => t, t => KernelSet.Find(variant)!.Create(t));
        for (int seed = 0; seed < 300; seed++)
        {
            (LineProblem problem, LineModel model, double tolerance) = HierarchicalProblems.Create(seed, cheap: true);
            double error = LineProblem.MaxDifference(problem.Forward(kernels[tolerance], model), problem.Forward(exact, model));
            Assert.True(error <= tolerance + Tolerances.HierarchicalRounding, $"seed {seed}: error {error:E2} at tolerance {tolerance:E0}");
        }
    }

    [Fact]
    public void Spectra_of_1_to_300_pixels()
    {
        ILineKernels exact = KernelSet.Best.Create();
        var random = new Random(3);
        for (int pixels = 1; pixels <= 300; pixels++)
        {
            double[] wavelength = HierarchicalProblems.Grid(random, pixels);
            LineTable lines = LineProblem.Random(pixels, Math.Max(2, pixels), 9, 5).Lines;
            for (int j = 0; j < lines.Count; j++) lines.Center[j] += wavelength[pixels / 2] - 9990;
            foreach (int width in new[] { 1, 2, 7, pixels, pixels + 5 })
            {
                var problem = new LineProblem(wavelength, lines, LineWindows.Create(lines.Center, wavelength, width));
                double error = LineProblem.MaxDifference(
                    problem.Forward(KernelSet.Best.Create(1e-9), LineModel.Published), problem.Forward(exact, LineModel.Published));
                Assert.InRange(error, 0, 1e-9 + Tolerances.HierarchicalRounding);
            }
        }
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-10)]
    public void Authors_clone_of_4700_K_at_full_scale(double tolerance)
    {
        NpzReader golden = GoldenFile.Open("11_forward_real_T4700");
        double[] wavelength = GoldenWavelengths.Phoenix();
        LineTable lines = LineProblem.ReadLines(golden);
        ILineKernels kernels = KernelSet.Best.Create(tolerance);
        foreach (int window in new[] { 1000, 6000 })
        {
            var problem = new LineProblem(
                wavelength, lines, LineWindows.CreatePublished(lines.Center.AsSpan(0, lines.Count), wavelength, window));
            double[] flux = problem.Forward(kernels, LineModel.Published);
            double error = LineProblem.MaxDifference(LineProblem.Every(flux, 70), golden.Doubles($"flux_w{window}_every70"));
            output.WriteLine($"tolerance {tolerance:E0}, window {window}: error {error:E2}");
            Assert.InRange(error, 0, tolerance + Tolerances.GoldenForward);
            Assert.Equal(golden.Scalar($"sum_flux_w{window}"), flux.Sum(), wavelength.Length * tolerance);
        }
    }

    [Fact]
    public void Untruncated_wings_of_a_clone()
    {
        LineTable lines = LineProblem.ReadLines(GoldenFile.Open("11_forward_real_T4700"));
        double[] wavelength = GoldenWavelengths.Phoenix();
        LineTable some = new(lines.Center[..1500], lines.LnAmplitude[..1500], lines.LnSigma[..1500], lines.LnGamma[..1500]);
        var problem = new LineProblem(wavelength, some, LineWindows.Create(some.Center, wavelength, wavelength.Length));
        var kernels = (IHierarchicalDiagnostics)KernelSet.Best.Create(1e-8);
        double error = LineProblem.MaxDifference(
            problem.Forward((ILineKernels)kernels, LineModel.Published), problem.Forward(KernelSet.Best.Create(), LineModel.Published));
        Assert.InRange(error, 0, 1e-8 + Tolerances.HierarchicalRounding);

        // The point of the hierarchy: a few hundred evaluations for every line instead of 338,651.
        (long nodes, long pixels) = kernels.PlanSize;
        Assert.InRange(((nodes * 8) + pixels) / some.Count, 1, 1500);
    }

    [Fact]
    public void Lines_that_cannot_be_interpolated_are_exact()
    {
        // Widths and distances far beyond the range in which products of squares are safe, and repeated pixels.
        var lines = new LineTable(
            [9990, 1e12, 9991, 9990.5, 9990.2, double.PositiveInfinity],
            [-3, 40, 90, -2, -700, 1],
            [-4, -4, 99, -250, -4, 1],
            [99, -4, 99, -250, -4, 1]);
        double[] wavelength = [.. Enumerable.Range(0, 400).Select(i => 9990 + (0.01 * (i / 2)))];
        var problem = new LineProblem(wavelength, lines, LineWindows.Create(lines.Center, wavelength, 300));
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            var model = new LineModel(profile, Composition.Product);
            double error = LineProblem.MaxDifference(
                problem.Forward(KernelSet.Best.Create(1e-10), model), problem.Forward(KernelSet.Best.Create(), model));
            Assert.InRange(error, 0, 1e-10);
        }
    }

    [Fact]
    public void Thousands_of_deep_lines_at_one_place_do_not_underflow()
    {
        const int count = 4000;
        var lines = new LineTable(new double[count], new double[count], new double[count], new double[count]);
        for (int j = 0; j < count; j++)
        {
            (lines.Center[j], lines.LnAmplitude[j]) = (10_000 + (1e-5 * j), Math.Log(2));
            (lines.LnSigma[j], lines.LnGamma[j]) = (Math.Log(0.05), Math.Log(0.5));
        }

        double[] wavelength = [.. Enumerable.Range(0, 20_000).Select(i => 9900 + (0.01 * i))];
        var problem = new LineProblem(wavelength, lines, LineWindows.Create(lines.Center, wavelength, 20_000));
        foreach (Composition composition in Enum.GetValues<Composition>())
        {
            var model = new LineModel(LineProfile.Blase, composition);
            double error = LineProblem.MaxDifference(
                problem.Forward(KernelSet.Best.Create(1e-8), model), problem.Forward(KernelSet.Best.Create(), model));
            Assert.InRange(error, 0, 1e-8);
        }
    }
}
