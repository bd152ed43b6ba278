using System.Collections.Concurrent;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Engine.Reconstruction.Resident;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Batches;

/// <summary>
/// Weighted root mean squares of many stars against one manifold on this machine. Stars on the same wavelengths share reconstructions: a point
/// that several of them ask for is made once, points of one cell follow each other and share the merging of its nodes, and a model is compared
/// while it is in the caches. A point that one star alone asks for is compared as it is made. Where the kernels have a device, manifold, spectra and
/// stars stay there, and only sums come back.
/// </summary>
public sealed partial class ReconstructedObjectives : IObjectiveBatch, IDisposable
{
    // Models that are compared together: a star's pixels are read from memory once for all of them.
    private const int ModelsPerPiece = 8;

    private readonly LineManifold _manifold;
    private readonly IReadOnlyList<ObservedTarget> _targets;
    private readonly IReadOnlyList<double[]?> _weights;
    private readonly ReconstructionOptions _options;
    private readonly KernelSet _kernels;
    private readonly int _teffAxis;
    private readonly int[] _frameOf;
    private readonly double[][] _frames;
    private readonly ConcurrentBag<Bench>[] _spare;
    private long _reconstructions;

    /// <summary>Prepares the comparisons.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="targets">The stars, within the manifold's wavelengths.</param>
    /// <param name="options">How to reconstruct.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="weights">How much every pixel of every star counts, null for a star (or for all) where all count the same.</param>
    /// <param name="residence">Keeps the manifold on a device for other batches too; null for this one alone.</param>
    /// <exception cref="EngineException">OutOfRange: the wavelengths of a star leave the manifold's range; BadInput: no axis teff to normalise with.</exception>
    public ReconstructedObjectives(
        LineManifold manifold,
        IReadOnlyList<ObservedTarget> targets,
        ReconstructionOptions options,
        KernelSet kernels,
        IReadOnlyList<double[]?>? weights = null,
        ManifoldResidence? residence = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(targets);
        _weights = weights ?? new double[]?[targets.Count];
        ArgumentOutOfRangeException.ThrowIfNotEqual(_weights.Count, targets.Count);
        (_manifold, _targets, _options, _kernels) = (manifold, targets, options, kernels);
        (_residence, _ownsResidence) = (residence ?? new ManifoldResidence(manifold, options, kernels), residence is null);
        _teffAxis = manifold.Axes.Names.ToList().IndexOf("teff");
        _frameOf = new int[targets.Count];
        var frames = new List<double[]>();
        for (int star = 0; star < targets.Count; star++)
        {
            if (_teffAxis < 0 && targets[star].DependsOnTeff) throw SpectrumObjective.NoTeffAxis(manifold);
            double[] wavelength = targets[star].Wavelength;
            int known = frames.FindIndex(frame => ReferenceEquals(frame, wavelength) || frame.AsSpan().SequenceEqual(wavelength));
            _frameOf[star] = known < 0 ? frames.Count : known;
            if (known < 0) frames.Add(wavelength);
        }

        _frames = [.. frames];
        _spare = [.. frames.Select(_ => new ConcurrentBag<Bench>())];

        // A star that cannot be reconstructed at all is an error now.
        for (int frame = 0; frame < _frames.Length; frame++) _spare[frame].Add(MakeBench(frame));
    }

    /// <inheritdoc/>
    public int Stars => _targets.Count;

    /// <summary>Reconstructions made so far: fewer than values, when stars share points.</summary>
    public long Reconstructions => _reconstructions;

