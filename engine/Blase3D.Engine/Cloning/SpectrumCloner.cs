using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning;

/// <summary>Tunes the lines of one spectrum by gradient descent on the mean squared residual.</summary>
public static class SpectrumCloner
{
    /// <summary>Tunes the four parameters of every line.</summary>
    /// <param name="wavelength">Vacuum Angstrom, ascending, length P.</param>
    /// <param name="flux">Preprocessed, about 1 between the lines, length P.</param>
    /// <param name="initial">The lines to start from; left as they are.</param>
    /// <param name="options">How.</param>
    /// <param name="kernels">An instance that nobody else uses meanwhile.</param>
    /// <param name="workers">The threads to use inside this spectrum.</param>
    /// <param name="epochDone">Called after every step.</param>
    /// <returns>The clone: the last state, or with <see cref="CloneOptions.ReturnBest"/> the best of the last ten and the first.</returns>
    /// <exception cref="EngineException">The spectrum is too short for the margins or the published window.</exception>
    public static ClonedSpectrum Clone(
        double[] wavelength,
        double[] flux,
        LineTable initial,
        CloneOptions options,
        ILineKernels kernels,
        Workers workers,
        Action? epochDone = null)
    {
        ArgumentNullException.ThrowIfNull(wavelength);
        ArgumentNullException.ThrowIfNull(flux);
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(workers);
        options.Validate();
        (int start, int end) = ActivePixels(wavelength, options.ActiveMarginAngstrom);
        if (options.PublishedWindows && wavelength.Length <= options.WingPixels)
        {
            throw new EngineException(
                ErrorCode.BadArguments,
                $"The published window of {options.WingPixels} pixels needs a longer spectrum than {wavelength.Length} pixels; give a smaller --wing-pixels.");
        }

        var descent = new Descent(wavelength, flux, initial, options, kernels, workers, start, end);
        return descent.Run(epochDone);
    }

    // The pixels strictly more than the margin inside of both ends.
    private static (int Start, int End) ActivePixels(double[] wavelength, double marginAngstrom)
    {
        if (wavelength.Length == 0 || marginAngstrom == 0) return (0, wavelength.Length);
        int start = LineWindows.SearchSorted(wavelength, Math.BitIncrement(wavelength[0] + marginAngstrom));
        int end = LineWindows.SearchSorted(wavelength, wavelength[^1] - marginAngstrom);
        return end > start
            ? (start, end)
            : throw new EngineException(
                ErrorCode.BadArguments,
                FormattableString.Invariant($"A margin of {marginAngstrom} A at both ends leaves nothing of {wavelength[0]} to {wavelength[^1]} A; take a longer spectrum."));
    }

    private sealed class Descent
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

        public Descent(
            double[] wavelength, double[] flux, LineTable initial, CloneOptions options, ILineKernels kernels, Workers workers, int start, int end)
        {
            (_wavelength, _flux, _options, _kernels, _workers, _start, _end) = (wavelength, flux, options, kernels, workers, start, end);
            _lines = initial.Clone();
            _initialCenter = _lines.Center.ToArray();
            _shifted = options.TrainVelocity
                ? new LineTable(_lines.Center.ToArray(), _lines.LnAmplitude, _lines.LnSigma, _lines.LnGamma)
                : _lines;
            _windows = options.PublishedWindows
                ? LineWindows.CreatePublished(_initialCenter, wavelength, options.WingPixels)
                : LineWindows.Create(_initialCenter, wavelength, options.WingPixels);
            _gradient = new LineGradient(_lines.Count);
            _smallestLnWidth = SmallestLnWidths(_initialCenter, wavelength, options.SmallestWidthPixels);
            _transmission = new double[wavelength.Length];
            _cotangent = new double[wavelength.Length];
            _adam = [new(_lines.Count), new(_lines.Count), new(_lines.Count), new(_lines.Count), new(1)];
        }

        // Empty when there is no bound.
        private static double[] SmallestLnWidths(double[] center, double[] wavelength, double pixels)
        {
            if (pixels == 0 || wavelength.Length < 2) return [];
            return Array.ConvertAll(center, mu =>
            {
                int above = Math.Clamp(LineWindows.SearchSorted(wavelength, mu), 1, wavelength.Length - 1);
                return Math.Log(pixels * (wavelength[above] - wavelength[above - 1]));
            });
        }

        public ClonedSpectrum Run(Action? epochDone)
        {
            var loss = new double[_options.Epochs + 1];
            LineTable best = _lines;
            double bestLoss = double.PositiveInfinity, bestVelocity = 0;
            for (int epoch = 0; epoch <= _options.Epochs; epoch++)
            {
                _workers.Cancellation.ThrowIfCancellationRequested();
                loss[epoch] = Evaluate();

                // Only the last epochs are candidates: a copy at every improvement on the way down would cost more than it is worth.
                bool last = epoch == _options.Epochs;
                bool candidate = last || (_options.ReturnBest && (epoch == 0 || epoch >= _options.Epochs - 10));
                if (candidate && (!_options.ReturnBest || epoch == 0 || loss[epoch] < bestLoss))
                    (best, bestLoss, bestVelocity) = (last ? _lines : _lines.Clone(), loss[epoch], _velocity[0]);
                if (last) break;
                Step();
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
}
