using Blase3D.Bench.Report;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Engine.Spectra.Reading;
using Blase3D.Kernels;

namespace Blase3D.Bench.Prediction;

/// <summary>The authors' reconstruction of the Sun beside a reconstruction of ours on the same pixels, from a cell of four nodes.</summary>
internal static class SunComparison
{
    private const double LargestTeff = 4300, Depth = 0.05;

    private static readonly double[] TripletAngstrom = [8500.35, 8544.44, 8664.52];

    /// <summary>Compares the two in form: the data at hand end 1,472 K below the Sun.</summary>
    public static void Run(BenchReport report, LineClones clones, string sunPath, Workers workers)
    {
        const string title = "The Sun, in form";
        if (!File.Exists(sunPath))
        {
            report.Section(title, "NOT RUN: shared/data/blase is not beside the repository.");
            return;
        }

        Spectrum sun = SpectrumReader.Read(sunPath);
        int[] corners = [.. Enumerable.Range(0, clones.Points.Count).Where(row => clones.Points[row][0] is LargestTeff or (LargestTeff - 100) && clones.Points[row][2] == 0)];
        LineClones four = clones with { Points = clones.Points.Select(corners), Spectra = [.. corners.Select(row => clones.Spectra[row])] };
        LineManifold cell = ManifoldBuilder.Build(four, TrackedAssociation.Associate(four), InterpolationScheme.Cubic);
        double[] pixels = [.. sun.WavelengthAngstrom.Where(w => w >= cell.Wavelength[0] && w <= cell.Wavelength[^1])];
        double[] theirs = [.. sun.Flux.Where((_, i) => sun.WavelengthAngstrom[i] >= cell.Wavelength[0] && sun.WavelengthAngstrom[i] <= cell.Wavelength[^1])];
        double[] point = [LargestTeff - 50, 3.75, 0], ours = new double[pixels.Length];
        new SpectrumReconstructor(cell, new ReconstructionOptions(), KernelSet.Best, pixels).Reconstruct(point, workers, ours);
        report.Section(
            title,
            FormattableString.Invariant($"The authors' reconstruction of the Sun (5772 K, 4.4374, 0.0) has {sun.WavelengthAngstrom.Length:#,0} pixels, {sun.WavelengthAngstrom[0]:0.##} to {sun.WavelengthAngstrom[^1]:0.##} A. ")
            + FormattableString.Invariant($"The real spectra and clones at hand have no cell around it: the hottest complete one has the four nodes {string.Join("; ", corners.Select(clones.Points.Describe))}, and two published clones (4700 K, 4.5 and 4100 K, 3.5) make none. So the values cannot be compared, only the form: ours is {GridPoints.Describe(cell.Axes.Names, point)} on the Sun's own {pixels.Length:#,0} pixels within {cell.Wavelength[0]:0.#} to {cell.Wavelength[^1]:0.#} A."));
        report.Table(
            ["", "the authors' Sun", "ours"],
            [
                ["pixels", $"{theirs.Length:#,0}", $"{ours.Length:#,0}"],
                ["highest, median, lowest flux", Levels(theirs), Levels(ours)],
                ["pixels not a number, or below 0", $"{theirs.Count(f => !(f >= 0))}", $"{ours.Count(f => !(f >= 0))}"],
                [FormattableString.Invariant($"share of pixels deeper than {Depth}"), Share(theirs), Share(ours)],
                .. TripletAngstrom.Select(line => (IReadOnlyList<string>)[FormattableString.Invariant($"lowest flux within 1 A of Ca II {line} A"), Lowest(theirs, line), Lowest(ours, line)]),
            ]);

        string Lowest(double[] flux, double line) => FormattableString.Invariant($"{flux.Where((_, i) => Math.Abs(pixels[i] - line) < 1).Min():0.000}");
    }

    private static string Levels(double[] flux)
    {
        double[] sorted = [.. flux.Order()];
        return FormattableString.Invariant($"{sorted[^1]:0.000}, {sorted[sorted.Length / 2]:0.000}, {sorted[0]:0.000}");
    }

    private static string Share(double[] flux) => FormattableString.Invariant($"{flux.Count(f => f < 1 - Depth) / (double)flux.Length:0.000}");
}
