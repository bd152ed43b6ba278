namespace Blase3D.Engine.Cloning.QuasiNewton;

/// <summary>
/// The last steps of a limited-memory BFGS method and the direction they advise (Nocedal 1980), around a diagonal that is known
/// (<see cref="Blase3D.Kernels.LineCurvature"/>) instead of a multiple of the identity.
/// </summary>
internal sealed class CurvatureMemory
{
    /// <summary>How many steps are remembered.</summary>
    public const int Depth = 8;

    // A pair whose curvature is less than this share of the largest it could have carries rounding, not shape.
    private const double LeastCurvature = 1e-12;

    private readonly double[][] _steps = new double[Depth][];
    private readonly double[][] _changes = new double[Depth][];
    private readonly double[] _inverse = new double[Depth];
    private readonly double[] _share = new double[Depth];
    private int _kept;
    private int _next;

    public CurvatureMemory(int parameters)
    {
        for (int k = 0; k < Depth; k++) (_steps[k], _changes[k]) = (new double[parameters], new double[parameters]);
    }

    /// <summary>Whether no step is remembered.</summary>
    public bool IsEmpty => _kept == 0;

    /// <summary>Forgets all steps.</summary>
    public void Clear() => (_kept, _next) = (0, 0);

    /// <summary>Remembers the step from one place to another, unless it shows no positive curvature.</summary>
    public void Remember(double[] from, double[] to, double[] gradientFrom, double[] gradientTo)
    {
        double[] step = _steps[_next], change = _changes[_next];
        for (int i = 0; i < step.Length; i++)
        {
            step[i] = to[i] - from[i];
            change[i] = gradientTo[i] - gradientFrom[i];
        }

        double curvature = VectorSums.Dot(step, change);
        if (!(curvature > LeastCurvature * Math.Sqrt(VectorSums.Dot(step, step) * VectorSums.Dot(change, change)))) return;
        _inverse[_next] = 1 / curvature;
        _next = (_next + 1) % Depth;
        _kept = Math.Min(_kept + 1, Depth);
    }

    /// <summary>Puts H g into <paramref name="direction"/>, where H is the inverse of the second derivatives as far as they are known.</summary>
    public void Apply(double[] gradient, double[] diagonal, double[] direction)
    {
        Array.Copy(gradient, direction, gradient.Length);
        for (int k = 1; k <= _kept; k++)
        {
            int at = (_next - k + Depth) % Depth;
            _share[at] = _inverse[at] * VectorSums.Dot(_steps[at], direction);
            VectorSums.AddScaled(-_share[at], _changes[at], direction);
        }

        double scale = Scale(diagonal);
        for (int i = 0; i < direction.Length; i++) direction[i] *= scale / diagonal[i];
        for (int k = _kept; k >= 1; k--)
        {
            int at = (_next - k + Depth) % Depth;
            VectorSums.AddScaled(_share[at] - (_inverse[at] * VectorSums.Dot(_changes[at], direction)), _steps[at], direction);
        }
    }

    // The latest pair tells how far the diagonal is off as a whole; without one, half of it is a careful guess, as lines overlap.
    private double Scale(double[] diagonal)
    {
        if (_kept == 0) return 0.5;
        int at = (_next - 1 + Depth) % Depth;
        double[] change = _changes[at];
        double square = 0;
        for (int i = 0; i < change.Length; i++) square += change[i] * change[i] / diagonal[i];
        return 1 / (_inverse[at] * square);
    }
}
