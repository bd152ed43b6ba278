using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Observation;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>
/// The misfit of a point: the residual spectrum minus model, its root mean square, and its derivatives. An instance owns scratch memory: use one
/// per concurrent caller.
/// </summary>
public sealed partial class SpectrumObjective : Misfit
{
    private readonly SpectrumReconstructor _reconstructor;
    private readonly ObservedTarget _target;
    private readonly Workers _workers;
    private readonly int _teffAxis;
    private readonly double[] _model;
    private readonly double[] _scratch;
    private readonly double[] _residual;

    /// <summary>Prepares the comparison.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="target">The spectrum, within the manifold's wavelengths.</param>
    /// <param name="options">How to reconstruct.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads to use inside a spectrum.</param>
    /// <exception cref="EngineException">OutOfRange: the wavelengths leave the manifold's range; BadInput: no axis teff to normalise with.</exception>
    public SpectrumObjective(LineManifold manifold, ObservedTarget target, ReconstructionOptions options, KernelSet kernels, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(target);
        (_target, _workers) = (target, workers);
        _reconstructor = new SpectrumReconstructor(manifold, options, kernels, target.Wavelength);
        (_manifold, _options, _kernels) = (manifold, options, kernels);
        _teffAxis = manifold.Axes.Names.ToList().IndexOf("teff");
        if (_teffAxis < 0 && target.DependsOnTeff) throw NoTeffAxis(manifold);
        _model = new double[target.Wavelength.Length];
        _scratch = new double[target.Wavelength.Length];
        _residual = new double[target.Wavelength.Length];
        _root = new double[target.Wavelength.Length];
        if (target.ContinuumDegree is { } degree) _continuum = new MultiplicativeContinuum([DetectorPixels.FromCenters(target.Wavelength)], ContinuumBasis.Chebyshev(degree));
    }

    /// <inheritdoc/>
    public override RectilinearAxes Axes => _manifold.Axes;

    internal override double[] Wavelength => _target.Wavelength;

    internal override double[] Model => _model;

    /// <inheritdoc/>
    /// <remarks>The residual is not written, unless a continuum is solved for.</remarks>
    public override bool TrySquares(ReadOnlySpan<double> point, out double squares, out double weight)
    {
        (squares, weight) = (0, 0);
        if (_continuum is not null)
        {
            if (!TryResidual(point, out double[] residual)) return false;
            (squares, weight) = Squares(residual);
            WeightSum = weight;
            return true;
        }

        Evaluations++;
        try
        {
            double[] flux = _target.FluxAt(_teffAxis < 0 ? 0 : point[_teffAxis], _scratch);
            (squares, Pixels) = _reconstructor.SquaredResidual(point, _workers, flux, Weight);
            WeightSum = weight = Weight is null ? Pixels : WeightOf(flux);
            return weight > 0 ? true : throw NoPixels();
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }
    }

    private double WeightOf(double[] flux)
    {
        double total = 0;
        for (int i = 0; i < flux.Length; i++) total += double.IsNaN(flux[i]) ? 0 : Weight![i];
        return total;
    }

    /// <summary>The plain root mean square of a residual; pixels that are NaN do not count.</summary>
    /// <param name="residual">Length P.</param>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public static double RmsOf(ReadOnlySpan<double> residual)
    {
        double sum = 0;
        int count = 0;
        foreach (double r in residual)
        {
            if (double.IsNaN(r)) continue;
            sum += r * r;
            count++;
        }

        return count > 0 ? Math.Sqrt(sum / count) : throw NoPixels();
    }

    internal static EngineException NoTeffAxis(LineManifold manifold) => new(
        ErrorCode.BadInput,
        $"The manifold has the axes {string.Join(", ", manifold.Axes.Names)} but no teff to normalise a spectrum with; give a normalised spectrum and --normalized.");

    /// <inheritdoc/>
    public override bool TryResidual(ReadOnlySpan<double> point, out double[] residual)
    {
        residual = _residual;
        Evaluations++;
        try
        {
            _reconstructor.Reconstruct(point, _workers, _model);
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return false;
        }

        Subtract(point, _model, _residual);
        return true;
    }
}
