using Blase3D.Engine.Observation;
using Blase3D.Kernels;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class ExtrinsicModelTests
{
    // Detector pixels of 2.7 km/s that grow along the order, with a gap.
    private static readonly double[] Centers = [.. Enumerable.Range(0, 110).Where(i => i is < 40 or > 52).Select(i => 10_000.4 + (0.09 * i) + (1e-5 * i * i))];

    [Theory]
    [InlineData(0, 55_000)]
    [InlineData(12.345, 100_000)]
    [InlineData(-250, 20_000)]
    public void Gaussian_lines_become_the_wider_lines_of_the_closed_form(double velocity, double resolution)
    {
        DetectorPixels pixels = Moved(velocity);
        var profile = new GaussianProfile([10_000], [resolution]);
        double[] seen = See(pixels, profile, new Extrinsics(velocity), out _);
        double shift = DopplerShift.LightSpeedKmPerS * DopplerShift.LnFactor(velocity), sigma = profile.SigmaKmPerS(10_000);
        double[] expected = [.. pixels.LowerAngstrom.Zip(pixels.UpperAngstrom, (low, high) => GaussianStar.Mean(GaussianStar.Place(low) - shift, GaussianStar.Place(high) - shift, sigma))];
        Agreement.WithinAbsolute(expected, seen, Tolerances.ExtrinsicModel);
    }

    [Theory]
    [InlineData(0.3, 0.6)]
    [InlineData(4, 0)]
    [InlineData(10, 0.6)]
    [InlineData(35, 1)]
    public void Rotation_is_the_integral_over_the_disc(double rotation, double limb)
    {
        DetectorPixels points = DetectorPixels.Points(Centers);
        double[] seen = See(points, InstrumentProfile.Gaussian(100_000), new Extrinsics(0, rotation, limb), out _);
        double sigma = new GaussianProfile([1], [100_000]).SigmaKmPerS(1);
        Agreement.WithinAbsolute([.. Centers.Select(c => GaussianStar.Rotated(GaussianStar.Place(c), rotation, limb, sigma))], seen, Tolerances.ExtrinsicModel);
    }

    [Fact]
    public void A_slow_rotation_and_a_high_resolution_are_the_limits_without()
    {
        DetectorPixels points = DetectorPixels.Points(Centers);
        double[] none = See(points, InstrumentProfile.None, new Extrinsics(0), out _);
        Agreement.WithinAbsolute([.. Centers.Select(c => GaussianStar.Flux(GaussianStar.Place(c)))], none, Tolerances.UnbroadenedSpline);

        // The effects are those of the second moment: m2 S'' / 2 with m2 = v^2 / 5 or so.
        double[] slow = See(points, InstrumentProfile.None, new Extrinsics(0, 0.01), out double[][] slopes, ExtrinsicParameter.Rotation);
        Agreement.WithinAbsolute(none, slow, 1e-5);
        Assert.All(slopes[0], slope => Assert.InRange(Math.Abs(slope), 0, 2e-3));
        Agreement.WithinAbsolute(none, See(points, InstrumentProfile.Gaussian(1e7), new Extrinsics(0), out _), 1e-4);
        Assert.All(See(points, InstrumentProfile.None, new Extrinsics(0, 0), out slopes, ExtrinsicParameter.Rotation), value => Assert.InRange(value, 0, 1.001));
        Assert.All(slopes[0], slope => Assert.Equal(0, slope, 1e-15));
    }

    [Theory]
    [InlineData(ExtrinsicParameter.Velocity, 0.01)]
    [InlineData(ExtrinsicParameter.Rotation, 0.01)]
    [InlineData(ExtrinsicParameter.LimbDarkening, 0.01)]
    [InlineData(ExtrinsicParameter.Resolution, 0.001)]
    public void Derivatives_are_those_of_central_differences(ExtrinsicParameter parameter, double step)
    {
        InstrumentProfile[] profiles =
        [
            InstrumentProfile.Gaussian(55_000), new GaussianProfile([9990, 10_020], [50_000, 70_000]), Asymmetric(),
        ];
        foreach (InstrumentProfile profile in profiles)
        {
            foreach (DetectorPixels pixels in new[] { DetectorPixels.FromCenters(Centers), DetectorPixels.Points(Centers) })
            {
                var at = new Extrinsics(7, 6, 0.4, 1.1);
                See(pixels, profile, at, out double[][] slopes, parameter);
                Agreement.WithinAbsolute(Differences(s => See(pixels, profile, at.With(parameter, at[parameter] + s), out _), step), slopes[0], Tolerances.ExtrinsicDifferences);
                Assert.True(slopes[0].Max(Math.Abs) > 1e-3);
            }
        }
    }

    [Fact]
    public void All_derivatives_at_once_are_those_one_by_one()
    {
        DetectorPixels pixels = DetectorPixels.FromCenters(Centers);
        var profile = new GaussianProfile([9990, 10_020], [50_000, 70_000]);
        var at = new Extrinsics(-3, 9);
        ExtrinsicParameter[] all = Enum.GetValues<ExtrinsicParameter>();
        double[] flux = See(pixels, profile, at, out double[][] together, all);
        for (int k = 0; k < all.Length; k++)
        {
            Assert.Equal(flux, See(pixels, profile, at, out double[][] alone, all[k]));
            Agreement.WithinAbsolute(alone[0], together[k], 1e-13);
        }
    }

    [Fact]
    public void A_change_of_the_star_is_seen_as_the_star_is()
    {
        RestLattice lattice = Lattice(DetectorPixels.FromCenters(Centers));
        var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(60_000));
        double[] rest = GaussianStar.On(lattice), growth = GaussianStar.GrowthOn(lattice);
        double[] flux = new double[model.PixelCount];
        double[][] slopes = [.. Enumerable.Range(0, 3).Select(_ => new double[model.PixelCount])];
        model.Evaluate(new Extrinsics(1, 5), rest, [growth, rest, growth], [], Workers.OneThread, flux, slopes, []);
        Agreement.WithinAbsolute(flux, slopes[1], 1e-13);
        Agreement.WithinAbsolute([.. flux.Select(f => f - 1)], slopes[0], 1e-12);
        Agreement.WithinAbsolute(slopes[0], slopes[2], 1e-13);
    }

    [Fact]
    public void The_transpose_is_that_of_what_is_seen()
    {
        var random = new Random(4);
        foreach (InstrumentProfile profile in new[] { InstrumentProfile.Gaussian(55_000), new GaussianProfile([9990, 10_020], [50_000, 70_000]), Asymmetric() })
        {
            foreach (DetectorPixels pixels in new[] { DetectorPixels.FromCenters(Centers), DetectorPixels.Points(Centers) })
            {
                RestLattice lattice = Lattice(pixels);
                var model = new ExtrinsicModel(lattice, profile);
                var at = new Extrinsics(7, 6, 0.4, 1.1);

                // 1 at both ends, as between lines: what is put behind the end for the transform is then the same for all.
                int places = lattice.WavelengthAngstrom.Length;
                double[] one = [.. Enumerable.Repeat(1.0, places)], star = [.. one.Select((v, n) => n is > 20 && n < places - 20 ? random.NextDouble() : v)];
                double[] seen = new double[model.PixelCount], flat = new double[model.PixelCount], cotangent = [.. seen.Select(_ => random.NextDouble() - 0.5)];
                model.Evaluate(at, star, Workers.OneThread, seen);
                model.Evaluate(at, one, Workers.OneThread, flat);
                Assert.DoesNotContain(double.NaN, seen);
                double[] back = model.Transpose(at, cotangent, Workers.OneThread);
                double forward = cotangent.Select((c, i) => c * (seen[i] - flat[i])).Sum(), backward = back.Select((b, n) => b * (star[n] - one[n])).Sum();
                Assert.Equal(forward, backward, 1e-10);
                Assert.True(Math.Abs(forward) > 1e-3);
            }
        }
    }

    [Fact]
    public void Threads_and_order_of_the_orders_change_nothing()
    {
        DetectorPixels low = DetectorPixels.FromCenters(Centers[..50]), high = DetectorPixels.FromCenters(Centers[45..]);
        double[] one = Two(low, high, Workers.OneThread), four = Two(low, high, new Workers(4)), swapped = Two(high, low, Workers.OneThread);
        Assert.Equal(one, four);
        Agreement.WithinAbsolute([.. one[low.Count..], .. one[..low.Count]], swapped, 1e-13);

        static double[] Two(DetectorPixels a, DetectorPixels b, Workers workers)
        {
            RestLattice lattice = RestLattice.Under([a, b], -50, 50, 40);
            var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(60_000));
            var flux = new double[model.PixelCount];
            model.Evaluate(new Extrinsics(3, 8), GaussianStar.On(lattice), workers, flux);
            return flux;
        }
    }

    [Fact]
    public void Orders_far_from_each_other_have_stretches_of_their_own()
    {
        DetectorPixels far = DetectorPixels.FromCenters([.. Centers.Select(c => c + 800)]);
        RestLattice lattice = RestLattice.Under([far, DetectorPixels.FromCenters(Centers)], -50, 50, 40);
        Assert.True(lattice.WavelengthAngstrom.Length < 4000);
        for (int n = 1; n < lattice.WavelengthAngstrom.Length; n++) Assert.True(lattice.WavelengthAngstrom[n] > lattice.WavelengthAngstrom[n - 1]);
        var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(60_000));
        var flux = new double[model.PixelCount];
        model.Evaluate(new Extrinsics(3, 8), GaussianStar.On(lattice), Workers.OneThread, flux);
        Assert.All(flux[..far.Count], value => Assert.Equal(1, value, 1e-12));
        Agreement.WithinAbsolute(See(DetectorPixels.FromCenters(Centers), InstrumentProfile.Gaussian(60_000), new Extrinsics(3, 8), out _), flux.AsSpan(far.Count), 1e-10);
    }

    [Fact]
    public void Pixels_that_see_beyond_the_model_are_not_a_number()
    {
        DetectorPixels pixels = DetectorPixels.FromCenters(Centers);
        RestLattice lattice = RestLattice.Under([pixels], -50, 50, 40, longestAngstrom: 10_007);
        var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(60_000));
        var flux = new double[model.PixelCount];
        model.Evaluate(new Extrinsics(0, 8), GaussianStar.On(lattice), Workers.OneThread, flux);
        int seen = flux.TakeWhile(double.IsFinite).Count();
        Assert.True(flux.Skip(seen).All(double.IsNaN));

        // Rotation and 6.8 sigma of R 60,000 are 22 km/s, 0.75 Angstrom.
        Assert.InRange(Centers[seen - 1], 10_006, 10_006.3);
        var outside = Assert.Throws<EngineException>(() => RestLattice.Under([pixels], 0, 0, 0, 12_000, 13_000));
        Assert.Equal(ErrorCode.OutOfRange, outside.Code);
    }

    [Fact]
    public void A_coarser_lattice_changes_little_and_a_constant_stays_constant()
    {
        DetectorPixels pixels = DetectorPixels.FromCenters(Centers);
        double[] fine = See(pixels, InstrumentProfile.Gaussian(60_000), new Extrinsics(3, 8), out _);
        RestLattice lattice = RestLattice.Under([pixels], -50, 50, 40, stepKmPerS: 0.9);
        var model = new ExtrinsicModel(lattice, InstrumentProfile.Gaussian(60_000));
        var flux = new double[model.PixelCount];
        model.Evaluate(new Extrinsics(3, 8), GaussianStar.On(lattice), Workers.OneThread, flux);
        Agreement.WithinAbsolute(fine, flux, 3e-6);
        model.Evaluate(new Extrinsics(3, 8), [.. lattice.WavelengthAngstrom.Select(_ => 0.7)], Workers.OneThread, flux);
        Assert.All(flux, value => Assert.Equal(0.7, value, 1e-12));
    }

    internal static SampledProfile Asymmetric()
    {
        double[] offset = [.. Enumerable.Range(-30, 61).Select(i => 0.3 * i)];
        return new SampledProfile(offset, [9990, 10_020], [[.. offset.Select(x => Shape(x, 1.9))], [.. offset.Select(x => Shape(x, 2.3))]]);

        static double Shape(double x, double s) => Math.Exp(-0.5 * x * x / (s * s)) * (1 + (0.2 * Math.Tanh(x)));
    }

    private static RestLattice Lattice(DetectorPixels pixels) => RestLattice.Under([pixels], -300, 300, 60);

    private static DetectorPixels Moved(double velocity) => DetectorPixels.FromCenters([.. Centers.Select(c => c * DopplerShift.Factor(velocity))]);

    private static double[] See(DetectorPixels pixels, InstrumentProfile profile, Extrinsics at, out double[][] slopes, params ExtrinsicParameter[] parameters)
    {
        RestLattice lattice = Lattice(pixels);
        var model = new ExtrinsicModel(lattice, profile);
        var flux = new double[model.PixelCount];
        slopes = [.. parameters.Select(_ => new double[model.PixelCount])];
        model.Evaluate(at, GaussianStar.On(lattice), [], parameters, Workers.OneThread, flux, [], slopes);
        return flux;
    }

    // Of fourth order, so that the step may be large.
    private static double[] Differences(Func<double, double[]> at, double step)
    {
        double[] a = at(-2 * step), b = at(-step), c = at(step), d = at(2 * step);
        return [.. a.Select((_, i) => (a[i] - d[i] + (8 * (c[i] - b[i]))) / (12 * step))];
    }
}
