using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Inference;
using Blase3D.Engine.Tests.Storage;
using Blase3D.Engine.Tests.Storage.Hdf5;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Manifolds;

public sealed class SurfaceFitTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void Parameters_that_are_polynomials_come_back_between_the_nodes_too()
    {
        // Parabolas in teff, straight in the others, and a line that lives at one metallicity only.
        LineClones clones = ToyClones.Lattice(point => Lines(point));
        LineManifold nodes = ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones));
        LineManifold surfaces = SurfaceFit.Fit(nodes, 2, Workers.OneThread, penalty: 0);
        Assert.Empty(surfaces.Entries.LnAmplitude);
        var lines = new LineTable();
        foreach (double[] point in new double[][] { [4000, 4, -0.5], [4050, 4.2, -0.5], [4233, 4.4, -0.5] })
        {
            LineInterpolation.Create(surfaces).Interpolate(point, 0, 3, lines);
            ToyLine[] truth = [.. Lines(point)];
            Assert.Equal(truth.Length, lines.Count);
            for (int j = 0; j < truth.Length; j++)
            {
                Assert.Equal(truth[j].Center, lines.Center[j], 1e-6);
                Assert.Equal(truth[j].LnAmplitude, lines.LnAmplitude[j], 1e-5);
                Assert.Equal(truth[j].LnSigma, lines.LnSigma[j], 1e-5);
                Assert.Equal(truth[j].LnGamma, lines.LnGamma[j], 1e-5);
            }
        }

        LineInterpolation.Create(surfaces).Interpolate([4100, 4.5, -0.25], 0, 3, lines);
        Assert.Equal(Math.Log(0.5) + Lines([4100, 4.5, -0.5]).Last().LnAmplitude, lines.LnAmplitude[2], 1e-5);
        LineInterpolation.Create(surfaces).Interpolate([4100, 4.5, 0], 0, 3, lines);
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void The_result_does_not_depend_on_threads_and_a_file_gives_it_back_smaller()
    {
        LineManifold nodes = ToyManifold.Make([4000, 4100, 4200, 4300, 4500], [4, 4.5, 5], [-0.5, 0]);
        LineManifold surfaces = SurfaceFit.Fit(nodes, 2, Workers.OneThread);
        Assert.Equal(surfaces.Surfaces!.Coefficient, SurfaceFit.Fit(nodes, 2, new Workers(2)).Surfaces!.Coefficient);
        LineManifoldFile.Write(_folder["s.h5"], surfaces, TinyContent.Provenance);
        LineManifoldFile.Write(_folder["n.h5"], nodes, TinyContent.Provenance);
        Assert.Equal("line-surfaces", FileHeader.TypeOf(_folder["s.h5"]));
        LineManifold read = LineManifoldFile.Read(_folder["s.h5"]);
        Assert.Equal(2, read.Surfaces!.Degree);
        double[] point = [4250, 4.7, -0.1], expected = ToyManifold.Star(nodes, point);
        Assert.Equal(ToyManifold.Star(surfaces, point), ToyManifold.Star(read, point));
        Assert.InRange(expected.Zip(ToyManifold.Star(read, point), (a, b) => Math.Abs(a - b)).Max(), 0, 0.01);
        using StoredManifold stored = LineManifoldFile.Open(_folder["s.h5"]);
        Assert.Equal(ToyManifold.Star(read, point), ToyManifold.Star(stored.Manifold, point));
    }

    [Fact]
    public void Degrees_out_of_range_and_the_published_rules_are_refused()
    {
        LineManifold nodes = ToyManifold.Whole;
        foreach (int degree in new[] { -1, 7 })
            Assert.Equal(ErrorCode.BadArguments, Assert.Throws<EngineException>(() => SurfaceFit.Fit(nodes, degree, Workers.OneThread)).Code);
        LineManifold surfaces = SurfaceFit.Fit(nodes, 1, Workers.OneThread);
        EngineException failure = Assert.Throws<EngineException>(() => new SpectrumReconstructor(surfaces, ReconstructionOptions.Published with { WindowPixels = 400 }, KernelSet.Best));
        Assert.Contains("--regression", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3, 4)]
    [InlineData(2, 2, 6)]
    [InlineData(3, 2, 10)]
    [InlineData(3, 3, 20)]
    [InlineData(5, 1, 6)]
    public void There_are_as_many_terms_as_products_of_that_degree(int dimensions, int degree, int terms)
    {
        int[][] exponents = LineSurfaces.Exponents(dimensions, degree);
        Assert.Equal(terms, exponents.Length);
        Assert.Equal(terms, exponents.Select(e => string.Join(' ', e)).Distinct().Count());
        Assert.All(exponents[0], power => Assert.Equal(0, power));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<ToyLine> Lines(double[] point)
    {
        double t = (point[0] - 4150) / 150, g = point[1] - 4, z = point[2];
        yield return new ToyLine(8510, 8510.002 + (0.001 * t), -4 + (0.3 * t) - (0.2 * t * t) + (0.3 * z), -3 + (0.1 * g), -3);
        yield return new ToyLine(8512, 8512, -5 + (0.1 * t * g), -3.2, -2.9 + (0.2 * z));
        if (z < -0.25) yield return new ToyLine(8514, 8514, -4.5 + (0.2 * t), -3.1, -3.1);
    }
}
