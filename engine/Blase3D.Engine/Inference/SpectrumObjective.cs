using Blase3D.Engine.Manifolds;
using Blase3D.Engine.Reconstruction;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference;

/// <summary>
/// The misfit of a point: the residual spectrum minus model, its root mean square, and its derivatives. An instance owns scratch memory: use one
/// per concurrent caller.
/// </summary>
public sealed partial class SpectrumObjective
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
    }

    /// <summary>Points evaluated so far.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The pixels that counted in the last comparison: those of the P that are not NaN.</summary>
    public int Pixels { get; private set; }

    /// <summary>The sum of the weights in the last comparison by squares.</summary>
    internal double WeightSum { get; private set; }

    /// <summary>The wavelengths of the spectrum, vacuum Angstrom, length P.</summary>
    internal double[] Wavelength => _target.Wavelength;

    /// <summary>The model of the last comparison, length P.</summary>
    internal double[] Model => _model;

    /// <summary>How much every pixel counts, length P, for example one over its variance; null when all count the same.</summary>
    public double[]? Weight { get; set; }

    /// <summary>The root mean square at a point, weighted with <see cref="Weight"/>, or NaN when the point's cell lacks a node.</summary>
    /// <param name="point">One value per axis.</param>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public double Rms(ReadOnlySpan<double> point)
    {
        if (!TrySquares(point, out double squares, out double weight)) return double.NaN;
        return Math.Sqrt(squares / weight);
    }

    /// <summary>The weighted sum of the squares of the residual at a point, without writing the residual.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="squares">As <see cref="Squares"/>.</param>
    /// <param name="weight">The sum of the weights.</param>
    /// <returns>False when the point's cell lacks a node.</returns>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public bool TrySquares(ReadOnlySpan<double> point, out double squares, out double weight)
    {
        (squares, weight) = (0, 0);
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

    /// <summary>The weighted sum of the squares of a residual, which is chi-square when the weights are one over the variances, and the sum of the weights.</summary>
    /// <param name="residual">Length P; pixels that are NaN do not count.</param>
    /// <exception cref="EngineException">BadInput: no pixel counts.</exception>
    public (double Squares, double Weight) Squares(ReadOnlySpan<double> residual)
    {
        double squares = 0, total = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            if (double.IsNaN(residual[i])) continue;
            double weight = Weight?[i] ?? 1;
            squares += weight * residual[i] * residual[i];
            total += weight;
        }

        return total > 0 ? (squares, total) : throw NoPixels();
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

        Subtract(point, _model, _residual);
        return true;
    }
}
