using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Kernels.Tests;

public class LineCurvatureTests
{
    public static TheoryData<LineProfile, Composition> Models => GradientTests.Models;

    [Theory]
    [MemberData(nameof(Models))]
    public void The_sums_are_those_of_central_differences(LineProfile profile, Composition composition)
    {
        var model = new LineModel(profile, composition);
        LineProblem problem = LineProblem.Random(seed: 8, pixels: 900, lines: 9, window: 900);
        ILineKernels kernels = KernelSet.Best.Create();
        var curvature = new LineGradient(problem.Lines.Count);
        LineCurvature.Evaluate(
            model, problem.Lines, problem.Windows, problem.Wavelength, problem.Forward(kernels, model), 900, Workers.OneThread, curvature);
        Check(problem.Lines.Center, curvature.Center, 1e-5);
        Check(problem.Lines.LnAmplitude, curvature.LnAmplitude, 1e-4);
        Check(problem.Lines.LnSigma, curvature.LnSigma, 1e-4);
        Check(problem.Lines.LnGamma, curvature.LnGamma, 1e-4);

        // The far wings are left out on purpose: within a few per cent, and never more than all.
        void Check(double[] parameter, double[] found, double step)
        {
            for (int j = 0; j < problem.Lines.Count; j++)
            {
                double kept = parameter[j];
                parameter[j] = kept + step;
                double[] above = problem.Forward(kernels, model);
                parameter[j] = kept - step;
                double[] below = problem.Forward(kernels, model);
                parameter[j] = kept;
                double sum = above.Zip(below, (a, b) => (a - b) / (2 * step)).Sum(slope => slope * slope);
                Assert.InRange(found[j], 0.93 * sum, 1.0001 * sum);
            }
        }
    }

    [Fact]
    public void Lines_without_a_shape_and_empty_windows_give_zero_and_threads_do_not_matter()
    {
        LineProblem problem = LineProblem.Random(seed: 3, pixels: 3000, lines: 700, window: 200);
        problem.Lines.LnSigma[4] = double.NaN;
        problem.Windows.Length[9] = 0;
        double[] transmission = problem.Forward(KernelSet.Best.Create(), LineModel.Published);
        LineGradient one = Evaluate(Workers.OneThread), three = Evaluate(new Workers(3));
        Assert.Equal((0, 0, 0, 0), (one.Center[4], one.LnAmplitude[4], one.LnSigma[4], one.LnGamma[4]));
        Assert.Equal(0, one.LnAmplitude[9]);
        Assert.Equal(one.Center, three.Center);
        Assert.Equal(one.LnGamma, three.LnGamma);
        Assert.Equal(698, one.LnAmplitude.Count(c => c > 0));

        LineGradient Evaluate(Workers workers)
        {
            var curvature = new LineGradient(problem.Lines.Count);
            LineCurvature.Evaluate(LineModel.Published, problem.Lines, problem.Windows, problem.Wavelength, transmission, 40, workers, curvature);
            return curvature;
        }
    }

    [Theory]
    [InlineData(LineProfile.Blase)]
    [InlineData(LineProfile.Thompson)]
    [InlineData(LineProfile.Voigt)]
    public void The_depth_of_a_line_is_what_the_spectrum_shows_at_its_centre(LineProfile profile)
    {
        double[] wavelength = [8499.9, 8500, 8500.1], transmission = new double[3];
        var line = new LineTable([8500], [-4], [-3.4], [-3.9]);
        KernelSet.Best.Create().Forward(
            new LineModel(profile, Composition.Product), line, LineWindows.Create(line.Center, wavelength, 3), wavelength, Workers.OneThread, transmission);
        Assert.Equal(1 - transmission[1], LinePeak.Depth(profile, -4, -3.4, -3.9), 1e-14);
        Assert.Equal(0, LinePeak.Depth(profile, -4, double.NegativeInfinity, double.NegativeInfinity));
        Assert.Equal(0, LinePeak.Depth(profile, double.NaN, -3, -3));
    }
}
