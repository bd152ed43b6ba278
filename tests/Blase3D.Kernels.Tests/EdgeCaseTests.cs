using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>What no spectrum should look like, but some do.</summary>
public class EdgeCaseTests
{
    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Every_length_from_0_to_256(string variant)
    {
        ILineKernels kernels = Variants.Create(variant), reference = Variants.Create("scalar");
        for (int pixels = 0; pixels <= 256; pixels++)
        {
            LineProblem problem = LineProblem.Random(pixels, Math.Max(pixels, 1), 3, 1 + (pixels / 2));
            if (pixels == 0) problem = new LineProblem([], new LineTable(), LineWindows.Create([], [], 4));
            Assert.InRange(
                LineProblem.MaxDifference(problem.Forward(reference, LineModel.Published), problem.Forward(kernels, LineModel.Published)), 0, Tolerances.CrossLaneForward);
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void No_lines_leave_the_continuum(string variant)
    {
        double[] wavelength = [8000, 8000.01, 8000.02];
        var problem = new LineProblem(wavelength, new LineTable(), LineWindows.Create([], wavelength, 6000));
        Assert.Equal([1.0, 1.0, 1.0], problem.Forward(Variants.Create(variant), LineModel.Published));
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void A_line_as_narrow_as_a_pixel_is_seen_by_the_detached_pixel_at_the_end(string variant)
    {
        const double sigma = 0.004, amplitude = 0.002;
        double[] wavelength = [.. Enumerable.Range(0, 400).Select(i => 8500 + (0.05 * i))];
        double center = wavelength[^1] - 0.001, distance = wavelength[^1] - center;
        var lines = new LineTable([center], [Math.Log(amplitude)], [Math.Log(sigma)], [-60]);
        var problem = new LineProblem(wavelength, lines, LineWindows.CreatePublished([center], wavelength, 40));
        double[] flux = problem.Forward(Variants.Create(variant), LineModel.Published);

        // With a Lorentzian this narrow, all but its very centre is Gaussian.
        double gauss = Math.Exp(-distance * distance / (2 * sigma * sigma)) / (sigma * Math.Sqrt(2 * Math.PI));
        Assert.Equal(1 - (amplitude * gauss), flux[^1], Tolerances.GoldenForward);
    }

    [Theory]
    [InlineData(double.NaN, -3, -3, -3)]
    [InlineData(8001, double.NaN, -3, -3)]
    [InlineData(8001, 800, -3, -3)]
    [InlineData(8001, -3, double.NaN, -3)]
    [InlineData(8001, -3, -3, double.PositiveInfinity)]
    [InlineData(8001, -3, double.NegativeInfinity, double.NegativeInfinity)]
    [InlineData(8001, -3, -2000, -2000)]
    public void A_degenerate_line_contributes_nothing(double center, double lnAmplitude, double lnSigma, double lnGamma)
    {
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            LineProblem problem = Alone(center, lnAmplitude, lnSigma, lnGamma);
            ILineKernels kernels = KernelSet.Best.Create();
            var model = new LineModel(profile, Composition.Product);
            Assert.True(ILineKernels.IsDegenerate(problem.Lines, 0));
            Assert.All(problem.Forward(kernels, model), s => Assert.Equal(1, s));
            LineGradient gradient = problem.Gradient(kernels, model, [.. problem.Wavelength.Select(_ => 1.0)]);
            Assert.Equal((0, 0, 0, 0), (gradient.Center[0], gradient.LnAmplitude[0], gradient.LnSigma[0], gradient.LnGamma[0]));
        }
    }

    [Theory]
    [InlineData(-1000, -3, -3)] // no amplitude
    [InlineData(50, -3, -3)] // an absurd amplitude
    [InlineData(50, 3, 3)]
    [InlineData(-3, double.NegativeInfinity, -3)] // a pure Lorentzian
    [InlineData(-3, -3, double.NegativeInfinity)] // a pure Gaussian
    [InlineData(-3, -60, -60)] // a needle on a pixel
    [InlineData(-3, -300, -3)]
    [InlineData(-3, -3, -300)]
    [InlineData(-3, 20, 20)] // wider than the spectrum
    public void An_extreme_line_gives_finite_results(double lnAmplitude, double lnSigma, double lnGamma)
    {
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            foreach (Composition composition in Enum.GetValues<Composition>())
            {
                LineProblem problem = Alone(8001, lnAmplitude, lnSigma, lnGamma);
                ILineKernels kernels = KernelSet.Best.Create();
                var model = new LineModel(profile, composition);
                Assert.All(problem.Forward(kernels, model), s => Assert.InRange(s, 0, 1));
                LineGradient gradient = problem.Gradient(kernels, model, [.. problem.Wavelength.Select(_ => 1.0)]);
                Assert.All(
                    new[] { gradient.Center[0], gradient.LnAmplitude[0], gradient.LnSigma[0], gradient.LnGamma[0] },
                    g => Assert.True(double.IsFinite(g), $"{model}: {g}"));
            }
        }
    }

    [Fact]
    public void A_pure_Lorentzian_is_the_limit_of_a_vanishing_sigma()
    {
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            var model = new LineModel(profile, Composition.Product);
            double[] limit = Alone(8001.003, -3, double.NegativeInfinity, -2).Forward(KernelSet.Best.Create(), model);
            double[] nearly = Alone(8001.003, -3, -30, -2).Forward(KernelSet.Best.Create(), model);
            Assert.InRange(LineProblem.MaxDifference(limit, nearly), 0, 1e-10);
        }
    }

