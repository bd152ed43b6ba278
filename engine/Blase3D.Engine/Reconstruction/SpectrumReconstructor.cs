using Blase3D.Engine.Manifolds;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Makes the spectrum of any point of a manifold on given wavelengths. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
public sealed class SpectrumReconstructor
{
    private readonly LineManifold _manifold;
    private readonly ILineKernels _kernels;
    private readonly PointLines _lines;
    private readonly ResidualSpectrum? _residual;
    private readonly LineSpectrum _spectrum;
    private readonly int _firstLine;
    private readonly int _endLine;
    private double[] _compared = [];

    /// <summary>Prepares reconstructions.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="wavelength">
    /// Vacuum Angstrom, ascending, within the manifold's range; null for the manifold's own wavelengths. Lines outside that reach in are included.
    /// </param>
    /// <exception cref="EngineException">OutOfRange: the wavelengths leave the manifold's range.</exception>
    public SpectrumReconstructor(LineManifold manifold, ReconstructionOptions options, KernelSet kernels, double[]? wavelength = null)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(kernels);
        options.Validate();
        _manifold = manifold;
        Wavelength = wavelength ?? manifold.Wavelength;
        RequireCovered(manifold.Wavelength, Wavelength);
        int asked = options.WindowPixels ?? manifold.Recipe.Cloning.WingPixels, window = Math.Min(asked, Math.Max(manifold.Wavelength.Length, 2));

        // Wide windows are for the hierarchical kernels: half of what may be left out goes to them, unless the caller said how exact they are.
        double? windowTolerance = options.WindowTolerance;
        double tolerance = options.Tolerance;
        if (tolerance == 0 && windowTolerance >= 2 * AdaptiveWindows.LeastTolerance)
        {
            tolerance = Math.Min(windowTolerance.Value / 2, KernelSet.LargestTolerance);
            windowTolerance -= tolerance;
        }

        _spectrum = new LineSpectrum(manifold.Wavelength, Wavelength, options.IsPublished ? asked : window, options.IsPublished, windowTolerance);
        _kernels = kernels.Create(tolerance);
        _lines = new PointLines(() => LineInterpolation.Create(manifold, options.Scheme, options.Absence));
        if (manifold.Residual is not null && !options.IsPublished && !options.LinesOnly)
            _residual = new ResidualSpectrum(manifold, options.Scheme ?? manifold.Scheme, Wavelength);
        (_firstLine, _endLine) = LinesInReach(manifold, options, Wavelength);
    }

    /// <summary>The wavelengths of the result, vacuum Angstrom, length P.</summary>
    public double[] Wavelength { get; }

    /// <summary>The number of lines in the last spectrum.</summary>
    public int LineCount { get; private set; }

    /// <summary>Makes the spectrum of a point.</summary>
    /// <param name="point">One value per axis of the manifold.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <param name="flux">Receives the spectrum, 1 between lines, length P.</param>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    public void Reconstruct(ReadOnlySpan<double> point, Workers workers, double[] flux)
    {
        ArgumentNullException.ThrowIfNull(workers);
        _lines.Begin(point, _firstLine, _endLine, workers);
        LineCount = _spectrum.Evaluate(_manifold.Recipe.Cloning.Model, _lines, _kernels, workers, flux);
        _residual?.AddTo(point, flux);
    }

    /// <summary>Compares the spectrum of a point with data; where nothing is added to the lines, the spectrum itself is not written.</summary>
    /// <param name="point">One value per axis of the manifold.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <param name="data">Length P, NaN where a pixel does not count.</param>
    /// <param name="weight">The weight of every pixel, or null for 1; NaN where a pixel does not count.</param>
    /// <returns>sum weight (data - S)^2 over the pixels that count, and their number.</returns>
    /// <exception cref="EngineException">OutOfRange: the point is outside of the grid or its cell lacks a node.</exception>
    public (double Sum, int Pixels) SquaredResidual(ReadOnlySpan<double> point, Workers workers, double[] data, double[]? weight = null)
    {
        if (_residual is not null)
        {
            if (_compared.Length != Wavelength.Length) _compared = new double[Wavelength.Length];
            Reconstruct(point, workers, _compared);
            var tally = ResidualTally.Of(data, _compared, weight);
            return (tally.Squares, tally.Pixels);
        }

        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(data);
        _lines.Begin(point, _firstLine, _endLine, workers);
        (double sum, int pixels, LineCount) = _spectrum.SquaredResidual(_manifold.Recipe.Cloning.Model, _lines, _kernels, workers, data, weight);
        return (sum, pixels);
    }

    /// <summary>The lines that a reconstruction on some wavelengths needs, as a range of line indices.</summary>
    /// <param name="manifold">The manifold.</param>
    /// <param name="options">How; wide windows reach far.</param>
    /// <param name="wavelength">Vacuum Angstrom, ascending, within the manifold's range.</param>
    public static (int First, int End) LinesInReach(LineManifold manifold, ReconstructionOptions options, double[] wavelength)
    {
        ArgumentNullException.ThrowIfNull(manifold);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(wavelength);
        double[] own = manifold.Wavelength;
        if (options.WindowTolerance is not null) return (0, manifold.LineCenter.Length);
        if (wavelength.Length == 0) return (0, 0);

        // Windows are moved inward at the ends of the spectrum, so a line reaches at most one whole window of pixels.
        int window = Math.Min(options.WindowPixels ?? manifold.Recipe.Cloning.WingPixels, Math.Max(own.Length, 2));
        int low = Math.Max(0, LineWindows.SearchSorted(own, wavelength[0]) - window - 2);
        int high = Math.Min(own.Length - 1, LineWindows.SearchSorted(own, wavelength[^1]) + window + 2);
        double below = low == 0 ? double.NegativeInfinity : own[low] - manifold.MaxShiftAngstrom;
        double above = high == own.Length - 1 ? double.PositiveInfinity : own[high] + manifold.MaxShiftAngstrom;
        return manifold.LinesBetween(below, above);
    }

    /// <summary>Refuses wavelengths that do not ascend or leave a manifold's own.</summary>
    internal static void RequireCovered(double[] own, double[] wanted)
    {
        if (wanted.Length == 0 || ReferenceEquals(own, wanted)) return;
        for (int i = 1; i < wanted.Length; i++)
        {
            if (!(wanted[i] > wanted[i - 1]))
                throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"The wavelengths do not ascend at pixel {i}: {wanted[i - 1]} A is followed by {wanted[i]} A; sort them."));
        }

        if (!(wanted[0] >= own[0] && wanted[^1] <= own[^1]))
        {
            throw new EngineException(
                ErrorCode.OutOfRange,
                FormattableString.Invariant($"The wavelengths {wanted[0]:0.####} to {wanted[^1]:0.####} A leave the manifold's range {own[0]:0.####} to {own[^1]:0.####} A (vacuum); cut them to it."));
        }
    }
}
