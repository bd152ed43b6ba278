using System.Diagnostics;
using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference.Sampling;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>
/// What follows the search for one star: descents from its best points, the errors, the flags and the card. Made before the search, because the
/// likelihood weighs the pixels that the search looks at.
/// </summary>
public sealed partial class StarFinish
{
    private const int PollRounds = 4;
    private const int NodeRounds = 4;
    private const string PoorFit = "poor_fit";
    private const double PoorFitRms = 0.05;

    // Above this a fit is worth a look at the wavelengths.
    private const double DoubtfulModelError = 0.02;
    private const double PoorFitChiSquare = 2;

    // Errors a hundred times larger than the data alone say are those of a prior.
    private const double LeastTemper = 1e-4;

    // Reduced chi-square farther above 1 than this many of its standard deviations is not noise alone.
    private const double ChiSquareSignificance = 5;

    private readonly LineManifold _manifold;
    private readonly Misfit _objective;
    private readonly ParameterPrior _prior;
    private readonly InferenceOptions _options;
    private readonly Workers _workers;
    private readonly GradientFinish _finish;
    private readonly PixelNoise? _noise;
    private readonly List<(double[] Point, double Value)> _ends = [];
    private double[] _best = [];
    private double _value;

    /// <summary>Sets the weights of the pixels.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="target">The spectrum.</param>
    /// <param name="objective">The misfit; its weights are set here.</param>
    /// <param name="prior">Where to search.</param>
    /// <param name="options">How.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <exception cref="EngineException">BadInput: chi-square was asked for and the spectrum has no errors.</exception>
    public StarFinish(LineManifold manifold, ObservedTarget target, Misfit objective, ParameterPrior prior, InferenceOptions options, Workers workers)
        : this(manifold, PixelNoise.Of(target, options), objective, prior, options, workers)
    {
    }

    // The noise is what the search has weighed the pixels with.
    internal StarFinish(LineManifold manifold, PixelNoise? noise, Misfit objective, ParameterPrior prior, InferenceOptions options, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(objective);
        (_manifold, _noise, _objective, _prior, _options, _workers) = (manifold, noise, objective, prior, options, workers);
        objective.Weight = _noise?.Weight;
        _finish = new GradientFinish(objective, prior, objective.Axes);
    }

    private int Freedom => _objective.Pixels - _prior.FreeAxes.Length - _objective.SolvedParameters;

    private bool HasGaussianPrior => _prior.Sigma.Any(double.IsFinite);

    /// <summary>The misfit of the star, for slices and pages.</summary>
    internal Misfit Objective => _objective;

    /// <summary>Finishes.</summary>
    /// <param name="found">Points of the search and their weighted root mean squares.</param>
    /// <param name="startTimestamp">When the work on this star began, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <exception cref="EngineException">OutOfRange: no point has a complete cell.</exception>
    public InferenceResult Run(IEnumerable<(double[] Point, double Rms)> found, long startTimestamp)
    {
        List<(double[] Point, double Rms)> usable = [.. found.Where(candidate => double.IsFinite(candidate.Rms)).OrderBy(candidate => candidate.Rms)];
        if (usable.Count == 0)
        {
            throw new EngineException(
                ErrorCode.OutOfRange,
                $"No point of the prior lies in a complete cell of the manifold ({_manifold.Axes.DescribeRange()}, {_manifold.MissingNodes.Count()} nodes missing); widen the prior.");
        }

        SetScale(usable[0].Rms);
        if (HasGaussianPrior || _objective.IsFinerThanSearch) usable = RankedAnew(usable);
        (_best, _value) = usable[0];
        bool descends = _options.Method != InferenceMethod.Gp && _prior.FreeAxes.Length > 0;
        if (descends) Descend(usable);
        Settle(descends);

        ResidualModel model = ResidualModelOf(out double[] residual);
        IReadOnlyList<AxisError> modelErrors = _options.Likelihood.ModelError is null && _prior.FreeAxes.Length > 0 ? _objective.ModelErrors(_best) : [];
        ParameterCovariance covariance = _finish.Covariance(_best, model, modelErrors);
        double rms = SpectrumObjective.RmsOf(residual);
        int evaluations = _objective.Evaluations;
        ResultCard card = Card(covariance, model, residual, modelErrors);
        List<string> flags = Flags(rms, card);
        string? shift = flags.Contains(PoorFit) || card.ModelError.DefaultIfEmpty().Max() > DoubtfulModelError ? _objective.ShiftSuspected(_best) : null;
        if (shift is not null) flags.Add(ShiftDoubt.Flag);
        return new InferenceResult
        {
            AxisNames = _objective.Axes.Names,
            Value = _best,
            Error = covariance.Error,
            Rms = rms,
            Evaluations = evaluations,
            Seconds = Stopwatch.GetElapsedTime(startTimestamp).TotalSeconds,
            Flags = flags,
            Notes = shift is null ? [] : [shift],
            Pixels = _objective.Pixels,
            Card = card,
            Page = _options.WithPage ? StarPage.Of(this, _finish, _best, covariance, _prior, Temper(covariance)) : null,
        };
    }

