using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>What <see cref="LineFit"/> minimises, as a function of one vector: centres in pixels, then ln a, ln sigma, ln gamma.</summary>
internal sealed class FitProblem
{
    private readonly CloneOptions _options;
    private readonly ILineKernels _kernels;
    private readonly Workers _workers;
    private readonly double[] _wavelength;
    private readonly double[] _flux;
    private readonly int _start;
    private readonly int _end;
    private readonly LineWindows _windows;
    private readonly double[] _residual;
    private readonly double[] _pixel;
    private readonly double[] _smallest;
    private readonly double[] _largest;
    private readonly double[] _home;
    private readonly double[] _weight;

    /// <param name="observed">Wavelengths, flux and the pixels that count.</param>
    /// <param name="lines">Changed in place.</param>
    /// <param name="initialCenter">What the windows lie around.</param>
    /// <param name="home">The parameters that the distance is counted from; null for the lines themselves.</param>
    /// <param name="weight">The weight of the distance, one per line.</param>
    /// <param name="options">Model, window, bounds.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads.</param>
    public FitProblem(
        ActiveSpectrum observed, LineTable lines, double[] initialCenter, LineTable? home, double[] weight, CloneOptions options, ILineKernels kernels, Workers workers)
    {
        (_wavelength, _flux, _start, _end) = (observed.Wavelength, observed.Flux, observed.Start, observed.End);
        (Lines, _options, _kernels, _workers) = (lines, options, kernels, workers);
        _windows = LineWindows.Create(initialCenter, _wavelength, options.WingPixels);
        Transmission = new double[_wavelength.Length];
        _residual = new double[_wavelength.Length];
        int count = lines.Count;
        (_pixel, _smallest, _largest) = (new double[count], new double[count], new double[count]);
        for (int j = 0; j < count; j++)
        {
            _pixel[j] = observed.PixelAt(initialCenter[j]);
            _smallest[j] = options.SmallestWidthPixels > 0 ? Math.Log(options.SmallestWidthPixels * _pixel[j]) : double.NegativeInfinity;
            _largest[j] = Math.Log(CloneOptions.LargestWidthPerWindow * Math.Min(options.WingPixels, _wavelength.Length) * _pixel[j]);
        }

        _home = new double[4 * count];
        Pack(home ?? lines, _home);
        _weight = weight;
    }

    /// <summary>The lines, as they were last evaluated.</summary>
    public LineTable Lines { get; }

    /// <summary>Their spectrum, length P.</summary>
    public double[] Transmission { get; }

    /// <summary>The mean squared residual of the last evaluation, over the pixels that count.</summary>
    public double MeanSquare { get; private set; }

    /// <summary>The lines as a vector.</summary>
    public void Pack(double[] place) => Pack(Lines, place);

    /// <summary>
    /// Moves a place inside the bounds: centres within the spectrum, of the widths, and no line deeper than black at its centre, where it would be cut off and
    /// show no slope.
    /// </summary>
    public void Bound(double[] place)
    {
        int count = Lines.Count;
        for (int j = 0; j < count; j++)
        {
            place[j] = Math.Clamp(place[j], _wavelength[0] / _pixel[j], _wavelength[^1] / _pixel[j]);
            double sigma = place[(2 * count) + j] = Math.Clamp(place[(2 * count) + j], _smallest[j], _largest[j]);
            double gamma = place[(3 * count) + j] = Math.Clamp(place[(3 * count) + j], _smallest[j], _largest[j]);
            if (_options.Model.Composition == Composition.Opacity) continue;
            double depth = LinePeak.Depth(_options.Model.Profile, place[count + j], sigma, gamma);
            if (depth > LineModel.MaxDepth) place[count + j] -= Math.Log(depth / LineModel.MaxDepth);
        }
    }

    /// <summary>The objective; the lines take the place's values.</summary>
    public double Evaluate(double[] place)
    {
        _workers.Cancellation.ThrowIfCancellationRequested();
        Unpack(place);
        _kernels.Forward(_options.Model, Lines, _windows, _wavelength, _workers, Transmission);
        double square = 0;
        for (int i = _start; i < _end; i++)
        {
            double residual = Transmission[i] - _flux[i];
            square += residual * residual;
            _residual[i] = residual;
        }

        MeanSquare = square / (_end - _start);
        double distance = 0;
        int count = Lines.Count;
        for (int start = 0; start < place.Length; start += count)
        {
            for (int j = 0; j < count; j++)
            {
                double away = place[start + j] - _home[start + j];
                distance += _weight[j] * away * away;
            }
        }

        return 0.5 * (square + distance);
    }

    /// <summary>The gradient at the place that was evaluated last.</summary>
    public void Gradient(double[] place, LineGradient perLine, double[] gradient)
    {
        _kernels.Gradient(_options.Model, Lines, _windows, _wavelength, Transmission, _residual, _workers, perLine);
        int count = Lines.Count;
        for (int j = 0; j < count; j++) gradient[j] = perLine.Center[j] * _pixel[j];
        Array.Copy(perLine.LnAmplitude, 0, gradient, count, count);
        Array.Copy(perLine.LnSigma, 0, gradient, 2 * count, count);
        Array.Copy(perLine.LnGamma, 0, gradient, 3 * count, count);
        for (int start = 0; start < gradient.Length; start += count)
        {
            for (int j = 0; j < count; j++)
            {
                double slope = gradient[start + j] + (_weight[j] * (place[start + j] - _home[start + j]));
                gradient[start + j] = double.IsFinite(slope) ? slope : 0;
            }
        }
    }

    /// <summary>The diagonal of the second derivatives without those of the model (Gauss-Newton), at the place that was evaluated last.</summary>
    public void Curvature(int reachPixels, double least, LineGradient perLine, double[] diagonal)
    {
        LineCurvature.Evaluate(_options.Model, Lines, _windows, _wavelength, Transmission, reachPixels, _workers, perLine);
        int count = Lines.Count;
        for (int j = 0; j < count; j++)
        {
            double floor = _weight[j] + least;
            diagonal[j] = (perLine.Center[j] * _pixel[j] * _pixel[j]) + floor;
            diagonal[count + j] = perLine.LnAmplitude[j] + floor;
            diagonal[(2 * count) + j] = perLine.LnSigma[j] + floor;
            diagonal[(3 * count) + j] = perLine.LnGamma[j] + floor;
        }
    }

    private void Pack(LineTable lines, double[] place)
    {
        int count = lines.Count;
        for (int j = 0; j < count; j++) place[j] = lines.Center[j] / _pixel[j];
        Array.Copy(lines.LnAmplitude, 0, place, count, count);
        Array.Copy(lines.LnSigma, 0, place, 2 * count, count);
        Array.Copy(lines.LnGamma, 0, place, 3 * count, count);
    }

    private void Unpack(double[] place)
    {
        int count = Lines.Count;
        for (int j = 0; j < count; j++) Lines.Center[j] = place[j] * _pixel[j];
        Array.Copy(place, count, Lines.LnAmplitude, 0, count);
        Array.Copy(place, 2 * count, Lines.LnSigma, 0, count);
        Array.Copy(place, 3 * count, Lines.LnGamma, 0, count);
    }
}
