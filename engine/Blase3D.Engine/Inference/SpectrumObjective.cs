using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>
/// The misfit of a point: the residual spectrum minus model and its root mean square. An instance owns scratch memory: use one per
/// concurrent caller.
/// </summary>
public sealed class SpectrumObjective
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
        _teffAxis = manifold.Axes.Names.ToList().IndexOf("teff");
        if (_teffAxis < 0 && target.DependsOnTeff) throw NoTeffAxis(manifold);
        _model = new double[target.Wavelength.Length];
        _scratch = new double[target.Wavelength.Length];
        _residual = new double[target.Wavelength.Length];
    }

    /// <summary>Points evaluated so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The pixels that counted in the last comparison: those of the P that are not NaN.</summary>
    public int Pixels { get; private set; }

    /// <summary>The root mean square at a point, or NaN when the point's cell lacks a node.</summary>
    /// <param name="point">One value per axis.</param>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public double Rms(ReadOnlySpan<double> point)
    {
        Evaluations++;
        try
        {
            double[] flux = _target.FluxAt(_teffAxis < 0 ? 0 : point[_teffAxis], _scratch);
            (double sum, Pixels) = _reconstructor.SquaredResidual(point, _workers, flux);
            return Pixels > 0 ? Math.Sqrt(sum / Pixels) : throw NoPixels();
        }
        catch (EngineException failure) when (failure.Code == ErrorCode.OutOfRange)
        {
            return double.NaN;
        }
    }

    /// <summary>The root mean square of a residual; pixels that are NaN do not count.</summary>
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

    internal static EngineException NoPixels() => new(ErrorCode.BadInput, "No pixel of the spectrum is a number; check its flux and mask.");

    /// <summary>The residual spectrum minus model at a point.</summary>
    /// <param name="point">One value per axis, within the grid.</param>
    /// <param name="residual">Length P, NaN where a pixel does not count; valid until the next call.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    public bool TryResidual(ReadOnlySpan<double> point, out double[] residual)
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

        double[] flux = _target.FluxAt(_teffAxis < 0 ? 0 : point[_teffAxis], _scratch);
        Pixels = 0;
        for (int i = 0; i < _residual.Length; i++)
        {
            _residual[i] = flux[i] - _model[i];
            if (!double.IsNaN(_residual[i])) Pixels++;
        }

        return true;
    }
}
