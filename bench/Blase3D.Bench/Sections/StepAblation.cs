using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>What learning rate and centre step do to the residual of one real spectrum after 100 steps.</summary>
internal static class StepAblation
{
    private static readonly double[] Rates = [0.025, 0.05, 0.1, 0.2];
    private static readonly double[] CenterRatios = [0.02, 0.05, 0.1, 0.25, 1];

    /// <summary>Clones the spectrum once per pair of settings, and once with the published recipe.</summary>
    public static void Run(BenchReport report, Workers workers)
    {
        (double[] wavelength, double[] flux) = NativeSpectrum.Read();
        report.Section(
            "Adam: learning rate and centre step",
            "PHOENIX 3900 K, logg 4.5, [M/H] 0 on its 126,200 native pixels 8038-9300 A; 100 Adam steps, window 6000, the default recipe but for optimiser and the two settings. "
            + "The figures are rms of clone minus spectrum in units of the continuum; columns are the centre step in Angstrom per unit of learning rate.");
        CloneRecipe recipe = CloneRecipe.Adam;
        (double[] clean, LineTable initial) = Prepare(wavelength, flux, recipe);
        var rows = new List<IReadOnlyList<string>>();
        foreach (double rate in Rates)
        {
            var row = new List<string> { FormattableString.Invariant($"rate {rate}") };
            foreach (double ratio in CenterRatios)
                row.Add(Rms(wavelength, clean, initial, recipe.Cloning with { LearningRate = rate, CenterAngstromPerRate = ratio }, workers));
            rows.Add(row);
            Console.Out.WriteLine(string.Join("  ", row));
        }

        report.Table([string.Empty, .. CenterRatios.Select(ratio => FormattableString.Invariant($"{ratio}"))], rows);
        (double[] published, LineTable publishedInitial) = Prepare(wavelength, flux, CloneRecipe.Published);
        report.Paragraph($"{initial.Count} lines. Published recipe (its own normalisation, lines and loss, 60 A left out at both ends): {Rms(wavelength, published, publishedInitial, CloneOptions.Published, workers)}.");
    }

    private static (double[] Clean, LineTable Initial) Prepare(double[] wavelength, double[] flux, CloneRecipe recipe)
    {
        double[] clean = new Preprocessor(recipe.Preprocessing).Preprocess(wavelength, flux, NativeSpectrum.TeffKelvin).Flux;
        InitialLines found = LineFinder.Find(wavelength, clean, recipe.LineFinding);
        return (clean, new LineTable(found.CenterAngstrom, found.LnAmplitude, found.LnSigma, found.LnGamma));
    }

    private static string Rms(double[] wavelength, double[] clean, LineTable initial, CloneOptions options, Workers workers) =>
        FormattableString.Invariant($"{SpectrumCloner.Clone(wavelength, clean, initial, options, KernelSet.Best.Create(), workers).Rms:0.00000}");
}
