using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Cpu.Lanes;
using Blase3D.Kernels.Cpu.Profiles;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>The constants of lines: the same bits from every pack, and right where a Gaussian is narrow beside a broad Lorentzian.</summary>
public class LineConstantsTests
{
    public static TheoryData<string> VariantNames => Variants.Names;

    [Theory]
    [InlineData(LineProfile.Blase)]
    [InlineData(LineProfile.Thompson)]
    [InlineData(LineProfile.Voigt)]
    public void Constants_have_the_same_bits_in_packs_of_any_width(LineProfile profile)
    {
        LineTable lines = LineProblem.Random(8, 10, 203, 5).Lines;
        (lines.LnSigma[3], lines.LnGamma[7], lines.LnGamma[150], lines.Center[60]) = (double.NegativeInfinity, -400, 90, double.NaN);
        (lines.LnAmplitude[5], lines.LnAmplitude[6], lines.LnAmplitude[9], lines.LnSigma[200]) = (-1000, 50, double.NaN, -720);
        LineColumns one = Columns<Lane1>(profile, lines);
        foreach (LineColumns pack in new[] { Columns<Lane2>(profile, lines), Columns<Lane4>(profile, lines), Columns<Lane8>(profile, lines) })
        {
            for (int j = 0; j < lines.Count; j++)
            {
                Assert.Equal(ILineKernels.IsDegenerate(lines, j), pack.IsDegenerate[j]);
                Assert.Equal(Bits(one, j), Bits(pack, j));
            }
        }

        // A line among others is that line alone.
        for (int j = 0; j < lines.Count && profile != LineProfile.Voigt; j++)
        {
            if (one.IsDegenerate[j]) continue;
            LineShape own = LineShape.Create(profile, lines.Center[j], Math.Exp(lines.LnAmplitude[j]), Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
            Close(own.LorentzNumerator, one.Numerator[j]);
            Close(own.LorentzSquare, one.Square[j]);
            Close(own.GaussDepth, one.Depth[j]);
            Close(own.GaussRate, one.Rate[j]);
            double outside = own.GaussDepth * Math.Exp(-own.GaussRate * own.CoreHalfWidth * own.CoreHalfWidth);
            Assert.True(own.CoreHalfWidth == 0 || outside <= 1.0001e-17, $"line {j}: {outside}");
        }
    }

    // eta by subtraction from 1 has no right digit left at a ratio of 1e-15, and 2e-5 was seen where lines are deep.
    [Theory]
    [InlineData(LineProfile.Blase)]
    [InlineData(LineProfile.Thompson)]
    public void The_share_of_a_narrow_Gaussian_keeps_its_digits(LineProfile profile)
    {
        for (int power = 3; power >= -11; power--)
        {
            double gamma = 0.37, sigma = gamma * Math.Pow(10, power) / 3;
            decimal expected = GaussianShare(profile, (decimal)(sigma / gamma));
            LineShape shape = LineShape.Create(profile, 0, 1, sigma, gamma);
            double gaussWidth = Math.Sqrt(0.5 / shape.GaussRate), share = shape.GaussDepth * gaussWidth * Math.Sqrt(2 * Math.PI);
            double error = Math.Abs((share / (double)expected) - 1);
            Assert.True(error <= Tolerances.ShapeRelative, $"sigma / gamma 1e{power}: {error:E1}");
            Assert.Equal(1, share + (shape.LorentzNumerator * Math.PI / Math.Sqrt(shape.LorentzSquare)), 1e-14);
        }
    }

    [Theory]
    [MemberData(nameof(VariantNames))]
    public void All_kernels_agree_where_sigma_is_much_less_than_gamma(string variant)
    {
        for (int power = -1; power >= -8; power--)
        {
            double gamma = 0.4, sigma = gamma * Math.Pow(10, power), share = (double)GaussianShare(LineProfile.Blase, (decimal)(sigma / gamma));
            double peak = (share / (sigma * Math.Sqrt(2 * Math.PI))) + ((1 - share) / (gamma * Math.PI)), depth = 0.8;
            double[] wavelength = [9000, 9000 + (0.5 * sigma), 9001];
            var lines = new LineTable([9000], [Math.Log(depth / peak)], [Math.Log(sigma)], [Math.Log(gamma)]);
            foreach (double tolerance in new[] { 0, 1e-10 })
            {
                var transmission = new double[3];
                LineWindows windows = LineWindows.Create(lines.Center, wavelength, 3);
                KernelSet.Find(variant)!.Create(tolerance).Forward(LineModel.Published, lines, windows, wavelength, Workers.OneThread, transmission);
                Assert.Equal(1 - depth, transmission[0], tolerance + Tolerances.CrossLaneForward);
            }
        }
    }

    private static LineColumns Columns<T>(LineProfile profile, LineTable lines)
        where T : struct, ILane<T>
    {
        var columns = new LineColumns();
        columns.Fill<T>(profile, lines, Workers.OneThread);
        return columns;
    }

    private static long[] Bits(LineColumns columns, int j) =>
    [
        .. new[]
        {
            columns.Center[j], columns.Numerator[j], columns.Square[j], columns.Depth[j], columns.Rate[j], columns.CoreHalfWidth[j],
            columns.LorentzMixing[j], columns.GaussMixing[j], columns.GaussShare[j],
        }.Select(BitConverter.DoubleToInt64Bits),
    ];

    private static void Close(double expected, double actual) =>
        Assert.InRange(Math.Abs(expected - actual), 0, Tolerances.ShapeRelative * Math.Abs(expected));

    // 1 - eta with 28 digits.
    private static decimal GaussianShare(LineProfile profile, decimal sigmaPerGamma)
    {
        decimal g = (profile == LineProfile.Blase ? 2.3548m : (decimal)LineShape.FwhmPerSigma) * sigmaPerGamma, l = 2m, larger = Math.Max(g, l);
        (g, l) = (g / larger, l / larger);
        decimal above = (g * g * g * g * g) + (2.69269m * g * g * g * g * l) + (2.42843m * g * g * g * l * l) + (4.47163m * g * g * l * l * l)
            + (0.07842m * g * l * l * l * l);
        decimal f5 = above + (l * l * l * l * l), f = (decimal)Math.Pow((double)f5, 0.2);
        for (int step = 0; step < 4; step++) f -= ((f * f * f * f * f) - f5) / (5 * f * f * f * f);

        // f - l by the quotient of the fifth powers' difference, so that no digits are lost here either.
        decimal d = above / ((f * f * f * f) + (f * f * f * l) + (f * f * l * l) + (f * l * l * l) + (l * l * l * l)) / f;
        return d * (0.74513m + (d * (0.14371m + (d * 0.11116m))));
    }
}
