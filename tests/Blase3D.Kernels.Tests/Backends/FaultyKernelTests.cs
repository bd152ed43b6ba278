using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Kernels.Tests.Backends;

/// <summary>What a grid run does when the program fails at one spectrum.</summary>
public class FaultyKernelTests
{
    [Fact]
    public void An_internal_error_costs_one_spectrum_and_is_named()
    {
        SyntheticGrid grid = new SynthesisOptions { LowAngstrom = 8500, HighAngstrom = 8506, Lines = 30, Seed = 3 }.CreateGrid();
        var part = new GridSelection(grid, [0, 1, 2]);
        var recipe = new CloneRecipe { Continuation = false, Return = false, Cloning = new CloneOptions { Epochs = 3 } };
        LineClones expected = new GridCloner(part, recipe, KernelSet.Best).Clone(Workers.OneThread);
        int made = 0;
        var faulty = new KernelSet(
            "faulty", true, tolerance => made++ == 1 ? new FaultyKernels() : KernelSet.Best.Create(tolerance), KernelSet.Best.CreateTangent, KernelSet.Best.Processes);
        LineClones clones = new GridCloner(part, recipe, faulty).Clone(Workers.OneThread);
        Assert.True(clones.Spectra[1].IsSkipped);
        Assert.StartsWith("An internal error (InvalidOperationException): Line 7 of 5. Please report it", clones.Spectra[1].SkipReason, StringComparison.Ordinal);
        foreach (int row in (int[])[0, 2]) Assert.Equal(expected.Spectra[row].Lines.LnSigma, clones.Spectra[row].Lines.LnSigma);
    }

    private sealed class FaultyKernels : ILineKernels
    {
        public string Name => "faulty";

        public void Forward(LineModel model, LineTable lines, LineWindows windows, double[] wavelength, Workers workers, double[] transmission) =>
            throw new InvalidOperationException("Line 7 of 5.");

        public (double Sum, int Pixels) SquaredResidual(
            LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] data, double[]? weight, Workers workers) => (0, 0);

        public void Gradient(
            LineModel model, LineTable lines, LineWindows windows, double[] wavelength, double[] transmission, double[] cotangent, Workers workers, LineGradient gradient)
        {
        }
    }
}