    // Without errors the variance of a pixel is that of the residual; only a Gaussian prior needs to know it.
    private void SetScale(double rms) => _finish.PenaltyScale = _noise is null ? Math.Max(rms * rms, double.Epsilon) : 1;

    private void Descend(List<(double[] Point, double Rms)> usable)
    {
        Improve(Spread(usable));
        for (int round = 0; round < NodeRounds && BestNode() is { } node && Improve([node]); round++)
        {
        }

        if (_objective.Scheme == InterpolationScheme.Cubic) return;
        for (int round = 0; round < PollRounds && Improve(Around(), mustBeat: true); round++)
        {
        }
    }

    // Descends from every point and keeps the lowest end; whether it is lower than before. Where only a lower end is of interest, others are given up.
    private bool Improve(IEnumerable<double[]> starts, bool mustBeat = false)
    {
        bool improved = false;
        foreach (double[] start in starts)
        {
            _workers.Cancellation.ThrowIfCancellationRequested();
            (double[] end, double value) = _finish.Descend(start, mustBeat ? _value : double.PositiveInfinity);
            if (double.IsFinite(value)) _ends.Add((end, value));
            if (!(value < _value * (1 - 1e-6))) continue;
            (_best, _value, improved) = (end, value, true);
        }

        return improved;
    }

    // What the best fit says about the noise changes the weights, and these the best fit: once more from there.
    private void Settle(bool descends)
    {
        if (_noise is null && !HasGaussianPrior) return;
        if (!_objective.TryResidual(_best, out double[] residual)) return;
        if (_noise is null) SetScale(SpectrumObjective.RmsOf(residual));
        else if (!_noise.LearnFloor(residual, _objective.ExpectedErrors(_best))) return;
        _finish.Forget();
        _value = _finish.Value(_best);
        for (int k = 0; k < _ends.Count; k++) _ends[k] = (_ends[k].Point, _finish.Value(_ends[k].Point));
        if (descends) Improve([_best]);
    }

    private ResidualModel ResidualModelOf(out double[] residual)
    {
        if (!_objective.TryResidual(_best, out double[] scratch)) throw new InvalidOperationException("The best point has a value.");
        residual = [.. scratch];
        if (_noise is null) return ResidualModel.Correlated;
        double chiSquare = _objective.Squares(residual).Squares;
        int freedom = Math.Max(1, Freedom);
        bool isNoise = chiSquare / freedom <= 1 + (ChiSquareSignificance * Math.Sqrt(2.0 / freedom));
        return isNoise && !_noise.HasFloor ? ResidualModel.Independent : ResidualModel.Larger;
    }

    // By how much the data's chi-square has to be scaled so that with the prior L its curvature is that of the stated errors, on average over the axes:
    // (D - trace(L C)) / trace(F C) (the magnitude adjustment of composite likelihoods: Pauli, Racugno and Ventura 2011).
    private double Temper(ParameterCovariance covariance)
    {
        int[] axes = covariance.Constrained;
        int dimensions = covariance.Error.Length;
        double trace = 0, known = 0, unit = _finish.PenaltyScale;
        foreach (int a in axes)
        {
            foreach (int b in axes) trace += covariance.Fisher[(a * dimensions) + b] * covariance.Matrix[(b * dimensions) + a] / unit;
            if (double.IsFinite(_prior.Sigma[a])) known += covariance.Error[a] * covariance.Error[a] / (_prior.Sigma[a] * _prior.Sigma[a]);
        }

        return trace > 0 ? Math.Clamp((axes.Length - known) / trace, LeastTemper, 1) / unit : 1 / unit;
    }

