using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
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
    private readonly LineTable _lines = new();
    private readonly PublishedBlanks _blanks = new();
    private WindowRule? _rule;
    private LineWindows? _windows;
    private LineWindows? _blankWindows;
    private double[] _whole = [];
    private double[] _compared = [];

    /// <summary>The windows of the last evaluation on the wavelengths of the result; not for the published reconstruction.</summary>
    internal LineWindows WindowsInUse => _windows ?? throw new InvalidOperationException("Nothing has been evaluated yet.");

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
            double[] target = PublishedTarget(flux);
            _windows = Rule().Create(lines.Center.AsSpan(0, lines.Count), _windows);
            kernels.Forward(model, lines, _windows, cloned, workers, target);
            for (int j = 0; j < lines.Count; j++)
            {
                if (PublishedBlanks.IsBlank(lines, j)) Blank(_windows, j, target);
            }

            if (!ReferenceEquals(target, flux)) TakeSlice(target, flux);
            return;
        }

        LineWindows windows = Windows(model, lines);
        kernels.Forward(model, lines, windows, wavelength, workers, flux);
    }

    /// <summary>Evaluates lines that are made meanwhile, where the kernels take such.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="flux">Receives the spectrum, length of the wavelengths.</param>
    /// <returns>The number of lines.</returns>
    internal int Evaluate(LineModel model, PointLines lines, ILineKernels kernels, Workers workers, double[] flux)
    {
        if (!TryStream(kernels, out IStreamedLineKernels? streamed))
        {
            lines.Collect(workers, _lines);
            Evaluate(model, _lines, kernels, workers, flux);
            return _lines.Count;
        }

        if (!isPublished)
        {
            streamed.Forward(model, lines, Rule(), wavelength, workers, flux);
            return streamed.StreamedLines;
        }

        double[] target = PublishedTarget(flux);
        streamed.Forward(model, _blanks.Of(lines), Rule(), cloned, workers, target);
        _blanks.Finish();
        _blankWindows = Rule().Create(CollectionsMarshal.AsSpan(_blanks.Centers), _blankWindows);
        for (int j = 0; j < _blankWindows.Lines; j++) Blank(_blankWindows, j, target);
        if (!ReferenceEquals(target, flux)) TakeSlice(target, flux);
        return streamed.StreamedLines;
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
        Evaluate(model, lines, kernels, workers, Compared());
        return Tally(data, weight);
    }

    /// <summary>Compares lines that are made meanwhile with data, where the kernels take such.</summary>
    /// <param name="model">Profile and composition.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use.</param>
    /// <param name="data">Length of the wavelengths, NaN where a pixel does not count.</param>
    /// <param name="weight">The weights of the pixels, or null for 1.</param>
    /// <returns>sum weight (data - S)^2 over the pixels that count, their number, and that of the lines.</returns>
    internal (double Sum, int Pixels, int Lines) SquaredResidual(
        LineModel model, PointLines lines, ILineKernels kernels, Workers workers, double[] data, double[]? weight)
    {
        (double Sum, int Pixels) compared;
        if (isPublished)
        {
            int count = Evaluate(model, lines, kernels, workers, Compared());
            compared = Tally(data, weight);
            return (compared.Sum, compared.Pixels, count);
        }

        if (TryStream(kernels, out IStreamedLineKernels? streamed))
        {
            compared = streamed.SquaredResidual(model, lines, Rule(), wavelength, data, weight, workers);
            return (compared.Sum, compared.Pixels, streamed.StreamedLines);
        }

        lines.Collect(workers, _lines);
        compared = SquaredResidual(model, _lines, kernels, workers, data, weight);
        return (compared.Sum, compared.Pixels, _lines.Count);
    }

    // Windows that follow the lines' strength need all lines at once.
    private bool TryStream(ILineKernels kernels, [NotNullWhen(true)] out IStreamedLineKernels? streamed)
    {
        streamed = windowTolerance is null ? kernels as IStreamedLineKernels : null;
        return streamed is not null;
    }

    private double[] Compared()
    {
        if (_compared.Length != wavelength.Length) _compared = new double[wavelength.Length];
        return _compared;
    }

    private (double Sum, int Pixels) Tally(double[] data, double[]? weight)
    {
        var tally = ResidualTally.Of(data, _compared, weight);
        return (tally.Squares, tally.Pixels);
    }

    private LineWindows Windows(LineModel model, LineTable lines)
    {
        if (windowTolerance is { } tolerance) return _windows = AdaptiveWindows.Create(model, lines, wavelength, tolerance, _windows);
        return _windows = Rule().Create(lines.Center.AsSpan(0, lines.Count), _windows);
    }

    private WindowRule Rule()
    {
        if (_rule is not null) return _rule;
        if (!isPublished) return _rule = WindowRule.Centered(cloned, windowPixels, wavelength);
        if (cloned.Length <= windowPixels)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"The published window of {windowPixels} pixels needs a longer spectrum than {cloned.Length} pixels; give a smaller --window-pixels.");
        }

        return _rule = WindowRule.Published(cloned, windowPixels);
    }

    // The published windows have a meaning on the cloned wavelengths only: all of it is evaluated, and the slice is taken.
    private double[] PublishedTarget(double[] flux)
    {
        if (ReferenceEquals(cloned, wavelength)) return flux;
        if (_whole.Length == 0) _whole = new double[cloned.Length];
        return _whole;
    }

    private static void Blank(LineWindows windows, int line, double[] target)
    {
        int end = windows.First[line] + windows.Length[line];
        Array.Fill(target, 1, windows.First[line], windows.Length[line]);
        target[end + 1] = 1;
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
