using Blase3D.Engine.Cloning;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Cloning;

/// <summary>Where the default recipe differs from the published one, it is the better one.</summary>
public class DefaultRecipeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(8400)]
    [InlineData(8800)]
    public void The_optimiser_comes_further(double fromAngstrom)
    {
        // The same real pixels, lines, windows and loss: the published steps, Adam with its own steps, and the default in a quarter of the steps.
        NpzReader golden = NativePhoenix.Open();
        double[] all = NativePhoenix.Wavelength(golden);
        int first = LineWindows.SearchSorted(all, fromAngstrom);
        double[] wavelength = all[first..(first + 12_000)], raw = golden.Doubles("flux")[first..(first + 12_000)];
        double[] flux = new Preprocessor(new PreprocessingOptions()).Preprocess(wavelength, raw, NativePhoenix.TeffKelvin).Flux;
        InitialLines found = LineFinder.Find(wavelength, flux, new LineFindingOptions { EdgeMarginAngstrom = 0 });
        var usual = new CloneOptions { WingPixels = 2000 };
        CloneOptions adam = CloneOptions.Adam with { WingPixels = 2000 };
        CloneOptions published = adam with
        {
            LearningRate = CloneOptions.Published.LearningRate,
            CenterAngstromPerRate = CloneOptions.Published.CenterAngstromPerRate,
            ReturnBest = CloneOptions.Published.ReturnBest,
        };
        double defaultRms = Rms(usual), adamRms = Rms(adam), publishedRms = Rms(published);
        output.WriteLine(FormattableString.Invariant(
            $"{fromAngstrom} A, {found.Count} lines: default {defaultRms:F6}, Adam {adamRms:F6}, published steps {publishedRms:F6}"));
        Assert.True(4 * usual.Epochs <= CloneOptions.Published.Epochs);
        Assert.InRange(adamRms, 0, 0.98 * publishedRms);
        Assert.InRange(defaultRms, 0, 0.6 * publishedRms);

        double Rms(CloneOptions options) =>
            SpectrumCloner.Clone(wavelength, flux, SpectrumCloner.Start(found, wavelength, flux, options), options, KernelSet.Best.Create(), new Workers(2)).Rms;
    }

    [Fact]
    public void Lines_alone_are_the_clone_because_no_velocity_was_trained_beside_them()
    {
        // All lines lie 0.03 A (1 km/s) to the red of where they start.
        double[] wavelength = ToyClones.Wavelength;
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
        var flux = new double[wavelength.Length];
        KernelSet.Best.Create().Forward(
            LineModel.Published, truth, LineWindows.Create(truth.Center, wavelength, 1000), wavelength, Workers.OneThread, flux);
        var start = new LineTable([.. truth.Center.Select(c => c - 0.03)], truth.LnAmplitude, truth.LnSigma, truth.LnGamma);
        CloneOptions usual = new() { WingPixels = 1000, Epochs = 30 };
        CloneOptions published = CloneOptions.Published with { WingPixels = 1000, Epochs = 30, ActiveMarginAngstrom = 0 };

        ClonedSpectrum clone = SpectrumCloner.Clone(wavelength, flux, start, usual, KernelSet.Best.Create(), Workers.OneThread);
        ClonedSpectrum forgetful = SpectrumCloner.Clone(wavelength, flux, start, published, KernelSet.Best.Create(), Workers.OneThread);
        double kept = RmsOfLines(clone), dropped = RmsOfLines(forgetful);
        output.WriteLine(FormattableString.Invariant(
            $"default {clone.Rms:E3}, its lines {kept:E3}; published {forgetful.Rms:E3}, its lines {dropped:E3}"));
        Assert.Equal(0, clone.RadialVelocityKmPerS);
        Assert.InRange(Math.Abs(kept - clone.Rms), 0, 1e-3 * clone.InitialRms);
        Assert.NotEqual(0, forgetful.RadialVelocityKmPerS);
        Assert.True(dropped > 1.2 * forgetful.Rms);

        double RmsOfLines(ClonedSpectrum spectrum) =>
            SpectrumCloner.Clone(
                wavelength, flux, spectrum.Lines, usual with { Epochs = 0 }, KernelSet.Best.Create(), Workers.OneThread).Rms;
    }

    [Fact]
    public void A_window_has_no_hole_and_is_full_at_the_ends()
    {
        double[] wavelength = ToyClones.Wavelength;
        const int width = 50;
        foreach (int pixel in (int[])[3, 2000, 3998])
        {
            double[] center = [wavelength[pixel]];
            var line = new LineTable(center, [-3], [-3], [-2]);
            double[] whole = Forward(line, LineWindows.Create(center, wavelength, wavelength.Length));
            double[] usual = Forward(line, LineWindows.Create(center, wavelength, width));
            double[] published = Forward(line, LineWindows.CreatePublished(center, wavelength, width));
            int first = Math.Clamp(pixel - (width / 2), 0, wavelength.Length - width);
            Assert.Equal(whole[first..(first + width)], usual[first..(first + width)]);
            Assert.Equal(width, usual.Count(f => f != 1));

            // The published window leaves one pixel at 1 between pixels that are not.
            int[] reached = [.. Enumerable.Range(0, wavelength.Length).Where(i => published[i] != 1)];
            Assert.Equal(width, reached.Length);
            Assert.Equal(width + 1, reached[^1] - reached[0] + 1);
        }

        double[] Forward(LineTable line, LineWindows windows)
        {
            var flux = new double[wavelength.Length];
            KernelSet.Best.Create().Forward(LineModel.Published, line, windows, wavelength, Workers.OneThread, flux);
            return flux;
        }
    }
}
