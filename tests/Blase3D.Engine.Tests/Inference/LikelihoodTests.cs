using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Sampling;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Inference;

/// <summary>Chi-square, errors, priors, the model's own error, and the card.</summary>
public class LikelihoodTests(ITestOutputHelper output)
{
    private static readonly LineManifold Manifold = ToyManifold.Whole;
    private static readonly InferenceOptions Short = new() { InitialEvaluations = 24, GuidedEvaluations = 8, Scheme = InterpolationScheme.Cubic };

    // Stars made of the manifold itself, about which it is not wrong.
    private static readonly InferenceOptions Exact = Short with { Likelihood = new LikelihoodOptions { ModelError = 0 } };

    [Fact]
    public void Over_many_injections_scatter_is_the_bound_and_pulls_are_one()
    {
        const int draws = 320;
        double[] truth = [4290, 4.32, -0.22], star = Star(truth);

        // S/N between 50 and 150 from pixel to pixel.
        double[] sigma = [.. star.Select((_, i) => 0.01 * (1.25 + (0.75 * Math.Sin(0.02 * i))))];
        double[] bound = CramerRao(truth, sigma);
        var random = new Random(8);
        double[] pulls = new double[3], offsets = new double[3], squares = new double[3];
        double chiSquare = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            double[] observed = Noisy(star, sigma, random);
            InferenceResult result = Finish(observed, sigma, truth, Exact);
            Assert.Equal(ResidualModel.Independent, result.Card!.ResidualModel);
            chiSquare += result.Card.ChiSquare / result.Card.DegreesOfFreedom / draws;
            for (int d = 0; d < 3; d++)
            {
                double off = result.Value[d] - truth[d];
                offsets[d] += off / draws;
                squares[d] += off * off / draws;
                pulls[d] += Math.Pow(off / result.Error[d], 2) / draws;
            }
        }

