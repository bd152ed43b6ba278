namespace Blase3D.Engine.Cloning.Adam;

/// <summary>
/// Adam with amsgrad for one group of parameters (Kingma and Ba 2017; Reddi, Kale and Kumar 2018), in the form torch gives it: the
/// maximum is taken of the uncorrected second moment, denominator = sqrt(max v) / sqrt(1 - beta2^t) + eps, step = rate / (1 - beta1^t).
/// </summary>
public sealed class AdamOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double[] _mean;
    private readonly double[] _square;
    private readonly double[] _largestSquare;
    private int _steps;

    /// <summary>Starts with zero moments.</summary>
    /// <param name="parameters">The number of parameters of the group.</param>
    public AdamOptimizer(int parameters)
    {
        _mean = new double[parameters];
        _square = new double[parameters];
        _largestSquare = new double[parameters];
    }

    /// <summary>Moves the parameters one step against the gradient. A derivative that is not finite moves nothing and enters no moment.</summary>
    /// <param name="learningRate">Positive.</param>
    /// <param name="gradient">One derivative per parameter.</param>
    /// <param name="parameters">Changed in place.</param>
    public void Step(double learningRate, ReadOnlySpan<double> gradient, Span<double> parameters)
    {
        _steps++;
        double step = learningRate / (1 - Math.Pow(Beta1, _steps));
        double inverseCorrection = 1 / Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        for (int i = 0; i < _mean.Length; i++)
        {
            double g = gradient[i];
            if (!double.IsFinite(g)) continue;
            double mean = _mean[i] = (Beta1 * _mean[i]) + ((1 - Beta1) * g);
            double square = _square[i] = (Beta2 * _square[i]) + ((1 - Beta2) * g * g);
            double largest = _largestSquare[i] = Math.Max(_largestSquare[i], square);
            parameters[i] -= step * mean / ((Math.Sqrt(largest) * inverseCorrection) + Epsilon);
        }
    }
}
