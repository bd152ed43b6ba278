using Blase3D.Kernels.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Blase3D.Kernels.Tests;

public class AdaptiveWindowTests
{
    [Theory]
    [InlineData(LineProfile.Blase, Composition.Product)]
    [InlineData(LineProfile.Thompson, Composition.Opacity)]
    [InlineData(LineProfile.Voigt, Composition.Product)]
    public void What_is_neglected_stays_below_the_tolerance(LineProfile profile, Composition composition) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var model = new LineModel(profile, composition);
            var random = new Random(seed);
            LineProblem full = LineProblem.Random(seed, 1 + random.Next(3000), 1 + random.Next(80), int.MaxValue);
            if (random.Next(3) == 0) full.Lines.LnAmplitude[0] = random.NextDouble() * 4;
            double tolerance = Math.Pow(10, -2 - (8 * random.NextDouble()));
            LineWindows windows = AdaptiveWindows.Create(model, full.Lines, full.Wavelength, tolerance);
            ILineKernels kernels = KernelSet.Best.Create();
            return LineProblem.MaxDifference(full.Forward(kernels, model), (full with { Windows = windows }).Forward(kernels, model)) <= tolerance + 1e-13;
        }));

    [Fact]
    public void Weak_lines_get_shorter_windows_and_a_looser_tolerance_shortens_all()
    {
        LineProblem problem = LineProblem.Random(1, 3000, 40, 10);
        problem.Lines.LnAmplitude[3] = -12;
        LineWindows tight = AdaptiveWindows.Create(LineModel.Published, problem.Lines, problem.Wavelength, 1e-5);
        LineWindows loose = AdaptiveWindows.Create(LineModel.Published, problem.Lines, problem.Wavelength, 1e-2);
        Assert.True(tight.Length[3] < tight.Length.Take(40).Max());
        Assert.True(loose.Length.Take(40).Sum() < tight.Length.Take(40).Sum());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(0.5)]
    public void A_tolerance_out_of_range_is_refused(double tolerance)
    {
        LineProblem problem = LineProblem.Random(1, 30, 4, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => AdaptiveWindows.Create(LineModel.Published, problem.Lines, problem.Wavelength, tolerance));
    }

    [Fact]
    public void No_lines_and_no_pixels_are_no_problem()
    {
        Assert.Equal(0, AdaptiveWindows.Create(LineModel.Published, new LineTable(), [8000.0], 1e-3).Lines);
        LineWindows windows = AdaptiveWindows.Create(LineModel.Published, new LineTable([8000], [-3], [-3], [-3]), [], 1e-3);
        Assert.Equal((1, 0), (windows.Lines, windows.Length[0]));
    }
}
