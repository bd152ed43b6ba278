using Blase3D.Engine.Cloning;
using Blase3D.Engine.Cloning.Adam;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

/// <summary>Adam, and what both optimisers have in common.</summary>
public class SpectrumClonerTests
{
    private static readonly double[] Wavelength = ToyClones.Wavelength;
    private static readonly LineTable Truth = ToyClones.Spectrum(ToyClones.Smooth([4000, 4, 0])).Lines;
    private static readonly CloneOptions Usual = CloneOptions.Adam with { WingPixels = 1000, Epochs = 60 };

    [Fact]
    public void The_loss_goes_down_and_the_lines_of_a_made_spectrum_are_found()
    {
        ClonedSpectrum clone = Run(Start(), Usual);
        Assert.Equal(61, clone.Loss.Length);
        Assert.Equal(Math.Sqrt(clone.Loss[0]), clone.InitialRms);
        Assert.True(clone.Rms < 0.02 * clone.InitialRms, FormattableString.Invariant($"{clone.InitialRms} -> {clone.Rms}"));

        // Adam is not monotonic step by step, but every late state is better than every early one.
        Assert.True(clone.Loss[^10..].Max() < clone.Loss[..10].Min());
        for (int j = 0; j < Truth.Count; j++) Assert.Equal(Truth.Center[j], clone.Lines.Center[j], 0.002);
        Assert.Equal(Start().Center, clone.InitialCenter);
    }

    [Fact]
    public void The_lines_to_start_from_are_left_as_they_are()
    {
        LineTable start = Start(), copy = start.Clone();
        Run(start, Usual with { Epochs = 3 });
        Assert.Equal(copy.Center, start.Center);
        Assert.Equal(copy.LnAmplitude, start.LnAmplitude);
        Assert.Equal(copy.LnSigma, start.LnSigma);
        Assert.Equal(copy.LnGamma, start.LnGamma);
    }

    [Fact]
    public void The_best_of_the_last_states_is_returned_when_asked_for()
    {
        // A rate so large that the loss jumps about.
        CloneOptions wild = Usual with { LearningRate = 1.5, Epochs = 30 };
        ClonedSpectrum best = Run(Start(), wild), last = Run(Start(), wild with { ReturnBest = false });
        Assert.Equal(last.Loss, best.Loss);
        Assert.Equal(Math.Sqrt(last.Loss[^1]), last.Rms);
        double expected = Math.Min(best.Loss[0], best.Loss[20..].Min());
        Assert.NotEqual(expected, best.Loss[^1]);
        Assert.Equal(Math.Sqrt(expected), best.Rms);

        // The windows stay where the cloning began, so another evaluation differs by what lies between the windows' ends.
        Assert.Equal(best.Rms, RmsOf(best.Lines, wild), 1e-6);
        Assert.Equal(last.Rms, RmsOf(last.Lines, wild), 1e-6);
    }

    [Fact]
    public void No_epochs_give_the_start_back()
    {
        ClonedSpectrum clone = Run(Start(), Usual with { Epochs = 0 });
        Assert.Equal(Start().LnAmplitude, clone.Lines.LnAmplitude);
        Assert.Equal(clone.InitialRms, clone.Rms);
        Assert.Single(clone.Loss);
    }

