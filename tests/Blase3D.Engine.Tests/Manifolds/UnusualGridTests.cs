using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Storage;
using Blase3D.Engine.Tests.Storage.Hdf5;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Manifolds;

/// <summary>Grids of one point, of one value per axis, with points twice, nodes without lines, axes in another order.</summary>
public sealed class UnusualGridTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void A_grid_of_one_point_is_a_manifold_of_that_point(InterpolationScheme scheme)
    {
        LineManifold manifold = Build([[4000, 4.5, 0]], scheme);
        Assert.Equal(2, Lines(manifold, [4000, 4.5, 0]).Count);
        EngineException failure = Assert.Throws<EngineException>(() => Lines(manifold, [4000.001, 4.5, 0]));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("nearest valid point is teff=4000, logg=4.5, feh=0", failure.Message, StringComparison.Ordinal);
        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance);
        Assert.Equal(2, Lines(LineManifoldFile.Read(_folder["m.h5"]), [4000, 4.5, 0]).Count);
        var flux = new double[manifold.Wavelength.Length];
        new SpectrumReconstructor(manifold, new ReconstructionOptions(), KernelSet.Best).Reconstruct([4000, 4.5, 0], Workers.OneThread, flux);
        Assert.All(flux, f => Assert.True(double.IsFinite(f)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_number_of_values_along_one_axis_and_one_along_the_others_will_do(int values)
    {
        LineManifold manifold = Build([.. Enumerable.Range(0, values).Select(i => new[] { 4000.0 + (100 * i * i), 4.5, 0 })], InterpolationScheme.Cubic);
        double end = manifold.Axes.Values(0)[^1];
        for (double teff = 4000; teff <= end; teff += 37) Assert.Equal(2, Lines(manifold, [teff, 4.5, 0]).Count);
        Assert.Equal(2, Lines(manifold, [end, 4.5, 0]).Count);
    }

    [Fact]
    public void A_point_that_is_there_twice_is_named()
    {
        Refusal.BadInput(() => Build([[4000, 4.5, 0], [4100, 4.5, 0], [4000, 4.5, 0]], InterpolationScheme.Cubic), "teff=4000, logg=4.5, feh=0", "keep one");
        LineClones clones = Clones([[4000, 4.5, 0], [4000, 4.5, 0]]);
        Refusal.BadInput(() => ManifoldBuilder.Build(clones, ExactAssociation.Associate(clones)), "Two clones have the point teff=4000, logg=4.5, feh=0");
    }

    [Theory]
    [InlineData(InterpolationScheme.Linear)]
    [InlineData(InterpolationScheme.Cubic)]
    public void A_node_without_lines_is_a_node_and_all_lines_fade_towards_it(InterpolationScheme scheme)
    {
        LineManifold manifold = Build([[4000, 4.5, 0], [4100, 4.5, 0], [4200, 4.5, 0]], scheme, empty: 4200);
        Assert.Empty(manifold.MissingNodes);
        Assert.Equal(0, Lines(manifold, [4200, 4.5, 0]).Count);
        double previous = double.PositiveInfinity;
        for (double teff = 4100; teff < 4200; teff += 5)
        {
            double amplitude = Lines(manifold, [teff, 4.5, 0]).LnAmplitude[0];
            Assert.True(amplitude < previous);
            previous = amplitude;
        }

        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance);
        Assert.Equal(0, Lines(LineManifoldFile.Read(_folder["m.h5"]), [4200, 4.5, 0]).Count);
    }

    [Fact]
    public void The_order_of_points_and_axes_changes_nothing_but_the_order()
    {
        double[][] points = [[4000, 4, 0], [4100, 4, 0], [4000, 4.5, 0], [4100, 4.5, 0]];
        LineTable straight = Lines(Build(points, InterpolationScheme.Cubic), [4033, 4.2, 0]);
        LineTable shuffled = Lines(Build([points[3], points[1], points[0], points[2]], InterpolationScheme.Cubic), [4033, 4.2, 0]);
        LineClones clones = Clones(points);
        var turned = new GridPoints(["feh", "logg", "teff"], [.. points.SelectMany(p => p.Reverse())]);
        LineTable reversed = Lines(Build(clones with { Points = turned }, InterpolationScheme.Cubic), [0, 4.2, 4033]);
        for (int j = 0; j < 2; j++)
        {
            Assert.Equal(straight.LnAmplitude[j], shuffled.LnAmplitude[j], 1e-12);
            Assert.Equal(straight.LnAmplitude[j], reversed.LnAmplitude[j], 1e-12);
            Assert.Equal(straight.Center[j], reversed.Center[j], 1e-9);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static LineTable Lines(LineManifold manifold, double[] point)
    {
        var lines = new LineTable();
        LineInterpolation.Create(manifold).Interpolate(point, 0, manifold.LineCenter.Length, lines);
        return lines;
    }

    private static LineManifold Build(double[][] points, InterpolationScheme scheme, double empty = 0) => Build(Clones(points, empty), scheme);

    private static LineManifold Build(LineClones clones, InterpolationScheme scheme) => ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones), scheme);

    private static LineClones Clones(double[][] points, double empty = 0) => new(
        new GridPoints(["teff", "logg", "feh"], [.. points.SelectMany(p => p)]),
        ToyClones.Wavelength,
        [.. points.Select(p => ToyClones.Spectrum(p[0] == empty ? [] : [new ToyLine(8510, 8510, -4 - ((p[0] - 4000) / 500), -3, -3), new ToyLine(8515, 8515, -5 + (0.2 * p[1]), -3, -3)]))],
        new CloneRecipe());
}
