using Blase3D.Engine.Cloning;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

/// <summary>The quasi-Newton method with its residual passes, on spectra whose lines are known.</summary>
public class QuasiNewtonTests
{
    private static readonly double[] Wavelength = ToyClones.Wavelength;
    private static readonly CloneOptions Usual = new() { WingPixels = 1000, Epochs = 60, ResidualPasses = 0, StartWeight = 1e-6 };

    [Fact]
    public void The_loss_never_rises_and_the_lines_of_a_made_spectrum_are_found()
    {
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
        double[] flux = Flux(truth);
        ClonedSpectrum clone = Run(flux, Moved(truth), Usual);
        Assert.InRange(clone.Loss.Length, 2, 61);
        for (int i = 1; i < clone.Loss.Length; i++) Assert.True(clone.Loss[i] <= clone.Loss[i - 1] + (1e-4 * clone.Loss[0]), $"step {i}");
        Assert.Equal(clone.Loss[^1], clone.Rms * clone.Rms, 1e-15);
        Assert.True(clone.Rms < 0.005 * clone.InitialRms, FormattableString.Invariant($"{clone.InitialRms} -> {clone.Rms}"));
        for (int j = 0; j < truth.Count; j++) Assert.Equal(truth.Center[j], clone.Lines.Center[j], 0.001);

        // Half of the steps Adam gets, and closer.
        Assert.True(clone.Rms < Run(flux, Moved(truth), CloneOptions.Adam with { WingPixels = 1000, Epochs = 120 }).Rms);
    }

    [Fact]
    public void A_line_that_hides_in_another_is_found_in_the_residual()
    {
        var truth = new LineTable([8510, 8510.09, 8530], [-3.3, -3.8, -3], [-3.5, -3.6, -3.4], [-4, -4, -4]);
        double[] flux = Flux(truth);
        var start = new LineTable([8510, 8530], [-3.5, -3.2], [-3.4, -3.4], [-4, -4]);
        ClonedSpectrum alone = Run(flux, start, Usual), searched = Run(flux, start, Usual with { ResidualPasses = 2, ResidualProminence = 0.005 });
        Assert.True(searched.Rms < 0.1 * alone.Rms, FormattableString.Invariant($"{alone.Rms} -> {searched.Rms}"));
        Assert.Equal(2, alone.Lines.Count);
        Assert.Contains(LineOrigin.Residual, searched.Origin);
        int[] hidden = [.. Enumerable.Range(0, searched.Lines.Count).Where(j => searched.Origin[j] == LineOrigin.Residual)];
        Assert.Contains(hidden, j => Math.Abs(searched.Lines.Center[j] - 8510.09) < 0.02);
        Assert.Equal(searched.InitialCenter.Order(), searched.InitialCenter);
        Assert.Equal(searched.InitialCenter.Distinct().Count(), searched.InitialCenter.Length);
    }

    [Fact]
    public void Without_lines_the_residual_gives_all_of_them()
    {
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
        ClonedSpectrum clone = Run(Flux(truth), new LineTable(), Usual with { ResidualPasses = 2 });
        Assert.All(clone.Origin, origin => Assert.Equal(LineOrigin.Residual, origin));
        Assert.InRange(clone.Lines.Count, truth.Count / 2, 3 * truth.Count);
        Assert.True(clone.Rms < 0.1 * clone.InitialRms);
    }

    [Fact]
    public void A_line_that_is_not_there_fades_and_is_dropped()
    {
        var truth = new LineTable([8510, 8530], [-3.3, -3], [-3.5, -3.4], [-4, -4]);
        var start = new LineTable([8510, 8520, 8530], [-3.3, -5.5, -3], [-3.5, -3.5, -3.4], [-4, -4, -4]);
        ClonedSpectrum kept = Run(Flux(truth), start, Usual with { ResidualPasses = 1, SmallestDepth = 0 });
        ClonedSpectrum clone = Run(Flux(truth), start, Usual with { ResidualPasses = 1 });
        Assert.Equal(3, kept.Lines.Count);
        Assert.Equal([8510, 8530], clone.InitialCenter);
        Assert.All(clone.Origin, origin => Assert.Equal(LineOrigin.Detected, origin));
    }

