using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Hdf5;
using Blase3D.Engine.Tests.Grids;
using Blase3D.Engine.Tests.Inference;
using Blase3D.Engine.Tests.Storage;
using Blase3D.Engine.Tests.Storage.Hdf5;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Reconstruction;

public sealed class ErrorMapTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    [Fact]
    public void It_is_zero_at_the_nodes_of_a_manifold_with_residuals_and_grows_toward_the_middle_of_a_cell()
    {
        (LineManifold manifold, ArrayGrid grid, _) = ResidualTermTests.WithResidual(0);
        ErrorMap map = Measure(manifold, grid, 100);
        double middle = map.ExpectedError([4100, 4, 0], 8505), quarter = map.ExpectedError([4050, 4, 0], 8505);
        Assert.Equal(16, map.Regions);
        Assert.InRange(map.ExpectedError([4200, 4.5, 0], 8505), 0, 2e-5);
        Assert.InRange(middle, 1e-5, 0.05);
        Assert.Equal(0.75 * middle, quarter, 0.02 * middle);
        Assert.True(map.ExpectedError([4100, 4.25, 0], 8505) > middle, "moving along a second axis added nothing");

        // Two nodes of feh: nothing can be left out there, so nothing is known.
        Assert.Equal(map.ExpectedError([4100, 4, 0], 8505), map.ExpectedError([4100, 4, -0.25], 8505), 0.2 * middle);
        Assert.All(Enumerable.Range(0, map.Regions), r => Assert.True(float.IsNaN(map.Between[(2 * map.Regions) + r])));
    }

    [Fact]
    public void Without_residuals_the_error_at_a_node_is_what_its_lines_miss()
    {
        (LineManifold whole, ArrayGrid grid, double[][] native) = ResidualTermTests.WithResidual(1);
        var lines = new LineManifold(whole.Axes, whole.Wavelength, whole.LineCenter, whole.NodePresent, whole.NodeOffset, whole.Entries, whole.Recipe);
        ErrorMap map = Measure(lines, grid, 500);
        double[] star = ToyManifold.Star(lines, grid.Points[4].ToArray());
        int node = lines.Axes.NodeAt(grid.Points[4]);
        double rms = Math.Sqrt(Enumerable.Range(500, 500).Average(i => Math.Pow(star[i] - native[4][i], 2)));
        Assert.Equal(rms, map.AtNode[(node * map.Regions) + 1], 1e-6);
        Assert.True(rms > 1e-3, "the lines miss nothing, so this test shows nothing");
        Assert.NotNull(whole.Residual);
    }

    [Fact]
    public void The_left_out_node_is_predicted_by_its_neighbours_and_scaled_to_the_cell()
    {
        // Teff 4000, 4200, 4500: with 4200 left out the lines are those between 4000 and 4500, in gaps of 200 and 300 K.
        (LineManifold manifold, ArrayGrid grid, _) = ResidualTermTests.WithResidual(0);
        ErrorMap map = Measure(manifold, grid, 2000);
        double[] At(double teff, double logg) => Enumerable.Range(0, grid.Points.Count).Where(row => grid.Points[row].SequenceEqual([teff, logg, 0])).Select(row =>
        {
            var flux = new double[manifold.Wavelength.Length];
            grid.ReadFlux(row, flux);
            return flux;
        }).Single();

        // The share of the lines is 0, so interpolated pixels are what is left out; corners of the cell are logg 4 and 4.5 at feh -0.5 and 0.
        double sum = 0;
        foreach (double logg in new[] { 4, 4.5 })
        {
            double[] below = At(4000, logg), truth = At(4200, logg), above = At(4500, logg);
            sum += truth.Select((t, i) => Math.Pow((0.6 * below[i]) + (0.4 * above[i]) - t, 2)).Average();
        }

        double expected = Math.Sqrt(sum / 2) * 200 * 200 / (4 * 200 * 300), found = map.Between[0];
        Assert.InRange(found / expected, 0.7, 1.4);
    }

    [Fact]
    public void It_does_not_depend_on_threads_and_a_file_gives_it_back()
    {
        (LineManifold manifold, ArrayGrid grid, _) = ResidualTermTests.WithResidual(0.5f);
        ErrorMap map = Measure(manifold, grid, 400), parallel = Measure(manifold, grid, 400, new Workers(3));
        Assert.Equal(map.AtNode, parallel.AtNode);
        Assert.Equal(map.Between, parallel.Between);
        LineManifoldFile.Write(_folder["m.h5"], manifold.With(map), TinyContent.Provenance);
        ErrorMap read = LineManifoldFile.Read(_folder["m.h5"]).ErrorMap!;
        Assert.Equal((map.RegionPixels, map.Regions), (read.RegionPixels, read.Regions));
        Assert.Equal(map.AtNode, read.AtNode);
        Assert.Equal(map.Between, read.Between);
        using StoredManifold stored = LineManifoldFile.Open(_folder["m.h5"]);
        Assert.Equal(map.ExpectedError([4310, 4.62, -0.2], 8503), stored.Manifold.ErrorMap!.ExpectedError([4310, 4.62, -0.2], 8503));
        LineManifoldFile.Write(_folder["n.h5"], manifold, TinyContent.Provenance);
        Assert.Null(LineManifoldFile.Read(_folder["n.h5"]).ErrorMap);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        LineManifold m = ToyManifold.Whole;
        int regions = ErrorMap.RegionsOf(m.Wavelength.Length, 1000), between = (int)ErrorMap.CellsOf(m.Axes) * 3 * regions;
        Refusal.BadInput(() => _ = new ErrorMap(m.Axes, m.Wavelength, 1000, new float[3], new float[between]), "does not fit together");
        var negative = new float[m.Axes.NodeCount * regions];
        negative[2] = -1;
        Refusal.BadInput(() => _ = new ErrorMap(m.Axes, m.Wavelength, 1000, negative, new float[between]), "negative or infinite");
        var zero = new ErrorMap(m.Axes, m.Wavelength, 1000, new float[m.Axes.NodeCount * regions], new float[between]);
        Assert.Equal(ErrorCode.OutOfRange, Assert.Throws<EngineException>(() => zero.ExpectedError([3999, 4, 0], 8505)).Code);
    }

    public void Dispose() => _folder.Dispose();

    private static ErrorMap Measure(LineManifold manifold, ArrayGrid grid, int regionPixels, Workers? workers = null) => ErrorMapEstimate.Measure(
        manifold, new NodeResiduals(manifold, grid, KernelSet.Best, manifold.Residual?.LineShare ?? ResidualTerm.SameShare(0, manifold.Wavelength.Length)), KernelSet.Best, workers ?? Workers.OneThread, null, regionPixels);
}