    /// <summary>By how much minus twice the logarithm of the posterior is above that of the best point.</summary>
    /// <param name="point">Within the prior.</param>
    /// <param name="value">What the descent makes small there.</param>
    /// <param name="temper">By how much the chi-square of the data is scaled; a prior means what it says.</param>
    /// <param name="total">The sum of the weights.</param>
    internal double RiseAt(double[] point, double value, double temper, double total) =>
        (temper * total * ((value * value) - (_value * _value))) + ((1 - (temper * _finish.PenaltyScale)) * (_prior.Penalty(point) - _prior.Penalty(_best)));

    private ResultCard Card(
        ParameterCovariance covariance, ResidualModel model, double[] residual, IReadOnlyList<AxisError> modelErrors)
    {
        double chiSquare = double.NaN, withFloor = double.NaN;
        if (_noise is not null) (chiSquare, withFloor) = (_noise.WithoutFloor(residual).ChiSquare, _objective.Squares(residual).Squares);
        double temper = Temper(covariance), total = _objective.Squares(residual).Weight;
        return new ResultCard
        {
            Likelihood = _noise is null ? "rms" : "chi2",
            EmulatorRms = Math.Sqrt(modelErrors.Sum(error => error.MeanSquare)),
            Covariance = covariance,
            ResidualModel = model,
            ChiSquare = chiSquare,
            ChiSquareWithFloor = withFloor,
            DegreesOfFreedom = Freedom,
            ContinuumDegree = _objective.ContinuumDegree,
            ModelError = _noise?.ModelError ?? [],
            NearestNode = NearestNode(),
            OtherMinima = OtherMinima(covariance, temper, total),
            Lines = Lines(covariance),
            Posterior = _options.PosteriorDraws > 0 && covariance.Constrained.Length > 0 ? Sample(covariance, temper, total) : null,
        };
    }

    private List<OtherMinimum> OtherMinima(ParameterCovariance covariance, double temper, double total)
    {
        var minima = new List<OtherMinimum>();
        foreach ((double[] point, double value) in _ends.Where(end => double.IsFinite(end.Value)).OrderBy(end => end.Value))
        {
            if (IsFar(point, _best) && minima.TrueForAll(other => IsFar(point, other.Point)))
                minima.Add(new OtherMinimum(point, RiseAt(point, value, temper, total)));
        }

        return minima;

        bool IsFar(double[] one, double[] other) => covariance.Constrained.Any(d =>
            Math.Abs(one[d] - other[d]) > Math.Max(5 * covariance.Error[d], 1e-3 * (_prior.Upper[d] - _prior.Lower[d])));
    }

    private List<DecidingLine> Lines(ParameterCovariance covariance)
    {
        if (_options.DecidingLines == 0 || covariance.Constrained.Length == 0) return [];
        IReadOnlyList<DecidingLine> lines = _objective.LinesThatDecide(_best, _prior, covariance.Constrained, _options.DecidingLines);
        return [.. lines.Select(line => line with { InformationShare = [.. line.InformationShare, .. new double[_best.Length - line.InformationShare.Length]] })];
    }

    private PosteriorSample Sample(ParameterCovariance covariance, double temper, double total)
    {
        int dimensions = _best.Length;
        int[] moving = covariance.Constrained;
        double[] shape = [.. moving.SelectMany(a => moving.Select(b => covariance.Matrix[(a * dimensions) + b]))];
        return MetropolisSampler.Run(LogDensity, _best, shape, moving, _options.PosteriorDraws, _options.Seed, _workers.Cancellation);

        double LogDensity(double[] point)
        {
            if (moving.Any(d => !(point[d] >= _prior.Lower[d] && point[d] <= _prior.Upper[d]))) return double.NegativeInfinity;
            return -0.5 * RiseAt(point, _finish.Value(point), temper, total);
        }
    }

