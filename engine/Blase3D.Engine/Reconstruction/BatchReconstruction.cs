using System.Collections.Concurrent;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Makes the spectra of many points: side by side when there are at least as many points as threads, else one by one on all threads. Points of
/// one cell follow each other on one thread, so that they find its nodes in the caches. Where the kernels have a device, the manifold stays there and
/// points are made in batches. An instance keeps its memory for the next batch.
/// </summary>
public sealed partial class BatchReconstruction : IDisposable
{
    // Points of one cell in one piece of work: enough to share, few enough to keep all threads busy.
    private const int PointsPerPiece = 6;

    private readonly LineManifold _manifold;
    private readonly ReconstructionOptions _options;
    private readonly KernelSet _kernels;
    private readonly double[]? _wavelength;
    private readonly ConcurrentBag<SpectrumReconstructor> _spare = [];
    private readonly Lock _counting = new();

    /// <summary>Prepares batches.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="wavelength">Vacuum Angstrom, or null for the manifold's own.</param>
    /// <exception cref="EngineException">OutOfRange: the wavelengths leave the manifold's range.</exception>
    public BatchReconstruction(LineManifold manifold, ReconstructionOptions options, KernelSet kernels, double[]? wavelength = null)
    {
        (_manifold, _options, _kernels, _wavelength) = (manifold, options, kernels, wavelength);
        _spare.Add(new SpectrumReconstructor(manifold, options, kernels, wavelength));
    }

    /// <summary>Makes one spectrum per point.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="points">The points, with the manifold's axes in its order.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="wavelength">Vacuum Angstrom, or null for the manifold's own.</param>
    /// <param name="progress">Receives the share done, ascending to 1; one call at a time.</param>
    /// <param name="note">Receives a sentence about the memory of a device before it is used, or why it is not.</param>
    /// <returns>The spectra in the order of the points; the same bit for bit for any number of threads.</returns>
    /// <exception cref="EngineException">OutOfRange: a point is outside of the grid or its cell lacks a node.</exception>
    public static IReadOnlyList<double[]> Run(
        LineManifold manifold,
        GridPoints points,
        ReconstructionOptions options,
        KernelSet kernels,
        Workers workers,
        double[]? wavelength = null,
        Action<double>? progress = null,
        Action<string>? note = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(points);
        int pixels = (wavelength ?? manifold.Wavelength).Length;
        var spectra = new double[points.Count][];
        for (int n = 0; n < spectra.Length; n++) spectra[n] = GC.AllocateUninitializedArray<double>(pixels);
        using var batch = new BatchReconstruction(manifold, options, kernels, wavelength) { Note = note };
        batch.Fill(points, workers, spectra, progress);
        return spectra;
    }

    /// <summary>Makes one spectrum per point in memory that the caller has; used again, it is not faulted in page by page.</summary>
    /// <param name="points">The points, with the manifold's axes in its order.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="spectra">Receives the spectra in the order of the points, each of the length of the wavelengths.</param>
    /// <param name="progress">Receives the share done, ascending to 1; one call at a time.</param>
    /// <exception cref="EngineException">OutOfRange: a point is outside of the grid or its cell lacks a node.</exception>
    public void Fill(GridPoints points, Workers workers, IReadOnlyList<double[]> spectra, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(spectra);
        if (spectra.Count != points.Count) throw new ArgumentException($"{spectra.Count} spectra for {points.Count} points.", nameof(spectra));
        if (points.Count >= LeastResidentPoints && TryFillResident(points, workers, spectra, progress)) return;
        bool sideBySide = points.Count >= workers.Threads;
        Workers inside = sideBySide ? workers.Alone : workers;
        List<int[]> pieces = Pieces(points, sideBySide ? Math.Clamp(points.Count / workers.Threads, 1, PointsPerPiece) : PointsPerPiece);
        int done = 0;
        (sideBySide ? workers : workers.Alone).For(pieces.Count, piece =>
        {
            if (!_spare.TryTake(out SpectrumReconstructor? reconstructor))
                reconstructor = new SpectrumReconstructor(_manifold, _options, _kernels, _wavelength);
            foreach (int n in pieces[piece])
            {
                reconstructor.Reconstruct(points[n], inside, spectra[n]);
                if (progress is null) continue;
                lock (_counting) progress((double)++done / points.Count);
            }

            _spare.Add(reconstructor);
        });
    }

    // Points in the order of their cells, cut where the cell changes or a piece is full.
    private List<int[]> Pieces(GridPoints points, int most)
    {
        var cell = new GridCell(_manifold.Axes.Dimensions);
        var node = new int[points.Count];
        for (int n = 0; n < points.Count; n++)
        {
            _manifold.Axes.Locate(points[n], cell);
            node[n] = cell.Node[0];
        }

        int[] order = [.. Enumerable.Range(0, points.Count).OrderBy(n => node[n]).ThenBy(n => n)];
        var pieces = new List<int[]>();
        for (int first = 0, end; first < order.Length; first = end)
        {
            for (end = first + 1; end < order.Length && end - first < most && node[order[end]] == node[order[first]];) end++;
            pieces.Add(order[first..end]);
        }

        return pieces;
    }
}