        Assert.Equal(1, chiSquare, 0.01);
        for (int d = 0; d < 3; d++)
        {
            double scatter = Math.Sqrt(squares[d]);
            output.WriteLine(FormattableString.Invariant(
                $"{Manifold.Axes.Names[d]}: scatter / Cramer-Rao bound {scatter / bound[d]:F3}, std of pulls {Math.Sqrt(pulls[d]):F3}, bias {offsets[d] / scatter:F3} scatters"));
            Assert.InRange(scatter / bound[d], 0.85, 1.15);
            Assert.InRange(Math.Sqrt(pulls[d]), 0.9, 1.1);
            Assert.InRange(Math.Abs(offsets[d]), 0, 4 * scatter / Math.Sqrt(draws));
        }
    }

    [Fact]
    public void Weights_beat_the_plain_root_mean_square_when_errors_differ()
    {
        double[] truth = [4290, 4.32, -0.22], star = Star(truth);
        double[] sigma = [.. star.Select((_, i) => i % 500 < 250 ? 0.005 : 0.1)];
        var random = new Random(9);
        double weighted = 0, plain = 0;
        for (int draw = 0; draw < 40; draw++)
        {
            double[] observed = Noisy(star, sigma, random);
            weighted += Math.Pow(Finish(observed, sigma, truth, Short).Value[0] - truth[0], 2);
            plain += Math.Pow(Finish(observed, sigma, truth, Short with { Likelihood = new LikelihoodOptions { Kind = LikelihoodKind.Rms } }).Value[0] - truth[0], 2);
        }

        Assert.True(weighted < 0.2 * plain, FormattableString.Invariant($"{weighted} against {plain}"));
    }

    [Fact]
    public void Errors_that_are_too_small_are_made_up_for_by_the_residuals()
    {
        // A model that is wrong by 2 % in waves of 12 pixels, and stated errors of 0.1 %.
        double[] truth = [4290, 4.32, -0.22], star = Star(truth), sigma = [.. star.Select(_ => 0.001)];
        var random = new Random(10);
        double[] pulls = new double[3];
        const int draws = 60;
        for (int draw = 0; draw < draws; draw++)
        {
            double[] observed = Noisy(star, sigma, random);
            double wave = 0;
            for (int i = 0; i < observed.Length; i++)
            {
                wave = (0.92 * wave) + (0.02 * Math.Sqrt(1 - (0.92 * 0.92)) * Normal(random));
                observed[i] += wave;
            }

            InferenceResult result = Finish(observed, sigma, truth, Short);
            Assert.Equal(ResidualModel.Larger, result.Card!.ResidualModel);
            Assert.InRange(result.Card.ModelError.Average(), 0.01, 0.03);
            Assert.True(result.Card.ChiSquare > 50 * result.Card.DegreesOfFreedom);
            Assert.InRange(result.Card.ChiSquareWithFloor / result.Card.DegreesOfFreedom, 0.5, 1.5);
            for (int d = 0; d < 3; d++) pulls[d] += Math.Pow((result.Value[d] - truth[d]) / result.Error[d], 2) / draws;
        }

        for (int d = 0; d < 3; d++)
        {
            output.WriteLine(FormattableString.Invariant($"{Manifold.Axes.Names[d]}: std of pulls {Math.Sqrt(pulls[d]):F3}"));
            Assert.InRange(Math.Sqrt(pulls[d]), 0.6, 1.4);
        }

        Assert.Throws<EngineException>(() => Finish(star, null, truth, Short with { Likelihood = new LikelihoodOptions { Kind = LikelihoodKind.ChiSquare } }));
    }

    [Fact]
    public void A_gaussian_prior_pulls_as_its_precision_says()
    {
        double[] truth = [4290, 4.32, -0.22], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.05)];
        double[] observed = Noisy(Star(truth), sigma, new Random(11));
        InferenceResult free = Finish(observed, sigma, truth, Exact, "teff=4000:4500", "logg=4.32", "feh=-0.22");
        double mean = free.Value[0] + (2 * free.Error[0]);
        string prior = FormattableString.Invariant($"teff={mean:R}+-{free.Error[0]:R}");
        InferenceResult pulled = Finish(observed, sigma, truth, Exact, prior, "logg=4.32", "feh=-0.22");

        // Two measurements of one error: half-way, and an error smaller by the root of two.
        Assert.Equal(free.Value[0] + free.Error[0], pulled.Value[0], 0.03 * free.Error[0]);
        Assert.Equal(free.Error[0] / Math.Sqrt(2), pulled.Error[0], 0.03 * free.Error[0]);

        // Without errors the residual says how much the spectrum weighs.
        InferenceResult rms = Finish(observed, null, truth, Exact, prior, "logg=4.32", "feh=-0.22");
        Assert.Equal(pulled.Value[0], rms.Value[0], 0.5 * free.Error[0]);
        Assert.True(double.IsNaN(rms.Card!.ChiSquare));
    }

    [Fact]
    public void The_posterior_is_as_wide_as_the_errors_say()
    {
        double[] truth = [4290, 4.5, -0.25], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.01)];
        double[] observed = Noisy(Star(truth), sigma, new Random(12));
        InferenceResult result = Finish(observed, sigma, truth, Exact with { PosteriorDraws = 1600 });
        Assert.True(result.Card!.Posterior!.HasConverged);
        for (int d = 0; d < 3; d++)
        {
            double spread = 0.5 * (result.Card.Posterior.Quantile(d, 0.8413) - result.Card.Posterior.Quantile(d, 0.1587));
            output.WriteLine(FormattableString.Invariant(
                $"{Manifold.Axes.Names[d]}: posterior {spread:G4}, error {result.Error[d]:G4}, R-hat {result.Card.Posterior.RHat[d]:F3}, worth {result.Card.Posterior.EffectiveSize[d]:F0}"));
            Assert.InRange(spread / result.Error[d], 0.85, 1.15);
            Assert.InRange(Math.Abs(result.Card.Posterior.Quantile(d, 0.5) - result.Value[d]), 0, 0.3 * result.Error[d]);
        }
    }

    [Fact]
    public void What_a_spectrum_says_nothing_about_and_chains_that_disagree_are_flagged()
    {
        LineManifold blind = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], null, point => ToyManifold.Lines([point[0], point[1], 0]));
        InferenceResult result = Finish(ToyManifold.Star(blind, [4290, 4.32, -0.2]), null, [4250, 4.4, -0.3], Short, blind);
        Assert.Contains("feh_unconstrained", result.Flags);
        Assert.DoesNotContain("teff_unconstrained", result.Flags);

        // Ten draws a chain are too few, so that their halves are apart.
        double[] truth = [4290, 4.32, -0.22], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.01)], observed = Noisy(Star(truth), sigma, new Random(12));
        Assert.Contains("posterior_not_converged", Finish(observed, sigma, truth, Exact with { PosteriorDraws = 40 }).Flags);
        Assert.DoesNotContain("posterior_not_converged", Finish(observed, sigma, truth, Exact with { PosteriorDraws = 1600 }).Flags);
    }

    // Stated errors of 1 % of a spectrum that scatters by 20 %: the data's chi-square is scaled down, but not what was known before.
    [Fact]
    public void A_gaussian_prior_keeps_its_width_in_the_posterior_of_a_bad_fit()
    {
        double[] truth = [4290, 4.32, -0.22], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.01)];
        double[] observed = Noisy(Star(truth), [.. sigma.Select(_ => 0.2)], new Random(13));
        InferenceResult free = Finish(observed, sigma, truth, Exact);
        double width = free.Error[0] / 4;
        InferenceResult result = Finish(observed, sigma, truth, Exact with { PosteriorDraws = 2000 }, FormattableString.Invariant($"teff=4290+-{width:R}"));
        PosteriorSample posterior = result.Card!.Posterior!;
        double spread = 0.5 * (posterior.Quantile(0, 0.8413) - posterior.Quantile(0, 0.1587));
        output.WriteLine(FormattableString.Invariant($"prior {width:G4}, stated error {result.Error[0]:G4}, posterior {spread:G4}"));
        Assert.InRange(spread, 0.6 * width, 1.15 * width);
    }

    // The search alone looks at the spectrum; which of its points is the best is also for the prior to say.
    [Fact]
    public void A_search_without_a_descent_listens_to_a_gaussian_prior()
    {
        double[] truth = [4290, 4.5, -0.25], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.3)];
        ObservedTarget target = ObservedTarget.Normalized(ToyManifold.Named(Noisy(Star(truth), sigma, new Random(14))) with { Sigma = sigma });
        InferenceResult Search(double mean) => StellarParameterInference.Infer(
            Manifold, target, ParameterPrior.Parse(Manifold.Axes, [FormattableString.Invariant($"teff={mean}+-60"), "logg=4.5", "feh=-0.25"]),
            Exact with { Method = InferenceMethod.Gp, InitialEvaluations = 40 }, KernelSet.Best, Workers.OneThread);
        InferenceResult free = StellarParameterInference.Infer(
            Manifold, target, ParameterPrior.Parse(Manifold.Axes, ["logg=4.5", "feh=-0.25"]), Exact with { InitialEvaluations = 40 }, KernelSet.Best, Workers.OneThread);
        foreach (double mean in new[] { 4200, 4350 })
        {
            // The posterior's maximum, the two measurements weighed by their precisions.
            double share = 1 / (1 + Math.Pow(60 / free.Error[0], 2)), expected = ((1 - share) * free.Value[0]) + (share * mean);
            double found = Search(mean).Value[0];
            output.WriteLine(FormattableString.Invariant($"free {free.Value[0]:F0} +- {free.Error[0]:F0}, prior {mean} +- 60: {found:F0}, expected {expected:F0}"));
            Assert.Equal(expected, found, 25.0);
        }
    }

    [Fact]
    public void The_card_names_node_lines_and_correlation()
    {
        double[] truth = [4210, 4.52, -0.05], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.01)];
        InferenceResult result = Finish(Noisy(Star(truth), sigma, new Random(13)), sigma, truth, Short with { DecidingLines = 1000, WithPage = true });
        ResultCard card = result.Card!;
        Assert.Equal("chi2", card.Likelihood);
        Assert.Equal([4200, 4.5, 0], card.NearestNode);
        Assert.Equal(30, card.Lines.Count);
        double[] correlation = card.Covariance.Correlation;
        for (int d = 0; d < 3; d++)
        {
            Assert.Equal(1, card.Lines.Sum(line => line.InformationShare[d]), 1e-6);
            Assert.Equal(1, correlation[(d * 3) + d]);
            Assert.InRange(correlation[d == 0 ? 1 : d], -1, 1);
        }

        double[] whole = [.. card.Lines.Select(line => line.InformationShare.Sum())];
        Assert.Equal(whole.OrderDescending(), whole);
        Assert.All(card.Lines, line => Assert.InRange(line.ChiSquareShare, 0, 1));

        Assert.Equal(3, result.Page!.Slices.Count);
        ObjectiveSlice slice = result.Page.Slices[0];
        Assert.Equal(41, slice.Whole.X.Length);
        Assert.InRange(slice.Near!.Value.DeltaChiSquare.Min(), -1e-6, 0.1);
        string svg = result.Page.Draw("star", result).ToSvg();
        Assert.Contains("whole prior", svg, StringComparison.Ordinal);
        Assert.Equal(svg, result.Page.Draw("star", result).ToSvg());
    }

    [Fact]
    public void Masks_and_bad_errors_take_pixels_out()
    {
        var spectrum = new Spectrum([1, 2, 3, 4, 5], [1, 1, double.NaN, 1, 1], [0.1, 0, 0.1, -1, 0.1], "s.csv");
        Spectrum cut = PixelMask.Apply(spectrum, [(1.5, 3), (4.5, 9)], out int masked);
        Assert.Equal(2, masked);
        Assert.Equal([1, double.NaN, double.NaN, 1, double.NaN], cut.Flux);
        Assert.Equal([1, 1, double.NaN, 1, 1], spectrum.Flux);
        Spectrum valid = PixelMask.WithoutBadErrors(spectrum, out int bad);
        Assert.Equal(2, bad);
        Assert.Equal([1, double.NaN, double.NaN, double.NaN, 1], valid.Flux);
        Assert.Same(spectrum, PixelMask.Apply(spectrum, [(7, 8)], out masked));
        Assert.Equal(0, masked);
        EngineException failure = Assert.Throws<EngineException>(() => PixelMask.WithoutBadErrors(spectrum with { Sigma = [0, 0, 0, double.NaN, -2] }, out _));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
    }

    [Theory]
    [InlineData(0.006, true)]
    [InlineData(0.5, false)]
    public void A_second_minimum_is_flagged_where_the_noise_leaves_it_open(double tilt, bool isOpen)
    {
        // As strong at 4100 K as at 4400 K, but for the tilt.
        LineManifold mirrored = ToyManifold.Mirrored(tilt);
        double[] truth = [4400, 4.4, -0.2], sigma = [.. ToyManifold.Wavelength.Select(_ => 0.01)];
        double[] star = Noisy(ToyManifold.Star(mirrored, truth, new ReconstructionOptions { Scheme = InterpolationScheme.Cubic }), sigma, new Random(13));
        InferenceResult result = StellarParameterInference.InferMany(
            mirrored,
            [new InferenceTask(ObservedTarget.Normalized(ToyManifold.Named(star) with { Sigma = sigma }), ParameterPrior.WholeRange(mirrored.Axes))],
            Exact with { InitialEvaluations = 48 },
            KernelSet.Best,
            Workers.OneThread)[0].Result!;
        output.WriteLine($"{string.Join(", ", result.Value)}; other minima {string.Join("; ", result.Card!.OtherMinima.Select(other => FormattableString.Invariant($"{other.Point[0]:F0} K at {other.DeltaChiSquare:F1}")))}");
        Assert.Equal(isOpen, result.Flags.Contains("second_minimum"));
        if (!isOpen) Assert.Equal(truth[0], result.Value[0], 5 * result.Error[0]);
        if (!isOpen) return;
        OtherMinimum other = result.Card.OtherMinima[0];
        Assert.InRange(other.DeltaChiSquare, 0, 9);
        Assert.Equal(8500, other.Point[0] + result.Value[0], 60.0);
    }

    [Fact]
    public void A_missing_corner_is_flagged()
    {
        LineManifold holed = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], point => point is not [4500, 5, 0]);
        double[] star = Star([4205, 4.6, -0.2]);
        Assert.Contains("missing_corner", Finish(star, null, [4195, 4.55, -0.2], Short, holed).Flags);
        Assert.DoesNotContain("missing_corner", Finish(Star([4100, 4.3, -0.2]), null, [4100, 4.3, -0.2], Short, holed).Flags);
    }

    [Fact]
    public void A_star_beyond_the_grid_is_told_from_one_at_its_edge()
    {
        LineManifold wide = ToyManifold.Make([4000, 4200, 4500, 4800], [4, 4.5, 5], [-0.5, 0]);
        var cubic = new ReconstructionOptions { Scheme = InterpolationScheme.Cubic };
        double[] sigma = [.. ToyManifold.Wavelength.Select(_ => 0.01)];
        InferenceResult beyond = Finish(Noisy(ToyManifold.Star(wide, [4700, 4.4, -0.2], cubic), sigma, new Random(3)), sigma, [4450, 4.4, -0.2], Exact);
        Assert.Contains("teff_at_grid_edge", beyond.Flags);
        Assert.Contains("extrapolated", beyond.Flags);
        InferenceResult atEdge = Finish(Star([4500, 4.4, -0.2]), sigma, [4450, 4.4, -0.2], Exact);
        Assert.Contains("teff_at_grid_edge", atEdge.Flags);
        Assert.DoesNotContain("extrapolated", atEdge.Flags);
        Assert.DoesNotContain("extrapolated", Finish(Star([4300, 4.4, -0.2]), sigma, [4250, 4.4, -0.2], Exact).Flags);
    }

    private static double[] CramerRao(double[] point, double[] sigma)
    {
        // By differences of the forward model alone, so that it shares nothing with what it judges.
        double[] step = [1, 2e-3, 2e-3];
        double[][] slope = [.. Enumerable.Range(0, 3).Select(d =>
        {
            double[] above = [.. point], below = [.. point];
            above[d] += step[d];
            below[d] -= step[d];
            return Star(above).Zip(Star(below), (a, b) => (a - b) / (2 * step[d])).ToArray();
        })];
        var fisher = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(3, 3, (a, b) => Enumerable.Range(0, sigma.Length).Sum(i => slope[a][i] * slope[b][i] / (sigma[i] * sigma[i])));
        return [.. fisher.Inverse().Diagonal().Select(Math.Sqrt)];
    }

    private static double[] Star(double[] point) => ToyManifold.Star(Manifold, point, new ReconstructionOptions { Scheme = InterpolationScheme.Cubic });

    private static double[] Noisy(double[] star, double[] sigma, Random random) => [.. star.Zip(sigma, (f, s) => f + (s * Normal(random)))];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static InferenceResult Finish(double[] observed, double[]? sigma, double[] start, InferenceOptions options, params string[] prior) =>
        Finish(observed, sigma, start, options, Manifold, prior);

    // What follows the search, from a given start.
    private static InferenceResult Finish(double[] observed, double[]? sigma, double[] start, InferenceOptions options, LineManifold manifold, params string[] prior)
    {
        ObservedTarget target = ObservedTarget.Normalized(ToyManifold.Named(observed) with { Sigma = sigma });
        ParameterPrior parsed = ParameterPrior.Parse(manifold.Axes, prior);
        var objective = new SpectrumObjective(manifold, target, new ReconstructionOptions { Scheme = options.Scheme }, KernelSet.Best, Workers.OneThread);
        var finish = new StarFinish(manifold, target, objective, parsed, options, Workers.OneThread);
        return finish.Run([(start, objective.Rms(start))], 0);
    }
}
