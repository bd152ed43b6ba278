using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Observed;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.Observed;

/// <summary>Data that can be fitted and are wrong all the same: what the fit says about them.</summary>
public sealed class FitDoubtTests
{
    private static readonly double[] Truth = [4130, 4.3, -0.2];
    private static readonly Extrinsics At = new(-37.3, 6.2);

    [Fact]
    public void Orders_that_disagree_are_named_with_how_much()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 200, 21);
        ObservationOptions options = ObservedToy.Options with { VelocityKmPerS = At.VelocityKmPerS };
        ObservedStarResult clean = Fit(ToyManifold.Whole, orders, options);
        OrderOverlap overlap = Assert.Single(clean.Overlaps);
        Assert.False(overlap.IsDisagreement);
        Assert.InRange(overlap.Significance, 0.5, 1.7);
        Assert.DoesNotContain("orders_disagree", clean.Inference.Flags);

        for (int i = 0; i < 20; i++) orders[1].Flux[i] *= 1 + (0.12 * Math.Cos(i));
        ObservedStarResult result = Fit(ToyManifold.Whole, orders, options);
        Assert.Contains("orders_disagree", result.Inference.Flags);
        string note = Assert.Single(result.Notes, note => note.Contains("overlap", StringComparison.Ordinal));
        Assert.StartsWith("toy: orders 0 and 1 overlap at 8506.", note, StringComparison.Ordinal);
        Assert.InRange(Assert.Single(result.Overlaps).Rms, 0.04, 0.12);
    }

    [Fact]
    public void Widths_below_the_sampling_are_flagged()
    {
        // Pixels are 2.7 km/s wide.
        ObservedStarResult slow = Fit(ToyManifold.Whole, ObservedToy.Orders(Truth, At with { RotationKmPerS = 0.9 }, 1e4, null), ObservedToy.Options);
        Assert.Contains("vsini_below_sampling", slow.Inference.Flags);
        Assert.Contains(slow.Notes, note => note.Contains("upper limit", StringComparison.Ordinal));
        Assert.DoesNotContain("resolution_below_sampling", slow.Inference.Flags);

        ObservedStarResult sharp = Fit(ToyManifold.Whole, ObservedToy.Orders(Truth, At, 1e4, null), ObservedToy.Options with { Profile = InstrumentProfile.Gaussian(150_000) });
        Assert.Contains("resolution_below_sampling", sharp.Inference.Flags);
        Assert.Contains(sharp.Notes, note => note.Contains("R = 150000 is 0.7 pixels", StringComparison.Ordinal));
        Assert.DoesNotContain("vsini_below_sampling", sharp.Inference.Flags);

        // That of the fit, not the one in the middle of the range.
        ObservedStarResult found = Fit(
            ToyManifold.Whole, ObservedToy.Orders(Truth, At, 1e4, null),
            ObservedToy.Options with { Profile = InstrumentProfile.Gaussian(110_000), ResolutionFactorRange = (0.4, 2), RotationKmPerS = At.RotationKmPerS });
        Assert.Equal(0.5, found.Inference.Value[5], 0.01);
        Assert.DoesNotContain("resolution_below_sampling", found.Inference.Flags);
    }

    [Theory]
    [InlineData(-37.8, -36.6, false)]
    [InlineData(-46, -38.5, true)]
    [InlineData(-36.0, -30, true)]
    public void A_velocity_is_at_the_end_of_its_range_only_if_the_star_lies_beyond(double low, double high, bool isBeyond)
    {
        ObservedStarResult result = Fit(ToyManifold.Whole, ObservedToy.Orders(Truth, At, 300, 9), ObservedToy.Options with { VelocityRangeKmPerS = (low, high) });
        Assert.Equal(isBeyond, result.Inference.Flags.Contains("velocity_at_range_end"));
        Assert.InRange(result.CrossCorrelations[0].VelocityKmPerS, low, high);
    }

    [Fact]
    public void The_other_medium_is_no_answer_at_a_velocity_that_was_ruled_out()
    {
        // The range misses the star by 3 km/s, so that anything fits better.
        LineManifold manifold = WideManifold();
        double[][] centers = [.. new[] { 5005.0, 6905 }.Select(from => Enumerable.Range(0, 700).Select(i => from + (0.06 * i)).ToArray())];
        List<Spectrum> orders = ObservedToy.See(manifold, centers, Truth, new Extrinsics(12.4), 150, 6, 30);
        ObservedStarResult result = Fit(manifold, orders, ObservedToy.Options with { VelocityRangeKmPerS = (8, 9.4), RotationKmPerS = 0 });
        Assert.True(result.Medium!.IsClear);
        Assert.Contains("velocity_at_range_end", result.Inference.Flags);
        Assert.DoesNotContain("air_wavelengths_suspected", result.Inference.Flags);
    }

    [Fact]
    public void Without_errors_the_scatter_is_taken_and_that_is_said()
    {
        List<Spectrum> orders = [.. ObservedToy.Orders(Truth, At, 200, 4).Select(order => order with { Sigma = null })];
        ObservedStarResult result = Fit(ToyManifold.Whole, orders, ObservedToy.Options);
        Assert.Contains(result.Notes, note => note.Contains("has no errors", StringComparison.Ordinal) && note.Contains("scatter", StringComparison.Ordinal));
        Assert.Equal("rms", result.Inference.Card!.Likelihood);
        Assert.InRange(Math.Abs(result.Inference.Value[3] - At.VelocityKmPerS), 0, 5 * result.Inference.Error[3]);
        Assert.DoesNotContain(Fit(ToyManifold.Whole, ObservedToy.Orders(Truth, At, 200, 4), ObservedToy.Options).Notes, note => note.Contains("has no errors", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Air_taken_for_vacuum_is_noticed_by_the_velocities_of_blue_and_red(bool isAir)
    {
        LineManifold manifold = WideManifold();
        double[] begins = [5005, 6905];
        double[][] centers = [.. begins.Select(from => Enumerable.Range(0, 700).Select(i => from + (0.06 * i)).ToArray())];
        ObservationOptions options = ObservedToy.Options with { VelocityRangeKmPerS = (-200, 200), RotationKmPerS = 0 };
        List<Spectrum> orders = ObservedToy.See(manifold, centers, Truth, new Extrinsics(12.4), 150, 6, 30);
        if (isAir) orders = [.. orders.Select(order => order with { WavelengthAngstrom = Array.ConvertAll(order.WavelengthAngstrom, AirVacuum.ToAir) })];
        ObservedStarResult result = Fit(manifold, orders, options);
        Assert.NotNull(result.Medium);
        Assert.Equal(isAir ? 12.4 : 12.4 + 83, result.Medium.VelocityKmPerS, 1.5);
        Assert.Equal(isAir ? 12.4 - 83 : 12.4, result.Inference.Value[3], 1.5);
        Assert.Equal(isAir, result.Inference.Flags.Contains("air_wavelengths_suspected"));
        Assert.Equal(isAir, result.Notes.Any(note => note.Contains("as air wavelengths the data fit clearly better", StringComparison.Ordinal)));
        Assert.True(isAir ? result.Medium.ChiSquareFall > 100 : result.Medium.ChiSquareFall < -100, FormattableString.Invariant($"{result.Medium}"));
    }

    [Theory]
    [InlineData(WavelengthMedium.Vacuum, -219, -137, 3, true)]
    [InlineData(WavelengthMedium.Vacuum, -62, 20, 3, true)]
    [InlineData(WavelengthMedium.Air, 95, 12, -20, true)]
    [InlineData(WavelengthMedium.Vacuum, 20, 102, 3, false)]
    [InlineData(WavelengthMedium.Vacuum, -62, 20, -50, false)]
    [InlineData(WavelengthMedium.Vacuum, -62, 20, 50, false)]
    public void A_fast_star_on_a_short_spectrum_may_be_one_in_the_other_medium(WavelengthMedium assumed, double velocity, double other, double fall, bool isPossible)
    {
        var doubt = new MediumDoubt(assumed, other, fall);
        Assert.Equal(isPossible, doubt.IsPossible(velocity));
        Assert.Contains(assumed == WavelengthMedium.Air ? "in vacuum wavelengths it would be" : "in air wavelengths it would be", doubt.PossibleSentence("star", velocity), StringComparison.Ordinal);
    }

    // Lines at random places of two parts of the spectrum that are far apart.
    private static LineManifold WideManifold()
    {
        double[] wavelength = [.. Enumerable.Range(0, 2500).Select(i => 5000 + (0.02 * i)), .. Enumerable.Range(0, 2500).Select(i => 6900 + (0.02 * i))];
        double[] teff = [4000, 4300], logg = [4, 4.5], feh = [-0.5, 0];
        double[][] points = [.. from t in teff from g in logg from z in feh select new[] { t, g, z }];
        var recipe = new CloneRecipe { Cloning = new CloneOptions { WingPixels = 200 } };
        var clones = new LineClones(new GridPoints(["teff", "logg", "feh"], [.. points.SelectMany(p => p)]), wavelength, [.. points.Select(p => ToyClones.Spectrum(Lines(p)))], recipe);
        return ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));

        static IEnumerable<ToyLine> Lines(double[] point)
        {
            var random = new Random(5);
            for (int k = 0; k < 60; k++)
            {
                double center = (k < 30 ? 5000.5 : 6900.5) + (49 * (k % 30 + (0.6 * random.NextDouble())) / 30);
                double strength = (k % 3) switch { 0 => -0.8 * (point[0] - 4130) / 300, 1 => 0.6 * point[2], _ => (0.9 * point[2]) - (0.2 * (point[1] - 4.3)) };
                yield return new ToyLine(center, center, -3.5 + (0.5 * strength), -3, -3.2 + (0.4 * (point[1] - 4.3)));
            }
        }
    }

    private static ObservedStarResult Fit(LineManifold manifold, List<Spectrum> orders, ObservationOptions options) => ObservedStarInference.Infer(
        manifold, StarObservation.Of("toy", orders, manifold.Wavelength[0], manifold.Wavelength[^1], options), [], options,
        new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, Workers.OneThread);
}
