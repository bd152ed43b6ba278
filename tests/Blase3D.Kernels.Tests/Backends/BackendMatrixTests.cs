using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>Every operation on every backend against the scalar reference: values, derivatives, edge cases.</summary>
public class BackendMatrixTests(ITestOutputHelper output)
{
    public static TheoryData<string, LineProfile, Composition> Cells
    {
        get
        {
            var cells = new TheoryData<string, LineProfile, Composition>();
            foreach (string name in Backend.Names)
            {
                foreach (LineProfile profile in Enum.GetValues<LineProfile>())
                {
                    foreach (Composition composition in Enum.GetValues<Composition>()) cells.Add(name, profile, composition);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Spectra_of_all_kinds_of_windows(string backend, LineProfile profile, Composition composition)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(31, pixels: 5003, lines: 120, window: 1501);
        LineWindows published = LineWindows.CreatePublished(problem.Lines.Center, problem.Wavelength, 700);
        LineWindows adaptive = AdaptiveWindows.Create(model, problem.Lines, problem.Wavelength, 1e-7);
        LineWindows whole = LineWindows.Create(problem.Lines.Center, problem.Wavelength, 20_000);
        ILineKernels kernels = set.Create(), reference = KernelSet.Find("scalar")!.Create();
        foreach (LineWindows windows in new[] { problem.Windows, published, adaptive, whole, problem.Windows })
        {
            LineProblem own = problem with { Windows = windows };
            double[] expected = own.Forward(reference, model), found = own.Forward(kernels, model);
            Near(expected, found, ForwardTolerance(backend));
            (double sum, int pixels) = reference.SquaredResidual(model, own.Lines, windows, own.Wavelength, Ones(5003), null, Workers.OneThread);
            (double otherSum, int otherPixels) = kernels.SquaredResidual(model, own.Lines, windows, own.Wavelength, Ones(5003), null, Workers.OneThread);
            Assert.Equal(pixels, otherPixels);
            Assert.InRange(Math.Abs(sum - otherSum), 0, ForwardTolerance(backend) * pixels);
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Residuals_with_weights_and_pixels_that_do_not_count(string backend, LineProfile profile, Composition composition)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        var model = new LineModel(profile, composition);
        var random = new Random(4);
        LineProblem problem = LineProblem.Random(11, pixels: 1700, lines: 30, window: 400);
        double[] data = [.. Enumerable.Range(0, 1700).Select(i => i % 17 == 3 ? double.NaN : random.NextDouble())];
        double[] weight = [.. Enumerable.Range(0, 1700).Select(i => i % 13 == 5 ? double.NaN : random.NextDouble())];
        (double expected, int counted) = KernelSet.Find("scalar")!.Create().SquaredResidual(model, problem.Lines, problem.Windows, problem.Wavelength, data, weight, Workers.OneThread);
        (double found, int otherCounted) = set.Create().SquaredResidual(model, problem.Lines, problem.Windows, problem.Wavelength, data, weight, Workers.OneThread);
        Assert.Equal(counted, otherCounted);
        Assert.InRange(Math.Abs(found - expected), 0, ForwardTolerance(backend) * expected);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Gradients_and_tangents(string backend, LineProfile profile, Composition composition)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(32, pixels: 3001, lines: 60, window: 1777);
        LineWindows published = LineWindows.CreatePublished(problem.Lines.Center, problem.Wavelength, 500), adaptive = AdaptiveWindows.Create(model, problem.Lines, problem.Wavelength, 1e-5);
        double[] cotangent = [.. Enumerable.Range(0, 3001).Select(i => Math.Sin(0.1 * i))];
        LineTable[] directions = [.. Enumerable.Range(0, 5).Select(seed => Direction(60, seed))];
        foreach (LineWindows windows in new[] { problem.Windows, published, adaptive })
        {
            LineProblem own = problem with { Windows = windows };
            KernelSet scalar = KernelSet.Find("scalar")!;
            LineGradient expected = own.Gradient(scalar.Create(), model, cotangent), found = own.Gradient(set.Create(), model, cotangent);
            NearRelative(expected.Center, found.Center, GradientTolerance(backend));
            NearRelative(expected.LnAmplitude, found.LnAmplitude, GradientTolerance(backend));
            NearRelative(expected.LnSigma, found.LnSigma, GradientTolerance(backend));
            NearRelative(expected.LnGamma, found.LnGamma, GradientTolerance(backend));
            double[][] expectedTangents = Tangents(own, scalar, model, directions), tangents = Tangents(own, set, model, directions);
            for (int d = 0; d < directions.Length; d++) NearRelative(expectedTangents[d], tangents[d], GradientTolerance(backend));
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_length_and_number_of_lines(string backend, LineProfile profile, Composition composition)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        var model = new LineModel(profile, composition);
        ILineKernels kernels = set.Create(), reference = KernelSet.Find("scalar")!.Create();
        int step = profile == LineProfile.Blase && composition == Composition.Product ? 1 : 37;
        for (int pixels = 0; pixels <= 256; pixels += step)
        {
            LineProblem problem = LineProblem.Random(pixels, Math.Max(pixels, 1), pixels % 5, 1 + (pixels / 2));
            if (pixels == 0) problem = new LineProblem([], new LineTable(), LineWindows.Create([], [], 4));
            Near(problem.Forward(reference, model), problem.Forward(kernels, model), ForwardTolerance(backend));
        }

        foreach (int lines in new[] { 0, 1, 63, 64, 65, 200 })
        {
            LineProblem problem = LineProblem.Random(lines, 1100, lines, 300);
            Near(problem.Forward(reference, model), problem.Forward(kernels, model), ForwardTolerance(backend));
            double[] cotangent = Ones(1100);
            NearRelative(problem.Gradient(reference, model, cotangent).LnAmplitude, problem.Gradient(kernels, model, cotangent).LnAmplitude, GradientTolerance(backend));
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Lines_that_no_spectrum_should_have(string backend, LineProfile profile, Composition composition)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        var model = new LineModel(profile, composition);
        (double Center, double LnAmplitude, double LnSigma, double LnGamma)[] degenerate =
        [
            (double.NaN, -3, -3, -3), (8001, double.NaN, -3, -3), (8001, 800, -3, -3), (8001, -3, double.NaN, -3), (8001, -3, -3, double.PositiveInfinity),
            (8001, -3, double.NegativeInfinity, double.NegativeInfinity), (8001, -3, -2000, -2000),
        ];
        // Single precision ends at 1e-38 and its heights at 1e30, and the height of a Gaussian part does not go to zero with its width.
        double narrowest = backend.EndsWith("single", StringComparison.Ordinal) ? -60 : -300;
        (double Center, double LnAmplitude, double LnSigma, double LnGamma)[] extreme =
        [
            (8001, -1000, -3, -3), (8001, 50, -3, -3), (8001, 50, 3, 3), (8001, -3, double.NegativeInfinity, -3), (8001, -3, -3, double.NegativeInfinity), (8001, -3, -60, -60),
            (8001, -3, narrowest, -3), (8001, -3, -3, -300), (8001, -3, 20, 20), (8001, Math.Log(50), Math.Log(0.02), Math.Log(0.1)),
        ];
        ILineKernels kernels = set.Create(), reference = KernelSet.Find("scalar")!.Create();
        foreach (var line in degenerate.Concat(extreme))
        {
            LineProblem problem = Alone(line.Center, line.LnAmplitude, line.LnSigma, line.LnGamma);
            double[] found = problem.Forward(kernels, model);
            Near(problem.Forward(reference, model), found, ForwardTolerance(backend));
            LineGradient gradient = problem.Gradient(kernels, model, Ones(401));
            double[] all = [gradient.Center[0], gradient.LnAmplitude[0], gradient.LnSigma[0], gradient.LnGamma[0]];
            Assert.All(all, value => Assert.True(double.IsFinite(value), $"{line}: {value}"));
            if (degenerate.Contains(line)) Assert.All(all, value => Assert.Equal(0, value));
            double[] tangent = Tangents(problem, set, model, [Direction(1, 3)])[0];
            Assert.All(tangent, value => Assert.True(double.IsFinite(value), $"{line}: {value}"));
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void The_same_call_gives_the_same_bits(string backend, LineProfile profile, Composition composition)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(33, pixels: 2500, lines: 90, window: 900);
        double[] cotangent = Ones(2500);
        ILineKernels kernels = set.Create();
        Assert.Equal(problem.Forward(kernels, model), problem.Forward(set.Create(), model));
        LineGradient one = problem.Gradient(kernels, model, cotangent), other = problem.Gradient(kernels, model, cotangent);
        Assert.Equal(one.Center, other.Center);
        Assert.Equal(one.LnGamma, other.LnGamma);
    }

    private static double ForwardTolerance(string backend) => Backend.IsSingle(backend) ? Tolerances.DeviceSingleForward : Tolerances.DeviceDoubleForward;

    private static double GradientTolerance(string backend) => Backend.IsSingle(backend) ? Tolerances.DeviceSingleGradientRelative : Tolerances.DeviceDoubleGradientRelative;

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static void Near(double[] expected, double[] found, double tolerance) => Assert.InRange(LineProblem.MaxDifference(expected, found), 0, tolerance);

    private static void NearRelative(double[] expected, double[] found, double tolerance) =>
        Near(expected, found, tolerance * Math.Max(expected.Length == 0 ? 0 : expected.Max(Math.Abs), 1e-3));

    private static double[][] Tangents(LineProblem problem, KernelSet set, LineModel model, LineTable[] directions)
    {
        double[] transmission = problem.Forward(set.Create(), model);
        double[][] derivatives = [.. directions.Select(_ => new double[problem.Wavelength.Length])];
        set.CreateTangent().Evaluate(model, problem.Lines, problem.Windows, problem.Wavelength, transmission, directions, Workers.OneThread, derivatives);
        return derivatives;
    }

    private static LineTable Direction(int lines, int seed)
    {
        var random = new Random(seed);
        return new LineTable(Column(0.02), Column(1), Column(1), Column(1));

        double[] Column(double scale) => [.. Enumerable.Range(0, lines).Select(_ => scale * ((2 * random.NextDouble()) - 1))];
    }

    private static LineProblem Alone(double center, double lnAmplitude, double lnSigma, double lnGamma)
    {
        double[] wavelength = [.. Enumerable.Range(0, 401).Select(i => (799900 + i) / 100.0)];
        var lines = new LineTable([center], [lnAmplitude], [lnSigma], [lnGamma]);
        return new LineProblem(wavelength, lines, LineWindows.Create([8001.0], wavelength, 6000));
    }
}
