using Blase3D.Engine.Cloning;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Spectra;
using Xunit;

namespace Blase3D.Engine.Tests.Inference;

public class ObservedTargetTests
{
    private const double TeffKelvin = 4230;
    private static readonly double[] Wavelength = ToyManifold.Wavelength;

    [Fact]
    public void A_normalised_spectrum_is_itself_at_every_temperature()
    {
        double[] flux = ToyManifold.Star(ToyManifold.Whole, [TeffKelvin, 4.4, -0.2]);
        ObservedTarget target = ObservedTarget.Normalized(ToyManifold.Named(flux));
        Assert.False(target.DependsOnTeff);
        Assert.Equal(flux, target.FluxAt(4000, new double[flux.Length]));
        Assert.Equal(flux, target.FluxAt(double.NaN, []));
    }

    [Fact]
    public void At_the_true_temperature_the_candidates_flux_is_the_preprocessors()
    {
        Spectrum star = Star();
        var recipe = new CloneRecipe();
        double[] expected = new Preprocessor(recipe.Preprocessing).Preprocess(Wavelength, star.Flux, TeffKelvin).Flux;
        ObservedTarget target = ObservedTarget.AtCandidate(star, recipe, TeffKelvin);
        Assert.True(target.DependsOnTeff);

        // Same anchors, same polynomial; only the percentile that cancels is not taken.
        Agreement.WithinAbsolute(expected, target.FluxAt(TeffKelvin, new double[Wavelength.Length]), 1e-12);

        // Anchors found with a reference 200 K off are nearly the same pixels.
        double[] off = ObservedTarget.AtCandidate(star, recipe, TeffKelvin + 200).FluxAt(TeffKelvin, new double[Wavelength.Length]);
        Agreement.WithinAbsolute(expected, off, 2e-3);
    }

    [Fact]
    public void The_flux_changes_smoothly_with_temperature()
    {
        ObservedTarget target = ObservedTarget.AtCandidate(Star(), new CloneRecipe(), TeffKelvin);
        double[] below = [.. At(target, TeffKelvin - 1)], middle = [.. At(target, TeffKelvin)], above = [.. At(target, TeffKelvin + 1)];
        double[] near = [.. At(target, TeffKelvin + 1e-3)];
        double largest = 0;
        for (int i = 0; i < middle.Length; i++)
        {
            double slope = (above[i] - below[i]) / 2;
            largest = Math.Max(largest, Math.Abs(slope));

            // A straight line over 2 K, and the same slope over a thousandth of a kelvin.
            Assert.Equal(0, above[i] - (2 * middle[i]) + below[i], 1e-8);
            Assert.Equal(slope, (near[i] - middle[i]) / 1e-3, 1e-8);
        }

        Assert.True(largest > 0);
    }

    // The points of one star are compared on several threads: the design of its search comes in one round.
    [Fact]
    public void Several_threads_may_ask_one_target_at_different_temperatures()
    {
        ObservedTarget target = ObservedTarget.AtCandidate(Star(), new CloneRecipe(), TeffKelvin);
        double[] teff = [.. Enumerable.Range(0, 400).Select(k => 3500.0 + (5 * k))];
        double[] expected = [.. teff.Select(t => target.FluxAt(t, new double[Wavelength.Length]).Sum())], found = new double[teff.Length];
        Parallel.For(0, teff.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, k => found[k] = target.FluxAt(teff[k], new double[Wavelength.Length]).Sum());
        Assert.Equal(expected, found);
    }

    [Fact]
    public void The_published_target_is_divided_once_by_the_blackbody_of_the_label()
    {
        Spectrum star = Star();
        foreach (CloneRecipe recipe in new[] { new CloneRecipe(), CloneRecipe.Published })
        {
            ObservedTarget target = ObservedTarget.AtLabel(star, recipe, TeffKelvin);
            Assert.False(target.DependsOnTeff);
            Assert.Equal(
                new Preprocessor(recipe.Preprocessing).Preprocess(Wavelength, star.Flux, TeffKelvin).Flux,
                target.FluxAt(5000, new double[Wavelength.Length]));
        }
    }

    [Fact]
    public void Pixels_without_data_stay_so_and_what_cannot_be_normalised_is_named()
    {
        Spectrum star = Star();
        star.Flux[100] = double.NaN;
        double[] flux = ObservedTarget.AtCandidate(star, new CloneRecipe(), TeffKelvin).FluxAt(4100, new double[Wavelength.Length]);
        Assert.Equal([100], Enumerable.Range(0, flux.Length).Where(i => double.IsNaN(flux[i])));

        EngineException failure = Assert.Throws<EngineException>(() => ObservedTarget.AtLabel(star, CloneRecipe.Published, TeffKelvin));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.StartsWith("star.csv cannot be normalised: ", failure.Message, StringComparison.Ordinal);

        Array.Fill(star.Flux, double.NaN);
        failure = Assert.Throws<EngineException>(() => ObservedTarget.AtCandidate(star, new CloneRecipe(), TeffKelvin));
        Assert.Contains("0 of 1501 pixels", failure.Message, StringComparison.Ordinal);
    }

    private static double[] At(ObservedTarget target, double teff) => target.FluxAt(teff, new double[Wavelength.Length]);

    private static Spectrum Star()
    {
        double[] lines = ToyManifold.Star(ToyManifold.Whole, [TeffKelvin, 4.4, -0.2]), flux = new double[Wavelength.Length];
        Blackbody.SurfaceFlux(Wavelength, TeffKelvin, flux);
        for (int i = 0; i < flux.Length; i++) flux[i] *= lines[i] * (1 + (0.02 * (Wavelength[i] - 8507.5) / 7.5));
        return ToyManifold.Named(flux);
    }
}