    [Fact]
    public void What_the_spectrum_leaves_open_stays_where_the_neighbour_has_it()
    {
        // Two lines in one place: only their sum shows. The neighbour shares it 3 : 1; the spectrum is a tenth stronger.
        var pair = new LineTable([8520, 8520], [Math.Log(0.03), Math.Log(0.01)], [-3.4, -3.4], [-4, -4]);
        var neighbour = new ClonedSpectrum { Lines = pair, InitialCenter = [8520, 8520.01], Rms = 0 };
        var stronger = new LineTable([8520, 8520], [Math.Log(0.033), Math.Log(0.011)], [-3.4, -3.4], [-4, -4]);
        ClonedSpectrum clone = SpectrumCloner.Continue(Wavelength, Flux(stronger), neighbour, Usual, KernelSet.Best.Create(), Workers.OneThread);
        Assert.Equal(neighbour.InitialCenter, clone.InitialCenter);
        Assert.All(clone.Origin, origin => Assert.Equal(LineOrigin.Inherited, origin));
        Assert.True(clone.Rms < 0.05 * clone.InitialRms);
        Assert.Equal(Math.Log(3), clone.Lines.LnAmplitude[0] - clone.Lines.LnAmplitude[1], 0.15);
        Assert.Equal(0.044, Math.Exp(clone.Lines.LnAmplitude[0]) + Math.Exp(clone.Lines.LnAmplitude[1]), 0.001);
    }

    [Theory]
    [InlineData(LineProfile.Blase, Composition.Product)]
    [InlineData(LineProfile.Voigt, Composition.Opacity)]
    public void A_line_of_the_neighbour_that_shows_no_more_is_dropped_and_a_faint_one_that_shows_stays(LineProfile profile, Composition composition)
    {
        // Three lines of the neighbour are held to what they are there: one does not exist here, one shows at five times the noise, one is strong.
        var random = new Random(11);
        CloneOptions options = Usual with { Model = new LineModel(profile, composition), Epochs = 12, ResidualPasses = 1, InheritedWeight = 0.01 };
        LineTable Table(params double[] depth) => new(
            [.. depth.Select((_, j) => 8510 + (10.0 * j))], [.. depth.Select(d => Math.Log(d * 0.08))], [.. depth.Select(_ => Math.Log(0.03))], [.. depth.Select(_ => Math.Log(0.01))]);
        double[] flux = [.. Flux(Table(0.5, 0, 0.02), options.Model).Select(f => f + (0.004 * (random.NextDouble() - 0.5) * Math.Sqrt(12)))];
        var neighbour = new ClonedSpectrum { Lines = Table(0.5, 0.006, 0.02), InitialCenter = [8510, 8520, 8530], Rms = 0 };
        ClonedSpectrum Continue(CloneOptions how) => SpectrumCloner.Continue(Wavelength, flux, neighbour, how, KernelSet.Best.Create(), Workers.OneThread);
        ClonedSpectrum kept = Continue(options with { DropSuperfluous = false }), clone = Continue(options);
        Assert.Equal([8510, 8520, 8530], Inherited(kept));
        Assert.Equal([8510, 8530], Inherited(clone));
        Assert.True(clone.Rms < 1.01 * kept.Rms, FormattableString.Invariant($"{kept.Rms} -> {clone.Rms}"));

        static double[] Inherited(ClonedSpectrum clone) => [.. clone.InitialCenter.Where((_, j) => clone.Origin[j] == LineOrigin.Inherited)];
    }

