using Blase3D.Engine.Observation;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using FsCheck;
using FsCheck.Fluent;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Observation;

/// <summary>The instrument folded into the widths of lines, against the convolution, and the bound of the difference.</summary>
public sealed class FoldingTests(ITestOutputHelper output)
{
    private const double Center = 8500;

    // km/s at the centre in Angstrom.
    private const double PerKmPerS = Center / DopplerShift.LightSpeedKmPerS;

    private static readonly LineModel[] Models =
    [
        .. from profile in Enum.GetValues<LineProfile>() from composition in Enum.GetValues<Composition>() select new LineModel(profile, composition),
    ];

    [Fact]
    public void No_blend_gets_past_the_bound()
    {
        // Lines of any depth (some deeper than black), on top of each other or apart, narrower and wider than the instrument.
        Gen<(int Seed, int Lines, int Model)> blends =
            from seed in Gen.Choose(0, int.MaxValue - 1) from lines in Gen.Choose(1, 12) from model in Gen.Choose(0, Models.Length - 1) select (seed, lines, model);
        double tightest = 0;
        Prop.ForAll(Arb.From(blends), blend =>
        {
            LineTable lines = RandomLines(new System.Random(blend.Seed), blend.Lines, out double sigma);
            (double worst, double bound) = Compare(Models[blend.Model], lines, sigma);
            tightest = Math.Max(tightest, bound < 0.3 ? worst / bound : 0);
            return worst <= bound + Tolerances.FoldedSampling;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
        output.WriteLine(FormattableString.Invariant($"largest error over bound: {tightest:0.00}"));
        Assert.True(tightest > 0.2);
    }

    [Fact]
    public void A_single_voigt_line_is_exact_and_two_far_apart_are_nearly()
    {
        var voigt = new LineModel(LineProfile.Voigt, Composition.Product);
        LineTable one = Lines((0, 0.04, 1.5, 1));
        (double worst, double bound) = Compare(voigt, one, 2);
        Assert.InRange(worst, 0, Tolerances.FoldedSampling);
        Assert.InRange(bound, worst, 3e-5);
        (worst, bound) = Compare(voigt, Lines((-60, 0.04, 1.5, 0.2), (60, 0.04, 1.5, 0.2)), 2);
        Assert.InRange(bound, worst, 2e-3);
    }

    [Fact]
    public void Weak_broad_lines_are_folded_and_strong_narrow_ones_are_not()
    {
        foreach (LineModel model in Models)
        {
            // A hot star with weak lines of 30 km/s under R = 300,000, and a cool one with deep lines of 1 km/s under 55,000.
            (double worst, double bound) = Compare(model, Lines((-20, 0.05, 30, 30), (25, 0.03, 25, 30)), 0.42);
            output.WriteLine(FormattableString.Invariant($"{model}: weak and broad {worst:e1} of {bound:e1}"));
            Assert.InRange(bound, worst, 1e-4);
            (worst, bound) = Compare(model, Lines((-1, 0.03, 1, 1), (1.5, 0.03, 1, 1)), 2.3);
            output.WriteLine(FormattableString.Invariant($"{model}: strong and narrow {worst:e1} of {bound:e1}"));
            Assert.True(worst > (model.Profile == LineProfile.Blase ? 1e-2 : 1e-4) && bound > worst && bound > 1e-3);
        }
    }

    [Fact]
    public void Towards_infinite_resolution_the_bound_goes_to_zero_as_the_square_of_the_width()
    {
        LineTable lines = Lines((-1, 0.03, 1, 1), (1.5, 0.03, 1, 1));
        double Bound(double sigma) => FoldingBound.Largest(LineModel.Published, lines, sigma, Lattice(lines, 0.02).WavelengthAngstrom);
        Assert.InRange(Bound(1e-3) / Bound(1e-2), 0.005, 0.02);
        Assert.InRange(Bound(1e-5), 0, 1e-8);

        LineTable same = lines.Clone();
        LineFolding.Widen(same, 0, []);
        Assert.Equal(lines.LnSigma[..lines.Count], same.LnSigma[..same.Count]);
    }

    [Fact]
    public void Lines_too_narrow_for_numbers_are_not_folded()
    {
        foreach (LineModel model in Models)
        {
            LineTable lines = Lines((-1, 0.03, 1, 1), (1.5, 0.03, 1, 1));
            (lines.LnSigma[1], lines.LnGamma[1]) = (-400, -400);
            Assert.Equal(1, FoldingBound.Largest(model, lines, 1, Lattice(lines, 0.1).WavelengthAngstrom));
        }
    }

    [Fact]
    public void Derivatives_of_widened_lines_are_those_of_central_differences()
    {
        const double sigma = 1.7, factor = 1.3, step = 1e-5;
        LineTable lines = Lines((0, 0.03, 1, 1), (9, 0.03, 2, 0.5));
        LineTable direction = new([0.01, -0.02], [0, 0], [0.3, -0.2], [0, 0]);
        LineTable wide = lines.Clone(), along = direction.Clone();
        LineFolding.Widen(wide, sigma / factor, [along]);
        LineTable resolution = LineFolding.AlongResolution(wide, sigma / factor, factor);
        for (int j = 0; j < 2; j++)
        {
            Assert.Equal((Widened(step, 0)[j] - Widened(-step, 0)[j]) / (2 * step), along.LnSigma[j], 1e-7);
            Assert.Equal((Widened(0, step)[j] - Widened(0, -step)[j]) / (2 * step), resolution.LnSigma[j], 1e-7);
        }

        double[] Widened(double t, double f)
        {
            LineTable moved = lines.Clone();
            for (int j = 0; j < moved.Count; j++)
            {
                moved.Center[j] += t * direction.Center[j];
                moved.LnSigma[j] += t * direction.LnSigma[j];
            }

            LineFolding.Widen(moved, sigma / (factor + f), []);
            return moved.LnSigma;
        }
    }

    // The largest difference between what is folded and what is convolved, and the bound, away from the ends.
    private static (double Worst, double Bound) Compare(LineModel model, LineTable lines, double sigma)
    {
        double narrowest = Enumerable.Range(0, lines.Count).Min(j => Math.Max(Math.Exp(lines.LnSigma[j]), model.Profile == LineProfile.Thompson ? Math.Exp(lines.LnGamma[j]) : 0));
        if (model.Profile != LineProfile.Thompson) narrowest = Math.Min(narrowest, Enumerable.Range(0, lines.Count).Min(j => Math.Exp(lines.LnGamma[j])));
        RestLattice lattice = Lattice(lines, Math.Max(0.01, 0.04 * narrowest / PerKmPerS));
        double[] at = lattice.WavelengthAngstrom;
        double[] convolved = new double[lattice.Orders[0].Count];
        new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(DopplerShift.LightSpeedKmPerS / (2 * Math.Sqrt(2 * Math.Log(2)) * sigma))).Evaluate(new Extrinsics(0), Forward(model, lines, at), Workers.OneThread, convolved);
        LineTable wide = lines.Clone();
        LineFolding.Widen(wide, sigma, []);
        double[] places = lattice.Orders[0].CenterAngstrom, folded = Forward(model, wide, places);
        double worst = Enumerable.Range(0, places.Length).Where(i => double.IsFinite(convolved[i])).Max(i => Math.Abs(convolved[i] - folded[i]));
        return (worst, FoldingBound.Largest(model, lines, sigma, places));
    }

    private static double[] Forward(LineModel model, LineTable lines, double[] at)
    {
        var flux = new double[at.Length];
        KernelSet.Best.Create(0).Forward(model, lines, LineWindows.Create(lines.Center.AsSpan(0, lines.Count), at, at.Length), at, Workers.OneThread, flux);
        return flux;
    }

    private static RestLattice Lattice(LineTable lines, double step)
    {
        double low = lines.Center.Min() - (60 * PerKmPerS), high = lines.Center.Max() + (60 * PerKmPerS);
        double[] places = [.. Enumerable.Range(0, 801).Select(i => low + ((high - low) * i / 800))];
        return RestLattice.Under([DetectorPixels.Points(places)], 0, 0, 80, stepKmPerS: step);
    }

    // Places, depths of the Gaussian part in equivalent km/s per sigma, and widths, in km/s.
    private static LineTable Lines(params (double Place, double Depth, double Sigma, double Gamma)[] lines) => new(
        [.. lines.Select(l => Center + (l.Place * PerKmPerS))],
        [.. lines.Select(l => Math.Log(l.Depth * 10 * Math.Max(l.Sigma, l.Gamma) * PerKmPerS))],
        [.. lines.Select(l => Math.Log(l.Sigma * PerKmPerS))],
        [.. lines.Select(l => Math.Log(l.Gamma * PerKmPerS))]);

    private static LineTable RandomLines(System.Random random, int count, out double sigma)
    {
        double Log(double low, double high) => low * Math.Pow(high / low, random.NextDouble());
        sigma = Log(0.03, 8);
        double apart = Log(0.3, 40);
        return Lines([.. Enumerable.Range(0, count).Select(_ => (apart * (random.NextDouble() - 0.5), Log(1e-4, 0.3), Log(0.3, 15), Log(0.3, 15)))]);
    }
}
