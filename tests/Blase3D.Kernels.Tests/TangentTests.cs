using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Kernels.Tests;

/// <summary>The tangent against central differences, against its twin the adjoint, over all variants and at the edges.</summary>
public class TangentTests
{
    public static TheoryData<LineProfile, Composition> Models => GradientTests.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void Tangents_are_those_of_central_differences(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(seed: 21, pixels: 700, lines: 12, window: 300);
        LineTable[] directions = [Direction(12, 1), Direction(12, 2), Direction(12, 3)];
        double[][] tangents = Tangents(problem, KernelSet.Best, model, directions);
        for (int d = 0; d < directions.Length; d++)
        {
            double[] coarse = Difference(d, 1e-3), fine = Difference(d, 5e-4);
            double largest = tangents[d].Max(Math.Abs);
            for (int i = 0; i < coarse.Length; i++)
            {
                // Richardson's extrapolation: the error of the difference is of fourth order.
                double numeric = ((4 * fine[i]) - coarse[i]) / 3;
                Assert.InRange(Math.Abs(numeric - tangents[d][i]), 0, Tolerances.FiniteDifferenceRelative * largest);
            }
        }

        double[] Difference(int d, double step)
        {
            double[] above = Moved(d, step), below = Moved(d, -step);
            return [.. above.Zip(below, (a, b) => (a - b) / (2 * step))];
        }

        double[] Moved(int d, double step)
        {
            LineTable lines = problem.Lines.Clone();
            for (int j = 0; j < lines.Count; j++)
            {
                lines.Center[j] += step * directions[d].Center[j];
                lines.LnAmplitude[j] += step * directions[d].LnAmplitude[j];
                lines.LnSigma[j] += step * directions[d].LnSigma[j];
                lines.LnGamma[j] += step * directions[d].LnGamma[j];
            }

            return (problem with { Lines = lines }).Forward(KernelSet.Best.Create(), model);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Tangent_and_adjoint_are_twins(LineProfile profile, Composition composition)
    {
        // sum_i w_i (dS_i / dt) is the same from both sides.
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(seed: 22, pixels: 3001, lines: 60, window: 1777);
        LineTable[] directions = [Direction(60, 4), Direction(60, 5)];
        double[] cotangent = [.. Enumerable.Range(0, 3001).Select(i => Math.Sin(0.1 * i))];
        LineGradient gradient = problem.Gradient(KernelSet.Best.Create(), model, cotangent);
        foreach (KernelSet set in Variants.Supported)
        {
            double[][] tangents = Tangents(problem, set, model, directions);
            for (int d = 0; d < directions.Length; d++)
            {
                double forward = 0, scale = 0, adjoint = 0;
                for (int i = 0; i < cotangent.Length; i++) (forward, scale) = (forward + (cotangent[i] * tangents[d][i]), scale + Math.Abs(cotangent[i] * tangents[d][i]));
                for (int j = 0; j < 60; j++)
                {
                    adjoint += (gradient.Center[j] * directions[d].Center[j]) + (gradient.LnAmplitude[j] * directions[d].LnAmplitude[j])
                        + (gradient.LnSigma[j] * directions[d].LnSigma[j]) + (gradient.LnGamma[j] * directions[d].LnGamma[j]);
                }

                Assert.InRange(Math.Abs(forward - adjoint), 0, Tolerances.CrossLaneGradientRelative * scale);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Variants_and_threads_agree_at_every_length(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        for (int pixels = 1; pixels <= 40; pixels++) Compare(LineProblem.Random(pixels, pixels, lines: 3, window: 17), [Direction(3, 6)]);
        Compare(LineProblem.Random(23, 5000, lines: 80, window: 900), [Direction(80, 7), Direction(80, 8), Direction(80, 9), Direction(80, 10), Direction(80, 11)]);

        void Compare(LineProblem problem, LineTable[] directions)
        {
            double[][] expected = Tangents(problem, KernelSet.Find("scalar")!, model, directions);
            foreach (KernelSet set in Variants.Supported)
            {
                double[][] one = Tangents(problem, set, model, directions);
                Assert.Equal(one, Tangents(problem, set, model, directions, new Workers(3)));
                for (int d = 0; d < one.Length; d++)
                    Assert.InRange(LineProblem.MaxDifference(expected[d], one[d]), 0, Tolerances.CrossLaneGradientRelative * Math.Max(expected[d].Max(Math.Abs), 1e-3));
            }
        }
    }

    [Fact]
    public void Degenerate_and_clamped_lines_do_not_spread_nonsense()
    {
        LineProblem problem = LineProblem.Random(seed: 24, pixels: 400, lines: 4, window: 200);
        problem.Lines.LnSigma[0] = problem.Lines.LnGamma[0] = double.NegativeInfinity;
        problem.Lines.LnAmplitude[1] = double.NaN;
        problem.Lines.LnAmplitude[2] = 3;
        LineTable direction = Direction(4, 12);
        direction.LnAmplitude[1] = double.NaN;
        foreach (LineProfile profile in Enum.GetValues<LineProfile>())
        {
            double[] tangent = Tangents(problem, KernelSet.Best, new LineModel(profile, Composition.Product), [direction])[0];
            Assert.All(tangent, value => Assert.True(double.IsFinite(value)));
            Assert.Contains(tangent, value => value != 0);
        }
    }

    [Fact]
    public void No_line_no_direction_and_the_detached_pixel()
    {
        LineProblem empty = LineProblem.Random(seed: 25, pixels: 300, lines: 0, window: 100);
        Assert.All(Tangents(empty, KernelSet.Best, LineModel.Published, [Direction(0, 1)])[0], value => Assert.Equal(0, value));
        LineProblem problem = LineProblem.Random(seed: 26, pixels: 600, lines: 1, window: 100);
        Assert.Empty(Tangents(problem, KernelSet.Best, LineModel.Published, []));
        LineProblem published = problem with { Windows = LineWindows.CreatePublished(problem.Lines.Center, problem.Wavelength, 100) };
        double[] tangent = Tangents(published, KernelSet.Best, LineModel.Published, [Direction(1, 2)])[0];
        int end = published.Windows.First[0] + published.Windows.Length[0];
        Assert.Equal(0, tangent[end]);
        Assert.NotEqual(0, tangent[end + 1]);
        Assert.Equal(0, tangent[end + 2]);
    }

    private static double[][] Tangents(LineProblem problem, KernelSet set, LineModel model, LineTable[] directions, Workers? workers = null)
    {
        double[] transmission = problem.Forward(set.Create(), model);
        double[][] derivatives = [.. directions.Select(_ => new double[problem.Wavelength.Length])];
        set.CreateTangent().Evaluate(model, problem.Lines, problem.Windows, problem.Wavelength, transmission, directions, workers ?? Workers.OneThread, derivatives);
        return derivatives;
    }

    private static LineTable Direction(int lines, int seed)
    {
        var random = new Random(seed);
        return new LineTable(Column(0.02), Column(1), Column(1), Column(1));

        double[] Column(double scale) => [.. Enumerable.Range(0, lines).Select(_ => scale * ((2 * random.NextDouble()) - 1))];
    }
}
