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

/// <summary>Several manifolds for one star, of the same axes and of others.</summary>
public sealed class ManifoldEvidenceTests
{
    private static readonly double[] Truth = [4130, 4.3, -0.2];
    private static readonly Extrinsics At = new(-37.3, 6.2);

    // The same lines of the same widths, of strengths that no parameter of the other manifold gives.
    private static LineManifold Other => ToyManifold.Make([4000, 4200, 4500], [4, 4.5, 5], [-0.5, 0], null, point => Enumerable.Range(0, 30).Select(k =>
    {
        double center = ToyManifold.Wavelength[25 + (49 * k)], t = (point[0] - 4200) / 300;
        return new ToyLine(center, center, -4 + (0.4 * Math.Cos(2 * k)) + (k % 2 == 0 ? -0.4 * t : 0.5 * point[2]), -3.3, -3.2 + (0.4 * (point[1] - 4.5)));
    }));

    [Fact]
    public void The_manifold_that_the_star_is_of_has_the_evidence()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 31);
        IReadOnlyList<ManifoldEvidence> compared = ManifoldEvidence.Compare([Fit("own", ToyManifold.Whole, orders), Fit("other", Other, orders)]);
        Assert.True(compared[0].Share > 0.999 && compared[0].ChiSquare < compared[1].ChiSquare);
        Assert.Equal(1, compared.Sum(m => m.Share), 1e-12);
        (string axis, double value, double error) = ManifoldEvidence.Average(compared)[0];
        Assert.Equal("teff", axis);
        Assert.Equal(compared[0].Result.Inference.Value[0], value, 0.1);
        Assert.Equal(compared[0].Result.Inference.Error[0], error, 1.0);
    }

    [Fact]
    public void Equal_manifolds_share_and_a_larger_prior_costs()
    {
        List<Spectrum> orders = ObservedToy.Orders(Truth, At, 300, 31);
        IReadOnlyList<ManifoldEvidence> equal = ManifoldEvidence.Compare([Fit("a", ToyManifold.Whole, orders), Fit("b", ToyManifold.Whole, orders)]);
        Assert.Equal(0.5, equal[0].Share, 1e-9);
        Assert.Equal(equal[0].Result.Inference.Error[3], ManifoldEvidence.Average(equal)[3].Error, 1e-9);

        // The same fit with half of the range of Teff before it is twice as probable.
        (string Name, ObservedStarResult Result, ParameterPrior Prior) wide = Fit("wide", ToyManifold.Whole, orders);
        ParameterPrior half = ParameterPrior.Parse(new JointAxes(ToyManifold.Whole, ObservedToy.Options).Axes, ["teff=4000:4250"]);
        IReadOnlyList<ManifoldEvidence> narrow = ManifoldEvidence.Compare([("half", wide.Result, half), wide]);
        Assert.Equal(Math.Log(2), narrow[0].LnEvidence - narrow[1].LnEvidence, 1e-9);
    }

    [Fact]
    public void An_axis_beyond_the_three_is_found_and_pays_for_itself_where_the_star_needs_it()
    {
        LineManifold rich = WithAlpha([0, 0.4]), poor = WithAlpha([0]);
        double[][] centers = [[.. Enumerable.Range(0, 160).Select(i => 8501.5 + (0.077 * i))]];
        List<Spectrum> orders = ObservedToy.See(rich, centers, [4130, 0.25], At, 300, 9, 6);
        (string Name, ObservedStarResult Result, ParameterPrior Prior) fit = Fit("rich", rich, orders);
        InferenceResult found = fit.Result.Inference;
        Assert.Equal(["teff", "alpha", "velocity", "vsini"], found.AxisNames);
        Assert.InRange(Math.Abs(found.Value[1] - 0.25), 0, 4 * found.Error[1]);
        Assert.InRange(found.Error[1], 0, 0.05);
        Assert.True(ManifoldEvidence.Compare([fit, Fit("poor", poor, orders)])[0].Share > 0.999);

        List<Spectrum> solar = ObservedToy.See(rich, centers, [4130, 0], At, 300, 9, 6);
        IReadOnlyList<ManifoldEvidence> compared = ManifoldEvidence.Compare([Fit("rich", rich, solar), Fit("poor", poor, solar)]);
        Assert.True(compared[1].Share > 0.5);
        Assert.Contains(ManifoldEvidence.Average(compared), axis => axis.Axis == "teff");
    }

    // Every other line goes with alpha, the others with Teff.
    private static LineManifold WithAlpha(double[] alpha)
    {
        double[] teff = [4000, 4300];
        double[][] points = [.. from t in teff from a in alpha select new[] { t, a }];
        var clones = new LineClones(
            new GridPoints(["teff", "alpha"], [.. points.SelectMany(p => p)]), ToyManifold.Wavelength, [.. points.Select(p => ToyClones.Spectrum(Lines(p)))],
            new CloneRecipe { Cloning = new CloneOptions { WingPixels = 400 } });
        return ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones));

        static IEnumerable<ToyLine> Lines(double[] point)
        {
            for (int k = 0; k < 30; k++)
            {
                double center = ToyManifold.Wavelength[25 + (49 * k)];
                yield return new ToyLine(center, center, -3.8 + (0.4 * Math.Cos(k)) + (k % 2 == 0 ? 1.2 * point[1] : -0.4 * (point[0] - 4130) / 300), -3.3, -3.2);
            }
        }
    }

    private static (string Name, ObservedStarResult Result, ParameterPrior Prior) Fit(string name, LineManifold manifold, List<Spectrum> orders, params string[] priors) => (
        name,
        ObservedStarInference.Infer(
            manifold, StarObservation.Of("toy", orders, ToyManifold.Wavelength[0], ToyManifold.Wavelength[^1], ObservedToy.Options), priors, ObservedToy.Options,
            new InferenceOptions { Likelihood = new LikelihoodOptions { ModelError = 0 } }, KernelSet.Best, Workers.OneThread),
        ParameterPrior.Parse(new JointAxes(manifold, ObservedToy.Options).Axes, priors));
}
