using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// How badly a point of <see cref="JointAxes"/> explains an observed star: data minus continuum x transmission x what the pixels see of the
/// reconstruction. The continuum is the best one at every point (<see cref="MultiplicativeContinuum"/>), and the derivatives are those that are left when
/// it follows.
/// </summary>
public sealed partial class JointMisfit : Misfit
{
    private readonly LineManifold _manifold;
    private readonly ReconstructionOptions _options;
    private readonly KernelSet _kernels;
    private readonly Workers _workers;
    private readonly JointAxes _joint;
    private readonly StarObservation _star;
    private readonly ExposureViews _views;
    private readonly MultiplicativeContinuum _continuum;
    private readonly ExposureViews _convolving;
    private readonly RestStar _rest;
    private readonly double[] _seen;
    private readonly double[] _root;
    private readonly double[] _residual;
    private readonly double[] _model;
    private readonly double[][] _jacobian;

    /// <summary>Prepares comparisons.</summary>
    /// <param name="manifold">The manifold; one with analytic derivatives.</param>
    /// <param name="star">The pixels.</param>
    /// <param name="joint">The axes; the lattice is laid for their ranges.</param>
    /// <param name="observation">Instrument and continuum.</param>
    /// <param name="options">How to reconstruct.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="isFolded">Whether the instrument is folded into the lines; only where <see cref="FoldableKmPerS"/> gives a width.</param>
    /// <exception cref="EngineException">OutOfRange: the manifold covers nothing of the orders; BadArguments: it has no analytic derivatives.</exception>
    public JointMisfit(
        LineManifold manifold, StarObservation star, JointAxes joint, ObservationOptions observation, ReconstructionOptions options, KernelSet kernels, Workers workers,
        bool isFolded = false)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(star);
        ArgumentNullException.ThrowIfNull(joint);
        ArgumentNullException.ThrowIfNull(observation);
        if (!SpectrumTangents.IsAvailable(manifold, options))
            throw new EngineException(ErrorCode.BadArguments, "A fit with velocity, rotation or continuum needs analytic derivatives, which fitted surfaces and the published rules have not; build the manifold without --regression and leave out --compat blase.");
        (_manifold, _star, _joint, _options, _kernels, _workers) = (manifold, star, joint, options, kernels, workers);
        _convolving = new ExposureViews(star, joint, observation, manifold.Wavelength[0], manifold.Wavelength[^1]);
        _views = isFolded ? new ExposureViews(star, joint, observation, manifold.Wavelength[0], manifold.Wavelength[^1], _ => InstrumentProfile.None) : _convolving;
        _rest = new RestStar(manifold, options, kernels, workers, _views.Lattice.WavelengthAngstrom, isFolded ? FoldableKmPerS(manifold, observation) : null, observation.Continuation, observation.Correction?.On(_views.Lattice));
        _continuum = new MultiplicativeContinuum(star.Pixels, observation.Continuum, star.Unit);
        int pixels = _views.PixelCount;
        (_seen, _root, _residual, _model) = (new double[pixels], new double[pixels], new double[pixels], new double[pixels]);
        _jacobian = Arrays(joint.Axes.Dimensions, pixels);
    }

    /// <inheritdoc/>
    public override RectilinearAxes Axes => _joint.Axes;

    /// <inheritdoc/>
    public override bool IsAnalytic => true;

    /// <summary>The continuum of the last comparison, length P.</summary>
    public double[] Continuum => _continuum.Value;

    internal override int SolvedParameters => _continuum.FreedomUsed;

    internal override InterpolationScheme Scheme => _options.Scheme ?? _manifold.Scheme;

    internal override double[] Wavelength => _star.Wavelength;

    internal override double[] Model => _model;

    /// <inheritdoc/>
    public override bool TrySquares(ReadOnlySpan<double> point, out double squares, out double weight)
    {
        (squares, weight) = (0, 0);
        if (!TryResidual(point, out double[] residual)) return false;
        (squares, weight) = Squares(residual);
        WeightSum = weight;
        return true;
    }

    /// <inheritdoc/>
    public override bool TryResidual(ReadOnlySpan<double> point, out double[] residual)
    {
        residual = _residual;
        Evaluations++;
        if (!_rest.TryFlux(point[.._joint.Stellar], _joint.ExtrinsicsOf(point).ResolutionFactor)) return false;
        _views.Evaluate(point, _rest.Flux, [], [], _workers, _seen, [], []);
        Compare();
        return true;
    }

    /// <inheritdoc/>
    public override bool TryDerivatives(
        ReadOnlySpan<double> point, (double[] Lower, double[] Upper) box, IReadOnlyList<int> axes, out double[] residual, out double[][] jacobian)
    {
        ArgumentNullException.ThrowIfNull(axes);
        (residual, jacobian) = (_residual, [.. axes.Select(d => _jacobian[d])]);
        Evaluations++;
        int[] stellarAxes = [.. axes.Where(d => d < _joint.Stellar)];

        // With the instrument in the lines the resolution is a property of the star at rest.
        int[] atRest = [.. axes.Where(d => d < _joint.Stellar || (_rest.IsFolded && _joint.ParameterOf(d) == ExtrinsicParameter.Resolution))], others = [.. axes.Except(atRest)];

        // The linear scheme has at a plane of nodes the derivatives of the cell above.
        double[] inside = point[.._joint.Stellar].ToArray();
        foreach (int d in stellarAxes)
        {
            if (Scheme == InterpolationScheme.Linear && inside[d] >= box.Upper[d]) inside[d] = box.Upper[d] - (1e-9 * (box.Upper[d] - box.Lower[d]));
        }

        if (!_rest.TrySlopes(inside, _joint.ExtrinsicsOf(point).ResolutionFactor, withResolution: atRest.Length > stellarAxes.Length)) return false;
        _views.Evaluate(
            point, _rest.Flux, [.. atRest.Select(d => d < _joint.Stellar ? _rest.Slopes[d] : _rest.ResolutionSlope)], others, _workers,
            _seen, [.. atRest.Select(d => _jacobian[d])], [.. others.Select(d => _jacobian[d])]);
        Compare();
        foreach (int d in axes) Follow(_jacobian[d]);
        return true;
    }

    /// <summary>The velocity of the star in the frame of every pixel's wavelength, in km/s, length P.</summary>
    /// <param name="point">One value per axis.</param>
    internal double[] VelocityOfPixels(double[] point) => _views.VelocityOfPixels(point);

    /// <inheritdoc/>
    internal override double LineFactor(double[] point)
    {
        double[] velocity = VelocityOfPixels(point);
        return velocity.All(v => v == velocity[0]) ? DopplerShift.Factor(velocity[0]) : double.NaN;
    }

    /// <inheritdoc/>
    internal override double[] RestWavelength(double[] point)
    {
        double[] velocity = VelocityOfPixels(point);
        return [.. _star.Wavelength.Select((w, i) => w / DopplerShift.Factor(velocity[i]))];
    }

    /// <summary>The lines of the star at a point.</summary>
    /// <param name="point">One value per axis.</param>
    internal LineTable LinesAt(double[] point)
    {
        _rest.TrySlopes(point.AsSpan(0, _joint.Stellar), _joint.ExtrinsicsOf(point).ResolutionFactor, withResolution: false);
        return _rest.Tangents.Lines;
    }

    /// <summary>
    /// The width of the instrument that could be folded into the lines, in km/s: a Gaussian of one resolving power, in all exposures, and a manifold without residual term, which has no lines, without an axis that goes on beyond its end, and without a correction.
    /// </summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="observation">The instruments.</param>
    /// <returns>The standard deviation at a factor of 1; null when there is none.</returns>
    internal static double? FoldableKmPerS(LineManifold manifold, ObservationOptions observation) =>
        observation.Profiles.Count == 0 && observation.Continuation is null && observation.Correction is null && manifold.Residual is null && observation.Profile is GaussianProfile { IsConstant: true } gaussian ? gaussian.SigmaKmPerS(1) : null;

    /// <summary>How far the model is from the convolved one if the instrument is folded into the lines, in units of the continuum; of a misfit that convolves.</summary>
    /// <param name="point">One value per axis, in a complete cell.</param>
    /// <param name="sigmaKmPerS">From <see cref="FoldableKmPerS"/>.</param>
    /// <param name="enough">Values above this need not be exact.</param>
    internal double FoldingBound(double[] point, double sigmaKmPerS, double enough) =>
        _rest.FoldingBound(point.AsSpan(0, _joint.Stellar), sigmaKmPerS / _joint.ExtrinsicsOf(point).ResolutionFactor, enough);

    internal override IReadOnlyList<AxisError> ModelErrors(double[] point)
    {
        double[] stellar = _manifold.Axes.Clamp(point.AsSpan(0, _joint.Stellar)), scratch = new double[_seen.Length];
        var result = new List<AxisError>();
        foreach (AxisError error in EmulatorError.Samples(_manifold, stellar, _options, _kernels, _views.Lattice.WavelengthAngstrom, _workers))
        {
            double[][] seen = Arrays(error.Samples.Count, _seen.Length);
            foreach (double[] sample in error.Samples) _rest.Correct(sample);
            _convolving.Evaluate(point, _rest.Flux, error.Samples, [], _workers, scratch, seen, []);
            foreach (double[] sample in seen)
            {
                for (int i = 0; i < sample.Length; i++) sample[i] = double.IsNaN(_residual[i]) ? 0 : sample[i] * _continuum.Value[i] * _star.Transmission[i];
            }

            result.Add(error with { Samples = seen });
        }

        return result;
    }

    internal override double[]? ExpectedErrors(double[] point)
    {
        return _manifold.ErrorMap?.ExpectedErrors(_manifold.Axes.Clamp(point.AsSpan(0, _joint.Stellar)), RestWavelength(point));
    }

    private static double[][] Arrays(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new double[length])];

    // From what is seen to the residual in units of the data; the continuum is solved for on the way.
    private void Compare()
    {
        Pixels = 0;
        for (int i = 0; i < _seen.Length; i++)
        {
            _model[i] = _star.Transmission[i] * _seen[i];
            double weight = Weight?[i] ?? 1;
            bool counts = double.IsFinite(_star.Flux[i]) && double.IsFinite(_model[i]) && weight > 0;
            _root[i] = counts ? Math.Sqrt(weight) : 0;
            Pixels += counts ? 1 : 0;
        }

        _continuum.Solve(_star.Flux, _root, _model, _residual);
        for (int i = 0; i < _seen.Length; i++)
        {
            _model[i] *= _continuum.Value[i];
            _residual[i] = _root[i] > 0 ? _star.Flux[i] - _model[i] : double.NaN;
        }
    }

    // A derivative of what is seen becomes that of the residual, the continuum following.
    private void Follow(double[] column)
    {
        for (int i = 0; i < column.Length; i++) column[i] = _root[i] > 0 ? -_root[i] * _continuum.Value[i] * _star.Transmission[i] * column[i] : 0;
        _continuum.Project(column);
        for (int i = 0; i < column.Length; i++) column[i] = _root[i] > 0 ? column[i] / _root[i] : double.NaN;
    }
}
