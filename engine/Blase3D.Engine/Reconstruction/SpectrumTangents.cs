using Blase3D.Engine.Grids;
using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Makes the spectrum of a point and its derivatives with respect to the axes of the manifold: the derivatives of all line parameters
/// (<see cref="SmoothInterpolator"/>) through the tangent of the kernels, and those of the residual term. An instance owns scratch memory: use one
/// per concurrent caller.
/// </summary>
public sealed class SpectrumTangents
{
    private readonly LineModel _model;
    private readonly ILineKernels _kernels;
    private readonly ILineTangent _tangent;
    private readonly SmoothInterpolator _interpolator;
    private readonly ResidualSpectrum? _residual;
    private readonly LineSpectrum _spectrum;
    private readonly LineTable[] _directions;
    private readonly double[] _lineFlux;
    private readonly double[][] _lineSlope;
    private readonly (int First, int End) _range;

    /// <summary>Prepares evaluations.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">As those of the reconstruction; see <see cref="IsAvailable"/>.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, within the manifold's range; null for the manifold's own.</param>
    /// <exception cref="ArgumentException">There are no analytic derivatives of that.</exception>
    public SpectrumTangents(LineManifold manifold, ReconstructionOptions options, KernelSet kernels, double[]? wavelength = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(kernels);
        if (!IsAvailable(manifold, options)) throw new ArgumentException("Fitted surfaces and the published rules have no analytic derivatives.", nameof(options));
        Wavelength = wavelength ?? manifold.Wavelength;
        InterpolationScheme scheme = options.Scheme ?? manifold.Scheme;
        int window = Math.Min(options.WindowPixels ?? manifold.Recipe.Cloning.WingPixels, Math.Max(manifold.Wavelength.Length, 2));
        _model = manifold.Recipe.Cloning.Model;
        _spectrum = new LineSpectrum(manifold.Wavelength, Wavelength, window, isPublished: false, options.WindowTolerance);
        (_kernels, _tangent) = (kernels.Create(options.Tolerance), kernels.CreateTangent());
        _interpolator = new SmoothInterpolator(manifold, scheme);
        if (manifold.Residual is not null && !options.LinesOnly) _residual = new ResidualSpectrum(manifold, scheme, Wavelength);
        _directions = [.. Enumerable.Range(0, manifold.Axes.Dimensions).Select(_ => new LineTable())];
        _lineFlux = new double[Wavelength.Length];
        _lineSlope = [.. _directions.Select(_ => new double[Wavelength.Length])];
        _range = SpectrumReconstructor.LinesInReach(manifold, options, Wavelength);
    }

    /// <summary>The wavelengths, vacuum Angstrom, length P.</summary>
    public double[] Wavelength { get; }

    /// <summary>The lines at the last point.</summary>
    public LineTable Lines { get; } = new();

    /// <summary>Whether a reconstruction has analytic derivatives: not with fitted surfaces, and not by the published rules.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">How it is reconstructed.</param>
    public static bool IsAvailable(LineManifold manifold, ReconstructionOptions options)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(options);
        return manifold.Surfaces is null && !options.IsPublished;
    }

    /// <summary>Makes the spectrum and its derivatives.</summary>
    /// <param name="point">One value per axis. With the linear scheme at a plane of nodes the derivatives are those of the cell above.</param>
    /// <param name="workers">The threads to use inside.</param>
    /// <param name="flux">Receives the spectrum, length P.</param>
    /// <param name="derivatives">Receives dS/dx per unit of every axis, D arrays of length P.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    public void Evaluate(ReadOnlySpan<double> point, Workers workers, double[] flux, IReadOnlyList<double[]> derivatives)
    {
        ArgumentNullException.ThrowIfNull(flux);
        ArgumentNullException.ThrowIfNull(derivatives);
        Evaluate(point, workers);
        _tangent.Evaluate(_model, Lines, _spectrum.WindowsInUse, Wavelength, _lineFlux, _directions, workers, _lineSlope);
        _lineFlux.CopyTo(flux, 0);
        for (int d = 0; d < derivatives.Count; d++) _lineSlope[d].CopyTo(derivatives[d], 0);
        _residual?.AddTo(point, flux);
        _residual?.AddTo(point, derivatives);
    }

    /// <summary>Changes the lines and their derivatives by the axes before spectra are made of them; null to leave them as the manifold has them.</summary>
    internal Action<LineTable, IReadOnlyList<LineTable>>? Reshape { get; set; }

    /// <summary>The spectrum of the lines alone at the last point, length P.</summary>
    internal double[] LineFlux => _lineFlux;

    /// <summary>The derivative of the spectrum of the lines alone at the last point, without the residual term.</summary>
    /// <param name="axis">The axis.</param>
    public IReadOnlyList<double> LineDerivative(int axis) => _lineSlope[axis];

    /// <summary>Makes the spectrum without its derivatives.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="workers">The threads to use inside.</param>
    /// <param name="flux">Receives the spectrum, length P.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    internal void Evaluate(ReadOnlySpan<double> point, Workers workers, double[] flux)
    {
        Evaluate(point, workers);
        _lineFlux.CopyTo(flux, 0);
        _residual?.AddTo(point, flux);
    }

    /// <summary>How the spectrum of the last point changes when its lines move as a table says.</summary>
    /// <param name="direction">The derivative of every parameter of every line of <see cref="Lines"/>.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="derivative">Receives one value per wavelength, length P.</param>
    internal void Along(LineTable direction, Workers workers, double[] derivative) =>
        _tangent.Evaluate(_model, Lines, _spectrum.WindowsInUse, Wavelength, _lineFlux, [direction], workers, [derivative]);

    /// <summary>
    /// Splits sum_i cotangent_i (dL_i / dx), L being the spectrum of the lines alone at the last point, into the lines' contributions.
    /// </summary>
    /// <param name="axis">The axis.</param>
    /// <param name="cotangent">Length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>One value per line of <see cref="Lines"/>; they add up to the whole.</returns>
    public double[] Contributions(int axis, double[] cotangent, Workers workers) => Contributions(_directions[axis], cotangent, workers);

    /// <summary>The same when the lines move as a table says instead of along an axis.</summary>
    /// <param name="direction">The derivative of every parameter of every line of <see cref="Lines"/>.</param>
    /// <param name="cotangent">Length P.</param>
    /// <param name="workers">The threads to use.</param>
    /// <returns>One value per line of <see cref="Lines"/>; they add up to the whole.</returns>
    internal double[] Contributions(LineTable direction, double[] cotangent, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(cotangent);
        var gradient = new LineGradient(Lines.Count);
        _kernels.Gradient(_model, Lines, _spectrum.WindowsInUse, Wavelength, _lineFlux, cotangent, workers, gradient);
        var share = new double[Lines.Count];
        for (int j = 0; j < share.Length; j++)
        {
            share[j] = (gradient.Center[j] * direction.Center[j]) + (gradient.LnAmplitude[j] * direction.LnAmplitude[j])
                + (gradient.LnSigma[j] * direction.LnSigma[j]) + (gradient.LnGamma[j] * direction.LnGamma[j]);
        }

        return share;
    }

    private void Evaluate(ReadOnlySpan<double> point, Workers workers)
    {
        _interpolator.InterpolateWithDerivatives(point, _range.First, _range.End, Lines, _directions);
        Reshape?.Invoke(Lines, _directions);
        _spectrum.Evaluate(_model, Lines, _kernels, workers, _lineFlux);
    }
}
