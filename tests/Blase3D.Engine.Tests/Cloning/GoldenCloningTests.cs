using Blase3D.Engine.Cloning;
using Blase3D.Engine.Storage.Npz;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

/// <summary>The Adam iterates of the original code.</summary>
public class GoldenCloningTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void Ten_published_steps(bool trainVelocity, bool exact)
    {
        NpzReader golden = GoldenFile.Open(trainVelocity ? "03_adam_w1000" : "03_adam_w1000_norv");
        for (int epochs = 0; epochs <= 10; epochs++)
        {
            ClonedSpectrum clone = Run(LineProfile.Blase, epochs, trainVelocity, exact);
            AssertRow(golden.Doubles("lam_centers"), epochs, clone.Lines.Center);
            AssertRow(golden.Doubles("amplitudes"), epochs, clone.Lines.LnAmplitude);
            AssertRow(golden.Doubles("sigma_widths"), epochs, clone.Lines.LnSigma);
            AssertRow(golden.Doubles("gamma_widths"), epochs, clone.Lines.LnGamma);
            Assert.Equal(golden.Doubles("radial_velocity")[epochs], clone.RadialVelocityKmPerS, Tolerances.GoldenIterate);
            double loss = golden.Doubles("losses")[epochs];
            Assert.InRange(Math.Abs(clone.Loss[epochs] - loss), 0, Tolerances.GoldenIterate * loss);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hundred_published_steps_end_at_the_published_loss(bool exact)
    {
        NpzReader golden = GoldenFile.Open("03_adam_w1000");
        ClonedSpectrum clone = Run(LineProfile.Blase, 100, trainVelocity: true, exact);
        double loss = golden.Scalar("end100_loss");
        Assert.InRange(clone.Loss[100], 0, loss * (1 + 1e-6));
    }

    [Fact]
    public void Ten_steps_with_the_papers_profile()
    {
        // Evaluated to 1e-10, one centre would be 1.4e-9 A off.
        NpzReader golden = GoldenFile.Open("13_paperformula_w1000");
        for (int epochs = 0; epochs <= 10; epochs += 5)
        {
            ClonedSpectrum clone = Run(LineProfile.Thompson, epochs, trainVelocity: true, exact: true);
            AssertRow(golden.Doubles("adam_lam_centers"), epochs, clone.Lines.Center);
            AssertRow(golden.Doubles("adam_amplitudes"), epochs, clone.Lines.LnAmplitude);
            AssertRow(golden.Doubles("adam_sigma_widths"), epochs, clone.Lines.LnSigma);
            AssertRow(golden.Doubles("adam_gamma_widths"), epochs, clone.Lines.LnGamma);
            Assert.Equal(golden.Doubles("adam_losses")[epochs], clone.Loss[epochs], Tolerances.GoldenIterate);
        }
    }

    private static ClonedSpectrum Run(LineProfile profile, int epochs, bool trainVelocity, bool exact)
    {
        NpzReader start = GoldenFile.Open("02_loss_grad_w1000");
        var lines = new LineTable(
            start.Doubles("lam_centers"), start.Doubles("amplitudes"), start.Doubles("sigma_widths"), start.Doubles("gamma_widths"));
        CloneOptions options = CloneOptions.Published with
        {
            Model = new LineModel(profile, Composition.Product),
            WingPixels = 1000,
            Epochs = epochs,
            TrainVelocity = trainVelocity,
            Tolerance = exact ? 0 : CloneOptions.Published.Tolerance,
        };
        double[] wavelength = GoldenFile.Open("01_forward").Doubles("wl");
        return SpectrumCloner.Clone(wavelength, start.Doubles("target_full"), lines, options, KernelSet.Best.Create(options.Tolerance), Workers.OneThread);
    }

    private static void AssertRow(double[] table, int row, double[] actual)
    {
        for (int j = 0; j < actual.Length; j++) Assert.Equal(table[(row * actual.Length) + j], actual[j], Tolerances.GoldenIterate);
    }
}