    [Fact]
    public void Two_lines_that_the_spectrum_cannot_tell_apart_become_the_stronger_one()
    {
        var truth = new LineTable([8510, 8530], [-3.3, -3], [-3.5, -3.4], [-4, -4]);
        var start = new LineTable([8510, 8510.004, 8530], [-4.4, -3.7, -3], [-3.5, -3.5, -3.4], [-4, -4, -4]);
        ClonedSpectrum apart = Run(Flux(truth), start, Usual with { MergeDegenerate = false }), clone = Run(Flux(truth), start, Usual);
        Assert.Equal((3, 0), (apart.Lines.Count, apart.MergedLines));
        Assert.Equal((2, 1), (clone.Lines.Count, clone.MergedLines));
        Assert.Equal([8510.004, 8530], clone.InitialCenter);
        Assert.Equal(-3.3, clone.Lines.LnAmplitude[0], 0.01);
        Assert.Equal(8510, clone.Lines.Center[0], 0.001);
        Assert.True(clone.Rms < 2 * apart.Rms + 1e-5);
        Assert.Equal(clone.Loss[^1], clone.Rms * clone.Rms, 1e-15);
    }

    [Fact]
    public void Broad_pairs_are_not_joined_by_the_few_pixels_around_them()
    {
        // Two lines of 1.5 A that differ in their wings: in the 60 pixels of their centres one would do, in the spectrum it does not.
        var truth = new LineTable([8520, 8520.3], [Math.Log(0.6), Math.Log(0.5)], [Math.Log(0.6), Math.Log(0.4)], [Math.Log(0.05), Math.Log(0.5)]);
        ClonedSpectrum clone = Run(Flux(truth), truth.Clone(), Usual with { Epochs = 3 });
        Assert.Equal((2, 0), (clone.Lines.Count, clone.MergedLines));
        Assert.True(clone.Rms < 1e-6);
    }

    [Fact]
    public void Lines_that_begin_in_a_dark_band_do_not_spoil_what_is_bright()
    {
        // A band of overlapping lines that goes down to a few per cent, with narrow gaps: the neighbour knows every other line, in other places.
        var random = new Random(3);
        double[] centers = [.. Enumerable.Range(0, 120).Select(k => 8505 + (0.25 * k) + (0.1 * random.NextDouble()))];
        LineTable Table(double[] at, double amplitude) => new(
            at, [.. at.Select(_ => amplitude)], [.. at.Select(_ => Math.Log(0.05))], [.. at.Select(_ => Math.Log(0.03))]);
        double[] flux = Flux(Table(centers, Math.Log(0.15)));
        Assert.InRange(flux.Min(), 0, 0.15);
        double[] known = [.. centers.Where((_, k) => k % 2 == 0)];
        var neighbour = new ClonedSpectrum { Lines = Table([.. known.Select(c => c + 0.03)], Math.Log(0.12)), InitialCenter = known, Rms = 0 };
        ClonedSpectrum clone = SpectrumCloner.Continue(
            Wavelength, flux, neighbour, Usual with { Epochs = 24, ResidualPasses = 2, MergeDegenerate = false }, KernelSet.Best.Create(), Workers.OneThread);
        Assert.Contains(LineOrigin.Residual, clone.Origin);

        // New lines never make it worse by beginning. As deep as they are seen, they raise the loss by 9 % at step 20 here, where the last of them begin. The end is no measure of that:
        // this band, which is nothing but lines, ends lower so (0.031 of a start of 0.40, instead of 0.053), while real ones did not recover.
        for (int i = 1; i < clone.Loss.Length; i++) Assert.True(clone.Loss[i] <= clone.Loss[i - 1], $"step {i}: {clone.Loss[i - 1]} -> {clone.Loss[i]}");
        Assert.True(clone.Rms < 0.2 * clone.InitialRms, FormattableString.Invariant($"{clone.InitialRms} -> {clone.Rms}"));
    }

    [Theory]
    [InlineData(0.09)]
    [InlineData(0.03)]
    public void Two_lines_that_show_as_two_stay_two(double apartAngstrom)
    {
        // Of one place they would be one, but a narrow line in a broad one, or two side by side, are not.
        var truth = apartAngstrom > 0.05
            ? new LineTable([8510, 8510 + apartAngstrom], [-3.3, -3.8], [-3.5, -3.6], [-4, -4])
            : new LineTable([8510, 8510 + apartAngstrom], [-2.2, -4], [-2, -4], [-3, -5]);
        ClonedSpectrum clone = Run(Flux(truth), Moved(truth), Usual);
        Assert.Equal((2, 0), (clone.Lines.Count, clone.MergedLines));
    }

