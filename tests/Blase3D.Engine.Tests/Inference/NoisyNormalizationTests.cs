using Blase3D.Engine.Cloning;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Sampling;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Inference;

/// <summary>
/// Spectra in flux units with noise. The highest pixels of a noisy spectrum are no continuum: at S/N 100 they lie 2 to 4 % too high, and the parameters
/// went with them by many times their errors.
/// </summary>
public class NoisyNormalizationTests(ITestOutputHelper output)
{
    private static readonly double[] Truth = [4290, 4.32, -0.22];
    private static readonly LineManifold Manifold = ToyManifold.Whole;

    [Theory]
    [InlineData(100, true)]
    [InlineData(100, false)]
    [InlineData(20, true)]
    public void Parameters_of_a_noisy_spectrum_in_flux_units_are_as_good_as_their_errors(double signalToNoise, bool hasErrors)
    {
        const int draws = 40;
        ParameterPrior prior = ParameterPrior.WholeRange(Manifold.Axes);
        var random = new Xoshiro256(17);
        double[] pulls = new double[3], offsets = new double[3];
        for (int draw = 0; draw < draws; draw++)
        {
            ObservedTarget target = ObservedTarget.AtCandidate(Noisy(signalToNoise, hasErrors, random), Manifold.Recipe, prior.Center[0]);
            Assert.NotNull(target.ContinuumDegree);
            var options = new InferenceOptions { InitialEvaluations = 16, GuidedEvaluations = 4, DecidingLines = 0, Likelihood = new LikelihoodOptions { ModelError = 0 } };
            InferenceResult result = StellarParameterInference.Infer(Manifold, target, prior, options, KernelSet.Best, Workers.OneThread);
            for (int d = 0; d < 3; d++)
            {
                double pull = (result.Value[d] - Truth[d]) / result.Error[d];
                (pulls[d], offsets[d]) = (pulls[d] + (pull * pull / draws), offsets[d] + (pull / draws));
            }
        }

        for (int d = 0; d < 3; d++)
        {
            output.WriteLine(FormattableString.Invariant($"{Manifold.Axes.Names[d]}: rms of pulls {Math.Sqrt(pulls[d]):F2}, mean {offsets[d]:F2}"));
            Assert.InRange(Math.Sqrt(pulls[d]), 0.6, 1.45);
            Assert.InRange(Math.Abs(offsets[d]), 0, 4 / Math.Sqrt(draws));
        }
    }

    [Fact]
    public void A_spectrum_without_noise_is_normalised_as_it_is()
    {
        double[] flux = Flux(Truth);
        Assert.Null(ObservedTarget.AtCandidate(ToyManifold.Named(flux), new CloneRecipe(), 4200).ContinuumDegree);
        Assert.Null(ObservedTarget.Normalized(Noisy(50, true, new Xoshiro256(1))).ContinuumDegree);
    }

    // The sum of squares is that of the best continuum at every point; its slope is 2 sum w r J to rounding, although J leaves out what vanishes with r.
    [Fact]
    public void The_slope_of_chi_square_is_its_finite_difference()
    {
        ObservedTarget target = ObservedTarget.AtCandidate(Noisy(60, true, new Xoshiro256(5)), Manifold.Recipe, 4200);
        var objective = new SpectrumObjective(Manifold, target, new ReconstructionOptions(), KernelSet.Best, Workers.OneThread)
        {
            Weight = [.. target.Sigma!.Select(sigma => 1 / (sigma * sigma))],
        };
        double[] at = [4330, 4.4, -0.3], step = [0.05, 1e-4, 1e-4];
        Assert.True(objective.TryDerivatives(at, ([4200, 4, -0.5], [4500, 4.5, 0]), [0, 1, 2], out double[] residual, out double[][] jacobian));
        double[] slopes = [.. jacobian.Select(column => 2 * Enumerable.Range(0, residual.Length).Sum(i => objective.Weight[i] * residual[i] * column[i]))];
        for (int d = 0; d < 3; d++)
        {
            double[] above = [.. at], below = [.. at];
            above[d] += step[d];
            below[d] -= step[d];
            Assert.True(objective.TrySquares(above, out double high, out _));
            Assert.True(objective.TrySquares(below, out double low, out _));
            double difference = (high - low) / (2 * step[d]);
            Assert.Equal(difference, slopes[d], 1e-4 * Math.Abs(difference) + 1e-3);
        }
    }

    private static Spectrum Noisy(double signalToNoise, bool hasErrors, Xoshiro256 random)
    {
        double[] flux = Flux(Truth), sigma = Array.ConvertAll(flux, f => f / signalToNoise);
        for (int i = 0; i < flux.Length; i++) flux[i] += sigma[i] * MetropolisSampler.Normal(random);
        return ToyManifold.Named(flux) with { Sigma = hasErrors ? sigma : null };
    }

    private static double[] Flux(double[] point)
    {
        double[] lines = ToyManifold.Star(Manifold, point), flux = new double[lines.Length];
        Blackbody.SurfaceFlux(ToyManifold.Wavelength, point[0], flux);
        for (int i = 0; i < flux.Length; i++) flux[i] *= 1e-9 * lines[i];
        return flux;
    }
}
