using System.Diagnostics;
using Blase3D.Bench.Prediction;
using Blase3D.Bench.Report;
using Blase3D.Engine.Association;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;

namespace Blase3D.Bench.Inference;

/// <summary>Real spectra as stars: every inner plane of Teff is left out of the manifold in turn, and its spectra are inferred.</summary>
/// <param name="report">Receives the tables.</param>
/// <param name="grid">The grid.</param>
/// <param name="recipe">How its spectra are cloned.</param>
/// <param name="without">The clones of some rows; made of these rows alone when <paramref name="isClonedAgain"/> says so.</param>
/// <param name="isClonedAgain">Whether the clones know nothing of the rows left out.</param>
/// <param name="workers">The threads.</param>
internal sealed class HeldOutStars(BenchReport report, ISpectralGrid grid, CloneRecipe recipe, Func<int[], LineClones> without, bool isClonedAgain, Workers workers)
{
    // The rules of the quoted errors were chosen on this plane: the others are the check.
    private const double ChosenOn = 3100;

    private const int Axis = 0;

    /// <summary>Runs all planes with the manifold and with interpolated pixels in its place.</summary>
    public void Run()
    {
        var normalized = new NormalizedGrid(grid, recipe, workers);
        var byWay = new Dictionary<string, List<(double[] Truth, InferenceResult Result)>>();
        var seconds = new Dictionary<string, double>();
        double[] planes = RectilinearAxes.Enclosing(grid.Points).Values(Axis)[1..^1].ToArray();
        foreach (double plane in planes)
        {
            int[] heldOut = [.. Enumerable.Range(0, grid.Points.Count).Where(row => grid.Points[row][Axis] == plane)];
            int[] rest = [.. Enumerable.Range(0, grid.Points.Count).Except(heldOut)];
            LineClones clones = without(rest);
            LineManifold lines = ManifoldBuilder.Build(clones, TrackedAssociation.Associate(clones), InterpolationScheme.Cubic);
            double[][] flux = [.. rest.Select(row => normalized.Flux[row])];
            foreach ((string way, bool measured) in new[] { ("lines + residual", true), ("interpolated pixels", false) })
            {
                LineManifold manifold = BuiltManifold.Of(lines, clones, flux, measured, workers);
                ParameterPrior prior = ParameterPrior.WholeRange(manifold.Axes);
                InferenceTask[] tasks = [.. heldOut.Select(row => new InferenceTask(Target(row, manifold, prior), prior))];
                long start = Stopwatch.GetTimestamp();
                IReadOnlyList<InferenceOutcome> outcomes = StellarParameterInference.InferMany(manifold, tasks, new InferenceOptions(), KernelSet.Best, workers);
                seconds[way] = seconds.GetValueOrDefault(way) + Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (!byWay.TryGetValue(way, out List<(double[], InferenceResult)>? all)) byWay[way] = all = [];
                for (int k = 0; k < heldOut.Length; k++)
                {
                    InferenceResult result = outcomes[k].Result ?? throw outcomes[k].Failure!;
                    double[] truth = grid.Points[heldOut[k]].ToArray();
                    all.Add((truth, result));
                    Console.Out.WriteLine($"{way}: {Text(truth)} -> {string.Join(", ", result.Value.Zip(result.Error, (v, e) => FormattableString.Invariant($"{v:0.###}+-{e:0.####}")))} {string.Join(';', result.Flags)}");
                }
            }
        }

        report.Section(
            "Held-out real spectra",
            FormattableString.Invariant($"{grid.Points.Count} PHOENIX spectra ({grid.Points.DescribeRange()}), {normalized.Wavelength[0]:0} to {normalized.Wavelength[^1]:0} A, without noise; each of the {planes.Length} inner planes of Teff is left out of {(isClonedAgain ? "cloning, " : string.Empty)}association, manifold, residual term and measured shares{(isClonedAgain ? string.Empty : " (the clones are those of the whole grid)")}, and its spectra are inferred in their own flux unit, prior: the whole grid. ")
            + "\"Interpolated pixels\" is the same search with cubic interpolation of the native pixels in the manifold's place: what a manifold without any error of its own lines would give.");
        report.Table(
            ["model", "stars", "median error", "mean error", "largest error", "at an edge without a flag", "time per star"],
            byWay.Select(way => (IReadOnlyList<string>)
            [
                way.Key, $"{way.Value.Count}", .. Cells(way.Value), $"{way.Value.Count(star => IsUnflaggedEdge(star.Result))}", Numbers.Seconds(seconds[way.Key] / way.Value.Count),
            ]));
        report.Paragraph("Errors over quoted errors (root mean square, and the share within 1 and 2), for stars whose value is flagged at an edge of the grid or beyond what the left-out nodes can test, and for the others:");
        report.Table(["model", "stars", "axis", "rms of the pulls", "within 1", "within 2", "median quoted error"], byWay.SelectMany(way => Pulls(way.Key, way.Value)));
        report.Paragraph(FormattableString.Invariant($"The same without the plane of {ChosenOn} K, on which the rules of the quoted errors were chosen:"));
        report.Table(
            ["model", "stars", "axis", "rms of the pulls", "within 1", "within 2", "median quoted error"],
            byWay.SelectMany(way => Pulls(way.Key, [.. way.Value.Where(star => star.Truth[Axis] != ChosenOn)])));
        report.Paragraph("By plane (median absolute error, and the largest error over its quoted error per axis, flagged ones included):");
        report.Table(["model", "Teff", "median error", "largest error", "largest |pull| in teff, logg, feh", "flagged"], byWay.SelectMany(way => Planes(way.Key, way.Value)));
    }

    private static string[] Cells(List<(double[] Truth, InferenceResult Result)> stars)
    {
        var errors = ErrorSummary.Of(stars.Select(star => (star.Truth, star.Result.Value)));
        return [ErrorSummary.Text(errors.Median), ErrorSummary.Text(errors.Mean), ErrorSummary.Text(errors.Largest)];
    }

    private static IEnumerable<IReadOnlyList<string>> Planes(string way, List<(double[] Truth, InferenceResult Result)> stars) =>
        stars.GroupBy(star => star.Truth[Axis]).Select(plane =>
        {
            var errors = ErrorSummary.Of(plane.Select(star => (star.Truth, star.Result.Value)));
            double[] pulls = [.. Enumerable.Range(0, 3).Select(d => plane.Max(star => Math.Abs(star.Result.Value[d] - star.Truth[d]) / star.Result.Error[d]))];
            string[] flags = [.. plane.SelectMany(star => star.Result.Flags).GroupBy(flag => flag).Select(flag => $"{flag.Count()} {flag.Key}")];
            return (IReadOnlyList<string>)
            [
                way, FormattableString.Invariant($"{plane.Key}"), ErrorSummary.Text(errors.Median), ErrorSummary.Text(errors.Largest),
                string.Join(", ", pulls.Select(pull => FormattableString.Invariant($"{pull:0.00}"))), string.Join(", ", flags),
            ];
        });

    private bool IsUnflaggedEdge(InferenceResult result)
    {
        RectilinearAxes axes = RectilinearAxes.Enclosing(grid.Points);
        return Enumerable.Range(0, result.Value.Length).Any(d =>
            (result.Value[d] <= axes.Values(d)[0] || result.Value[d] >= axes.Values(d)[^1]) && !result.Flags.Contains($"{result.AxisNames[d]}_at_grid_edge"));
    }

    private static IEnumerable<IReadOnlyList<string>> Pulls(string way, List<(double[] Truth, InferenceResult Result)> stars)
    {
        for (int d = 0; d < 3; d++)
        {
            string edge = $"{stars[0].Result.AxisNames[d]}_at_grid_edge";
            foreach (bool isEdge in new[] { false, true })
            {
                var some = stars.Where(star => star.Result.Flags.Contains(edge) == isEdge && star.Result.Error[d] > 0).ToArray();
                if (some.Length == 0) continue;
                double[] pulls = [.. some.Select(star => (star.Result.Value[d] - star.Truth[d]) / star.Result.Error[d])];
                yield return
                [
                    way, $"{some.Length} {(isEdge ? "at the edge" : "inside")}", stars[0].Result.AxisNames[d], FormattableString.Invariant($"{Math.Sqrt(pulls.Average(p => p * p)):0.00}"),
                    FormattableString.Invariant($"{pulls.Count(p => Math.Abs(p) <= 1) / (double)pulls.Length:0.00}"), FormattableString.Invariant($"{pulls.Count(p => Math.Abs(p) <= 2) / (double)pulls.Length:0.00}"),
                    FormattableString.Invariant($"{ErrorSummary.Middle(some.Select(star => star.Result.Error[d])):G3}"),
                ];
            }
        }
    }

    private ObservedTarget Target(int row, LineManifold manifold, ParameterPrior prior)
    {
        var flux = new double[grid.Wavelength.Count];
        grid.ReadFlux(row, flux);
        return ObservedTarget.AtCandidate(new Spectrum([.. grid.Wavelength], flux, null, grid.Points.Describe(row)), manifold.Recipe, prior.Center[Axis]);
    }

    private static string Text(double[] point) => string.Join(", ", point.Select(v => FormattableString.Invariant($"{v}")));
}
