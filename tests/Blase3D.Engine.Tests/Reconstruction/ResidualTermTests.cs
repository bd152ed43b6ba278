using Blase3D.Engine.Grids;
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

public sealed class ResidualTermTests : IDisposable
{
    private static readonly double[] Teff = [4000, 4200, 4500], Logg = [4, 4.5, 5], Feh = [-0.5, 0];
    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(0.4f)]
    [InlineData(1)]
    public void Every_node_is_the_native_spectrum_to_the_stated_error(float share)
    {
        (LineManifold manifold, ArrayGrid grid, double[][] native) = WithResidual(share);
        Assert.InRange(manifold.Residual!.ErrorBound, 1e-6, 1.1e-5);
        for (int row = 0; row < grid.Points.Count; row++)
            Near(native[row], ToyManifold.Star(manifold, grid.Points[row].ToArray()), manifold.Residual.ErrorBound + 1e-7);
        double[] lines = ToyManifold.Star(manifold, grid.Points[0].ToArray(), new ReconstructionOptions { LinesOnly = true });
        Assert.True(native[0].Zip(lines, (a, b) => Math.Abs(a - b)).Max() > 0.01, "the lines alone are exact already, so this test shows nothing");
    }

    [Fact]
    public void Without_a_share_of_the_lines_it_is_interpolation_of_the_pixels()
    {
        (LineManifold manifold, ArrayGrid grid, double[][] native) = WithResidual(0);
        foreach (InterpolationScheme scheme in new[] { InterpolationScheme.Linear, InterpolationScheme.Cubic })
        {
            double[] point = [4310, 4.62, -0.2];
            Near(
                new PixelInterpolation(grid.Points, native, scheme).At(point),
                ToyManifold.Star(manifold, point, new ReconstructionOptions { Scheme = scheme }),
                2e-5);
        }
    }

    [Fact]
    public void The_share_of_the_lines_is_found_where_they_are_the_truth_and_where_they_are_not()
    {
        // Made of smooth lines: what the lines say is true. With the lines of every node shifted against each other it is not.
        (LineManifold manifold, ArrayGrid grid, _) = WithResidual(1, bump: 0);
        float[] share = LineShareEstimate.Measure(manifold, Native(manifold, grid), InterpolationScheme.Linear, KernelSet.Best, Workers.OneThread).Least;
        Assert.All(share, s => Assert.InRange(s, 0.9, 1));
        var random = new Random(1);
        ManifoldEntries e = manifold.Entries;
        var rough = new LineManifold(
            manifold.Axes, manifold.Wavelength, manifold.LineCenter, manifold.NodePresent, manifold.NodeOffset,
            e with { LnAmplitude = Array.ConvertAll(e.LnAmplitude, a => a + (float)random.NextDouble()), LnGamma = Array.ConvertAll(e.LnGamma, g => g + (float)random.NextDouble()) },
            manifold.Recipe);
        float[] roughShare = LineShareEstimate.Measure(rough, Native(rough, grid), InterpolationScheme.Linear, KernelSet.Best, Workers.OneThread).Least;
        Assert.All(roughShare, s => Assert.InRange(s, 0, 0.5));
    }

    [Fact]
    public void Other_wavelengths_get_the_interpolated_residual_and_a_slice_is_the_slice()
    {
        (LineManifold manifold, _, _) = WithResidual(1);
        double[] point = [4310, 4.62, -0.2], whole = ToyManifold.Star(manifold, point);
        Near(whole[300..700], On(manifold.Wavelength[300..700]), 1e-12);
        double[] shifted = [.. manifold.Wavelength[..^1].Select(w => w + 0.005)], between = On(shifted);
        for (int i = 2; i < between.Length - 2; i++)
        {
            double cubic = (9 * (whole[i] + whole[i + 1]) - whole[i - 1] - whole[i + 2]) / 16;
            Assert.Equal(cubic, between[i], 2e-3);
        }

        // Every second pixel is a pixel.
        double[] coarse = [.. manifold.Wavelength.Where((_, i) => i % 2 == 0)];
        Near([.. whole.Where((_, i) => i % 2 == 0)], On(coarse), 1e-9);

        double[] On(double[] wavelength)
        {
            var flux = new double[wavelength.Length];
            new SpectrumReconstructor(manifold, new ReconstructionOptions(), KernelSet.Best, wavelength).Reconstruct(point, Workers.OneThread, flux);
            return flux;
        }
    }

    [Fact]
    public void A_file_gives_it_back_in_memory_and_piece_by_piece()
    {
        (LineManifold manifold, _, _) = WithResidual(0.4f);
        LineManifoldFile.Write(_folder["m.h5"], manifold, TinyContent.Provenance);
        double[] point = [4310, 4.62, -0.2], expected = ToyManifold.Star(manifold, point);
        LineManifold read = LineManifoldFile.Read(_folder["m.h5"]);
        Near(expected, ToyManifold.Star(read, point), 1e-6);
        using StoredManifold stored = LineManifoldFile.Open(_folder["m.h5"]);
        Near(ToyManifold.Star(read, point), ToyManifold.Star(stored.Manifold, point), 1e-7);
        Assert.Equal(manifold.Residual!.LineShare, stored.Manifold.Residual!.LineShare);
    }

    [Fact]
    public void The_code_keeps_its_error_in_every_block_and_refuses_what_is_no_number()
    {
        var random = new Random(1);
        double[] residual = [.. Enumerable.Range(0, 40_000).Select(i => (i < 16384 ? 0.01 : 0.9) * ((2 * random.NextDouble()) - 1))];
        var code = new short[residual.Length];
        var step = new float[ResidualCode.BlocksOf(residual.Length)];
        ResidualCode.Encode(residual, 1e-5, code, step);
        Assert.Equal(3, step.Length);
        Assert.Equal(2e-5, step[0], 1e-9);
        Assert.Equal(0.9 / short.MaxValue, step[1], 1e-7);
        for (int i = 0; i < residual.Length; i++)
            Assert.InRange(Math.Abs(residual[i] - ((double)step[i / ResidualCode.BlockPixels] * code[i])), 0, (0.5 * step[i / ResidualCode.BlockPixels]) + 1e-12);
        residual[7] = double.NaN;
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => ResidualCode.Encode(residual, 1e-5, code, step)).Code);
    }

    [Fact]
    public void A_grid_that_was_not_cloned_is_refused_with_the_node()
    {
        (LineManifold manifold, ArrayGrid grid, double[][] native) = WithResidual(1);
        Refusal.BadInput(() => Native(manifold, new ArrayGrid(grid.Points, [.. manifold.Wavelength.Select(w => w + 1)], native)), "wavelengths", "was cloned");
        int[] rows = [.. Enumerable.Range(0, grid.Points.Count).Where(row => row != 4)];
        Refusal.BadInput(() => Native(manifold, new ArrayGrid(grid.Points.Select(rows), manifold.Wavelength, [.. rows.Select(row => native[row])])), manifold.Axes.Describe(4));
    }

    public void Dispose() => _folder.Dispose();

    private static NodeResiduals Native(LineManifold manifold, ArrayGrid grid, float share = 1)
    {
        return new NodeResiduals(manifold, grid, KernelSet.Best, ResidualTerm.SameShare(share, manifold.Wavelength.Length));
    }

    // Native spectra: those of the lines times a band that no line describes.
    internal static (LineManifold Manifold, ArrayGrid Grid, double[][] Native) WithResidual(float share, double bump = 0.05)
    {
        LineManifold lines = ToyManifold.Make(Teff, Logg, Feh);
        lines = new LineManifold(
            lines.Axes, lines.Wavelength, lines.LineCenter, lines.NodePresent, lines.NodeOffset, lines.Entries, lines.Recipe with { InputIsNormalized = true });
        double[][] points = [.. Enumerable.Range(0, lines.Axes.NodeCount).Select(lines.Axes.PointOf)];
        double[][] native = [.. points.Select(point => ToyManifold.Star(lines, point)
            .Select((f, i) => f * (1 - (bump * (1 + ((point[0] - 4200) / 500)) * Math.Pow(Math.Sin(i / 40.0), 2)))).ToArray())];
        var grid = new ArrayGrid(new GridPoints(lines.Axes.Names, [.. points.SelectMany(p => p)]), lines.Wavelength, native);
        var coded = new CodedResiduals(Native(lines, grid, share), lines.NodePresent, lines.Wavelength.Length);
        return (lines.With(new ResidualTerm(coded, coded.ErrorBound, ResidualTerm.SameShare(share, lines.Wavelength.Length))), grid, native);
    }

    private static void Near(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(largest, 0, tolerance);
    }
}
