using System.Diagnostics;
using Blase3D.Bench.Inference;
using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Report;
using Blase3D.Engine.Cloning;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Batches;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>Whole jobs on a device beside the processor: spectra of a manifold that stays there, a clone, many stars.</summary>
/// <param name="report">Where the results go.</param>
/// <param name="options">The sizes.</param>
/// <param name="targets">Receives what is to be reached.</param>
/// <param name="sets">The kernels of the device.</param>
internal sealed class DeviceJobsSection(BenchReport report, DeviceStudyOptions options, DeviceTargets targets, IReadOnlyList<KernelSet> sets)
{
    private const int PublishedLinesAtNode = 9167;
    private const int PublishedSpectra = 1314;
    private const int WindowPixels = 6000;

    // Spectra that are cloned at the same time, each with a queue of its own.
    private const int SideBySide = 8;

    // Searches of the processor are measured on a part of the stars; the rate is what counts.
    private const int ProcessorStarsShare = 16;

    private static readonly double[] SmallPoint = [5050, 4.25, 0];

    private static readonly double[] SmallSpread = [40, 0.2, 0];

    private readonly Repetition _repetition = new(options.Seconds);
    private readonly Workers _processor = new(Environment.ProcessorCount);

    private double Scale => (double)options.Lines / PublishedLinesAtNode;

    /// <summary>The parts by their names.</summary>
    public IReadOnlyList<(string Name, Action Run)> Parts => [("resident", Resident), ("cloning", Cloning), ("processes", Processes), ("stars", Stars)];

