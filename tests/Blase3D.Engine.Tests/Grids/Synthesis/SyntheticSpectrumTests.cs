using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Engine.Tests.Grids.Synthesis;

public sealed class SyntheticSpectrumTests
{
    private static readonly double[] Pixels = PhoenixWavelengths.Create(9950, 10050);

    private static SyntheticGrid Make(params double[] point) => new(
        SyntheticLineList.Create(2000, 9940, 10060, 11), new GridPoints(["teff", "logg", "feh"], point), Pixels);

    [Fact]
    public void Normalised_flux_is_the_product_of_the_true_lines()
    {
        var grid = Make(4000, 4.5, 0);
        var lines = grid.TrueLines(grid.Point(0));
        var expected = Pixels.Select(_ => 1.0).ToArray();
        for (int j = 0; j < lines.Present.Length; j++)
        {
            if (!lines.Present[j]) continue;
            var (width, eta) = PseudoVoigtOracle.Shape(Math.Exp(lines.LnSigma[j]), Math.Exp(lines.LnGamma[j]));
            for (int i = 0; i < Pixels.Length; i++)
            {
                double profile = PseudoVoigtOracle.Value(Pixels[i] - lines.CenterAngstrom[j], width, eta);
                expected[i] *= 1 - (Math.Exp(lines.LnAmplitude[j]) * profile);
            }
        }

        double[] actual = grid.TrueNormalizedFlux(grid.Point(0), Pixels);
        double worst = Enumerable.Range(0, Pixels.Length).Max(i => Math.Abs(actual[i] - expected[i]));
        // Every present line may lose a wing of at most 1e-7.
        Assert.True(worst <= 1e-7 * lines.PresentCount, $"{worst} for {lines.PresentCount} lines");
        Assert.True(lines.PresentCount > 100);
        Assert.True(actual.Min() < 0.5);
    }

    [Fact]
    public void Normalised_flux_lies_between_zero_and_one_everywhere()
    {
        var grid = Make(4000, 4.5, 0);
        var point = from teff in Gen.Choose(2300, 12000)
                    from logg in Gen.Choose(20, 60)
                    from feh in Gen.Choose(-10, 5)
                    select new SyntheticPoint(teff, logg / 10.0, feh / 10.0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(point.ToArbitrary(), p =>
            grid.TrueNormalizedFlux(p, Pixels).All(flux => flux is > 0 and <= 1)));
    }

    [Fact]
    public void A_slice_of_the_spectrum_is_the_spectrum_of_the_slice()
    {
        // Bit by bit, so neither tiles, nor vector lanes, nor threads change a value.
        var grid = Make(3500, 5, 0);
        double[] whole = grid.TrueNormalizedFlux(grid.Point(0), Pixels);
        Assert.True(Pixels.Length > 4096);
        var slice = Gen.Choose(0, Pixels.Length - 1).Zip(Gen.Choose(1, 200));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(slice.ToArbitrary(), s =>
        {
            int begin = s.Item1, end = Math.Min(begin + s.Item2, Pixels.Length);
            return grid.TrueNormalizedFlux(grid.Point(0), Pixels[begin..end]).AsSpan().SequenceEqual(whole.AsSpan(begin, end - begin));
        }));
    }

    [Fact]
    public void Flux_is_blackbody_times_a_gentle_trend_times_the_lines()
    {
        var grid = Make(5772, 4.44, 0, 9000, 4, 0);
        double[] wavelength = [.. Pixels];
        for (int row = 0; row < 2; row++)
        {
            var flux = new double[Pixels.Length];
            grid.ReadFlux(row, flux);
            double[] normalized = grid.TrueNormalizedFlux(grid.Point(row), wavelength);
            // pi B in SI units: first and second radiation constants of CODATA 2018; 1 W/m3 is 10 erg/s/cm2/cm.
            double teff = grid.Point(row).Teff;
            for (int i = 0; i < flux.Length; i += 500)
            {
                double metre = wavelength[i] * 1e-10;
                double siFlux = 3.741771852e-16 / Math.Pow(metre, 5) / (Math.Exp(0.01438776877 / (metre * teff)) - 1);
                double trend = flux[i] / normalized[i] / (siFlux * 10);
                Assert.InRange(trend, 0.98, 1.0); // 1 - 0.01 at 10,000 Angstrom
            }
        }
    }

    [Fact]
    public void Axes_may_come_in_any_order()
    {
        var list = SyntheticLineList.Create(100, 9940, 10060, 1);
        var usual = new SyntheticGrid(list, new GridPoints(["teff", "logg", "feh"], [4000, 3, -0.5]), Pixels);
        var other = new SyntheticGrid(list, new GridPoints(["feh", "teff", "logg"], [-0.5, 4000, 3]), Pixels);
        var first = new double[Pixels.Length];
        var second = new double[Pixels.Length];
        usual.ReadFlux(0, first);
        other.ReadFlux(0, second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Wrong_axes_points_and_wavelengths_are_refused()
    {
        var list = SyntheticLineList.Create(10, 9940, 10060, 1);
        var good = new GridPoints(["teff", "logg", "feh"], [4000, 3, 0]);
        var twoAxes = new GridPoints(["teff", "logg"], [4000, 3]);
        var otherAxis = new GridPoints(["teff", "logg", "alpha"], [4000, 3, 0]);
        var tooCold = new GridPoints(["teff", "logg", "feh"], [400, 3, 0]);
        Assert.Equal(ErrorCode.BadArguments, Refused(() => new SyntheticGrid(list, twoAxes, Pixels)));
        Assert.Equal(ErrorCode.BadArguments, Refused(() => new SyntheticGrid(list, otherAxis, Pixels)));
        Assert.Equal(ErrorCode.OutOfRange, Refused(() => new SyntheticGrid(list, tooCold, Pixels)));
        Assert.Equal(ErrorCode.OutOfRange, Refused(() => new SyntheticGrid(list, good, Pixels).TrueLines(new(5000, 9, 0))));
        Assert.Equal(ErrorCode.OutOfRange, Refused(() => new SyntheticGrid(list, good, Pixels).TrueLines(new(double.NaN, 4, 0))));
        foreach (double[] wavelength in new double[][] { [], [2, 1], [1, 1], [0, 1], [1, double.NaN], [1, double.PositiveInfinity] })
        {
            Assert.Equal(ErrorCode.BadArguments, Refused(() => new SyntheticGrid(list, good, wavelength)));
        }

        Assert.Throws<ArgumentException>(() => new SyntheticGrid(list, good, Pixels).ReadFlux(0, new double[3]));
    }

    private static ErrorCode Refused(Func<object> action) => Assert.Throws<EngineException>(action).Code;
}
