using Blase3D.Engine.Grids;
using Blase3D.Engine.Spectra;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.Report;

/// <summary>How well a grid was cloned, node by node.</summary>
/// <param name="Points">The parameters of every spectrum, N rows.</param>
/// <param name="Nodes">One per row.</param>
/// <param name="RmsOutlier">The rms over that of the neighbours where it stands out, else NaN; length N (<see cref="NodeOutliers"/>).</param>
/// <param name="LinesOutlier">The number of lines over that of the neighbours where it stands out, else NaN; length N.</param>
public sealed record CloneReport(GridPoints Points, IReadOnlyList<NodeReport> Nodes, double[] RmsOutlier, double[] LinesOutlier)
{
    /// <summary>The width of a region in Angstrom; a short spectrum is cut into four.</summary>
    public const double RegionAngstrom = 12;

    /// <summary>No continuum is drawn so far too low, in units of it: what rises above this is emission.</summary>
    public const double EmissionFlux = 1.25;

    /// <summary>The resolving powers that residuals are smoothed to, after the native one: those of common spectrographs.</summary>
    public static IReadOnlyList<double> Resolutions { get; } = [115_000, 55_000, 22_500, 5_000];

    /// <summary>The nodes that were cloned.</summary>
    public IEnumerable<NodeReport> Cloned => Nodes.Where(node => node.SkipReason is null);

    /// <summary>The nodes with emission: somewhere the flux is higher than <see cref="EmissionFlux"/>.</summary>
    public IEnumerable<NodeReport> WithEmission => Cloned.Where(node => node.HighestFlux > EmissionFlux);

    /// <summary>The rows that stand out in rms or in their number of lines.</summary>
    public IEnumerable<int> OutlierRows => Enumerable.Range(0, Nodes.Count).Where(row => double.IsFinite(RmsOutlier[row]) || double.IsFinite(LinesOutlier[row]));

    /// <summary>The cloned node whose rms is the median of all, or null when all were skipped.</summary>
    public NodeReport? TypicalNode => Cloned.OrderBy(node => node.Residuals[0].Rms).Skip((Cloned.Count() - 1) / 2).FirstOrDefault();

    /// <summary>The cloned node of the largest rms, or null when all were skipped.</summary>
    public NodeReport? WorstNode => Cloned.MaxBy(node => node.Residuals[0].Rms);

    /// <summary>Makes the report; one spectrum per thread is in memory.</summary>
    /// <param name="grid">The spectra, row by row those of the clones.</param>
    /// <param name="clones">The clones.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads; spectra run side by side.</param>
    /// <param name="progress">Receives the share done, ascending, one call at a time.</param>
    /// <exception cref="EngineException">BadInput: a spectrum cannot be read or preprocessed.</exception>
    public static CloneReport Of(ISpectralGrid grid, IClonedRows clones, KernelSet kernels, Workers workers, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(clones);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(workers);
        var nodes = new NodeReport[clones.Points.Count];
        var source = new ComparisonSource(grid, clones);
        var spare = new System.Collections.Concurrent.ConcurrentBag<(ILineKernels Kernels, ResolutionSmoother?[] Smoothers)>();
        Lock counting = new();
        int done = 0;
        workers.For(nodes.Length, row =>
        {
            if (!spare.TryTake(out (ILineKernels Kernels, ResolutionSmoother?[] Smoothers) own)) own = (kernels.Create(), new ResolutionSmoother?[Resolutions.Count]);
            nodes[row] = OfRow(source, row, own.Kernels, own.Smoothers, workers.Alone);
            spare.Add(own);
            lock (counting) progress?.Invoke((double)++done / nodes.Length);
        });
        double[] rms = [.. nodes.Select(node => node.SkipReason is null ? node.Residuals[0].Rms : double.NaN)];
        double[] lines = [.. nodes.Select(node => node.SkipReason is null ? node.LineCount : double.NaN)];
        return new CloneReport(
            clones.Points, nodes, NodeOutliers.Find(clones.Points, rms, isTwoSided: false), NodeOutliers.Find(clones.Points, lines, isTwoSided: true));
    }

    private static NodeReport OfRow(ComparisonSource source, int row, ILineKernels kernels, ResolutionSmoother?[] smoothers, Workers workers)
    {
        (ClonedSpectrum clone, CloneComparison? comparison) = source.Read(row, kernels, workers);
        var origins = new int[Enum.GetValues<LineOrigin>().Length];
        if (clone.Origin.Length == 0) origins[0] = clone.Lines.Count;
        foreach (LineOrigin origin in clone.Origin) origins[(int)origin]++;
        if (comparison is null) return new NodeReport(row, origins, clone.SkipReason, [], null, null);

        var residuals = new List<ResidualStatistics> { ResidualStatistics.Of(comparison.Wavelength, comparison.Residual) };
        var smoothed = new double[comparison.Residual.Length];
        for (int r = 0; r < smoothers.Length; r++)
        {
            (smoothers[r] ??= new ResolutionSmoother(comparison.Wavelength, Resolutions[r])).Apply(comparison.Residual, smoothed);
            residuals.Add(ResidualStatistics.Of(comparison.Wavelength, smoothed));
        }

        ResidualRegion[] regions = [.. RegionsOf(comparison).OrderBy(region => region.Rms)];
        int highest = Array.IndexOf(comparison.Flux, comparison.Flux.Max());
        return new NodeReport(row, origins, null, residuals, regions[(regions.Length - 1) / 2], regions[^1])
        {
            MergedLines = clone.MergedLines,
            RmsAboveContinuum = Math.Sqrt(comparison.Flux.Average(flux => flux > 1 ? (flux - 1) * (flux - 1) : 0)),
            HighestFlux = comparison.Flux[highest],
            HighestAngstrom = comparison.Wavelength[highest],
        };
    }

    private static IEnumerable<ResidualRegion> RegionsOf(CloneComparison comparison)
    {
        double[] wavelength = comparison.Wavelength;
        double width = Math.Min(RegionAngstrom, (wavelength[^1] - wavelength[0]) / 4);
        for (int start = 0; start < wavelength.Length;)
        {
            int end = start;
            double sum = 0;
            for (; end < wavelength.Length && wavelength[end] < wavelength[start] + width; end++) sum += comparison.Residual[end] * comparison.Residual[end];

            // A last piece of less than half of the width says little.
            if (start == 0 || wavelength[end - 1] - wavelength[start] > 0.5 * width)
                yield return new ResidualRegion(wavelength[start], wavelength[end - 1], Math.Sqrt(sum / (end - start)));
            start = end;
        }
    }
}

/// <summary>Reads spectra and clones together; may be used from several threads.</summary>
/// <param name="grid">The spectra.</param>
/// <param name="clones">Their clones, row by row.</param>
internal sealed class ComparisonSource(ISpectralGrid grid, IClonedRows clones)
{
    private readonly Lock _reading = new();
    private readonly double[] _wavelength = [.. grid.Wavelength];
    private readonly int _teffAxis = clones.Points.AxisIndex("teff");

    internal (ClonedSpectrum Clone, CloneComparison? Comparison) Read(int row, ILineKernels kernels, Workers workers)
    {
        var flux = new double[_wavelength.Length];
        ClonedSpectrum clone;
        lock (_reading)
        {
            clone = clones.Read(row);
            if (clone.IsSkipped) return (clone, null);
            grid.ReadFlux(row, flux);
        }

        double teff = _teffAxis < 0 ? double.NaN : clones.Points[row][_teffAxis];
        return (clone, CloneComparison.Of(_wavelength, flux, teff, clone, clones.Recipe, kernels, workers));
    }
}
