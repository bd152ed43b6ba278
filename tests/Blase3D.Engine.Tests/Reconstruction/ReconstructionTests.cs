using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Engine.Tests.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Reconstruction;

public class ReconstructionTests
{
    private static readonly LineClones Clones = ToyClones.Lattice(ToyClones.Smooth);
    private static readonly LineManifold Manifold = ManifoldBuilder.Build(Clones, TrackedAssociation.Associate(Clones));

    [Fact]
    public void At_a_node_the_spectrum_is_the_clones()
    {
        for (int s = 0; s < Clones.Points.Count; s++)
        {
            var clone = new double[Clones.Wavelength.Length];
            LineTable lines = Clones.Spectra[s].Lines;
            KernelSet.Best.Create().Forward(
                LineModel.Published, lines, LineWindows.Create(lines.Center, Clones.Wavelength, 1000), Clones.Wavelength, Workers.OneThread, clone);
            Agreement.WithinAbsolute(clone, At(Clones.Points[s].ToArray()), Tolerances.NodeReconstruction);
        }
    }

    [Theory]
    [InlineData(8500, 8501)]
    [InlineData(8512.345, 8519.9)]
    [InlineData(8539.5, 8540)]
    public void A_slice_of_the_whole_is_the_truncated_spectrum(double low, double high)
    {
        double[] point = [4033, 4.21, -0.13];
        double[] whole = At(point);
        int first = LineWindows.SearchSorted(Manifold.Wavelength, low), end = LineWindows.SearchSorted(Manifold.Wavelength, Math.BitIncrement(high));
        double[] slice = Manifold.Wavelength[first..end];
        foreach (ReconstructionOptions options in new[] { new ReconstructionOptions(), ReconstructionOptions.Published })
        {
            double[] full = At(point, options);
            Agreement.WithinAbsolute(full.AsSpan(first..end), At(point, options, slice), Tolerances.SliceReconstruction);
        }

        Assert.NotEqual(1, whole[first..end].Min());
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    public void Adaptive_windows_leave_out_less_than_their_tolerance(double tolerance)
    {
        double[] point = [4033, 4.21, -0.13];
        double[] whole = At(point, new ReconstructionOptions { WindowPixels = int.MaxValue });
        Agreement.WithinAbsolute(whole, At(point, new ReconstructionOptions { WindowTolerance = tolerance }), tolerance);
        Agreement.WithinAbsolute(
            whole.AsSpan(1000..1900), At(point, new ReconstructionOptions { WindowTolerance = tolerance }, Manifold.Wavelength[1000..1900]), tolerance);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-10)]
    public void A_tolerance_is_kept(double tolerance)
    {
        double[] point = [4233, 4.21, -0.13];
        foreach (ReconstructionOptions options in new[] { new ReconstructionOptions(), new ReconstructionOptions { WindowPixels = int.MaxValue }, ReconstructionOptions.Published })
            Agreement.WithinAbsolute(At(point, options), At(point, options with { Tolerance = tolerance }), tolerance + 2e-13);
    }

    [Fact]
    public void A_tolerance_out_of_range_is_refused() => Assert.Equal(
        ErrorCode.BadArguments, Assert.Throws<EngineException>(() => At([4233, 4.21, -0.13], new ReconstructionOptions { Tolerance = 0.5 })).Code);

    [Fact]
    public void Nothing_is_allocated_after_the_first_spectrum()
    {
        foreach (ReconstructionOptions options in new[] { new ReconstructionOptions(), ReconstructionOptions.Published, new ReconstructionOptions { WindowTolerance = 1e-4 } })
        {
            var reconstructor = new SpectrumReconstructor(Manifold, options, KernelSet.Best);
            var flux = new double[reconstructor.Wavelength.Length];
            double[] point = [4033, 4.21, -0.13], other = [4200, 4.4, -0.3];
            reconstructor.Reconstruct(point, Workers.OneThread, flux);
            reconstructor.Reconstruct(other, Workers.OneThread, flux);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5; i++) reconstructor.Reconstruct(i % 2 == 0 ? point : other, Workers.OneThread, flux);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void Threads_change_nothing()
    {
        double[] point = [4250, 4.4, -0.4];
        double[] one = At(point);
        Assert.Equal(one, At(point, threads: 2));
        Assert.Equal(one, At(point, threads: 5));
    }

    [Fact]
    public void Other_wavelengths_lie_on_the_same_curve()
    {
        double[] point = [4050, 4.4, -0.4];
        double[] coarse = [.. Enumerable.Range(0, 700).Select(i => 8503.003 + (0.05 * i))];
        double[] fine = At(point);
        double[] there = At(point, wavelength: coarse);
        for (int i = 0; i < coarse.Length; i++)
        {
            int k = LineWindows.SearchSorted(Manifold.Wavelength, coarse[i]);
            double share = (coarse[i] - Manifold.Wavelength[k - 1]) / (Manifold.Wavelength[k] - Manifold.Wavelength[k - 1]);
            Assert.Equal(((1 - share) * fine[k - 1]) + (share * fine[k]), there[i], 0.01);
        }
    }

    [Fact]
    public void A_published_degenerate_line_wipes_out_its_window()
    {
        NpzReader golden = GoldenFile.Open("01b_nan");
        double[] wavelength = GoldenFile.Open("01_forward").Doubles("wl");
        var lines = new LineTable(
            golden.Doubles("lam_centers"), golden.Doubles("amplitudes"), golden.Doubles("sigma_widths"), golden.Doubles("gamma_widths"));
        var flux = new double[wavelength.Length];
        new LineSpectrum(wavelength, wavelength, 1000, isPublished: true)
            .Evaluate(LineModel.Published, lines, KernelSet.Best.Create(), Workers.OneThread, flux);
        double[] expected = golden.Doubles("clean_w1000_every4");
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], flux[4 * i], Tolerances.GoldenForward);
        long[] notANumber = golden.Longs("nan_w1000");
        for (int i = 0; i < flux.Length; i++) Assert.True(notANumber[i] == 0 || flux[i] == 1);
    }

    [Fact]
    public void Wavelengths_outside_the_manifold_are_refused_with_its_range()
    {
        EngineException failure = Assert.Throws<EngineException>(() => At([4050, 4.4, -0.4], wavelength: [8490, 8510]));
        Assert.Equal(ErrorCode.OutOfRange, failure.Code);
        Assert.Contains("8500 to 8540", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.BadInput, Assert.Throws<EngineException>(() => At([4050, 4.4, -0.4], wavelength: [8510, 8505])).Code);
    }

    private static double[] At(double[] point, ReconstructionOptions? options = null, double[]? wavelength = null, int threads = 1)
    {
        var reconstructor = new SpectrumReconstructor(Manifold, options ?? new ReconstructionOptions(), KernelSet.Best, wavelength);
        var flux = new double[reconstructor.Wavelength.Length];
        reconstructor.Reconstruct(point, new Workers(threads), flux);
        return flux;
    }
}
