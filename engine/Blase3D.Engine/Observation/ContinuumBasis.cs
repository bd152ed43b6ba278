using System.Globalization;

namespace Blase3D.Engine.Observation;

/// <summary>The smooth functions of the wavelength that a continuum is a sum of, one set per order.</summary>
public abstract record ContinuumBasis
{
    /// <summary>The most functions per order.</summary>
    public const int MostFunctions = 60;

    /// <summary>The number of functions.</summary>
    public abstract int Count { get; }

    /// <summary>Chebyshev polynomials up to a degree.</summary>
    /// <param name="degree">0 (a constant) to 59.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: outside of that.</exception>
    public static ContinuumBasis Chebyshev(int degree) => new ChebyshevBasis(Check(degree, 0, "degree of the continuum", MostFunctions - 1));

    /// <summary>Cubic B-splines on equal intervals.</summary>
    /// <param name="intervals">1 to 57; there are three functions more than intervals.</param>
    /// <exception cref="EngineException"><see cref="ErrorCode.BadArguments"/>: outside of that.</exception>
    public static ContinuumBasis Spline(int intervals) => new SplineBasis(Check(intervals, 1, "number of intervals of the continuum", MostFunctions - 3));

    /// <summary>The functions at a place.</summary>
    /// <param name="t">-1 at the first pixel of the order to 1 at its last.</param>
    /// <param name="value">Receives <see cref="Count"/> values.</param>
    public abstract void At(double t, Span<double> value);

    private static int Check(int value, int least, string what, int most) => value >= least && value <= most
        ? value
        : throw new EngineException(ErrorCode.BadArguments, string.Create(CultureInfo.InvariantCulture, $"The {what} is {value}; give {least} to {most}."));

    private sealed record ChebyshevBasis(int Degree) : ContinuumBasis
    {
        public override int Count => Degree + 1;

        public override void At(double t, Span<double> value)
        {
            (double before, double here) = (t, 1);
            for (int k = 0; k < value.Length; k++)
            {
                value[k] = here;
                (before, here) = (here, (2 * t * here) - before);
            }
        }
    }

    private sealed record SplineBasis(int Intervals) : ContinuumBasis
    {
        public override int Count => Intervals + 3;

        public override void At(double t, Span<double> value)
        {
            value.Clear();
            double place = 0.5 * (t + 1) * Intervals;
            int first = Math.Clamp((int)place, 0, Intervals - 1);
            double r = place - first, s = 1 - r;
            value[first] = s * s * s / 6;
            value[first + 1] = (4 - (3 * r * r * (2 - r))) / 6;
            value[first + 2] = (4 - (3 * s * s * (2 - s))) / 6;
            value[first + 3] = r * r * r / 6;
        }
    }
}
