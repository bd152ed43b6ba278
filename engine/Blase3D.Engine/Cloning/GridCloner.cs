using Blase3D.Engine.Grids;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>Preprocesses, finds and clones every spectrum of a grid; spectra run side by side, or one spectrum on all threads.</summary>
public sealed class GridCloner
{
    private readonly ISpectralGrid _grid;
    private readonly CloneRecipe _recipe;
    private readonly KernelSet _kernels;
    private readonly double[] _wavelength;
    private readonly int _teffAxis;
    private readonly Lock _reading = new();
    private readonly FluxTally _tally;

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
    }

    /// <summary>A sentence about the zero or negative fluxes of the rows read so far; none when there were none.</summary>
    public IEnumerable<string> Notes => _tally.Notes(_grid.Points.Describe);

    /// <summary>Clones all rows.</summary>
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
        ArgumentNullException.ThrowIfNull(workers);
        int rows = _grid.Points.Count;
        var clones = new ClonedSpectrum?[rows];
        if (finished is not null)
        {
            for (int row = 0; row < rows; row++) clones[row] = finished(row);
        }

        int[] open = [.. Enumerable.Range(0, rows).Where(row => clones[row] is null)];
        long epochs = (long)open.Length * (_recipe.Cloning.Epochs + 1), epochsDone = 0;
        bool sideBySide = open.Length >= workers.Threads;
        Lock completing = new(), counting = new();
        var spare = new System.Collections.Concurrent.ConcurrentBag<ILineKernels>();
        (sideBySide ? workers : workers.Alone).For(open.Length, piece =>
        {
            int row = open[piece];
            if (!spare.TryTake(out ILineKernels? kernels)) kernels = _kernels.Create(_recipe.Cloning.Tolerance);
            ClonedSpectrum clone = CloneRow(row, kernels, sideBySide ? workers.Alone : workers, EpochDone);
            spare.Add(kernels);
            clones[row] = clone;
            if (completed is not null)
            {
                lock (completing) completed(row, clone);
            }

            EpochDone();
        });
        if (open.Length == 0) progress?.Invoke(1);
        return new LineClones(_grid.Points, _wavelength, clones!, _recipe);

        void EpochDone()
        {
            if (progress is null) return;

            // Counting and telling in one lock: two threads would otherwise tell their shares in the wrong order.
            lock (counting) progress((double)++epochsDone / epochs);
        }
    }

    private ClonedSpectrum CloneRow(int row, ILineKernels kernels, Workers workers, Action epochDone)
    {
        var flux = new double[_wavelength.Length];
        try
        {
            lock (_reading) _grid.ReadFlux(row, flux);
            _tally.Count(row, flux);
            if (!_recipe.InputIsNormalized) flux = new Preprocessor(_recipe.Preprocessing).Preprocess(_wavelength, flux, _grid.Points[row][_teffAxis]).Flux;
            InitialLines found = LineFinder.Find(_wavelength, flux, _recipe.LineFinding);
            var initial = new LineTable(found.CenterAngstrom, found.LnAmplitude, found.LnSigma, found.LnGamma);
            return SpectrumCloner.Clone(_wavelength, flux, initial, _recipe.Cloning, kernels, workers, epochDone);
        }
        catch (EngineException failure)
        {
            throw new EngineException(failure.Code, $"The spectrum at {_grid.Points.Describe(row)} cannot be cloned: {failure.Message}", failure);
        }
    }
}
