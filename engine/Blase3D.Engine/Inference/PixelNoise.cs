namespace Blase3D.Engine.Inference;

/// <summary>
/// The variance of every pixel: the square of its error, and a floor, the square of what the model itself is wrong by. The floor is one value for each
/// of up to 32 regions of equally many pixels, at least 500: fewer would weigh their own luck.
/// </summary>
public sealed class PixelNoise
{
    private const int MostRegions = 32;
    private const int FewestPixelsPerRegion = 500;

    // An excess smaller than this many standard deviations of a sample variance is chance.
    private const double Significance = 5;

    private readonly double[] _sigma;
    private readonly double[] _floor;
    private readonly bool _learns;

    /// <summary>Starts with the errors of the pixels and the floor that was given.</summary>
    /// <param name="sigma">Standard deviations in units of the continuum, length P; a pixel without a positive, finite one has no weight.</param>
    /// <param name="modelError">The floor as a standard deviation, or null to learn it.</param>
    public PixelNoise(double[] sigma, double? modelError)
    {
        ArgumentNullException.ThrowIfNull(sigma);
        (_sigma, _learns) = (sigma, modelError is null);
        _floor = new double[Math.Clamp(sigma.Length / FewestPixelsPerRegion, 1, MostRegions)];
        Array.Fill(_floor, (modelError ?? 0) * (modelError ?? 0));
        Weight = new double[sigma.Length];
        Fill();
    }

    /// <summary>What is known of a star's noise before it is fitted.</summary>
    /// <param name="target">The spectrum.</param>
    /// <param name="options">How the parameters are inferred.</param>
    /// <returns>Null when all pixels count the same: the root mean square.</returns>
    /// <exception cref="EngineException">BadInput: chi-square was asked for and the spectrum has no errors.</exception>
    public static PixelNoise? Of(ObservedTarget target, InferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        LikelihoodKind kind = options.IsPublished ? LikelihoodKind.Rms : options.Likelihood.Kind;
        if (kind == LikelihoodKind.ChiSquare && target.Sigma is null)
            throw new EngineException(ErrorCode.BadInput, "The spectrum has no errors, which chi-square needs; give a column of errors, or leave the likelihood to rms.");
        return kind != LikelihoodKind.Rms && target.Sigma is { } sigma ? new PixelNoise(sigma, options.Likelihood.ModelError) : null;
    }

    /// <summary>One over the variance of every pixel, length P.</summary>
    public double[] Weight { get; }

    /// <summary>The floor of every region as a standard deviation in units of the continuum.</summary>
    public IReadOnlyList<double> ModelError => [.. _floor.Select(Math.Sqrt)];

    /// <summary>The variance that the model's error adds to a pixel.</summary>
    /// <param name="pixel">0 to P - 1.</param>
    public double FloorVariance(int pixel) => _floor[(int)(((pixel + 1L) * _floor.Length - 1) / _sigma.Length)];

    /// <summary>Whether the model has an error in any region.</summary>
    public bool HasFloor => _floor.Any(f => f > 0);

    /// <summary>
    /// Sets the floor of every region to what the squares of a residual exceed the pixels' own variances by, on average, where that is more than chance
    /// (five standard deviations of a sample variance). It holds whatever the model does not have: the emulator's error and the star's own oddities.
    /// </summary>
    /// <param name="residual">At the best point, length P; NaN where a pixel does not count.</param>
    /// <param name="expected">
    /// What the model is known to be wrong by there, length P (<see cref="Manifolds.ErrorMap"/>): the floor is not below its root mean square, however well
    /// the star happens to fit. Null when nothing is known.
    /// </param>
    /// <returns>Whether the floor changed; never when it was given.</returns>
    public bool LearnFloor(ReadOnlySpan<double> residual, double[]? expected = null)
    {
        if (!_learns) return false;
        bool changed = false;
        for (int region = 0; region < _floor.Length; region++)
        {
            (int first, int end) = Pixels(region);
            double excess = 0, variance = 0, spread = 0, known = 0;
            int count = 0;
            for (int i = first; i < end; i++)
            {
                if (double.IsNaN(residual[i]) || Weight[i] == 0) continue;
                double own = _sigma[i] * _sigma[i];
                excess += (residual[i] * residual[i]) - own;
                spread += 2 * own * own;
                variance += own;
                known += expected is null ? 0 : expected[i] * expected[i];
                count++;
            }

            double floor = count > 1 && excess > Significance * Math.Sqrt(spread) ? excess / count : 0;
            floor = Math.Max(floor, known / Math.Max(1, count));
            changed |= Math.Abs(floor - _floor[region]) > 1e-3 * (floor + (variance / Math.Max(1, count)));
            _floor[region] = floor;
        }

        if (changed) Fill();
        return changed;
    }

    /// <summary>Chi-square of a residual with the pixels' own errors alone, and the number of pixels.</summary>
    /// <param name="residual">Length P.</param>
    public (double ChiSquare, int Pixels) WithoutFloor(ReadOnlySpan<double> residual)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            if (double.IsNaN(residual[i]) || Weight[i] == 0) continue;
            double ratio = residual[i] / _sigma[i];
            sum += ratio * ratio;
            count++;
        }

        return (sum, count);
    }

    private (int First, int End) Pixels(int region) =>
        ((int)((long)region * _sigma.Length / _floor.Length), (int)((region + 1L) * _sigma.Length / _floor.Length));

    private void Fill()
    {
        for (int region = 0; region < _floor.Length; region++)
        {
            (int first, int end) = Pixels(region);
            for (int i = first; i < end; i++)
                Weight[i] = _sigma[i] > 0 && double.IsFinite(_sigma[i]) ? 1 / ((_sigma[i] * _sigma[i]) + _floor[region]) : 0;
        }
    }
}
