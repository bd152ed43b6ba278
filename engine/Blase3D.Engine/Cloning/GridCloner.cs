using System.Collections.Concurrent;
using System.Diagnostics;
using Blase3D.Engine.Grids;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;
using Blase3D.Kernels.Gpu.Devices;

namespace Blase3D.Engine.Cloning;

/// <summary>
/// Preprocesses, finds and clones every spectrum of a grid; with continuation a spectrum begins with the lines of its neighbour. Spectra of one
/// generation run side by side, or one spectrum on all threads.
/// </summary>
public sealed class GridCloner
{
    private readonly ISpectralGrid _grid;
    private readonly CloneRecipe _recipe;
    private readonly KernelSet _kernels;
    private readonly double[] _wavelength;
    private readonly int _teffAxis;
    private readonly ContinuationTree _tree;
    private readonly Lock _reading = new();
    private readonly FluxTally _tally;

    private int StepsPerRow => _recipe.Cloning.Epochs + 1;

    /// <summary>Prepares the cloning of a grid.</summary>
    /// <param name="grid">The grid; it must have an axis teff unless its fluxes are normalised already.</param>
    /// <param name="recipe">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <exception cref="EngineException">The grid has no axis teff or a point twice, or an option is out of its range.</exception>
    public GridCloner(ISpectralGrid grid, CloneRecipe recipe, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(recipe);
        (_grid, _recipe, _kernels) = (grid, recipe, kernels);
        recipe.Cloning.Validate();
        if (recipe.Continuation && recipe.Cloning.Optimizer != CloneOptimizer.QuasiNewton)
            throw new EngineException(ErrorCode.BadArguments, "Only the quasi-Newton optimizer takes over the lines of a neighbour; choose it, or clone every spectrum on its own.");
        recipe.LineFinding.Check();
        recipe.Preprocessing.Check();
        _wavelength = [.. grid.Wavelength];
        _tally = new FluxTally(grid.Points.Count, _wavelength.Length);
        _teffAxis = grid.Points.AxisIndex("teff");
        if (grid.Points.FindRepeated() is >= 0 and var repeated)
            throw new EngineException(ErrorCode.BadInput, $"Two spectra of the grid have the point {grid.Points.Describe(repeated)}; keep one of them.");
        if (_teffAxis < 0 && !recipe.InputIsNormalized)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"The grid has the axes {string.Join(", ", grid.Points.AxisNames)} but no teff, which the blackbody division needs; name one axis teff or give --normalized.");
        }

        _tree = recipe.Continuation ? ContinuationTree.Create(grid.Points) : ContinuationTree.Independent(grid.Points.Count);
    }

    /// <summary>A sentence about the zero or negative fluxes of the rows read so far; none when there were none.</summary>
    public IEnumerable<string> Notes => _tally.Notes(_grid.Points.Describe);

    /// <summary>Clones all rows and keeps them in memory.</summary>
    /// <param name="workers">The threads; spectra run side by side when there are at least as many as threads.</param>
    /// <param name="finished">A clone that exists already (an interrupted run's), or null; asked once per row.</param>
    /// <param name="completed">Called for every newly cloned row, one call at a time.</param>
    /// <param name="progress">Receives the share done, ascending, 1 at the end; one call at a time.</param>
    /// <returns>The clones in the order of the grid's rows; the same bit for bit for any number of threads.</returns>
    public LineClones Clone(
        Workers workers,
        Func<int, ClonedSpectrum?>? finished = null,
        Action<int, ClonedSpectrum>? completed = null,
        Action<double>? progress = null)
    {
        var clones = new ClonedSpectrum?[_grid.Points.Count];
        if (finished is not null)
        {
            for (int row = 0; row < clones.Length; row++) clones[row] = finished(row);
        }

        Run(
            workers,
            [.. Enumerable.Range(0, clones.Length)],
            row => clones[row],
            (row, clone) =>
            {
                clones[row] = clone;
                completed?.Invoke(row, clone);
            },
            progress);
        return new LineClones(_grid.Points, _wavelength, clones!, _recipe);
    }

    /// <summary>
    /// Clones rows and hands each on; no more are in memory than there are threads, and with continuation the ancestors that are no such rows, which
    /// are cloned along the way. A spectrum that cannot be cloned is handed on as a
    /// skipped one with its reason, and the others go on; only a source that cannot be read ends the run.
    /// </summary>
    /// <param name="workers">The threads; spectra run side by side when there are at least as many as threads.</param>
    /// <param name="rows">The rows of the grid to clone, ascending: all, or a part.</param>
    /// <param name="finished">
    /// A clone that exists already (an interrupted run's, or one that was handed on), or null; asked for every row before the work, and from any
    /// thread later.
    /// </param>
    /// <param name="completed">Called for every newly cloned or skipped row, one call at a time, in any order.</param>
    /// <param name="progress">Receives the share done of the rows that were not finished, ascending, 1 at the end; one call at a time.</param>
    /// <param name="drafts">Where the clones of the first sweep are kept when there are two (<see cref="CloneRecipe.Return"/>); null for in memory.</param>
    /// <exception cref="EngineException">A row of the grid cannot be read, or an option does not suit the spectra.</exception>
    public void Run(
        Workers workers, IReadOnlyList<int> rows, Func<int, ClonedSpectrum?> finished, Action<int, ClonedSpectrum> completed, Action<double>? progress = null,
        CloneDrafts? drafts = null)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(finished);
        ArgumentNullException.ThrowIfNull(completed);
        int[] open = [.. rows.Where(row => finished(row) is null)];
        var counter = new StepCounter(progress);
        if (_recipe is { Continuation: true, Return: true })
        {
            drafts ??= CloneDrafts.InMemory();
            int[] wanted = [.. open.Concat(open.SelectMany(_tree.Around)).Distinct()];
            int[] missing = [.. _tree.WithAncestors(wanted).Where(row => drafts.Find(row) is null)];
            counter.Plan((long)missing.Length * StepsPerRow, open.Length);
            Sweep(workers, missing, drafts.Find, drafts.Keep, counter);
            SweepBack(workers, open, drafts.Find, completed, counter);
        }
        else
        {
            var handedOn = new HashSet<int>(rows);
            var along = new ConcurrentDictionary<int, ClonedSpectrum>();
            int[] needed = [.. _tree.WithAncestors(open).Where(row => !handedOn.Contains(row) || finished(row) is null)];
            counter.Plan((long)needed.Length * StepsPerRow, 0);
            Sweep(workers, needed, row => along.TryGetValue(row, out ClonedSpectrum? made) ? made : finished(row), Hand, counter);

            void Hand(int row, ClonedSpectrum clone)
            {
                if (handedOn.Contains(row)) completed(row, clone);
                else along[row] = clone;
            }
        }

        counter.End();
    }

    // Every row from its parent's lines, generation by generation.
    private void Sweep(Workers workers, int[] needed, Func<int, ClonedSpectrum?> find, Action<int, ClonedSpectrum> keep, StepCounter counter)
    {
        Lock keeping = new();
        foreach (int[] generation in _tree.Generations)
        {
            int[] now = [.. generation.Where(row => Array.BinarySearch(needed, row) >= 0)];
            SideBySide(workers, now, (row, kernels, own) =>
            {
                int steps = 0;
                ClonedSpectrum clone = CloneRow(row, (flux, teff) => CloneFlux(flux, teff, Ancestor(row), kernels, own, () =>
                {
                    if (steps == StepsPerRow - 1) return;
                    steps++;
                    counter.Count(1);
                }));
                lock (keeping) keep(row, clone);

                // A row that took fewer steps than were planned is done all the same.
                counter.Count(StepsPerRow - steps);
            });
        }

        // The nearest ancestor that has lines.
        ClonedSpectrum? Ancestor(int row)
        {
            for (int at = _tree.ParentOf(row); at >= 0; at = _tree.ParentOf(at))
            {
                if (find(at) is { Lines.Count: > 0 } clone) return clone;
            }

            return null;
        }
    }

    // Every row with what the clones around it know and it lacks. All of them are those of the first sweep, so that the order does not matter.
    private void SweepBack(Workers workers, int[] open, Func<int, ClonedSpectrum?> find, Action<int, ClonedSpectrum> completed, StepCounter counter)
    {
        Lock completing = new();
        SideBySide(workers, open, (row, kernels, own) =>
        {
            ClonedSpectrum draft = find(row)!, clone = draft;
            if (!draft.IsSkipped)
            {
                IEnumerable<(ClonedSpectrum, bool)> around = _tree.Around(row).Select(beside => (find(beside)!, beside == _tree.ParentOf(row)));
                clone = CloneRow(row, (flux, teff) => SpectrumCloner.TryNeighbours(_wavelength, Normalize(flux, teff), draft, around, _recipe.Cloning, kernels, own));
                clone = clone with { Seconds = clone.Seconds + draft.Seconds };
            }

            lock (completing) completed(row, clone);
            counter.CountBack();
        });
    }

    // Rows side by side where there are enough of them, else one row on all threads. New kernels for every row: the plan of the approximating ones depends,
    // within the tolerance, on what they evaluated before.
    private void SideBySide(Workers workers, int[] rows, Action<int, ILineKernels, Workers> body)
    {
        bool isSideBySide = rows.Length >= workers.Threads;
        (isSideBySide ? workers : workers.Alone).For(
            rows.Length, piece => body(rows[piece], _kernels.Create(_recipe.Cloning.Tolerance), isSideBySide ? workers.Alone : workers));
    }

    private ClonedSpectrum CloneRow(int row, Func<double[], double, ClonedSpectrum> make)
    {
        long start = Stopwatch.GetTimestamp();
        var flux = new double[_wavelength.Length];
        lock (_reading) _grid.ReadFlux(row, flux);
        _tally.Count(row, flux);
        try
        {
            ClonedSpectrum clone = make(flux, _teffAxis < 0 ? double.NaN : _grid.Points[row][_teffAxis]);
            if (!double.IsFinite(clone.Rms)) clone = ClonedSpectrum.Skip($"The fit of its {clone.Lines.Count} lines diverged.");
            return clone with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.BadInput)
        {
            return ClonedSpectrum.Skip(failure.Message) with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
        catch (EngineException failure)
        {
            throw new EngineException(failure.Code, $"The spectrum at {_grid.Points.Describe(row)} cannot be cloned: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException or ComputeDeviceException))
        {
            // A fault of the program that one spectrum brought out must not cost the others their clones; the reason names it.
            return ClonedSpectrum.Skip($"An internal error ({failure.GetType().Name}): {failure.Message.Replace(Environment.NewLine, " ", StringComparison.Ordinal)} Please report it.")
                with { Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }
    }

    private ClonedSpectrum CloneFlux(double[] flux, double teff, ClonedSpectrum? neighbour, ILineKernels kernels, Workers workers, Action epochDone)
    {
        if (!_recipe.Preprocessing.Published) RequireWithoutGaps(flux);
        flux = Normalize(flux, teff);
        if (neighbour is not null && SpectrumCloner.Explains(_wavelength, flux, neighbour, _recipe.Cloning, kernels, workers))
            return SpectrumCloner.Continue(_wavelength, flux, neighbour, _recipe.Cloning, kernels, workers, epochDone);
        InitialLines found = LineFinder.Find(_wavelength, flux, _recipe.LineFinding);
        return SpectrumCloner.Clone(_wavelength, flux, SpectrumCloner.Start(found, _wavelength, flux, _recipe.Cloning), _recipe.Cloning, kernels, workers, epochDone);
    }

    private double[] Normalize(double[] flux, double teff) =>
        _recipe.InputIsNormalized ? flux : new Preprocessor(_recipe.Preprocessing).Preprocess(_wavelength, flux, teff).Flux;

    // Lines that stand for missing pixels would be worse than a missing spectrum. A black trough is none: the flux goes down to 0 and up again.
    private void RequireWithoutGaps(double[] flux)
    {
        const double NearZero = 0.01;
        double threshold = NearZero * flux.Average();
        int missing = 0, first = -1;
        for (int start = 0; start < flux.Length; start++)
        {
            int end = start;
            while (end < flux.Length && flux[end] == 0) end++;
            bool isCutOff = (start > 0 && flux[start - 1] > threshold) || (end < flux.Length && flux[end] > threshold);
            if (end - start >= ZeroRuns.ShortestRun && isCutOff)
            {
                if (missing == 0) first = start;
                missing += end - start;
            }

            start = end;
        }

        if (missing > 0)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                FormattableString.Invariant($"The flux has gaps: {missing} of {flux.Length} pixels lie in runs of zeros, the first at {_wavelength[first]} A; import a range without them."));
        }
    }
}
