using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>How small the residual of one real spectrum gets, by which optimiser, in what time, and what is left over.</summary>
internal static class OptimizerStudy
{
    /// <summary>Clones the spectrum in every way.</summary>
    public static void Run(BenchReport report, Repetition repetition, Workers workers)
    {
        (double[] wavelength, double[] flux) = NativeSpectrum.Read();
        report.Section(
            "Optimisers",
            $"PHOENIX 3900 K, logg 4.5, [M/H] 0 on its 126,200 native pixels 8038-9300 A; window 6000, {workers.Threads} threads, without reading and normalising. "
            + "\"Adam\" is the default recipe of the engine with Adam and its best steps, \"published\" the published recipe with its own normalisation, lines and loss (60 A left out at both ends). "
            + "Residuals in units of the continuum over all pixels (published: of its loss).");
        CloneOptions usual = new(), adam = CloneOptions.Adam;
        (string Name, CloneRecipe Recipe)[] recipes =
        [
            ("published, 100 steps", CloneRecipe.Published),
            ("Adam, 100 steps", With(adam)),
            ("Adam, 300 steps", With(adam with { Epochs = 300 })),
            ("default", With(usual)),
            ("default, 12 steps", With(usual with { Epochs = 12 })),
            ("default, 50 steps", With(usual with { Epochs = 50 })),
            ("default, 100 steps", With(usual with { Epochs = 100 })),
            ("default, 300 steps", With(usual with { Epochs = 300 })),
            ("no residual pass", With(usual with { ResidualPasses = 0 })),
            ("one residual pass", With(usual with { ResidualPasses = 1 })),
            ("residual prominence 0.01", With(usual with { ResidualProminence = 0.01 })),
            ("residual prominence 0.005, 5 passes, 200 steps", With(usual with { ResidualProminence = 0.005, ResidualPasses = 5, Epochs = 200 })),
            ("the same, thompson", With(usual with { ResidualProminence = 0.005, ResidualPasses = 5, Epochs = 200, Model = new(LineProfile.Thompson, Composition.Product) })),
            ("thompson", With(usual with { Model = new(LineProfile.Thompson, Composition.Product) })),
            ("opacity", With(usual with { Model = new(LineProfile.Blase, Composition.Opacity) })),
            ("degenerate lines not merged", With(usual with { MergeDegenerate = false })),
            ("superfluous lines not dropped", With(usual with { DropSuperfluous = false })),
            ("start weight 0", With(usual with { StartWeight = 0 })),
            ("start weight 1e-3", With(usual with { StartWeight = 1e-3 })),
        ];
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, CloneRecipe recipe) in recipes)
        {
            double[] clean = new Preprocessor(recipe.Preprocessing).Preprocess(wavelength, flux, NativeSpectrum.TeffKelvin).Flux;
            InitialLines found = LineFinder.Find(wavelength, clean, recipe.LineFinding);
            LineTable initial = SpectrumCloner.Start(found, wavelength, clean, recipe.Cloning);
            ClonedSpectrum clone = SpectrumCloner.Clone(wavelength, clean, initial, recipe.Cloning, KernelSet.Best.Create(recipe.Cloning.Tolerance), workers);
            Timing time = repetition.Measure(
                () => SpectrumCloner.Clone(wavelength, clean, initial, recipe.Cloning, KernelSet.Best.Create(recipe.Cloning.Tolerance), workers));
            (double median, double high, double largest, double topShare) = Leftover(clone, clean, wavelength, recipe.Cloning);
            rows.Add(
            [
                name, $"{clone.Lines.Count}", FormattableString.Invariant($"{clone.Rms:0.00000}"), FormattableString.Invariant($"{median:0.00000}"),
                FormattableString.Invariant($"{high:0.0000}"), FormattableString.Invariant($"{largest:0.000}"), FormattableString.Invariant($"{topShare:0.00}"),
                Numbers.Seconds(time.MinSeconds),
            ]);
            Console.Out.WriteLine(string.Join("  ", rows[^1]));
        }

        report.Table(["recipe", "lines", "rms", "median", "99.9 %", "largest", "share of the worst 1 % of pixels", "time"], rows);

        static CloneRecipe With(CloneOptions cloning) => CloneRecipe.Adam with { Cloning = cloning };
    }

    private static (double Median, double High, double Largest, double TopShare) Leftover(
        ClonedSpectrum clone, double[] clean, double[] wavelength, CloneOptions options)
    {
        var transmission = new double[wavelength.Length];
        LineTable lines = clone.Lines.Clone();
        for (int j = 0; j < lines.Count; j++) lines.Center[j] *= 1 + (clone.RadialVelocityKmPerS / LineGradient.LightSpeedKmPerS);
        LineWindows windows = options.PublishedWindows
            ? LineWindows.CreatePublished(clone.InitialCenter, wavelength, options.WingPixels)
            : LineWindows.Create(clone.InitialCenter, wavelength, options.WingPixels);
        KernelSet.Best.Create().Forward(options.Model, lines, windows, wavelength, Workers.OneThread, transmission);
        double[] left = [.. Enumerable.Range(0, clean.Length)
            .Where(i => wavelength[i] > wavelength[0] + options.ActiveMarginAngstrom && wavelength[i] < wavelength[^1] - options.ActiveMarginAngstrom)
            .Select(i => Math.Abs(transmission[i] - clean[i])).Order()];
        return (left[left.Length / 2], left[(int)(0.999 * left.Length)], left[^1], left.Skip((int)(0.99 * left.Length)).Sum(x => x * x) / left.Sum(x => x * x));
    }
}
