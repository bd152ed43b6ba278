using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Tests.Grids;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

public class GridClonerTests
{
    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 3001).Select(i => (850000 + i) / 100.0)];

    private static readonly CloneRecipe Recipe = new()
    {
        Preprocessing = new PreprocessingOptions { ContinuumDistancePixels = 301 },
        Cloning = new CloneOptions { WingPixels = 600, Epochs = 25 },
        Return = false,
    };

    [Fact]
    public void Any_number_of_threads_gives_the_same_clones_bit_for_bit()
    {
        LineClones one = Clone(threads: 1);
        Assert.Equal(5, one.Spectra.Count);
        Assert.True(one.LineCount > 100);

        // Five rows: one to five threads run rows side by side, eight threads share every row.
        foreach (int threads in (int[])[2, 3, 4, 8]) AssertSame(one, Clone(threads));
    }

    [Fact]
    public void Rows_that_are_finished_are_neither_read_nor_cloned_again()
    {
        LineClones whole = Clone(threads: 2);
        ArrayGrid grid = Grid();
        var asked = new List<int>();
        var kept = new List<int>();
        LineClones resumed = new GridCloner(grid, Recipe, KernelSet.Best).Clone(
            new Workers(2),
            row =>
            {
                asked.Add(row);
                return row is 1 or 4 ? whole.Spectra[row] : null;
            },
            (row, clone) =>
            {
                Assert.Equal(whole.Spectra[row].Lines.Center, clone.Lines.Center);
                kept.Add(row);
            });
        Assert.Equal([0, 1, 2, 3, 4], asked);
        Assert.Equal([0, 2, 3], kept.Order());
        Assert.Equal([1, 0, 1, 1, 0], grid.Reads);
        AssertSame(whole, resumed);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(8, false)]
    [InlineData(2, true)]
    public void Progress_ascends_to_one(int threads, bool allFinished)
    {
        LineClones? whole = allFinished ? Clone(threads: 1) : null;
        var told = new List<double>();
        new GridCloner(Grid(), Recipe, KernelSet.Best).Clone(new Workers(threads), row => whole?.Spectra[row], progress: told.Add);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
        if (allFinished) Assert.Single(told);
        else Assert.InRange(told.Count, 10, 5 * (Recipe.Cloning.Epochs + 1));
    }

    [Fact]
    public void A_stop_signal_ends_the_run_and_what_was_finished_was_told()
    {
        using var stop = new CancellationTokenSource();
        var kept = new List<int>();
        Assert.ThrowsAny<OperationCanceledException>(() => new GridCloner(Grid(), Recipe, KernelSet.Best).Clone(
            new Workers(1, stop.Token), null, (row, _) =>
            {
                kept.Add(row);
                if (row == 1) stop.Cancel();
            }));

        // The middle first, then its neighbours.
        Assert.Equal([2, 1], kept);
    }

    [Fact]
    public void A_bad_row_is_skipped_with_its_reason_and_the_others_go_on()
    {
        CloneRecipe independent = Recipe with { Continuation = false };
        LineClones good = new GridCloner(Grid(), independent, KernelSet.Best).Clone(Workers.OneThread);
        foreach (int threads in (int[])[1, 3, 8])
        {
            double[][] flux = [.. Enumerable.Range(0, 5).Select(Flux)];
            flux[1][17] = double.NaN;
            Array.Clear(flux[3], 1000, 100);
            Array.Clear(flux[4]);
            LineClones clones = new GridCloner(new ArrayGrid(Points(), Wavelength, flux), independent, KernelSet.Best).Clone(new Workers(threads));
            AssertSkipped(clones.Spectra[1], "pixel 17");
            AssertSkipped(clones.Spectra[3], "100 of 3001 pixels", "runs of zeros", "8510 A");
            AssertSkipped(clones.Spectra[4], "0 at all");
            foreach (int row in (int[])[0, 2]) Assert.Equal(good.Spectra[row].Lines.Center, clones.Spectra[row].Lines.Center);

            // With continuation the line that passes a skipped spectrum by goes on from the one before.
            LineClones continued = new GridCloner(new ArrayGrid(Points(), Wavelength, flux), Recipe, KernelSet.Best).Clone(new Workers(threads));
            Assert.Equal(clones.Spectra.Select(clone => clone.SkipReason), continued.Spectra.Select(clone => clone.SkipReason));
            Assert.Contains(LineOrigin.Inherited, continued.Spectra[0].Origin);
            double[] inherited = [.. continued.Spectra[0].InitialCenter.Where((_, j) => continued.Spectra[0].Origin[j] == LineOrigin.Inherited)];
            Assert.Subset(new HashSet<double>(continued.Spectra[2].InitialCenter), new HashSet<double>(inherited));
            Assert.True(inherited.Length >= 0.9 * continued.Spectra[2].InitialCenter.Length, $"{inherited.Length} of {continued.Spectra[2].InitialCenter.Length}");
            LineClones rest = clones.WithoutSkipped();
            Assert.Equal([4000, 4.5, 4200, 4.5], rest.Points.Values.ToArray());
            Assert.Equal([0, 2], rest.Spectra.Select(clone => Array.IndexOf([.. clones.Spectra], clone)));
        }

        Assert.Same(good, good.WithoutSkipped());
    }

    [Fact]
    public void Odd_spectra_have_a_result()
    {
        var random = new Random(7);
        double[][] flux = [.. Enumerable.Range(0, 5).Select(Normalized)];
        for (int i = 0; i < Wavelength.Length; i++)
        {
            double x = (Wavelength[i] - 8515) / 0.3;
            flux[0][i] += 2 * Math.Exp(-x * x); // emission
            flux[1][i] *= 1 - Math.Exp(-Math.Pow(x / 5, 8)); // a trough that is black over 2 A, exactly 0 in the middle
            flux[2][i] = 1 - (0.9 * random.NextDouble()); // a peak at every third pixel
            flux[3][i] = 1; // no line
            if (i % 500 == 250) flux[4][i] = 0; // single zeros
        }

        CloneRecipe recipe = Recipe with { InputIsNormalized = true };
        LineClones clones = new GridCloner(new ArrayGrid(Points(), Wavelength, flux), recipe, KernelSet.Best).Clone(new Workers(2));
        Assert.All(clones.Spectra, clone => Assert.Null(clone.SkipReason));
        Assert.All(clones.Spectra, clone => Assert.True(clone.Rms <= clone.InitialRms && double.IsFinite(clone.Rms)));
        Assert.Equal(0, clones.Spectra[3].Lines.Count);
        Assert.True(clones.Spectra[2].Lines.Count > 400);
        foreach (ClonedSpectrum clone in clones.Spectra)
            Assert.All(Enumerable.Range(0, clone.Lines.Count), line => Assert.False(ILineKernels.IsDegenerate(clone.Lines, line)));
    }

    [Fact]
    public void A_spectrum_with_a_hundred_thousand_peaks_has_a_clone()
    {
        double[] wavelength = [.. Enumerable.Range(0, 330_000).Select(i => (803_800 + i) / 100.0)];
        var random = new Random(5);
        double[] flux = [.. wavelength.Select(_ => 1 - (0.9 * random.NextDouble()))];
        Assert.True(Enumerable.Range(1, flux.Length - 2).Count(i => flux[i] < flux[i - 1] && flux[i] < flux[i + 1]) > 100_000);
        CloneRecipe recipe = Recipe with { InputIsNormalized = true, Cloning = new CloneOptions { WingPixels = 600, Epochs = 4, ResidualPasses = 1 } };
        ClonedSpectrum clone = new GridCloner(new ArrayGrid(new GridPoints(["teff"], [4000]), wavelength, [flux]), recipe, KernelSet.Best).Clone(new Workers(2)).Spectra[0];
        Assert.Null(clone.SkipReason);
        Assert.True(clone.Lines.Count > 60_000, $"{clone.Lines.Count} lines");
        Assert.InRange(clone.Rms, 0, 0.9 * clone.InitialRms);
    }

    [Fact]
    public void A_source_that_cannot_be_read_ends_the_run()
    {
        var grid = new UnreadableGrid(Grid(), 2);
        EngineException failure = Assert.Throws<EngineException>(() => new GridCloner(grid, Recipe, KernelSet.Best).Clone(new Workers(2)));
        Assert.Contains("the disk is gone", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_keeps_its_name_from_neighbour_to_neighbour()
    {
        LineClones clones = Clone(threads: 2), independent = new GridCloner(Grid(), Recipe with { Continuation = false }, KernelSet.Best).Clone(new Workers(2));
        Assert.All(independent.Spectra, clone => Assert.DoesNotContain(LineOrigin.Inherited, clone.Origin));
        Assert.DoesNotContain(LineOrigin.Inherited, clones.Spectra[2].Origin);
        foreach ((int row, int parent) in ((int, int)[])[(1, 2), (0, 1), (3, 2), (4, 3)])
        {
            ClonedSpectrum clone = clones.Spectra[row];
            for (int j = 0; j < clone.Lines.Count; j++)
            {
                bool known = clones.Spectra[parent].InitialCenter.AsSpan().BinarySearch(clone.InitialCenter[j]) >= 0;
                Assert.Equal(clone.Origin[j] == LineOrigin.Inherited, known);
            }
        }

        // The forty lines drift by a pixel per row: on their own most have another starting pixel at every row, continued they keep it.
        Assert.True(Shared(clones) >= 38, $"{Shared(clones)} lines have one name on all rows");
        Assert.True(Shared(independent) < 20, $"{Shared(independent)} lines have one name on all rows");

        static int Shared(LineClones of) => of.Spectra[0].InitialCenter.Count(name => of.Spectra.All(s => s.InitialCenter.AsSpan().BinarySearch(name) >= 0));
    }

    [Fact]
    public void A_grid_without_teff_needs_normalised_fluxes()
    {
        var points = new GridPoints(["age"], [1, 2]);
        double[][] flux = [.. Enumerable.Range(0, 2).Select(Normalized)];
        var grid = new ArrayGrid(points, Wavelength, flux);
        EngineException failure = Assert.Throws<EngineException>(() => new GridCloner(grid, Recipe, KernelSet.Best));
        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.Contains("the axes age but no teff", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--normalized", failure.Message, StringComparison.Ordinal);
        LineClones clones = new GridCloner(grid, Recipe with { InputIsNormalized = true }, KernelSet.Best).Clone(Workers.OneThread);
        Assert.All(clones.Spectra, clone => Assert.True(clone.Rms < 0.5 * clone.InitialRms));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_featureless_spectrum_has_an_empty_clone(bool published)
    {
        var flux = new double[8000];
        double[] wavelength = [.. Enumerable.Range(0, flux.Length).Select(i => 8500 + (0.02 * i))];
        Blackbody.SurfaceFlux(wavelength, 4000, flux);

        // The published continuum needs a peak.
        flux[4000] *= 1.001;
        CloneRecipe recipe = published ? CloneRecipe.Published : new CloneRecipe();
        var grid = new ArrayGrid(new GridPoints(["teff"], [4000]), wavelength, [flux]);
        CloneRecipe quick = recipe with { Cloning = recipe.Cloning with { Epochs = 3 } };
        ClonedSpectrum clone = new GridCloner(grid, quick, KernelSet.Best).Clone(new Workers(2)).Spectra[0];
        Assert.Equal(0, clone.Lines.Count);
        Assert.Empty(clone.InitialCenter);

        // The published polynomial of rank 3 misses even a constant by half a percent on so short a piece.
        Assert.InRange(clone.Rms, 0, published ? 0.01 : 1e-3);
        Assert.Equal(clone.InitialRms, clone.Rms);
    }

    [Fact]
    public void Options_are_checked_before_anything_is_read()
    {
        CloneRecipe[] bad =
        [
            Recipe with { Cloning = Recipe.Cloning with { Epochs = -1 } },
            Recipe with { Cloning = CloneOptions.Adam },
            Recipe with { LineFinding = new LineFindingOptions { Prominence = 0 } },
            Recipe with { Preprocessing = new PreprocessingOptions { Percentile = 101 } },
        ];
        Assert.All(bad, recipe => Assert.Equal(
            ErrorCode.BadArguments, Assert.Throws<EngineException>(() => new GridCloner(Grid(), recipe, KernelSet.Best)).Code));
    }

    private static void AssertSkipped(ClonedSpectrum clone, params string[] words)
    {
        Assert.True(clone.IsSkipped);
        Assert.All(words, word => Assert.Contains(word, clone.SkipReason, StringComparison.Ordinal));
        Assert.Equal((0, 0, double.NaN), (clone.Lines.Count, clone.InitialCenter.Length, clone.Rms));
    }

    private static ArrayGrid Grid() => new(Points(), Wavelength, [.. Enumerable.Range(0, 5).Select(Flux)]);

    private static LineClones Clone(int threads) => new GridCloner(Grid(), Recipe, KernelSet.Best).Clone(new Workers(threads));

    private static void AssertSame(LineClones expected, LineClones actual)
    {
        Assert.Equal(expected.Spectra.Count, actual.Spectra.Count);
        for (int s = 0; s < expected.Spectra.Count; s++)
        {
            Assert.Equal(expected.Spectra[s].Lines.Center, actual.Spectra[s].Lines.Center);
            Assert.Equal(expected.Spectra[s].Lines.LnAmplitude, actual.Spectra[s].Lines.LnAmplitude);
            Assert.Equal(expected.Spectra[s].Lines.LnSigma, actual.Spectra[s].Lines.LnSigma);
            Assert.Equal(expected.Spectra[s].Lines.LnGamma, actual.Spectra[s].Lines.LnGamma);
            Assert.Equal(expected.Spectra[s].InitialCenter, actual.Spectra[s].InitialCenter);
            Assert.Equal(expected.Spectra[s].Loss, actual.Spectra[s].Loss);
            Assert.Equal(expected.Spectra[s].Rms, actual.Spectra[s].Rms);
        }
    }

    private static GridPoints Points() => new(["teff", "logg"], [4000, 4.5, 4100, 4.5, 4200, 4.5, 4300, 4.5, 4400, 4.5]);

    private static double[] Flux(int row)
    {
        var flux = new double[Wavelength.Length];
        Blackbody.SurfaceFlux(Wavelength, 4000 + (100 * row), flux);
        double[] lines = Normalized(row);
        for (int i = 0; i < flux.Length; i++) flux[i] *= lines[i];
        return flux;
    }

    /// <summary>Forty Gaussian lines that differ from row to row.</summary>
    private static double[] Normalized(int row)
    {
        var flux = new double[Wavelength.Length];
        Array.Fill(flux, 1);
        for (int k = 0; k < 40; k++)
        {
            double center = 8500.4 + (0.74 * k) + (0.01 * row), depth = 0.1 + (0.3 * Math.Abs(Math.Sin(k + (0.2 * row))));
            for (int i = 0; i < flux.Length; i++)
            {
                double x = (Wavelength[i] - center) / 0.06;
                flux[i] *= 1 - (depth * Math.Exp(-0.5 * x * x));
            }
        }

        return flux;
    }

    private sealed class UnreadableGrid(ISpectralGrid grid, int badRow) : ISpectralGrid
    {
        public IReadOnlyList<double> Wavelength => grid.Wavelength;

        public GridPoints Points => grid.Points;

        public void ReadFlux(int row, Span<double> destination)
        {
            if (row == badRow) throw new EngineException(ErrorCode.BadInput, "the disk is gone");
            grid.ReadFlux(row, destination);
        }
    }
}
