using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.Adam;

/// <summary>
/// Tunes the lines of one spectrum by Adam on the mean squared residual, as the published code does. Where the kernels have a device, lines and
/// moments stay there and only the loss comes back.
/// </summary>
internal sealed class AdamDescent
{
    private readonly double[] _wavelength;
    private readonly double[] _flux;
    private readonly CloneOptions _options;
    private readonly ILineKernels _kernels;
    private readonly Workers _workers;
    private readonly int _start;
    private readonly int _end;
    private readonly double[] _initialCenter;
    private readonly LineTable _lines;
    private readonly LineTable _shifted;
    private readonly LineWindows _windows;
    private readonly LineGradient _gradient;
    private readonly double[] _transmission;
    private readonly double[] _cotangent;
    private readonly AdamOptimizer[] _adam;
    private readonly double[] _smallestLnWidth;
    private readonly double[] _velocity = [0.0];
    private readonly double[] _velocityGradient = [0.0];

    public AdamDescent(ActiveSpectrum observed, LineTable initial, CloneOptions options, ILineKernels kernels, Workers workers)
    {
        (_wavelength, _flux, _start, _end) = (observed.Wavelength, observed.Flux, observed.Start, observed.End);
        (_options, _kernels, _workers) = (options, kernels, workers);
        _lines = initial.Clone();
        _initialCenter = _lines.Center.ToArray();
        _shifted = options.TrainVelocity
            ? new LineTable(_lines.Center.ToArray(), _lines.LnAmplitude, _lines.LnSigma, _lines.LnGamma)
            : _lines;
        _windows = options.PublishedWindows
            ? LineWindows.CreatePublished(_initialCenter, _wavelength, options.WingPixels)
            : LineWindows.Create(_initialCenter, _wavelength, options.WingPixels);
        _gradient = new LineGradient(_lines.Count);
        _smallestLnWidth = options.SmallestWidthPixels == 0
            ? []
            : Array.ConvertAll(_initialCenter, center => Math.Log(options.SmallestWidthPixels * observed.PixelAt(center)));
        _transmission = new double[_wavelength.Length];
        _cotangent = new double[_wavelength.Length];
        _adam = [new(_lines.Count), new(_lines.Count), new(_lines.Count), new(_lines.Count), new(1)];
    }

    public ClonedSpectrum Run(Action? epochDone)
    {
        using ILineDescent? descent = (_kernels as ILineDescents)?.Begin(new DescentProblem(
            _options.Model,
            _lines,
            _windows,
            _wavelength,
            _flux,
            _start,
            _end,
            _options.Epochs,
            _options.LearningRate * _options.CenterAngstromPerRate,
            _options.LearningRate,
            _smallestLnWidth,
            _options.TrainVelocity));
        var loss = new double[_options.Epochs + 1];
        LineTable best = _lines;
        double bestLoss = double.PositiveInfinity, bestVelocity = 0;
        for (int epoch = 0; epoch <= _options.Epochs; epoch++)
        {
            _workers.Cancellation.ThrowIfCancellationRequested();
            loss[epoch] = descent?.Evaluate() ?? Evaluate();

            // Only the last epochs are candidates: a copy at every improvement on the way down would cost more than it is worth.
            bool last = epoch == _options.Epochs;
            bool candidate = last || (_options.ReturnBest && (epoch == 0 || epoch >= _options.Epochs - 10));
            if (candidate && (!_options.ReturnBest || epoch == 0 || loss[epoch] < bestLoss))
                (best, bestLoss, bestVelocity) = (descent?.Read() ?? (last ? _lines : _lines.Clone()), loss[epoch], descent?.ReadVelocity() ?? _velocity[0]);
            if (last) break;
            if (descent is null) Step();
            else descent.Move();
            epochDone?.Invoke();
        }

        return new ClonedSpectrum
        {
            Lines = best,
            InitialCenter = _initialCenter,
            Rms = Math.Sqrt(bestLoss),
            InitialRms = Math.Sqrt(loss[0]),
            Loss = loss,
            RadialVelocityKmPerS = bestVelocity,
        };
    }

    private double Evaluate()
    {
        if (_options.TrainVelocity)
        {
            double factor = 1 + (_velocity[0] / LineGradient.LightSpeedKmPerS);
            for (int j = 0; j < _lines.Count; j++) _shifted.Center[j] = _lines.Center[j] * factor;
        }

        _kernels.Forward(_options.Model, _shifted, _windows, _wavelength, _workers, _transmission);
        double sum = 0, scale = 2.0 / (_end - _start);
        for (int i = _start; i < _end; i++)
        {
            double residual = _transmission[i] - _flux[i];
            sum += residual * residual;
            _cotangent[i] = scale * residual;
        }

        return sum / (_end - _start);
    }

    private void Step()
    {
        _kernels.Gradient(_options.Model, _shifted, _windows, _wavelength, _transmission, _cotangent, _workers, _gradient);
        double rate = _options.LearningRate;
        if (_options.TrainVelocity)
        {
            // The centre that is evaluated is mu' (1 + v / c).
            double factor = 1 + (_velocity[0] / LineGradient.LightSpeedKmPerS);
            _velocityGradient[0] = _gradient.WithRespectToVelocity(_lines);
            for (int j = 0; j < _lines.Count; j++) _gradient.Center[j] *= factor;

            _adam[4].Step(rate, _velocityGradient, _velocity);
        }

        _adam[0].Step(rate * _options.CenterAngstromPerRate, _gradient.Center, _lines.Center);
        _adam[1].Step(rate, _gradient.LnAmplitude, _lines.LnAmplitude);
        _adam[2].Step(rate, _gradient.LnSigma, _lines.LnSigma);
        _adam[3].Step(rate, _gradient.LnGamma, _lines.LnGamma);
        for (int j = 0; j < _smallestLnWidth.Length; j++)
        {
            _lines.LnSigma[j] = Math.Max(_lines.LnSigma[j], _smallestLnWidth[j]);
            _lines.LnGamma[j] = Math.Max(_lines.LnGamma[j], _smallestLnWidth[j]);
        }
    }
}
