using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Bench.Prediction;

/// <summary>Every interior plane of an axis held out in turn: association and manifold are made without it, and it is predicted.</summary>
internal static class HeldOutPlanes
{
    /// <summary>Runs all planes and reports.</summary>
    /// <param name="report">Receives the tables.</param>
    /// <param name="title">What is predicted.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="clones">The clones of its rows, in its order.</param>
    /// <param name="cloneAgain">Clones some rows of the grid as if there were no others; null when the clones given are to be used.</param>
    /// <param name="oneByOne">Clones of all rows that know nothing of each other.</param>
    /// <param name="axis">The axis of the planes.</param>
    /// <param name="workers">The threads.</param>
    public static void Run(BenchReport report, string title, ISpectralGrid grid, LineClones clones, Func<int[], LineClones>? cloneAgain, LineClones oneByOne, int axis, Workers workers)
    {
        var normalized = new NormalizedGrid(grid, clones.Recipe, workers);
        RectilinearAxes axes = RectilinearAxes.Enclosing(grid.Points);
        double[] planes = axes.Values(axis)[1..^1].ToArray();
        double[] rms = [.. clones.Spectra.Select(s => s.Rms).Order()];
        report.Section(
            title,
            FormattableString.Invariant($"{grid.Points.Count} spectra ({grid.Points.DescribeRange()}), {normalized.Wavelength[0]:0} to {normalized.Wavelength[^1]:0} A, {normalized.Wavelength.Length} pixels, as {clones.LineCount} lines; rms of the clones: median {rms[rms.Length / 2]:0.00000}, worst {rms[^1]:0.00000}. ")
            + $"Each of the {planes.Length} inner planes of {axes.Names[axis]} is held out in turn; {(cloneAgain is null ? "association and manifold are" : "clones, association and manifold are all")} made without it. "
            + "Errors are |predicted - native| of all pixels of all held-out spectra, in units of the continuum (spectra normalised as for the cloning).");
        var tallies = new Dictionary<string, ErrorTally>();
        var shares = new List<IReadOnlyList<string>>();
        var byPlane = new Dictionary<string, List<string>>();
        var ratios = new List<double>();
        foreach (double plane in planes)
        {
            int[] heldOut = [.. Enumerable.Range(0, grid.Points.Count).Where(row => grid.Points[row][axis] == plane)];
            int[] rest = [.. Enumerable.Range(0, grid.Points.Count).Except(heldOut)];
            LineClones without = cloneAgain?.Invoke(rest) ?? Of(clones, rest);
            var predictors = new Predictors(without, normalized, rest, workers, Of(oneByOne, rest));
            foreach ((string name, Func<GridPoints, IReadOnlyList<double[]>> predict) in predictors.All())
            {
                IReadOnlyList<double[]> predicted = predict(grid.Points.Select(heldOut));
                if (name == Predictors.Best) AddRatios(predictors, grid.Points, heldOut, predicted, normalized.Flux, workers, ratios);
                var tally = new ErrorTally();
                for (int k = 0; k < heldOut.Length; k++) tally.Add(predicted[k], normalized.Flux[heldOut[k]]);
                if (!tallies.TryGetValue(name, out ErrorTally? sum)) tallies[name] = sum = new ErrorTally();
                sum.Add(tally);
                if (!byPlane.TryGetValue(name, out List<string>? row)) byPlane[name] = row = [name];
                (double median, double p95, _, _) = tally.Summary();
                row.Add(FormattableString.Invariant($"{1e4 * median:0.00} / {1e4 * p95:0.0}"));
            }

            shares.Add([FormattableString.Invariant($"{plane}"), .. predictors.MeanShareByAxis.Select(share => FormattableString.Invariant($"{share:0.00}"))]);
            Console.Out.WriteLine(FormattableString.Invariant($"{axes.Names[axis]} {plane}: ") + string.Join("; ", byPlane.Values.Select(row => $"{row[0]} {row[^1]}")));
        }

        Report(report, title, tallies);
        report.Paragraph($"Share of the lines as measured on nodes left out of what remains (averaged over the wavelengths; the residual term takes the least), by plane of {axes.Names[axis]}:");
        report.Table(["held out", .. axes.Names], shares);
        ratios.Sort();
        report.Paragraph(FormattableString.Invariant(
            $"The error map of every manifold of {Predictors.Best}, asked at the held-out points: the true error (rms of {ErrorMap.DefaultRegionPixels} pixels) over the expected one has the median {Quantile(ratios, 0.5):0.00}, 5 % {Quantile(ratios, 0.05):0.00}, 95 % {Quantile(ratios, 0.95):0.00}; it exceeds 2 in {100.0 * ratios.Count(ratio => ratio > 2) / ratios.Count:0.0} % of {ratios.Count} regions."));
        report.Paragraph($"Median / 95 % by plane of {axes.Names[axis]}, in units of 1e-4:");
        report.Table(["way", .. planes.Select(plane => FormattableString.Invariant($"{plane}"))], byPlane.Values);
    }

    private static LineClones Of(LineClones clones, int[] rows) => clones with { Points = clones.Points.Select(rows), Spectra = [.. rows.Select(row => clones.Spectra[row])] };

    // True over expected error, region by region.
    private static void AddRatios(
        Predictors predictors, GridPoints points, int[] heldOut, IReadOnlyList<double[]> predicted, double[][] truth, Workers workers, List<double> ratios)
    {
        (LineManifold manifold, NodeResiduals native) = predictors.WithErrors!.Value;
        ErrorMap map = ErrorMapEstimate.Measure(manifold, native, KernelSet.Best, workers);
        for (int k = 0; k < heldOut.Length; k++)
        {
            double[] expected = map.ByRegion(points[heldOut[k]]), prediction = predicted[k], real = truth[heldOut[k]];
            for (int r = 0; r < expected.Length; r++)
            {
                IEnumerable<int> pixels = Enumerable.Range(r * map.RegionPixels, Math.Min(map.RegionPixels, real.Length - (r * map.RegionPixels)));
                ratios.Add(Math.Sqrt(pixels.Average(i => (prediction[i] - real[i]) * (prediction[i] - real[i]))) / expected[r]);
            }
        }
    }

    private static double Quantile(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    /// <summary>One row per way: median, 95 %, largest, rms, and the ratios to linear pixels.</summary>
    public static void Report(BenchReport report, string title, IReadOnlyDictionary<string, ErrorTally> tallies)
    {
        (double Median, double P95, double Max, double Rms) basis = tallies.Values.First().Summary();
        var rows = new List<IReadOnlyList<string>>();
        foreach ((string name, ErrorTally tally) in tallies)
        {
            (double median, double p95, double max, double rms) = tally.Summary();
            string[] row = [name, Numbers(median), Numbers(p95), Numbers(max), Numbers(rms), FormattableString.Invariant($"{median / basis.Median:0.00}"), FormattableString.Invariant($"{p95 / basis.P95:0.00}")];
            rows.Add(row);
            report.Predicted(title, name, median, p95, max, rms);
            Console.Out.WriteLine(string.Join("  ", row));
        }

        report.Table(["way", "median", "95 %", "largest", "rms", "median / linear pixels", "95 % / linear pixels"], rows);
    }

    private static string Numbers(double value) => FormattableString.Invariant($"{value:0.0e-0}");
}