    /// <inheritdoc/>
    public void Evaluate(IReadOnlyList<ObjectiveRequest> requests, Workers workers, Span<double> values)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, requests.Count);
        List<Model> models = Models(requests);
        _reconstructions += models.Count;
        if (TryEvaluateResident(models, requests, workers, values)) return;
        bool sideBySide = models.Count >= 2 * workers.Threads;
        List<Model[]> pieces = Pieces(models, sideBySide ? Math.Clamp(models.Count / (2 * workers.Threads), 1, ModelsPerPiece) : 1);
        var found = new double[values.Length];
        (sideBySide ? workers : workers.Alone).For(pieces.Count, piece => Compare(pieces[piece], requests, sideBySide ? workers.Alone : workers, found));
        found.CopyTo(values);
    }

    // The different models that are wanted, by frame and cell, with the requests that each serves.
    private List<Model> Models(IReadOnlyList<ObjectiveRequest> requests)
    {
        var cell = new GridCell(_manifold.Axes.Dimensions);
        var known = new Dictionary<PointKey, Model>();
        var models = new List<Model>();
        for (int r = 0; r < requests.Count; r++)
        {
            (int star, double[] point, bool isShared) = requests[r];
            var key = new PointKey(_frameOf[star], point);
            Model? model = null;
            if (!isShared || !known.TryGetValue(key, out model))
            {
                _manifold.Axes.Locate(point, cell);
                models.Add(model = new Model(_frameOf[star], cell.Node[0], point, r, isShared));
                if (isShared) known.Add(key, model);
            }

            model.Requests.Add(r);
        }

        return [.. models.OrderBy(model => model.Frame).ThenBy(model => model.Node).ThenBy(model => model.First)];
    }

    private static List<Model[]> Pieces(List<Model> models, int most)
    {
        var pieces = new List<Model[]>();
        for (int first = 0, end; first < models.Count; first = end)
        {
            for (end = first + 1; end < models.Count && end - first < most && models[end].Frame == models[first].Frame;) end++;
            pieces.Add([.. models[first..end]]);
        }

        return pieces;
    }

    private void Compare(Model[] models, IReadOnlyList<ObjectiveRequest> requests, Workers inside, double[] values)
    {
        int frame = models[0].Frame;
        if (!_spare[frame].TryTake(out Bench? bench)) bench = MakeBench(frame);
        var pairs = new List<Pair>();
        for (int n = 0; n < models.Length; n++)
        {
            Model model = models[n];
            bool isThere = model.IsShared ? bench.TryReconstruct(model.Point, n, inside) : TryCompare(model, bench, inside, requests[model.First].Star, out values[model.First]);
            foreach (int r in model.Requests)
            {
                if (!isThere) values[r] = double.NaN;
                else if (model.IsShared) pairs.Add(new Pair(r, requests[r].Star, n));
            }
        }

        // Star by star within a stretch of pixels, so that what a star's models share is read once.
        Pair[] ordered = [.. pairs.OrderBy(pair => pair.Star)];
        foreach (Pair pair in ordered.Where(pair => _targets[pair.Star].DependsOnTeff))
            pair.Tally = ResidualTally.Of(FluxOf(pair.Star, models[pair.Model].Point, bench), bench.Rows[pair.Model], _weights[pair.Star]);

        ordered = [.. ordered.Where(pair => !_targets[pair.Star].DependsOnTeff)];
        for (int from = 0; from < bench.Scratch.Length; from += ResidualTally.StretchPixels)
        {
            foreach (Pair pair in ordered) pair.Tally.AddStretch(_targets[pair.Star].FluxAt(0, bench.Scratch), bench.Rows[pair.Model], _weights[pair.Star], from);
        }

        foreach (Pair pair in pairs) values[pair.Request] = ValueOf(pair.Tally.Squares, pair.Tally.Weight);
        _spare[frame].Add(bench);
    }

    // A point of one star alone: nothing is written where the lines are all there is.
    private bool TryCompare(Model model, Bench bench, Workers inside, int star, out double value)
    {
        double[] flux = FluxOf(star, model.Point, bench);
        value = double.NaN;
        if (bench.TrySquares(model.Point, flux, _weights[star], inside) is not { } found) return false;
        value = ValueOf(found.Squares, _weights[star] is { } weight ? ResidualTally.Of(flux, flux, weight).Weight : found.Pixels);
        return true;
    }

    private double[] FluxOf(int star, double[] point, Bench bench) => _targets[star].FluxAt(_teffAxis < 0 ? 0 : point[_teffAxis], bench.Scratch);

    private static double ValueOf(double squares, double weight) => weight > 0 ? Math.Sqrt(squares / weight) : throw SpectrumObjective.NoPixels();

    private Bench MakeBench(int frame) => new(new SpectrumReconstructor(_manifold, _options, _kernels, _frames[frame]));

    private readonly struct PointKey(int frame, double[] point) : IEquatable<PointKey>
    {
        private readonly int _frame = frame;
        private readonly double[] _point = point;

        public bool Equals(PointKey other) => _frame == other._frame && _point.AsSpan().SequenceEqual(other._point);

        public override bool Equals(object? obj) => obj is PointKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_frame);
            foreach (double value in _point) hash.Add(value);
            return hash.ToHashCode();
        }
    }

    private sealed record Model(int Frame, int Node, double[] Point, int First, bool IsShared)
    {
        public List<int> Requests { get; } = [];
    }

    private sealed class Pair(int request, int star, int model)
    {
        public ResidualTally Tally;

        public int Request => request;

        public int Star => star;

        public int Model => model;
    }

    /// <summary>What a thread needs: a reconstructor and room for the models of a piece.</summary>
    private sealed class Bench(SpectrumReconstructor reconstructor)
    {
        public double[][] Rows { get; } = new double[ModelsPerPiece][];

        public double[] Scratch { get; } = new double[reconstructor.Wavelength.Length];

        public bool TryReconstruct(double[] point, int row, Workers workers)
        {
            Rows[row] ??= new double[reconstructor.Wavelength.Length];
            try
            {
                reconstructor.Reconstruct(point, workers, Rows[row]);
                return true;
            }
            catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
            {
                return false;
            }
        }

        public (double Squares, int Pixels)? TrySquares(double[] point, double[] flux, double[]? weight, Workers workers)
        {
            try
            {
                return reconstructor.SquaredResidual(point, workers, flux, weight);
            }
            catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
            {
                return null;
            }
        }
    }
}
