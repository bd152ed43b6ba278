using Blase3D.Engine.Observation;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Observation;

public sealed class InstrumentProfileTests
{
    private static readonly double[] Centers = [.. Enumerable.Range(0, 110).Select(i => 10_000.4 + (0.09 * i))];

    [Fact]
    public void A_changing_resolution_is_everywhere_the_constant_one_of_that_place()
    {
        // From R 30,000 to 90,000 along the order: a wide range of widths.
        var changing = new GaussianProfile([10_000, 10_011], [30_000, 90_000]);
        double[] seen = See(changing);
        for (int i = 0; i < Centers.Length; i += 9)
            Assert.Equal(See(InstrumentProfile.Gaussian(changing.ResolutionAt(Centers[i])))[i], seen[i], 1e-8);
        Assert.Equal(30_000, changing.ResolutionAt(9000));
        Assert.Equal(90_000, changing.ResolutionAt(11_000));
        Assert.Equal(60_000, changing.ResolutionAt(10_005.5), 1e-9);
    }

    [Fact]
    public void A_sampled_Gaussian_is_the_Gaussian()
    {
        var gaussian = new GaussianProfile([1], [60_000]);
        double sigma = gaussian.SigmaKmPerS(1);

        // Uneven samples, no matter how high: lines between samples that are 0.05 sigma apart widen by 0.05^2 / 12.
        double[] offset = [.. Enumerable.Range(-160, 321).Select(i => 0.05 * sigma * (i + (0.2 * Math.Sin(i))))];
        var sampled = new SampledProfile(offset, [10_000], [[.. offset.Select(x => 7 * Math.Exp(-0.5 * x * x / (sigma * sigma)))]]);
        Agreement.WithinAbsolute(See(gaussian), See(sampled), 1e-4);
    }

    [Fact]
    public void An_offset_towards_the_red_moves_lines_towards_the_red()
    {
        double[] offset = [.. Enumerable.Range(-100, 201).Select(i => 0.1 * i)];
        SampledProfile At(double center) => new(offset, [10_000], [[.. offset.Select(x => Math.Exp(-0.5 * (x - center) * (x - center) / 4))]]);
        double[] moved = See(At(1.5)), shifted = See(At(0), new Extrinsics(1.5));
        Agreement.WithinAbsolute(shifted, moved, 1e-5);
        Assert.True(moved.Zip(See(At(0)), (a, b) => Math.Abs(a - b)).Max() > 0.05);
    }

    [Fact]
    public void What_is_no_profile_is_refused_in_a_sentence()
    {
        Refused("The resolving power is 10", () => InstrumentProfile.Gaussian(10));
        Refused("sort them by wavelength", () => new GaussianProfile([2, 1], [1000, 1000]));
        Refused("give one for each", () => new GaussianProfile([1, 2], [1000]));
        Refused("at least 3", () => new SampledProfile([0, 1], [1], [[1, 1]]));
        Refused("do not ascend", () => new SampledProfile([0, 1, 1], [1], [[1, 1, 1]]));
        Refused("area of instrument profile 0", () => new SampledProfile([0, 1, 2], [1], [[0, 0, 0]]));
        Refused("has 2 samples", () => new SampledProfile([0, 1, 2], [1], [[0, 0]]));

        static void Refused(string what, Func<object> make) => Assert.Contains(what, Assert.Throws<EngineException>(make).Message, StringComparison.Ordinal);
    }

    private static double[] See(InstrumentProfile profile, Extrinsics? at = null)
    {
        DetectorPixels pixels = DetectorPixels.FromCenters(Centers);
        RestLattice lattice = RestLattice.Under([pixels], -10, 10, 60);
        var model = new ExtrinsicModel(lattice, profile);
        var flux = new double[model.PixelCount];
        model.Evaluate(at ?? new Extrinsics(0), GaussianStar.On(lattice), Workers.OneThread, flux);
        Assert.All(flux, value => Assert.True(double.IsFinite(value)));
        return flux;
    }
}
