using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Reconstruction;

/// <summary>
/// Evaluates tables of lines on given wavelengths with windows counted in pixels of the wavelengths the lines were cloned on, so that a
/// slice is the slice of the whole. An instance owns scratch memory: use one per concurrent caller.
/// </summary>
/// <param name="cloned">The wavelengths the lines were cloned on, vacuum Angstrom, ascending.</param>
/// <param name="wavelength">The wavelengths of the result; <paramref name="cloned"/> itself, a slice of it, or any other.</param>
/// <param name="windowPixels">Pixels of a window on <paramref name="cloned"/>.</param>
/// <param name="isPublished">Whether to do what the published code does.</param>
/// <param name="windowTolerance">When given, windows follow the lines' strength instead (see <see cref="AdaptiveWindows"/>).</param>
public sealed class LineSpectrum(double[] cloned, double[] wavelength, int windowPixels, bool isPublished, double? windowTolerance = null)
{
    private readonly WavelengthIndex _index = new(cloned);
    private LineWindows? _windows;
    private LineWindows? _transferred;
    private double[] _whole = [];
    private double[] _compared = [];

    /// <summary>The windows of the last evaluation on the wavelengths of the result; not for the published reconstruction.</summary>
    internal LineWindows WindowsInUse => _transferred ?? _windows ?? throw new InvalidOperationException("Nothing has been evaluated yet.");

    /// <summary>Evaluates the lines.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines, in any order.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="flux">Receives the spectrum, length of the wavelengths.</param>
    public void Evaluate(LineModel model, LineTable lines, ILineKernels kernels, Workers workers, double[] flux)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(kernels);
        if (isPublished)
        {
            EvaluatePublished(model, lines, lines.Center.AsSpan(0, lines.Count), kernels, workers, flux);
            return;
        }

        LineWindows windows = Windows(model, lines);
        kernels.Forward(model, lines, windows, wavelength, workers, flux);
    }

    /// <summary>Compares the spectrum of the lines with data, without writing it where that can be avoided.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines, in any order.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="data">Length of the wavelengths, NaN where a pixel does not count.</param>
    /// <param name="weight">The weights of the pixels, or null for 1.</param>
    /// <returns>sum weight (data - S)^2 over the pixels that count, and their number.</returns>
    public (double Sum, int Pixels) SquaredResidual(
        LineModel model, LineTable lines, ILineKernels kernels, Workers workers, double[] data, double[]? weight)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(data);
        if (!isPublished) return kernels.SquaredResidual(model, lines, Windows(model, lines), wavelength, data, weight, workers);
        if (_compared.Length != wavelength.Length) _compared = new double[wavelength.Length];
        Evaluate(model, lines, kernels, workers, _compared);
        var tally = ResidualTally.Of(data, _compared, weight);
        return (tally.Squares, tally.Pixels);
    }

    private LineWindows Windows(LineModel model, LineTable lines)
    {
        if (windowTolerance is { } tolerance) return _windows = AdaptiveWindows.Create(model, lines, wavelength, tolerance, _windows);
        _windows = LineWindows.Create(lines.Center.AsSpan(0, lines.Count), cloned, windowPixels, _windows, _index);
        return ReferenceEquals(cloned, wavelength) ? _windows : _transferred = _windows.Transfer(cloned, wavelength, _transferred);
    }

    // The published windows have a meaning on the cloned wavelengths only: evaluate all of it and take the slice.
    private void EvaluatePublished(
        LineModel model, LineTable lines, ReadOnlySpan<double> center, ILineKernels kernels, Workers workers, double[] flux)
    {
        if (cloned.Length <= windowPixels)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"The published window of {windowPixels} pixels needs a longer spectrum than {cloned.Length} pixels; give a smaller --window-pixels.");
        }

        bool same = ReferenceEquals(cloned, wavelength);
        if (!same && _whole.Length == 0) _whole = new double[cloned.Length];
        double[] target = same ? flux : _whole;
        _windows = LineWindows.CreatePublished(center, cloned, windowPixels, _windows, _index);
        kernels.Forward(model, lines, _windows, cloned, workers, target);
        for (int j = 0; j < lines.Count; j++)
        {
            if (!IsNotANumberSomewhere(lines, j)) continue;
            int end = _windows.First[j] + _windows.Length[j];
            Array.Fill(target, 1, _windows.First[j], _windows.Length[j]);
            target[end + 1] = 1;
        }

        if (!same) TakeSlice(target, flux);
    }

    // Where the published formula meets 0/0, the whole window is NaN, which becomes 1: a parameter that is no number, no Gaussian width, or
    // widths so small that f^5 underflows.
    private static bool IsNotANumberSomewhere(LineTable lines, int line)
    {
        // Far from all that: the fifth powers, e^-500 and its like, are numbers.
        const double ordinary = 100;
        if (Math.Abs(lines.LnSigma[line]) < ordinary && Math.Abs(lines.LnGamma[line]) < ordinary && Math.Abs(lines.LnAmplitude[line]) < ordinary
            && double.IsFinite(lines.Center[line])) return false;
        double fG = 2.3548 * Math.Exp(lines.LnSigma[line]), fL = 2 * Math.Exp(lines.LnGamma[line]);
        double fifthPower = Math.Pow(fG, 5) + (0.07842 * fG * Math.Pow(fL, 4)) + Math.Pow(fL, 5);
        return ILineKernels.IsDegenerate(lines, line) || fG == 0 || fifthPower == 0;
    }

    private void TakeSlice(double[] whole, double[] flux)
    {
        const double sameRelative = 1e-10;
        int first = LineWindows.SearchSorted(cloned, wavelength[0] * (1 - sameRelative));
        for (int i = 0; i < wavelength.Length; i++)
        {
            if (first + i >= cloned.Length || !(Math.Abs(cloned[first + i] - wavelength[i]) <= sameRelative * wavelength[i]))
            {
                throw new EngineException(
                    ErrorCode.BadArguments,
                    "The published reconstruction exists on the manifold's own wavelengths only, and these are others; leave out --compat blase.");
            }

            flux[i] = whole[first + i];
        }
    }
}