    [Fact]
    public void No_lines_are_no_trouble()
    {
        CloneOptions published = CloneOptions.Published with { WingPixels = 1000, ActiveMarginAngstrom = 2, Epochs = 3 };
        foreach (CloneOptions options in new[] { Usual, published })
        {
            ClonedSpectrum clone = Run(new LineTable(), options);
            Assert.Equal(0, clone.Lines.Count);
            Assert.Equal(clone.InitialRms, clone.Rms);
            Assert.True(clone.Rms > 0);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_line_that_is_no_line_stays_and_harms_no_other(double value)
    {
        LineTable start = Start();
        start.LnSigma[7] = value;
        ClonedSpectrum clone = Run(start, Usual);
        Assert.True(double.IsFinite(clone.Rms) && clone.Rms < clone.InitialRms);
        Assert.Equal(value, clone.Lines.LnSigma[7]);
        for (int j = 0; j < clone.Lines.Count; j++)
        {
            double sum = clone.Lines.Center[j] + clone.Lines.LnAmplitude[j] + clone.Lines.LnSigma[j] + clone.Lines.LnGamma[j];
            Assert.Equal(j != 7, double.IsFinite(sum));
        }
    }

    [Fact]
    public void A_gradient_that_is_no_number_moves_nothing_and_is_forgotten()
    {
        var adam = new AdamOptimizer(3);
        double[] parameters = [1, 2, 3];
        adam.Step(0.1, [double.NaN, double.NegativeInfinity, 0.5], parameters);
        Assert.Equal([1, 2, 2.9], parameters.Select(p => Math.Round(p, 6)));
        adam.Step(0.1, [1, 1, 0.5], parameters);
        Assert.All(parameters, p => Assert.True(double.IsFinite(p)));
        Assert.True(parameters[0] < 1 && parameters[1] < 2 && parameters[2] < 2.9);
    }

    [Fact]
    public void The_steps_are_those_of_the_formula()
    {
        // Kingma and Ba's algorithm 1 with the largest second moment, written out.
        double[] parameters = [0.3, -1];
        double[] expected = [0.3, -1];
        var adam = new AdamOptimizer(2);
        double[] m = [0, 0], v = [0, 0], largest = [0, 0];
        for (int t = 1; t <= 20; t++)
        {
            double[] gradient = [Math.Cos(t) * 3, t < 5 ? 100 : 1e-3];
            adam.Step(0.05, gradient, parameters);
            for (int i = 0; i < 2; i++)
            {
                m[i] = (0.9 * m[i]) + (0.1 * gradient[i]);
                v[i] = (0.999 * v[i]) + (0.001 * gradient[i] * gradient[i]);
                largest[i] = Math.Max(largest[i], v[i]);
                expected[i] -= 0.05 / (1 - Math.Pow(0.9, t)) * m[i] / (Math.Sqrt(largest[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }

            Agreement.Relative(expected, parameters, 1e-12, "parameters");
        }
    }

    [Fact]
    public void Pixels_in_the_margin_do_not_count()
    {
        double[] flux = Flux();
        for (int i = 0; i < 500; i++) flux[i] = 3;
        CloneOptions options = Usual with { ActiveMarginAngstrom = 5, Epochs = 0 };
        ClonedSpectrum clone = SpectrumCloner.Clone(Wavelength, flux, Truth, options, KernelSet.Best.Create(), Workers.OneThread);
        Assert.InRange(clone.Rms, 0, 1e-12);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused_with_value_and_range()
    {
        (CloneOptions Options, string Part)[] bad =
        [
            (Usual with { WingPixels = 1 }, "wing-pixels is 1; give at least 2"),
            (Usual with { Epochs = -1 }, "epochs is -1"),
            (Usual with { Epochs = 1_000_001 }, "0 to 1,000,000"),
            (Usual with { LearningRate = 0 }, "learning-rate is 0"),
            (Usual with { LearningRate = double.NaN }, "learning-rate is NaN"),
            (Usual with { CenterAngstromPerRate = 11 }, "at most 10"),
            (Usual with { ActiveMarginAngstrom = -1 }, "active margin is -1"),
            (Usual with { ActiveMarginAngstrom = 20 }, "leaves nothing of 8500 to 8540 A"),
            (Usual with { ResidualPasses = 1 }, "residual-passes is 1; give 0 with the optimizer adam"),
            (new CloneOptions { ResidualPasses = 21 }, "residual-passes is 21; give 0 to 20"),
            (new CloneOptions { ResidualProminence = 0 }, "residual-prominence is 0"),
            (new CloneOptions { ResidualProminencePerRms = -1 }, "residual prominence per rms is -1"),
            (new CloneOptions { ResidualDistancePixels = 0 }, "residual distance is 0"),
            (new CloneOptions { SmallestDepth = 1 }, "smallest depth is 1"),
            (new CloneOptions { StartWeight = -1 }, "start weight is -1"),
            (new CloneOptions { InheritedWeight = double.NaN }, "inherited weight is NaN"),
            (new CloneOptions { TrainVelocity = true }, "need the optimizer adam"),
            (new CloneOptions { PublishedWindows = true }, "need the optimizer adam"),
            (CloneOptions.Published with { ActiveMarginAngstrom = 2 }, "window of 6000 pixels needs a longer spectrum than 4001"),
        ];
        foreach ((CloneOptions options, string part) in bad)
        {
            EngineException failure = Assert.Throws<EngineException>(() => Run(Start(), options));
            Assert.Equal(ErrorCode.BadArguments, failure.Code);
            Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        }
    }

    private static ClonedSpectrum Run(LineTable start, CloneOptions options) =>
        SpectrumCloner.Clone(Wavelength, Flux(), start, options, KernelSet.Best.Create(), Workers.OneThread);

    private static double[] Flux()
    {
        var flux = new double[Wavelength.Length];
        KernelSet.Best.Create().Forward(
            LineModel.Published, Truth, LineWindows.Create(Truth.Center, Wavelength, 1000), Wavelength, Workers.OneThread, flux);
        return flux;
    }

    private static double RmsOf(LineTable lines, CloneOptions options) =>
        Run(lines, options with { Epochs = 0 }).Rms;

    /// <summary>The truth moved by half a pixel and more, too weak and too broad.</summary>
    private static LineTable Start() => new(
        [.. Truth.Center.Select((c, j) => c + (0.006 * Math.Sin(3 * j)))],
        [.. Truth.LnAmplitude.Select(a => a - 0.4)],
        [.. Truth.LnSigma.Select(s => s + 0.2)],
        [.. Truth.LnGamma.Select(g => g + 0.2)]);
}
