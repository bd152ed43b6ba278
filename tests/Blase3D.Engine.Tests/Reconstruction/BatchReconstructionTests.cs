using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Tests.Inference;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Reconstruction;

public class BatchReconstructionTests
{
    private static readonly LineManifold Manifold = ToyManifold.Whole;

    private static readonly GridPoints Points = new(
        Manifold.Axes.Names, [4000, 4, -0.5, 4123, 4.1, -0.2, 4222, 4.5, 0, 4333, 4.9, -0.4, 4500, 5, 0]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_spectrum_is_the_single_one_on_any_number_of_threads(int threads)
    {
        var told = new List<double>();
        double[] wavelength = Manifold.Wavelength[200..900];
        foreach (double[]? wanted in new[] { null, wavelength })
        {
            told.Clear();
            IReadOnlyList<double[]> spectra = BatchReconstruction.Run(
                Manifold, Points, new ReconstructionOptions(), KernelSet.Best, new Workers(threads), wanted, told.Add);
            Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], told);
            for (int n = 0; n < Points.Count; n++)
            {
                var reconstructor = new SpectrumReconstructor(Manifold, new ReconstructionOptions(), KernelSet.Best, wanted);
                var flux = new double[reconstructor.Wavelength.Length];
                reconstructor.Reconstruct(Points[n], Workers.OneThread, flux);
                Assert.Equal(flux, spectra[n]);
                Assert.Equal(wanted is null ? 30 : reconstructor.LineCount, reconstructor.LineCount);
            }
        }
    }

    [Fact]
    public void No_points_give_no_spectra() =>
        Assert.Empty(BatchReconstruction.Run(Manifold, Points.Select([]), new ReconstructionOptions(), KernelSet.Best, new Workers(2)));

    [Fact]
    public void A_point_outside_is_refused_by_its_values()
    {
        var points = new GridPoints(Manifold.Axes.Names, [4000, 4, -0.5, 4123, 6, -0.2, 4222, 4.5, 0]);
        foreach (int threads in (int[])[1, 2])
        {
            EngineException failure = Assert.Throws<EngineException>(
                () => BatchReconstruction.Run(Manifold, points, new ReconstructionOptions(), KernelSet.Best, new Workers(threads)));
            Assert.Equal(ErrorCode.OutOfRange, failure.Code);
            Assert.Contains("teff=4123, logg=6, feh=-0.2", failure.Message, StringComparison.Ordinal);
        }
    }
}
