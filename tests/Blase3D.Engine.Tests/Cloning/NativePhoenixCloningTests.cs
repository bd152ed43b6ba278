using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Import;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Cloning;

/// <summary>
/// PHOENIX 3900 K / 4.5 / 0.0 on its native pixels (Husser et al. 2013), cloned as the published code does and by default.
/// </summary>
public class NativePhoenixCloningTests(ITestOutputHelper output)
{
    private const string File = "eniric/lte03900-4.50-0.0.PHOENIX-ACES-HiRes.8000-9300.fits.gz";

    [Fact]
    public void A_hundred_published_epochs_end_where_the_published_code_ends()
    {
        NpzReader golden = GoldenFile.Open("10_clone_native3900");
        NpzReader chain = NativePhoenix.Open();
        double[] wavelength = NativePhoenix.Wavelength(chain);
        var initial = new LineTable(
            Array.ConvertAll(chain.Longs("init_pixels"), pixel => wavelength[pixel]),
            chain.Doubles("init_ln_amp"),
            chain.Doubles("init_ln_sigma"),
            chain.Doubles("init_ln_gamma"));
        ClonedSpectrum clone = SpectrumCloner.Clone(
            wavelength, PublishedFlux(chain, wavelength), initial, CloneOptions.Published, KernelSet.Best.Create(), new Workers(2));
        Say("published, published start", clone);
        Assert.Equal(golden.Scalar("rms0"), clone.InitialRms, Tolerances.GoldenStartRms);
        Assert.Equal(golden.Scalar("rms100"), clone.Rms, Tolerances.GoldenCloneRms);
    }

    [Fact]
    public void The_published_recipe_from_the_file_on_ends_there_too()
    {
        if (SharedData.PathOrSay(File, output) is not { } path) return;
        NpzReader golden = GoldenFile.Open("10_clone_native3900");
        ClonedSpectrum clone = Clone(path, (8038, 9299.99), CloneRecipe.Published);
        Say("published, own chain", clone);
        Assert.Equal(golden.Longs("lines")[0], clone.Lines.Count);
        Assert.Equal(golden.Scalar("rms0"), clone.InitialRms, Tolerances.GoldenStartRms);
        Assert.Equal(golden.Scalar("rms100"), clone.Rms, 1e-5);
    }

    [Theory]
    [InlineData(8038, 9299.99, 126_200)]
    [InlineData(8000, 9300, 130_000)]
    public void The_default_recipe_is_below_the_published_residual_on_every_pixel_to_the_very_ends(double low, double high, int pixels)
    {
        if (SharedData.PathOrSay(File, output) is not { } path) return;
        double published = GoldenFile.Open("10_clone_native3900").Scalar("rms100");
        ClonedSpectrum clone = Clone(path, (low, high), new CloneRecipe(), pixels);
        Say(FormattableString.Invariant($"default {low}:{high}"), clone);
        Assert.Equal(0, clone.RadialVelocityKmPerS);
        Assert.InRange(clone.Rms, 0, 0.95 * published);
    }

    private static ClonedSpectrum Clone(string path, (double Low, double High) range, CloneRecipe recipe, int? pixels = null)
    {
        ISpectralGrid grid = GridImporter.Import([path], new GridImportOptions { WavelengthRange = range }).Grid;
        if (pixels is { } expected) Assert.Equal(expected, grid.Wavelength.Count);
        return new GridCloner(grid, recipe, KernelSet.Best).Clone(new Workers(2)).Spectra[0];
    }

    /// <summary>Flux / blackbody / continuum with the coefficients that the published code found, highest power first.</summary>
    private static double[] PublishedFlux(NpzReader chain, double[] wavelength)
    {
        double[] flux = chain.Doubles("flux"), blackbody = new double[flux.Length], coefficients = chain.Doubles("coeffs");
        Blackbody.SurfaceFlux(wavelength, NativePhoenix.TeffKelvin, blackbody);
        for (int i = 0; i < flux.Length; i++)
        {
            double continuum = 0;
            foreach (double coefficient in coefficients) continuum = (continuum * wavelength[i]) + coefficient;
            flux[i] /= blackbody[i] * continuum;
        }

        Agreement.Relative(chain.Doubles("clean_every20"), Agreement.Every(20, flux), Tolerances.GoldenContinuumRelative, "flux");
        return flux;
    }

    private void Say(string what, ClonedSpectrum clone) => output.WriteLine(FormattableString.Invariant(
        $"{what}: {clone.Lines.Count} lines, rms {clone.InitialRms:G17} -> {clone.Rms:G17}, v {clone.RadialVelocityKmPerS} km/s"));
}
