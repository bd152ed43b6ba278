using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>Nonsense in every variant, exact and with a tolerance, from a table and from a source: spectra and gradients that are numbers, or a sentence.</summary>
public class BadInputTests
{
    private static readonly (double Center, double LnAmplitude, double LnSigma, double LnGamma)[] Lines =
    [
        (8001, -1000, -3, -3), (8001, 50, -3, -3), (8001, 50, 3, 3), (8001, 600, -3, 80), (8001, -3, double.NegativeInfinity, -3), (8001, -3, -3, double.NegativeInfinity),
        (8001, -3, double.NegativeInfinity, double.NegativeInfinity), (8001, -3, -60, -60), (8001, -3, -300, -3), (8001, -3, -720, -3), (8001, -3, -3, -300),
        (8001, -3, -720, -720), (8001, -3, 20, 20), (8001, -3, 200, 200), (8001, -3, -2000, -2000), (double.NaN, -3, -3, -3), (8001, double.NaN, -3, -3),
        (8001, -3, double.NaN, -3), (8001, -3, -3, double.NaN), (double.PositiveInfinity, -3, -3, -3), (double.NegativeInfinity, -3, -3, -3),
        (8001, double.PositiveInfinity, -3, -3), (8001, double.NegativeInfinity, -3, -3), (8001, 800, -3, -3), (8001, -3, double.PositiveInfinity, -3), (1e300, -3, -3, -3),
        (-8001, -3, -3, -3), (0, 0, 0, 0),
    ];

    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Lines_that_make_no_sense_give_numbers(string variant)
    {
        foreach (double tolerance in new[] { 0, 1e-13, 1e-6 })
        {
            var kernels = (IStreamedLineKernels)KernelSet.Find(variant)!.Create(tolerance);
            for (int first = 0; first <= Lines.Length; first++)
            {
                // Each alone, and in the end all together, in no order.
                var chosen = first == Lines.Length ? Lines : [Lines[first]];
                foreach (int pixels in new[] { 1, 401 }) Judge(kernels, chosen, pixels, first);
            }
        }
    }

    [Fact]
    public void No_lines_and_no_pixels_give_the_continuum()
    {
        foreach (double tolerance in new[] { 0, 1e-6 })
        {
            var kernels = (IStreamedLineKernels)KernelSet.Best.Create(tolerance);
            Judge(kernels, [], 401, 0);
            Judge(kernels, [], 1, 0);
            Judge(kernels, Lines, 0, 0);
        }
    }

    [Fact]
    public void Wavelengths_that_do_not_ascend_are_refused_by_kernels_that_sort_them()
    {
        double[] wavelength = [8000, 8000.5, 8000.2];
        var lines = new LineTable([8000.1], [-3], [-3], [-3]);
        LineWindows windows = LineWindows.Create(lines.Center, wavelength, 3);
        ArgumentException error = Assert.Throws<ArgumentException>(() => KernelSet.Best.Create(1e-6).Forward(
            LineModel.Published, lines, windows, wavelength, Workers.OneThread, new double[3]));
        Assert.Contains("pixel 2", error.Message, StringComparison.Ordinal);
    }

    private static void Judge(
        IStreamedLineKernels kernels, (double Center, double LnAmplitude, double LnSigma, double LnGamma)[] chosen, int pixels, int number)
    {
        double[] wavelength = [.. Enumerable.Range(0, pixels).Select(i => (pixels == 1 ? 800100 : 799900 + i) / 100.0)];
        var lines = new LineTable(
            [.. chosen.Select(l => l.Center)], [.. chosen.Select(l => l.LnAmplitude)], [.. chosen.Select(l => l.LnSigma)], [.. chosen.Select(l => l.LnGamma)]);
        WindowRule rule = WindowRule.Centered(wavelength, 6000);
        var problem = new LineProblem(wavelength, lines, rule.Create(lines.Center));
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            foreach (Composition composition in Enum.GetValues<Composition>())
            {
                var model = new LineModel(profile, composition);
                string what = $"line {number}, {model}, {pixels} pixels";
                double[] flux = problem.Forward(kernels, model), streamed = new double[pixels];
                Assert.All(flux, s => Assert.True(s is >= 0 and <= 1 + 1e-12, $"{what}: {s}"));
                kernels.Forward(model, new LineSourceTests.Blocks(lines, 1, 7), rule, wavelength, Workers.OneThread, streamed);
                Assert.InRange(LineProblem.MaxDifference(flux, streamed), 0, 2e-6);
                if (chosen.Length == 0) Assert.All(flux, s => Assert.Equal(1, s));
                (double sum, int count) = kernels.SquaredResidual(model, lines, problem.Windows, wavelength, wavelength, null, Workers.OneThread);
                Assert.True(double.IsFinite(sum) && count == pixels, what);
                LineGradient gradient = problem.Gradient(kernels, model, [.. wavelength.Select(_ => 1.0)]);
                for (int j = 0; j < lines.Count; j++)
                {
                    double[] all = [gradient.Center[j], gradient.LnAmplitude[j], gradient.LnSigma[j], gradient.LnGamma[j]];
                    Assert.True(all.All(double.IsFinite), $"{what}: {string.Join(' ', all)}");
                    if (ILineKernels.IsDegenerate(lines, j)) Assert.All(all, g => Assert.Equal(0, g));
                }
            }
        }
    }
}
