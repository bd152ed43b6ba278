using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Tests.Grids;
using Blase3D.Kernels;
using Xunit;

namespace Blase3D.Engine.Tests.Cloning;

/// <summary>The way back over a grid: lines that one spectrum found are tried beside it.</summary>
public class ReturnSweepTests
{
    // Row 2 is the first; 1 and 3 come from it, 0 and 4 from those.
    private const int Rows = 5;
    private static readonly double[] Wavelength = [.. Enumerable.Range(0, 3001).Select(i => (850000 + i) / 100.0)];

    private static readonly CloneRecipe Recipe = new()
    {
        Cloning = new CloneOptions { WingPixels = 600, Epochs = 60 },
        LineFinding = new Blase3D.Engine.LineFinding.LineFindingOptions { EdgeMarginAngstrom = 0 },
        InputIsNormalized = true,
    };

    [Fact]
    public void A_line_that_a_child_found_is_at_its_parent_too_under_the_same_name()
    {
        // A line at 8515.13 hides in a stronger one and grows with the row: at row 2 it is too faint to be found.
        LineClones there = Clone(Recipe with { Return = false }, 2), back = Clone(Recipe, 2);
        double name = Hidden(there.Spectra[3]);
        Assert.True(double.IsNaN(Hidden(there.Spectra[2])));
        Assert.Contains(name, back.Spectra[3].InitialCenter);
        Assert.Contains(name, back.Spectra[2].InitialCenter);
        Assert.True(back.Spectra[2].Rms < there.Spectra[2].Rms);
        int line = Array.BinarySearch(back.Spectra[2].InitialCenter, name);
        Assert.Equal(LineOrigin.Inherited, back.Spectra[2].Origin[line]);
        Assert.Equal(8515.13, back.Spectra[2].Lines.Center[line], 0.04);
        Assert.All(Enumerable.Range(0, Rows), row => Assert.True(back.Spectra[row].Rms <= there.Spectra[row].Rms));

        // Only the way there and back: row 1 lies beyond row 2, which had not found the line itself.
        Assert.DoesNotContain(name, back.Spectra[1].InitialCenter);
        foreach (ClonedSpectrum clone in back.Spectra) Assert.Equal(clone.InitialCenter.Distinct().Order(), clone.InitialCenter);

        static double Hidden(ClonedSpectrum clone) =>
            Enumerable.Range(0, clone.Lines.Count).Where(j => Math.Abs(clone.Lines.Center[j] - 8515.13) < 0.03).Select(j => clone.InitialCenter[j]).DefaultIfEmpty(double.NaN).First();
    }

    [Fact]
    public void Any_number_of_threads_any_part_and_any_interruption_give_the_same_bits()
    {
        LineClones whole = Clone(Recipe, 1);
        foreach (int threads in (int[])[2, 8]) AssertSame(whole, Clone(Recipe, threads), [.. Enumerable.Range(0, Rows)]);
        foreach (int[] part in (int[][])[[0, 1], [2, 3, 4], [4]])
        {
            var made = new ClonedSpectrum[Rows];
            new GridCloner(Grid(), Recipe, KernelSet.Best).Run(new Workers(2), part, _ => null, (row, clone) => made[row] = clone);
            AssertSame(whole, whole with { Spectra = made }, part);
        }

        // Stopped after three drafts, then after the first row of the second sweep, then to the end.
        var drafts = new Dictionary<int, ClonedSpectrum>();
        var rows = new Dictionary<int, ClonedSpectrum>();
        int mostDrafts = 3, mostRows = 0;
        for (int run = 0; run < 3; run++, (mostDrafts, mostRows) = (Rows, run == 2 ? Rows : 1))
        {
            using var stop = new CancellationTokenSource();
            var keep = new CloneDrafts(row => drafts.GetValueOrDefault(row), (row, clone) =>
            {
                drafts[row] = clone;
                if (drafts.Count >= mostDrafts && run == 0) stop.Cancel();
            });
            void Go() => new GridCloner(Grid(), Recipe, KernelSet.Best).Run(
                new Workers(1, stop.Token), [.. Enumerable.Range(0, Rows)], row => rows.GetValueOrDefault(row), (row, clone) =>
                {
                    rows[row] = clone;
                    if (rows.Count >= mostRows && run == 1) stop.Cancel();
                }, null, keep);
            if (run < 2) Assert.ThrowsAny<OperationCanceledException>(Go);
            else Go();
        }

        AssertSame(whole, whole with { Spectra = [.. Enumerable.Range(0, Rows).Select(row => rows[row])] }, [.. Enumerable.Range(0, Rows)]);
    }

    [Fact]
    public void A_skipped_spectrum_stays_so_and_its_neighbours_go_on()
    {
        double[][] flux = [.. Enumerable.Range(0, Rows).Select(Flux)];
        flux[3][17] = double.NaN;
        LineClones clones = new GridCloner(new ArrayGrid(Points(), Wavelength, flux), Recipe, KernelSet.Best).Clone(new Workers(2));
        Assert.Equal([false, false, false, true, false], clones.Spectra.Select(clone => clone.IsSkipped));
        Assert.Contains("pixel 17", clones.Spectra[3].SkipReason, StringComparison.Ordinal);
    }

    private static LineClones Clone(CloneRecipe recipe, int threads) => new GridCloner(Grid(), recipe, KernelSet.Best).Clone(new Workers(threads));

    private static void AssertSame(LineClones expected, LineClones actual, int[] rows)
    {
        foreach (int row in rows)
        {
            (ClonedSpectrum one, ClonedSpectrum other) = (expected.Spectra[row], actual.Spectra[row]);
            Assert.Equal(one.InitialCenter, other.InitialCenter);
            Assert.Equal(one.Lines.Center, other.Lines.Center);
            Assert.Equal(one.Lines.LnAmplitude, other.Lines.LnAmplitude);
            Assert.Equal(one.Lines.LnSigma, other.Lines.LnSigma);
            Assert.Equal(one.Lines.LnGamma, other.Lines.LnGamma);
            Assert.Equal(one.Origin, other.Origin);
            Assert.Equal(one.Rms, other.Rms);
        }
    }

    private static ArrayGrid Grid() => new(Points(), Wavelength, [.. Enumerable.Range(0, Rows).Select(Flux)]);

    private static GridPoints Points() => new(["teff"], [4000, 4100, 4200, 4300, 4400]);

    // Twenty lines everywhere, and one that hides beside that at 8515 and is there from row 2 on.
    private static double[] Flux(int row)
    {
        var flux = new double[Wavelength.Length];
        Array.Fill(flux, 1);
        for (int k = 0; k < 20; k++) Add(8501 + (1.4 * k), 0.2 + (0.02 * k) + (0.01 * row));
        double[] growing = [0, 0, 0.02, 0.12, 0.2];
        Add(8515.13, growing[row]);
        return flux;

        void Add(double center, double depth)
        {
            for (int i = 0; i < flux.Length; i++)
            {
                double x = (Wavelength[i] - center) / 0.05;
                flux[i] *= 1 - (depth * Math.Exp(-0.5 * x * x));
            }
        }
    }
}
