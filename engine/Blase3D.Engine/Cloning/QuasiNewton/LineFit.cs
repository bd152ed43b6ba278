using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>
/// Fits the lines of one spectrum: minimises half the sum of the squared residuals plus half of weight times the squared distance from
/// given parameters, by a limited-memory quasi-Newton method whose scale is the diagonal of the Gauss-Newton matrix.
/// </summary>
/// <remarks>
/// Every parameter is counted in its own unit: centres in pixels, the others as the logarithms they are. The distance keeps what the
/// spectrum does not determine (how two lines share one blend) where it was, which is what makes neighbours on a grid comparable.
/// </remarks>
internal sealed class LineFit
{
    // The longest step of one iteration in pixels and in logarithms: beyond it a line's derivatives tell nothing.
    private const double LongestCenterStepPixels = 2;
    private const double LongestLogarithmStep = 0.5;
    private const double SufficientDecrease = 1e-4;
    private const double Shortening = 0.4;
    private const int MostTrials = 8;
    private const int CurvatureEvery = 4;
    private const int CurvatureReachPixels = 40;
    private const double LeastCurvature = 1e-7;

    // The fit ends when the objective falls by less than this share in so many iterations.
    private const double StallShare = 2e-3;
    private const int StallIterations = 5;

    private readonly FitProblem _problem;
    private readonly int _lines;
    private readonly CurvatureMemory _memory;
    private readonly LineGradient _perLine;
    private readonly double[] _diagonal;
    private readonly double[] _direction;
    private double[] _place;
    private double[] _gradient;
    private double[] _trial;
    private double[] _trialGradient;

    public LineFit(FitProblem problem)
    {
        _problem = problem;
        _lines = problem.Lines.Count;
        int parameters = 4 * _lines;
        _memory = new CurvatureMemory(parameters);
        _perLine = new LineGradient(_lines);
        (_diagonal, _direction) = (new double[parameters], new double[parameters]);
        (_place, _gradient, _trial, _trialGradient) = (new double[parameters], new double[parameters], new double[parameters], new double[parameters]);
    }

    /// <summary>Runs; the problem's lines hold the best place afterwards, and its transmission belongs to them.</summary>
    /// <param name="iterations">At most so many.</param>
    /// <param name="losses">Receives the mean squared residual at the start and after every iteration.</param>
    /// <param name="iterationDone">Called after every iteration.</param>
    public void Run(int iterations, List<double> losses, Action? iterationDone)
    {
        _problem.Pack(_place);
        double value = _problem.Evaluate(_place);
        losses.Add(_problem.MeanSquare);
        _problem.Gradient(_place, _perLine, _gradient);
        double stalledFrom = value;
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            if (iteration % CurvatureEvery == 0) _problem.Curvature(CurvatureReachPixels, LeastCurvature, _perLine, _diagonal);
            if (!Advance(ref value) && !AdvanceAfresh(ref value)) break;
            losses.Add(_problem.MeanSquare);
            iterationDone?.Invoke();
            if ((iteration + 1) % StallIterations != 0) continue;
            if (value > (1 - StallShare) * stalledFrom) break;
            stalledFrom = value;
        }
    }

    private bool Advance(ref double value)
    {
        double slope = Direction();
        double length = 1;
        for (int trial = 0; trial < MostTrials; trial++, length *= Shortening)
        {
            for (int i = 0; i < _place.Length; i++) _trial[i] = _place[i] - (length * _direction[i]);
            _problem.Bound(_trial);
            double tried = _problem.Evaluate(_trial);
            if (!(tried < value - (SufficientDecrease * length * slope))) continue;
            _problem.Gradient(_trial, _perLine, _trialGradient);
            _memory.Remember(_place, _trial, _gradient, _trialGradient);
            (_place, _trial) = (_trial, _place);
            (_gradient, _trialGradient) = (_trialGradient, _gradient);
            value = tried;
            return true;
        }

        // Nothing better on the way: the place it began at is the result.
        _problem.Evaluate(_place);
        return false;
    }

    // What is remembered of the way may mislead where lines meet their bounds: without it once more.
    private bool AdvanceAfresh(ref double value)
    {
        if (_memory.IsEmpty) return false;
        _memory.Clear();
        return Advance(ref value);
    }

    // The step to take, negated, no longer than allowed; returns how fast the objective falls along it.
    private double Direction()
    {
        _memory.Apply(_gradient, _diagonal, _direction);
        double slope = Shorten();
        if (slope > 0) return slope;
        _memory.Clear();
        _memory.Apply(_gradient, _diagonal, _direction);
        return Shorten();
    }

    private double Shorten()
    {
        for (int i = 0; i < _direction.Length; i++)
        {
            double longest = i < _lines ? LongestCenterStepPixels : LongestLogarithmStep;
            _direction[i] = double.IsFinite(_direction[i]) ? Math.Clamp(_direction[i], -longest, longest) : 0;
        }

        return VectorSums.Dot(_gradient, _direction);
    }
}
