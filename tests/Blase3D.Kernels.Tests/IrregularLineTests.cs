using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>Lines that do not fit the order the exact kernels like, beside such that do, against the plain formula.</summary>
public class IrregularLineTests
{
    private const double StepAngstrom = 0.01;

    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void Any_order_windows_and_widths_give_the_plain_formula(string variant)
    {
        for (int seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            int pixels = 1 + random.Next(1500), count = random.Next(60);
            double[] wavelength = [.. Enumerable.Range(0, pixels).Select(i => 9000 + (StepAngstrom * i))];
            LineTable lines = Lines(random, wavelength, count);
            foreach (LineWindows windows in AllWindows(random, lines, wavelength))
            {
                foreach (Composition composition in Enum.GetValues<Composition>())
                {
                    var problem = new LineProblem(wavelength, lines, windows);
                    double[] expected = Plain(composition, problem);
                    double error = LineProblem.MaxDifference(expected, problem.Forward(Variants.Create(variant), new LineModel(LineProfile.Blase, composition)));
                    Assert.True(error <= Tolerances.CrossLaneForward, $"seed {seed}, {composition}: {error:E2}");
                }
            }
        }
    }

    [Fact]
    public void A_wavelength_index_finds_what_the_search_finds()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var wavelength = new double[random.Next(400)];
            double at = 8000;
            for (int i = 0; i < wavelength.Length; i++) wavelength[i] = at += random.Next(4) * (random.Next(20) == 0 ? 5 : 0.01);
            var index = new WavelengthIndex(wavelength);
            double[] values = [.. wavelength, .. wavelength.Select(w => w + 0.005), 0, 7999, 1e300, double.NegativeInfinity, double.PositiveInfinity];
            Assert.All(values, value => Assert.Equal(LineWindows.SearchSorted(wavelength, value), index.Find(value)));
            Assert.Equal(0, index.Find(double.NaN));
            double[] centers = [.. values.Order()];
            if (wavelength.Length == 0) continue;
            LineWindows searched = LineWindows.Create(centers, wavelength, 7), indexed = LineWindows.Create(centers, wavelength, 7, index: index);
            Assert.Equal(searched.First, indexed.First);
            Assert.Equal(values.Order().Select(v => Math.Clamp(LineWindows.SearchSorted(wavelength, v) - 3, 0, Math.Max(0, wavelength.Length - 7))), searched.First);
        }
    }

    private static LineTable Lines(Random random, double[] wavelength, int count)
    {
        var lines = new LineTable(new double[count], new double[count], new double[count], new double[count]);
        for (int j = 0; j < count; j++)
        {
            // Some on a pixel, some outside, some black over many pixels, some that fall between pixels, some pure shapes.
            lines.Center[j] = random.Next(4) == 0
                ? wavelength[random.Next(wavelength.Length)]
                : 9000 + (((1.4 * random.NextDouble()) - 0.2) * StepAngstrom * wavelength.Length);
            double narrow = random.Next(4) == 0 ? 36 * random.NextDouble() : 0;
            lines.LnSigma[j] = random.Next(15) == 0 ? double.NegativeInfinity : -3.5 + (2 * random.NextDouble()) - narrow;
            lines.LnGamma[j] = lines.LnSigma[j] > -200 && random.Next(15) == 0 ? double.NegativeInfinity : -3.5 + (2 * random.NextDouble()) - narrow;
            lines.LnAmplitude[j] = -4 + (6 * random.NextDouble()) - narrow;
        }

        return lines;
    }

    private static IEnumerable<LineWindows> AllWindows(Random random, LineTable lines, double[] wavelength)
    {
        int width = 1 + random.Next(2 * wavelength.Length);
        yield return LineWindows.Create(lines.Center, wavelength, width);
        if (wavelength.Length > 3) yield return LineWindows.CreatePublished(lines.Center, wavelength, 2 + random.Next(wavelength.Length - 2));
        LineWindows own = LineWindows.Prepare(lines.Count, null);
        for (int j = 0; j < lines.Count; j++)
        {
            own.First[j] = random.Next(wavelength.Length + 1);
            own.Length[j] = random.Next(wavelength.Length - own.First[j] + 1);
        }

        yield return own;
    }

    private static double[] Plain(Composition composition, LineProblem problem)
    {
        (LineTable lines, LineWindows windows) = (problem.Lines, problem.Windows);
        double[] sum = [.. problem.Wavelength.Select(_ => composition == Composition.Product ? 1.0 : 0.0)];
        for (int j = 0; j < lines.Count; j++)
        {
            for (int k = 0; k <= windows.Length[j] + 1; k++)
            {
                if (k == windows.Length[j] || (k > windows.Length[j] && !windows.HasDetachedPixel)) continue;
                int i = windows.First[j] + k;
                double v = Depth(lines, j, problem.Wavelength[i]);
                if (composition == Composition.Product) sum[i] *= 1 - Math.Clamp(v, 0, LineModel.MaxDepth);
                else sum[i] += Math.Max(v, 0);
            }
        }

        return composition == Composition.Product ? sum : [.. sum.Select(v => Math.Exp(-v))];
    }

    private static double Depth(LineTable lines, int j, double wavelength)
    {
        double a = Math.Exp(lines.LnAmplitude[j]), sigma = Math.Exp(lines.LnSigma[j]), gamma = Math.Exp(lines.LnGamma[j]), x = wavelength - lines.Center[j];
        double g = 2.3548 * sigma, l = 2 * gamma, scale = Math.Max(g, l);
        (g, l) = (g / scale, l / scale);
        double f = Math.Pow(
            Math.Pow(g, 5) + (2.69269 * Math.Pow(g, 4) * l) + (2.42843 * Math.Pow(g, 3) * l * l) + (4.47163 * g * g * Math.Pow(l, 3))
            + (0.07842 * g * Math.Pow(l, 4)) + Math.Pow(l, 5),
            0.2);
        double r = l / f, eta = (1.36603 * r) - (0.47719 * r * r) + (0.11116 * r * r * r);
        double lorentz = gamma > 0 ? gamma / Math.PI / ((x * x) + (gamma * gamma)) : 0;
        double gauss = sigma > 0 ? Math.Exp(-0.5 * (x / sigma) * (x / sigma)) / (sigma * Math.Sqrt(2 * Math.PI)) : 0;
        return a * ((eta * lorentz) + ((1 - eta) * gauss));
    }
}