    [Fact]
    public void A_broad_line_begins_as_deep_as_it_is()
    {
        // Half an Angstrom broad: the published start makes it a twentieth as deep, and the search of the residual finds more lines in it.
        var truth = new LineTable([8515, 8535], [Math.Log(0.7), Math.Log(0.5)], [Math.Log(0.4), Math.Log(0.3)], [Math.Log(0.15), Math.Log(0.2)]);
        double[] flux = Flux(truth);
        Blase3D.Engine.LineFinding.InitialLines found = Blase3D.Engine.LineFinding.LineFinder.Find(Wavelength, flux, new() { EdgeMarginAngstrom = 0 });
        LineTable start = SpectrumCloner.Start(found, Wavelength, flux, Usual), published = SpectrumCloner.Start(found, Wavelength, flux, CloneOptions.Published);
        Assert.Equal(found.LnAmplitude, published.LnAmplitude);
        for (int j = 0; j < 2; j++) Assert.Equal(truth.LnAmplitude[j], start.LnAmplitude[j], 0.5);
        ClonedSpectrum clone = Run(flux, start, Usual with { Epochs = 20, ResidualPasses = 2 });
        Assert.Equal(2, clone.Lines.Count);
        Assert.True(clone.Rms < 0.05 * Run(flux, published, Usual with { Epochs = 20, ResidualPasses = 2 }).InitialRms);
    }

    [Fact]
    public void A_neighbour_that_is_quite_another_spectrum_does_not_hide_the_lines()
    {
        // Peaks at every third pixel, begun with a neighbour of one line: what is left over is large, and all of it is lines.
        var random = new Random(7);
        double[] flux = [.. Wavelength.Select(_ => 1 - (0.9 * random.NextDouble()))];
        var neighbour = new ClonedSpectrum { Lines = new LineTable([8520], [-3], [-3.4], [-4]), InitialCenter = [8520], Rms = 0 };
        CloneOptions options = Usual with { Epochs = 20, ResidualPasses = 1 };
        ClonedSpectrum clone = SpectrumCloner.Continue(Wavelength, flux, neighbour, options, KernelSet.Best.Create(), Workers.OneThread);
        Assert.True(clone.Lines.Count > Wavelength.Length / 8, $"{clone.Lines.Count} lines");
        Assert.True(clone.Rms < 0.7 * clone.InitialRms);
    }

    [Fact]
    public void In_a_spectrum_shorter_than_the_window_no_line_becomes_continuum()
    {
        // A continuum that sags over the whole spectrum, with one line in it: another line is free to take over the sag.
        double[] wavelength = Wavelength[..400];
        double middle = wavelength[200], half = 0.5 * (wavelength[^1] - wavelength[0]);
        var line = new LineTable([middle], [-3.3], [-3.5], [-4]);
        var flux = new double[wavelength.Length];
        KernelSet.Best.Create().Forward(LineModel.Published, line, LineWindows.Create(line.Center, wavelength, 400), wavelength, Workers.OneThread, flux);
        for (int i = 0; i < flux.Length; i++) flux[i] *= 0.93 + (0.05 * (wavelength[i] - middle) / half);
        var start = new LineTable([middle - (0.6 * half), middle], [Math.Log(0.2), -3.3], [Math.Log(half), -3.5], [Math.Log(half), -4]);
        ClonedSpectrum clone = SpectrumCloner.Clone(wavelength, flux, start, Usual with { WingPixels = 6000, SmallestDepth = 0 }, KernelSet.Best.Create(), Workers.OneThread);
        Assert.True(clone.Rms < clone.InitialRms);
        Assert.All(clone.Lines.Center, center => Assert.InRange(center, wavelength[0], wavelength[^1]));
        Assert.All(clone.Lines.LnSigma.Concat(clone.Lines.LnGamma), width => Assert.InRange(Math.Exp(width), 0, 0.2501 * 2 * half * 400 / 399));
    }

