using Blase3D.Bench.Measuring;
using Blase3D.Bench.Problems;
using Blase3D.Bench.Reference;
using Blase3D.Bench.Report;
using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Bench.Sections;

/// <summary>One problem with one profile and one window.</summary>
internal sealed class KernelCase
{
    private const int CheckedPixels = 1000;
    private const int CheckedLines = 24;

    private readonly LineProblem _problem;
    private readonly LineModel _model;
    private readonly LineWindows _windows;
    private readonly Repetition _repetition;
    private readonly double[] _transmission;
    private readonly LineGradient _gradient;
    private readonly int[] _pixels;
    private readonly double[] _expected;
    private readonly int[] _lines;
    private double[,]? _derivatives;

    public KernelCase(LineProblem problem, LineProfile profile, int width, Repetition repetition)
    {
        (_problem, _model, _repetition) = (problem, new LineModel(profile, Composition.Product), repetition);
        _windows = problem.Windows(width);
        _transmission = new double[problem.Wavelength.Length];
        _gradient = new LineGradient(problem.Lines.Count);
        Name = NameOf(problem.Grid, problem.Lines.Count, width);
        Evaluations = _windows.Length.Take(problem.Lines.Count).Sum(pixels => (double)pixels);

        // The exact Voigt profile of the reference is slow: fewer pixels and narrower windows are checked.
        int pixels = profile == LineProfile.Voigt && width == LineProblem.WholeSpectrum ? CheckedPixels / 20 : CheckedPixels;
        _pixels = [.. Enumerable.Range(0, pixels).Select(k => (int)((k + 0.5) * problem.Wavelength.Length / pixels))];
        _expected = Array.ConvertAll(_pixels, pixel => NaiveSpectrum.At(profile, problem.Lines, _windows, problem.Wavelength, pixel));
        _lines = width > 10_000 ? [] : [.. Enumerable.Range(0, CheckedLines).Select(k => (int)((k + 0.5) * problem.Lines.Count / CheckedLines))];
    }

    /// <summary>The name of a case.</summary>
    public static string NameOf(PixelGrid grid, int lines, int width) => FormattableString.Invariant($"{grid} {lines} x ").ToLowerInvariant()
        + (width == LineProblem.WholeSpectrum ? "full" : FormattableString.Invariant($"{width}"));

    /// <summary>Pixels, lines and window.</summary>
    public string Name { get; }

    /// <summary>(line, pixel) pairs.</summary>
    public double Evaluations { get; }

    /// <summary>Measures the naive evaluation, on every n-th line when there are too many.</summary>
    public BenchRow Naive(double mostEvaluations)
    {
        int every = Every(mostEvaluations);
        Timing time = _repetition.Measure(() => NaiveSpectrum.Forward(_model.Profile, _problem.Lines, _windows, _problem.Wavelength, every, _transmission));
        return Scaled("forward", time, every);
    }

    /// <summary>Measures the naive adjoint of the published profile.</summary>
    public BenchRow NaiveGradient(double mostEvaluations)
    {
        int every = Every(mostEvaluations);
        Array.Fill(_transmission, 0.9);
        Timing time = _repetition.Measure(() =>
            NaiveSpectrum.Gradient(_problem.Lines, _windows, _problem.Wavelength, _transmission, _problem.Cotangent, every, _gradient));
        return Scaled("gradient", time, every);
    }

    /// <summary>Measures and checks a forward evaluation.</summary>
    public BenchRow Forward(KernelChoice choice, Workers workers)
    {
        ILineKernels kernels = choice.Create();

        // Kernels keep the constants of lines that did not change, so one line changes each time, by less than anybody could measure.
        double[] amplitude = _problem.Lines.LnAmplitude;
        (double kept, int runs) = (amplitude[0], 0);
        Timing time = _repetition.Measure(() =>
        {
            amplitude[0] = kept + (1e-13 * (++runs & 1));
            kernels.Forward(_model, _problem.Lines, _windows, _problem.Wavelength, workers, _transmission);
        });
        amplitude[0] = kept;
        double error = 0;
        for (int k = 0; k < _pixels.Length; k++) error = Math.Max(error, Math.Abs(_transmission[_pixels[k]] - _expected[k]));
        return Row("forward", choice.Name, workers.Threads, time, error);
    }

    /// <summary>Measures and checks a gradient; <see cref="Forward"/> comes first, as in use, so the constants of the lines are known.</summary>
    public BenchRow Gradient(KernelChoice choice, Workers workers)
    {
        ILineKernels kernels = choice.Create();
        Timing time = _repetition.Measure(() =>
            kernels.Gradient(_model, _problem.Lines, _windows, _problem.Wavelength, _transmission, _problem.Cotangent, workers, _gradient));
        _derivatives ??= Derivatives();
        return Row("gradient", choice.Name, workers.Threads, time, _lines.Length == 0 ? null : GradientError());
    }

    /// <summary>Measures a comparison with data that writes no spectrum.</summary>
    public BenchRow Residual(KernelChoice choice, Workers workers)
    {
        ILineKernels kernels = choice.Create();
        double[] amplitude = _problem.Lines.LnAmplitude;
        (double kept, int runs) = (amplitude[0], 0);
        Timing time = _repetition.Measure(() =>
        {
            amplitude[0] = kept + (1e-13 * (++runs & 1));
            kernels.SquaredResidual(_model, _problem.Lines, _windows, _problem.Wavelength, _problem.Cotangent, null, workers);
        });
        amplitude[0] = kept;
        return Row("residual", choice.Name, workers.Threads, time, null);
    }

    private double[,] Derivatives()
    {
        var derivatives = new double[_lines.Length, 4];
        for (int k = 0; k < _lines.Length; k++)
        {
            for (int p = 0; p < 4; p++)
            {
                derivatives[k, p] = NaiveSpectrum.Derivative(
                    _model.Profile, _problem.Lines, _windows, _problem.Wavelength, _transmission, _problem.Cotangent, _lines[k], p);
            }
        }

        return derivatives;
    }

    private double GradientError()
    {
        double worst = 0;
        double[][] columns = [_gradient.Center, _gradient.LnAmplitude, _gradient.LnSigma, _gradient.LnGamma];
        for (int p = 0; p < 4; p++)
        {
            double largest = 0, error = 0;
            for (int k = 0; k < _lines.Length; k++)
            {
                largest = Math.Max(largest, Math.Abs(_derivatives![k, p]));
                error = Math.Max(error, Math.Abs(columns[p][_lines[k]] - _derivatives[k, p]));
            }

            worst = Math.Max(worst, error / largest);
        }

        return worst;
    }

    private int Every(double mostEvaluations) => Math.Max(1, (int)Math.Ceiling(Evaluations / mostEvaluations));

    private BenchRow Scaled(string operation, Timing time, int every)
    {
        int used = (_problem.Lines.Count + every - 1) / every;
        double scale = (double)_problem.Lines.Count / used;
        BenchRow row = Row(operation, "naive", 1, new Timing(time.MinSeconds * scale, time.MedianSeconds * scale, time.Runs), null);
        return every == 1 ? row : row with { Note = $"scaled from {used} lines" };
    }

    private BenchRow Row(string operation, string variant, int threads, Timing time, double? error) => new()
    {
        Section = KernelSection.Name,
        Case = Name,
        Profile = _model.Profile.ToString(),
        Operation = operation,
        Variant = variant,
        Threads = threads,
        Time = time,
        Evaluations = Evaluations,
        MaxError = error,
    };
}