    private double[] NearestNode()
    {
        RectilinearAxes axes = _manifold.Axes;
        int nearest = -1;
        double least = double.PositiveInfinity;
        for (int node = 0; node < axes.NodeCount; node++)
        {
            if (!_manifold.NodePresent[node]) continue;
            double[] point = axes.PointOf(node);
            double distance = 0;
            for (int d = 0; d < point.Length; d++)
            {
                if (axes.Values(d).Length < 2) continue;
                double steps = (point[d] - _best[d]) / CellWidth(d);
                distance += steps * steps;
            }

            if (distance < least) (least, nearest) = (distance, node);
        }

        // Parameters that are no axes of the manifold have no nodes.
        return [.. axes.PointOf(nearest), .. _best.AsSpan(axes.Dimensions)];
    }

    private List<string> Flags(double rms, ResultCard card)
    {
        RectilinearAxes axes = _objective.Axes;
        var flags = new List<string>();
        double[] error = card.Covariance.Error;
        foreach (int d in _prior.FreeAxes)
        {
            double near = 1e-3 * (_prior.Upper[d] - _prior.Lower[d]);
            bool low = _best[d] <= _prior.Lower[d] + near, high = _best[d] >= _prior.Upper[d] - near;
            bool gridEdge = d < _manifold.Axes.Dimensions && ((low && _prior.Lower[d] <= axes.Values(d)[0]) || (high && _prior.Upper[d] >= axes.Values(d)[^1]));
            if (low || high) flags.Add($"{axes.Names[d]}_at_{(gridEdge ? "grid" : "prior")}_edge");
            if (double.IsNaN(error[d])) flags.Add($"{axes.Names[d]}_unconstrained");
        }

        for (int d = 0; d < _manifold.Axes.Dimensions; d++)
        {
            if (_best[d] < _manifold.Axes.Values(d)[0] || _best[d] > _manifold.Axes.Values(d)[^1]) flags.Add($"{axes.Names[d]}_beyond_grid");
        }

        if (IsBeyondGrid(error)) flags.Add("extrapolated");
        if (IsBesideMissingNode()) flags.Add("missing_corner");
        if (card.OtherMinima.Any(other => other.DeltaChiSquare < 9)) flags.Add("second_minimum");
        if (card.Posterior is { HasConverged: false }) flags.Add("posterior_not_converged");
        if (rms > PoorFitRms && _noise is null) flags.Add(PoorFit);
        if (card.ChiSquareWithFloor / Math.Max(1, card.DegreesOfFreedom) > PoorFitChiSquare || (_noise is not null && card.ModelError.Max() > PoorFitRms)) flags.Add(PoorFit);
        return flags;
    }

    // Whether the spectrum asks for a point outside of the grid: from the edge a free step leaves it by more than an error.
    private bool IsBeyondGrid(double[] error)
    {
        int[] atEdge = [.. _prior.FreeAxes.Where(d => d < _manifold.Axes.Dimensions && _objective.Axes.Values(d) is var nodes && (_best[d] <= nodes[0] || _best[d] >= nodes[^1]))];
        if (atEdge.Length == 0) return false;
        double[] step = _finish.FreeStep(_best);
        return atEdge.Any(d => (_best[d] <= _objective.Axes.Values(d)[0] ? -step[d] : step[d]) > error[d]);
    }

    // Whether within a twentieth of a cell there is a cell of the prior that lacks a node: the search could not go there.
    private bool IsBesideMissingNode()
    {
        var cell = new GridCell(_manifold.Axes.Dimensions);
        foreach (int d in _prior.FreeAxes.Where(axis => axis < _manifold.Axes.Dimensions))
        {
            foreach (double side in new[] { -0.05, 0.05 })
            {
                double[] beside = [.. _best];
                beside[d] = Math.Clamp(_best[d] + (side * CellWidth(d)), _prior.Lower[d], _prior.Upper[d]);
                _manifold.Axes.Locate(_manifold.Axes.Clamp(beside.AsSpan(0, _manifold.Axes.Dimensions)), cell);
                if (cell.Node.Take(cell.Count).Any(node => !_manifold.NodePresent[node])) return true;
            }
        }

        return false;
    }
}
