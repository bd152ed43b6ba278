using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Inference;

public class SpectrumObjectiveTests
{
    private static readonly double[] Truth = [4230, 4.4, -0.2];
    private static readonly LineManifold Manifold = ToyManifold.Whole;

    [Fact]
    public void At_the_truth_it_is_zero_and_elsewhere_the_rms_of_the_difference()
    {
        double[] star = ToyManifold.Star(Manifold, Truth);
        SpectrumObjective objective = Objective(star);
        Assert.InRange(objective.Rms(Truth), 0, 1e-12);
        double[] other = [4300, 4.2, -0.4], model = ToyManifold.Star(Manifold, other);
        Assert.Equal(Math.Sqrt(star.Zip(model, (a, b) => (a - b) * (a - b)).Average()), objective.Rms(other), 1e-12);
        Assert.Equal(2, objective.Evaluations);
        Assert.Equal(star.Length, objective.Pixels);
    }

    [Fact]
    public void Pixels_that_are_not_numbers_do_not_count()
    {
        double[] star = ToyManifold.Star(Manifold, Truth);
        for (int i = 0; i < 400; i++) star[3 * i] = double.NaN;
        SpectrumObjective objective = Objective(star);
        Assert.InRange(objective.Rms(Truth), 0, 1e-12);
        Assert.Equal(star.Length - 400, objective.Pixels);
        double[] other = [4300, 4.2, -0.4], model = ToyManifold.Star(Manifold, other);
        IEnumerable<double> squares = star.Zip(model, (s, m) => (s - m) * (s - m)).Where(square => !double.IsNaN(square));
        double expected = Math.Sqrt(squares.Average());
        Assert.Equal(expected, objective.Rms(other), 1e-12);
        Assert.True(objective.TryResidual(other, out double[] residual));
        Assert.Equal(400, residual.Count(double.IsNaN));

        Array.Fill(star, double.NaN);
        EngineException failure = Assert.Throws<EngineException>(() => Objective(star).Rms(Truth));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains("No pixel of the spectrum is a number", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_with_a_missing_node_has_no_value()
    {
        LineManifold holed = ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], point => point is not [4500, 5, 0]);
        SpectrumObjective objective = Objective(ToyManifold.Star(Manifold, Truth), holed);
        Assert.True(double.IsNaN(objective.Rms([4300, 4.7, -0.2])));
        Assert.False(objective.TryResidual([4300, 4.7, -0.2], out _));
        Assert.InRange(objective.Rms(Truth), 0, 1e-6);
    }

    [Fact]
    public void A_manifold_without_teff_takes_normalised_spectra_only()
    {
        double[] points = [1, 2];
        var clones = new LineClones(
            new GridPoints(["age"], points),
            ToyManifold.Wavelength,
            [.. points.Select(age => ToyClones.Spectrum([new ToyLine(8507, 8507, -4 + (0.3 * age), -3, -3)]))],
            new CloneRecipe { Cloning = new CloneOptions { WingPixels = 400 } });
        LineManifold manifold = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        double[] star = ToyManifold.Star(manifold, [1.5]);
        Assert.InRange(Objective(star, manifold).Rms([1.5]), 0, 1e-12);
        ObservedTarget target = ObservedTarget.AtCandidate(ToyManifold.Named(star), new CloneRecipe(), 4000);
        EngineException failure = Assert.Throws<EngineException>(
            () => new SpectrumObjective(manifold, target, new ReconstructionOptions(), KernelSet.Best, Workers.OneThread));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains("axes age but no teff", failure.Message, StringComparison.Ordinal);
    }

    internal static SpectrumObjective Objective(double[] star, LineManifold? manifold = null) => new(
        manifold ?? Manifold,
        ObservedTarget.Normalized(ToyManifold.Named(star)),
        new ReconstructionOptions(),
        KernelSet.Best,
        Workers.OneThread);
}
