using Blase3D.Engine.Cloning;
using Blase3D.Engine.Devices;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu;
using Blase3D.Kernels.Gpu.Devices;
using Blase3D.Tests;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>Cloning by Adam on a device against that of the processor, epoch by epoch.</summary>
public class DescentMatrixTests(ITestOutputHelper output)
{
    private const int Pixels = 2000;
    private const int Lines = 70;

    public static TheoryData<string, bool> Cells
    {
        get
        {
            var cells = new TheoryData<string, bool>();
            foreach (string name in Backend.Names.Where(name => name.Contains('-', StringComparison.Ordinal)))
            {
                cells.Add(name, false);
                cells.Add(name, true);
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Ten_epochs_go_the_same_way(string backend, bool isPublished)
    {
        if (Backend.Find(backend, output) is not { } set) return;
        Assert.IsAssignableFrom<ILineDescents>(set.Create());
        CloneOptions options = Options(isPublished);
        ClonedSpectrum expected = Clone(KernelSet.Find("scalar")!, options), found = Clone(set, options);
        double tolerance = Backend.IsSingle(backend) ? Tolerances.DeviceSingleIterate : Tolerances.GoldenIterate;
        output.WriteLine(FormattableString.Invariant(
            $"loss {LineProblem.MaxDifference(expected.Loss, found.Loss) / expected.Loss[0]:E2}, centre {LineProblem.MaxDifference(expected.Lines.Center, found.Lines.Center):E2}, ln a {LineProblem.MaxDifference(expected.Lines.LnAmplitude, found.Lines.LnAmplitude):E2}, velocity {expected.RadialVelocityKmPerS:E3}"));
        Assert.Equal(expected.RadialVelocityKmPerS != 0, isPublished);
        Assert.Equal(expected.RadialVelocityKmPerS, found.RadialVelocityKmPerS, tolerance);
        Assert.InRange(LineProblem.MaxDifference(expected.Loss, found.Loss), 0, tolerance * expected.Loss[0]);
        Assert.InRange(LineProblem.MaxDifference(expected.Lines.Center, found.Lines.Center), 0, tolerance);
        Assert.InRange(LineProblem.MaxDifference(expected.Lines.LnAmplitude, found.Lines.LnAmplitude), 0, tolerance);
        Assert.InRange(LineProblem.MaxDifference(expected.Lines.LnSigma, found.Lines.LnSigma), 0, tolerance);
        Assert.InRange(LineProblem.MaxDifference(expected.Lines.LnGamma, found.Lines.LnGamma), 0, tolerance);
    }

    [Fact]
    public void A_spectrum_that_does_not_fit_is_cloned_slice_by_slice()
    {
        if (Backend.Device("opencl", output) is null) return;
        using IComputeDevice small = DeviceCatalog.Open("opencl", null, 60_000);
        KernelSet set = GpuKernelSet.Create(small, GpuPrecision.Binary64);
        CloneOptions options = Options(isPublished: false);
        ClonedSpectrum expected = Clone(KernelSet.Find("scalar")!, options), found = Clone(set, options);
        Assert.InRange(LineProblem.MaxDifference(expected.Lines.LnAmplitude, found.Lines.LnAmplitude), 0, Tolerances.GoldenIterate);
    }

    private static CloneOptions Options(bool isPublished) => isPublished
        ? CloneOptions.Published with { Epochs = 10, WingPixels = 600, ActiveMarginAngstrom = 2 }
        : CloneOptions.Adam with { Epochs = 10, WingPixels = 600 };

    private static ClonedSpectrum Clone(KernelSet set, CloneOptions options)
    {
        LineProblem problem = LineProblem.Random(51, Pixels, Lines, 600);
        double[] flux = problem.Forward(KernelSet.Find("scalar")!.Create(), options.Model);
        var random = new Random(8);
        LineTable start = problem.Lines.Clone();
        for (int j = 0; j < Lines; j++)
        {
            start.Center[j] += 0.02 * (random.NextDouble() - 0.5);
            start.LnAmplitude[j] += random.NextDouble() - 0.5;
            start.LnSigma[j] += random.NextDouble() - 0.5;
            start.LnGamma[j] += random.NextDouble() - 0.5;
        }

        return SpectrumCloner.Clone(problem.Wavelength, flux, start, options, set.Create(), Workers.OneThread);
    }
}
