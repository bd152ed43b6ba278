using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids.Synthesis;
using Blase3D.Engine.Storage.Hdf5;
using Xunit;
using Xunit.Abstractions;

namespace Blase3D.Engine.Tests.Association;

/// <summary>The default association predicts spectra that the manifold has not seen at least as well as the published one.</summary>
public class AssociationPredictionTests(ITestOutputHelper output)
{
    private static readonly CloneRecipe Recipe = CloneRecipe.Adam with { Cloning = CloneOptions.Adam with { WingPixels = 1500, Epochs = 60 } };
    private static readonly CloneRecipe Continued = new() { Cloning = new CloneOptions { WingPixels = 1500 } };

    [Fact]
    public void On_a_grid_of_known_truth()
    {
        SyntheticGrid grid = new SynthesisOptions
        {
            Teff = [3800, 4000, 4200], Logg = [4, 4.5], Feh = [-0.5, 0], LowAngstrom = 8500, HighAngstrom = 8535, Lines = 900, Seed = 3,
        }.CreateGrid();
        var prediction = HeldOutPrediction.Of(grid, 4000, Recipe);
        output.WriteLine(prediction.ToString());
        Assert.InRange(prediction.Tracked, 0, prediction.Exact);
        Assert.InRange(prediction.Tracked, 0, 0.02);
    }

    [Fact]
    public void On_real_PHOENIX_spectra()
    {
        string path = Path.Combine(GoldenFile.RepositoryRoot, "engine", "Blase3D.Cli", "MiniGrid", "phoenix-caii.h5");
        using StoredSpectra mini = SpectraFile.Open(path);
        foreach (double teff in (double[])[3400, 3900])
        {
            var grid = HeldOutPrediction.Cut(mini, point => Math.Abs(point[0] - teff) <= 100, 7000..10_000);
            Assert.Equal(18, grid.Points.Count);
            var prediction = HeldOutPrediction.Of(grid, teff, Recipe);
            output.WriteLine(FormattableString.Invariant($"{teff} K: {prediction}"));
            Assert.InRange(prediction.Tracked, 0, prediction.Exact);

            // Lines that were followed while they were cloned need no tracking, and predict better.
            var independent = HeldOutPrediction.Of(grid, teff, Continued with { Continuation = false });
            var continued = HeldOutPrediction.Of(grid, teff, Continued);
            output.WriteLine(FormattableString.Invariant($"{teff} K independent: {independent}; continued: {continued}"));
            Assert.Equal(continued.Exact, continued.Tracked);
            Assert.InRange(continued.Tracked, 0, 0.9 * independent.Exact);
            Assert.InRange(continued.Tracked, 0, 0.9 * prediction.Tracked);
        }
    }
}