    /// <summary>Spectra written out, and misfits alone, of a small manifold and of one of the published size.</summary>
    private void Resident()
    {
        report.Section(
            "Manifold on the device",
            $"{options.Points} points. \"Written out\": every spectrum comes back into memory that is used again; \"misfits\": the weighted rms against one star, nothing else comes back. "
            + "The processor's exact kernels have all threads.");
        var rows = new List<IReadOnlyList<string>>();
        LineManifold cell = OneCell(options.Lines);
        Measure(FormattableString.Invariant($"one cell, {options.Lines} x {WindowPixels}, {cell.Wavelength.Length} pixels"), cell, WindowPixels, PointsOfCell(cell.Axes, options.Points));
        LineManifold published = ManifoldProblem.Create((int)(Scale * ManifoldProblem.Lines));
        foreach (int width in new[] { 1000, WindowPixels })
        {
            Measure(
                FormattableString.Invariant($"published axes, {published.LineCenter.Length} lines, {published.Entries.LineIndex.Length} entries, window {width}, {published.Wavelength.Length} pixels"),
                published, width, ManifoldProblem.Batch(options.Points));
        }

        report.Table(["manifold", "kernels", "spectra/s written out", "misfits/s", "largest difference to the processor"], rows);

        void Measure(string name, LineManifold manifold, int width, GridPoints points)
        {
            var how = new ReconstructionOptions { WindowPixels = width };
            double[][] expected = Spectra(points.Count, manifold.Wavelength.Length), found = Spectra(points.Count, manifold.Wavelength.Length);
            foreach (KernelSet set in sets.Prepend(KernelSet.Best))
            {
                bool isProcessor = set == KernelSet.Best;
                double[][] spectra = isProcessor ? expected : found;
                using var batch = new BatchReconstruction(manifold, how, set) { Note = Console.Out.WriteLine };
                Timing written = _repetition.Measure(() => batch.Fill(points, _processor, spectra));
                double error = isProcessor ? 0 : expected.Zip(found, (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max();
                using var objectives = new ReconstructedObjectives(manifold, [Star(manifold, expected[0])], how, set) { Note = Console.Out.WriteLine };
                ObjectiveRequest[] requests = [.. Enumerable.Range(0, points.Count).Select(n => new ObjectiveRequest(0, points[n].ToArray()))];
                var values = new double[requests.Length];
                Timing misfits = _repetition.Measure(() => objectives.Evaluate(requests, _processor, values));
                Add(name, set, "spectrum written out", written, points.Count, isProcessor ? null : error);
                Add(name, set, "misfit", misfits, points.Count, null);
                if (!isProcessor && manifold == cell) targets.Reached("misfits", points.Count / misfits.MinSeconds, set.Name);
                rows.Add([name, set.Name, Rate(points.Count / written.MinSeconds), Rate(points.Count / misfits.MinSeconds), isProcessor ? string.Empty : Numbers.Error(error)]);
            }
        }
    }

    /// <summary>One spectrum cloned as published.</summary>
    private void Cloning()
    {
        LineProblem problem = LineProblem.Create(PixelGrid.Phoenix, options.Lines);
        LineTable truth = problem.Lines;
        var start = new LineTable(truth.Center, [.. truth.LnAmplitude.Select(a => a + Math.Log(0.7))], truth.LnSigma, truth.LnGamma);
        var flux = new double[problem.Wavelength.Length];
        KernelSet.Best.Create().Forward(LineModel.Published, truth, problem.Windows(WindowPixels), problem.Wavelength, _processor, flux);
        report.Section(
            "Cloning",
            FormattableString.Invariant($"Adam as published, {options.Epochs} steps, {options.Lines} lines x {WindowPixels}, {flux.Length} PHOENIX pixels, begun with lines 30 % too weak. ")
            + $"On the device also {SideBySide} spectra side by side, as the grid's are. The published grid took 5 h 41 min.");
        CloneOptions recipe = CloneOptions.Published with { Epochs = options.Epochs };
        var rows = new List<IReadOnlyList<string>>();
        foreach (KernelSet set in sets.Prepend(KernelSet.Best))
        {
            ILineKernels kernels = set == KernelSet.Best ? set.Create(recipe.Tolerance) : set.Create();
            double rms = Clone(set, kernels, recipe with { Epochs = 2 }).Rms;
            long begin = Stopwatch.GetTimestamp();
            rms = Clone(set, kernels, recipe).Rms;
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            Row(set, "1", seconds, rms);
            if (set == KernelSet.Best) continue;
            var lent = new Workers(SideBySide);
            begin = Stopwatch.GetTimestamp();
            lent.For(SideBySide, _ => Clone(set, set.Create(), recipe));
            Row(set, $"{SideBySide}", Stopwatch.GetElapsedTime(begin).TotalSeconds / SideBySide, rms);
        }

        report.Table(["kernels", "at a time", "a spectrum", "100 steps", $"100 steps of {PublishedSpectra} spectra", "rms"], rows);

        void Row(KernelSet set, string together, double seconds, double rms)
        {
            double all = PublishedSpectra * seconds * 100 / options.Epochs;
            Add("cloning", set, $"clone, {together} at a time", new Timing(seconds, seconds, 1), 1, null);
            if (set != KernelSet.Best) targets.Reached("clones", all, $"{set.Name}, {together} at a time");
            rows.Add([set.Name, together, Numbers.Seconds(seconds), Numbers.Seconds(seconds * 100 / options.Epochs), Numbers.Seconds(all), FormattableString.Invariant($"{rms:0.00000}")]);
        }

        ClonedSpectrum Clone(KernelSet set, ILineKernels kernels, CloneOptions how) =>
            SpectrumCloner.Clone(problem.Wavelength, flux, start, how, kernels, set == KernelSet.Best ? _processor : Workers.OneThread);
    }

    private void Processes() => DeviceProcesses.Run(report, sets.Prepend(KernelSet.Best), _repetition, Math.Max(8, options.Stars / 8 * 8), _processor);

    /// <summary>Many stars in step, 120 evaluations each.</summary>
    private void Stars()
    {
        report.Section(
            "Stars",
            "The search alone, 100 evaluations that stars of one prior share and 20 guided ones, prior: the whole grid.");
        var rows = new List<IReadOnlyList<string>>();
        Measure(InferenceProblem.Moderate(density: Scale));
        Measure(new InferenceProblem("manifold of the published size, window 1000", ManifoldProblem.Create((int)(Scale * ManifoldProblem.Lines)), 1000, null));
        report.Table(["manifold", "pixels", "lines", "kernels", "stars", "time", "stars/s", "spectra made"], rows);

        void Measure(InferenceProblem problem)
        {
            foreach (KernelSet set in sets.Prepend(KernelSet.Best))
            {
                int count = set == KernelSet.Best ? Math.Max(1, options.Stars / ProcessorStarsShare) : options.Stars;
                double[][] flux = problem.Stars(problem.RandomPoints(count, 1000), _processor);
                Search(problem, set, flux[..1]);
                (double seconds, long made) = Search(problem, set, flux);
                Add(problem.Name, set, "star", new Timing(seconds, seconds, 1), count, null);
                if (set != KernelSet.Best) targets.Reached("stars", count / seconds, $"{set.Name}, {problem.Name}");
                rows.Add(
                [
                    problem.Name, $"{problem.Manifold.Wavelength.Length}", $"{problem.Manifold.LineCenter.Length}", set.Name, $"{count}",
                    Numbers.Seconds(seconds), Rate(count / seconds), $"{made}",
                ]);
            }
        }
    }

    private (double Seconds, long Reconstructions) Search(InferenceProblem problem, KernelSet set, double[][] flux)
    {
        var search = new InferenceOptions { WindowPixels = problem.WindowPixels };
        using var objective = new ReconstructedObjectives(
            problem.Manifold, [.. flux.Select(star => problem.Target(star))], new ReconstructionOptions { WindowPixels = problem.WindowPixels }, set) { Note = Console.Out.WriteLine };
        ParameterPrior[] priors = [.. Enumerable.Repeat(ParameterPrior.WholeRange(problem.Manifold.Axes), flux.Length)];
        long begin = Stopwatch.GetTimestamp();
        BatchSearch.Run(objective, problem.Manifold.Axes, priors, search, set, _processor);
        return (Stopwatch.GetElapsedTime(begin).TotalSeconds, objective.Reconstructions);
    }

    private void Add(string name, KernelSet set, string operation, Timing time, int count, double? error) => report.Add(new BenchRow
    {
        Section = "device-jobs",
        Case = name,
        Operation = operation,
        Variant = set.Name,
        Threads = _processor.Threads,
        Time = new Timing(time.MinSeconds / count, time.MedianSeconds / count, time.Runs),
        MaxError = error,
    });

    /// <summary>All lines of the kernels' problem at the four nodes of one cell, a little different at each.</summary>
    internal static LineManifold OneCell(int lines)
    {
        LineProblem problem = LineProblem.Create(PixelGrid.Log, lines);
        var axes = new RectilinearAxes(["teff", "logg", "feh"], [[5000, 5100], [4, 4.5], [0]]);
        ManifoldEntries entries = ManifoldEntries.Allocate(lines * axes.NodeCount);
        for (int e = 0; e < lines * axes.NodeCount; e++)
        {
            (int node, int line) = (e / lines, e % lines);
            entries.LineIndex[e] = line;
            entries.CenterShift[e] = 0.001f * node;
            entries.LnAmplitude[e] = (float)(problem.Lines.LnAmplitude[line] - (0.02 * node));
            entries.LnSigma[e] = (float)problem.Lines.LnSigma[line];
            entries.LnGamma[e] = (float)(problem.Lines.LnGamma[line] + (0.01 * node));
        }

        return new LineManifold(
            axes, problem.Wavelength, problem.Lines.Center[..lines], [.. Enumerable.Repeat(true, axes.NodeCount)],
            [.. Enumerable.Range(0, axes.NodeCount + 1).Select(node => (long)lines * node)], entries, CloneRecipe.Published);
    }

    /// <summary>Points within the cell of <see cref="OneCell"/>.</summary>
    internal static GridPoints PointsOfCell(RectilinearAxes axes, int count)
    {
        var random = new Random(61);
        return new GridPoints(axes.Names, [.. Enumerable.Range(0, count).SelectMany(_ => SmallPoint.Zip(SmallSpread, (value, wide) => value + (wide * ((2 * random.NextDouble()) - 1))))]);
    }

    private static ObservedTarget Star(LineManifold manifold, double[] flux) => ObservedTarget.Normalized(new Spectrum(manifold.Wavelength, [.. flux], null, "star"));

    private static double[][] Spectra(int count, int pixels) => [.. Enumerable.Range(0, count).Select(_ => new double[pixels])];

    private static string Rate(double perSecond) => FormattableString.Invariant($"{perSecond:G4}");
}
