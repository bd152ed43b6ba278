using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Inference;
using Blase3D.Kernels;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Reconstruction;

public class SpectrumTangentsTests
{
    private static readonly double[] Step = [0.5, 1e-3, 1e-3];

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void Derivatives_are_those_of_central_differences(InterpolationScheme scheme) => Check(ToyManifold.Whole, scheme, null);

    [Fact]
    public void Also_where_lines_are_born_and_on_other_wavelengths()
    {
        double[] coarse = [.. Enumerable.Range(0, 500).Select(i => 8501 + (0.0231 * i))];
        Check(ToyManifold.Whole, InterpolationScheme.Cubic, coarse);
    }

    [Fact]
    public void Also_with_a_residual_term()
    {
        LineManifold manifold = ResidualTermTests.WithResidual(0.4f).Manifold;
        Check(manifold, InterpolationScheme.Cubic, null);
        Check(manifold, InterpolationScheme.Linear, [.. manifold.Wavelength[..^1].Select(w => w + 0.004)]);
    }

    [Fact]
    public void The_lines_contributions_add_up()
    {
        foreach (LineManifold manifold in new[] { ToyManifold.Whole, ResidualTermTests.WithResidual(0.4f).Manifold })
        {
            var tangents = new SpectrumTangents(manifold, new ReconstructionOptions(), KernelSet.Best);
            double[][] derivatives = Arrays(3, tangents.Wavelength.Length);
            double[] flux = new double[tangents.Wavelength.Length];
            tangents.Evaluate([4321, 4.31, -0.2], Workers.OneThread, flux, derivatives);
            double[] cotangent = [.. flux.Select((_, i) => Math.Sin(0.01 * i))];
            double[] shares = tangents.Contributions(0, cotangent, Workers.OneThread);
            Assert.Equal(tangents.Lines.Count, shares.Length);
            double whole = cotangent.Zip(tangents.LineDerivative(0), (c, d) => c * d).Sum();
            Assert.Equal(whole, shares.Sum(), 1e-9 * shares.Sum(Math.Abs));
            Assert.Equal(manifold.Residual is null, tangents.LineDerivative(0).SequenceEqual(derivatives[0]));
        }
    }

    [Fact]
    public void What_has_no_analytic_derivatives_says_so()
    {
        Assert.False(SpectrumTangents.IsAvailable(ToyManifold.Whole, ReconstructionOptions.Published));
        LineManifold surfaces = SurfaceFit.Fit(ToyManifold.Whole, 1, Workers.OneThread);
        Assert.False(SpectrumTangents.IsAvailable(surfaces, new ReconstructionOptions()));
        Assert.Throws<ArgumentException>(() => new SpectrumTangents(surfaces, new ReconstructionOptions(), KernelSet.Best));
    }

    private static void Check(LineManifold manifold, InterpolationScheme scheme, double[]? wavelength)
    {
        var options = new ReconstructionOptions { Scheme = scheme };
        var tangents = new SpectrumTangents(manifold, options, KernelSet.Best, wavelength);
        var reconstructor = new SpectrumReconstructor(manifold, options, KernelSet.Best, wavelength);
        int pixels = tangents.Wavelength.Length;
        double[] flux = new double[pixels];
        double[][] derivatives = Arrays(3, pixels);
        foreach (double[] point in new[] { new[] { 4117, 4.31, -0.21 }, [4391.5, 4.77, -0.4], [4055, 4.02, -0.03] })
        {
            tangents.Evaluate(point, Workers.OneThread, flux, derivatives);
            Assert.Equal(At(point), flux);
            for (int d = 0; d < 3; d++)
            {
                double[] coarse = Difference(point, d, Step[d]), fine = Difference(point, d, Step[d] / 2);
                double largest = derivatives[d].Max(Math.Abs);
                Assert.True(largest > 0);
                for (int i = 0; i < pixels; i++)
                    Assert.InRange(Math.Abs((((4 * fine[i]) - coarse[i]) / 3) - derivatives[d][i]), 0, Tolerances.FiniteDifferenceRelative * largest);
            }
        }

        double[] Difference(double[] point, int axis, double step)
        {
            double[] above = [.. point], below = [.. point];
            above[axis] += step;
            below[axis] -= step;
            return [.. At(above).Zip(At(below), (a, b) => (a - b) / (2 * step))];
        }

        double[] At(double[] point)
        {
            var result = new double[pixels];
            reconstructor.Reconstruct(point, Workers.OneThread, result);
            return result;
        }
    }

    private static double[][] Arrays(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