    [Fact]
    public void No_line_gets_deeper_than_black()
    {
        // A start far too strong: the core is cut off and shows no slope, so only the bound brings it back.
        var truth = new LineTable([8520], [Math.Log(0.15)], [-2.5], [-3.5]);
        ClonedSpectrum clone = Run(Flux(truth), new LineTable([8520.02], [Math.Log(0.6)], [-2.5], [-3.5]), Usual);
        Assert.InRange(LinePeak.Depth(LineProfile.Blase, clone.Lines.LnAmplitude[0], clone.Lines.LnSigma[0], clone.Lines.LnGamma[0]), 0, 1);
        Assert.True(clone.Rms < 1e-3, FormattableString.Invariant($"{clone.InitialRms} -> {clone.Rms}"));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_line_that_is_no_line_is_left_out(double value)
    {
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
        LineTable start = Moved(truth);
        start.LnSigma[7] = value;
        ClonedSpectrum clone = Run(Flux(truth), start, Usual);
        Assert.Equal(truth.Count - 1, clone.Lines.Count);
        Assert.True(double.IsFinite(clone.Rms) && clone.Rms < clone.InitialRms);
        Assert.All(clone.Lines.LnSigma, s => Assert.True(double.IsFinite(s)));
    }

    [Theory]
    [InlineData(LineProfile.Blase, Composition.Opacity)]
    [InlineData(LineProfile.Thompson, Composition.Product)]
    [InlineData(LineProfile.Voigt, Composition.Product)]
    public void Every_model_is_fitted(LineProfile profile, Composition composition)
    {
        CloneOptions options = Usual with { Model = new LineModel(profile, composition) };
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
        ClonedSpectrum clone = Run(Flux(truth, options.Model), Moved(truth), options);
        Assert.True(clone.Rms < 0.02 * clone.InitialRms, FormattableString.Invariant($"{clone.InitialRms} -> {clone.Rms}"));
    }

    [Fact]
    public void No_epochs_give_the_start_back()
    {
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines, start = Moved(truth);
        ClonedSpectrum clone = Run(Flux(truth), start, new CloneOptions { WingPixels = 1000, Epochs = 0 });
        Assert.Equal(start.LnAmplitude, clone.Lines.LnAmplitude);
        Assert.Equal(clone.InitialRms, clone.Rms);
        Assert.Single(clone.Loss);
    }

    [Fact]
    public void A_step_allocates_next_to_nothing()
    {
        LineTable truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
        double[] flux = Flux(truth);
        ILineKernels kernels = KernelSet.Best.Create();
        Bytes(30);
        (long few, int fewSteps) = Bytes(8);
        (long many, int manySteps) = Bytes(30);
        Assert.True(manySteps >= fewSteps + 10);
        Assert.True((many - few) / (manySteps - fewSteps) < 1000, $"{few} bytes in {fewSteps} steps, {many} in {manySteps}");

        (long Bytes, int Steps) Bytes(int epochs)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ClonedSpectrum clone = SpectrumCloner.Clone(Wavelength, flux, Moved(truth), Usual with { Epochs = epochs }, kernels, Workers.OneThread);
            return (GC.GetAllocatedBytesForCurrentThread() - before, clone.Loss.Length - 1);
        }
    }

    private static ClonedSpectrum Run(double[] flux, LineTable start, CloneOptions options) =>
        SpectrumCloner.Clone(Wavelength, flux, start, options, KernelSet.Best.Create(), Workers.OneThread);

    private static double[] Flux(LineTable lines, LineModel? model = null)
    {
        var flux = new double[Wavelength.Length];
        KernelSet.Best.Create().Forward(
            model ?? LineModel.Published, lines, LineWindows.Create(lines.Center, Wavelength, 1000), Wavelength, Workers.OneThread, flux);
        return flux;
    }

    private static LineTable Moved(LineTable truth) => new(
        [.. truth.Center.Select((c, j) => c + (0.006 * Math.Sin(3 * j)))],
        [.. truth.LnAmplitude.Select(a => a - 0.4)],
        [.. truth.LnSigma.Select(s => s + 0.2)],
        [.. truth.LnGamma.Select(g => g + 0.2)]);
}