    [Fact]
    public void A_depth_beyond_one_is_clamped_away_from_the_core_too()
    {
        // Half width 0.1 A and an area of 50 A: the Lorentzian wing alone exceeds 1 out to more than an Angstrom.
        LineProblem problem = Alone(8001, Math.Log(50), Math.Log(0.02), Math.Log(0.1));
        double[] flux = problem.Forward(KernelSet.Best.Create(), LineModel.Published);
        Assert.All(flux, s => Assert.InRange(s, 0.9e-9, 1));
        Assert.True(flux.Count(s => s < 1.1e-9) > 200);
    }

    [Fact]
    public void The_order_of_the_lines_changes_rounding_only() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            LineProblem problem = LineProblem.Random(seed, 400, 20, 150);
            int[] order = [.. Enumerable.Range(0, 20)];
            new Random(seed).Shuffle(order);
            LineTable t = problem.Lines;
            var shuffled = new LineTable(Pick(t.Center), Pick(t.LnAmplitude), Pick(t.LnSigma), Pick(t.LnGamma));
            double[] there = problem.Forward(KernelSet.Best.Create(), LineModel.Published);
            double[] back = new LineProblem(problem.Wavelength, shuffled, LineWindows.Create(shuffled.Center, problem.Wavelength, 150))
                .Forward(KernelSet.Best.Create(), LineModel.Published);
            return LineProblem.MaxDifference(there, back) < 1e-14;

            double[] Pick(double[] column) => [.. order.Select(i => column[i])];
        }));

    [Fact]
    public void Windows_stay_inside_and_cover_their_line() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), ArbMap.Default.ArbFor<int>(), (width, seed) =>
        {
            var random = new Random(seed);
            int pixels = 1 + random.Next(300);
            double[] wavelength = [.. Enumerable.Range(0, pixels).Select(i => 8000 + (0.01 * i))];
            double[] center = [7990, 8000 + random.NextDouble() * 0.01 * pixels, 9000];
            LineWindows windows = LineWindows.Create(center, wavelength, width.Get);
            bool inside = true;
            for (int j = 0; j < 3; j++)
                inside &= windows.First[j] >= 0 && windows.Length[j] == Math.Min(width.Get, pixels) && windows.First[j] + windows.Length[j] <= pixels;
            int nearest = Math.Clamp(LineWindows.SearchSorted(wavelength, center[1]), 0, pixels - 1);
            return inside && windows.First[1] <= nearest && nearest < windows.First[1] + windows.Length[1] + 1;
        }));

    [Fact]
    public void Windows_are_found_for_centres_in_any_order() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            double[] wavelength = [.. Enumerable.Range(0, 1 + random.Next(900)).Select(i => 8000 + (0.01 * i) + (i > 400 ? 0.02 * (i - 400) : 0))];
            double[] center = [.. Enumerable.Range(0, 40).Select(_ => random.Next(4) == 0
                ? wavelength[random.Next(wavelength.Length)]
                : 7999 + (random.NextDouble() * (wavelength[^1] - 7998)))];
            if (random.Next(2) == 0) Array.Sort(center);
            LineWindows windows = LineWindows.Create(center, wavelength, 7);
            return Enumerable.Range(0, 40).All(j => windows.First[j] == Math.Clamp(
                LineWindows.SearchSorted(wavelength, center[j]) - 3, 0, wavelength.Length - Math.Min(7, wavelength.Length)));
        }));

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Nothing_is_allocated_after_the_first_call(string variant)
    {
        LineProblem problem = LineProblem.Random(4, 3000, 60, 700);
        ILineKernels kernels = Variants.Create(variant);
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            foreach (Composition composition in Enum.GetValues<Composition>())
            {
                var model = new LineModel(profile, composition);
                double[] flux = new double[3000], cotangent = new double[3000];
                var gradient = new LineGradient(60);
                Step();
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 5; i++) Step();
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

                void Step()
                {
                    kernels.Forward(model, problem.Lines, problem.Windows, problem.Wavelength, Workers.OneThread, flux);
                    kernels.Gradient(model, problem.Lines, problem.Windows, problem.Wavelength, flux, cotangent, Workers.OneThread, gradient);
                }
            }
        }
    }

    [Fact]
    public void Windows_transfer_to_a_slice_as_the_slice_of_themselves()
    {
        LineProblem problem = LineProblem.Random(3, 500, 40, 90);
        double[] slice = problem.Wavelength[120..310];
        LineWindows windows = problem.Windows.Transfer(problem.Wavelength, slice);
        double[] full = problem.Forward(KernelSet.Best.Create(), LineModel.Published);
        double[] part = new LineProblem(slice, problem.Lines, windows).Forward(KernelSet.Best.Create(), LineModel.Published);
        Assert.InRange(LineProblem.MaxDifference(full.AsSpan(120..310), part), 0, Tolerances.CrossLaneForward);
    }

    [Fact]
    public void Published_windows_need_a_longer_spectrum() =>
        Assert.Throws<ArgumentException>(() => LineWindows.CreatePublished([8000.0], new double[100], 100));

    private static LineProblem Alone(double center, double lnAmplitude, double lnSigma, double lnGamma)
    {
        double[] wavelength = [.. Enumerable.Range(0, 401).Select(i => (799900 + i) / 100.0)];
        var lines = new LineTable([center], [lnAmplitude], [lnSigma], [lnGamma]);
        return new LineProblem(wavelength, lines, LineWindows.Create([8001.0], wavelength, 6000));
    }
}
