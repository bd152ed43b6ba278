namespace Blase3D.Engine.Observation;

/// <summary>
/// Means over pixels of a curve given as a sum of cubic B-splines on a lattice (de Boor, A Practical Guide to Splines, chapter IX): exact integrals, so
/// that pixels of any width, and those without width, are one formula.
/// </summary>
/// <remarks>
/// With coefficients c_j the curve is B(t) = sum_j c_j b(t - j), in steps of the lattice, and its integral A(t) = sum_j c_j I(t - j), of which only four
/// terms are neither 0 nor c_j. B is the exact derivative of A, so that derivatives by the places of the edges are exact for what is computed.
/// </remarks>
internal sealed class SplinePixels
{
    private readonly double[] _cumulative;

    /// <summary>Makes room.</summary>
    /// <param name="capacity">The largest number of coefficients.</param>
    public SplinePixels(int capacity) => _cumulative = new double[capacity + 1];

    /// <summary>Takes coefficients; their places are whole numbers from 0.</summary>
    /// <param name="coefficient">Not copied.</param>
    /// <param name="count">How many.</param>
    public void Take(double[] coefficient, int count)
    {
        Coefficient = coefficient;
        double sum = 0;
        for (int j = 0; j < count; j++)
        {
            _cumulative[j] = sum;
            sum += coefficient[j];
        }

        _cumulative[count] = sum;
    }

    private double[] Coefficient { get; set; } = [];

    /// <summary>The curve at a place at least 1 from the first coefficient and 2 from the last.</summary>
    public double Value(double t)
    {
        int m = (int)t;
        double r = t - m, s = 1 - r;
        ReadOnlySpan<double> c = Coefficient.AsSpan(m - 1, 4);
        return ((c[0] * s * s * s) + (c[1] * (4 - (3 * r * r * (2 - r)))) + (c[2] * (4 - (3 * s * s * (2 - s)))) + (c[3] * r * r * r)) / 6;
    }

    /// <summary>The derivative of <see cref="Value"/> per step.</summary>
    public double Slope(double t)
    {
        int m = (int)t;
        double r = t - m, s = 1 - r;
        ReadOnlySpan<double> c = Coefficient.AsSpan(m - 1, 4);
        return 0.5 * ((-c[0] * s * s) + (c[1] * r * ((3 * r) - 4)) + (c[2] * s * (4 - (3 * s))) + (c[3] * r * r));
    }

    /// <summary>The mean between two places, or the value where they are one.</summary>
    public double Mean(double lower, double upper) => upper > lower ? (Integral(upper) - Integral(lower)) / (upper - lower) : Value(lower);

    /// <summary>The derivative of <see cref="Mean"/> when both places move by one step.</summary>
    public double MeanSlope(double lower, double upper) => upper > lower ? (Value(upper) - Value(lower)) / (upper - lower) : Slope(lower);

    private double Integral(double t)
    {
        int m = (int)t;
        (double far, double farOther, double near, double nearOther) = Integrals(t - m);
        ReadOnlySpan<double> c = Coefficient.AsSpan(m - 1, 4);
        return _cumulative[m - 1] + (c[0] * (1 - farOther)) + (c[1] * (1 - nearOther)) + (c[2] * near) + (c[3] * far);
    }

    /// <summary>
    /// The transpose of <see cref="Mean"/>: adds what a value of every mean says about every coefficient. What a whole run of coefficients gets is noted at
    /// its end and added by <see cref="FinishSpread"/>.
    /// </summary>
    /// <param name="lower">Where the pixel begins.</param>
    /// <param name="upper">Where it ends.</param>
    /// <param name="value">The value of the mean.</param>
    /// <param name="into">One value per coefficient.</param>
    public void Spread(double lower, double upper, double value, double[] into)
    {
        if (!(upper > lower))
        {
            int m = (int)lower;
            double r = lower - m, s = 1 - r;
            into[m - 1] += value * s * s * s / 6;
            into[m] += value * (4 - (3 * r * r * (2 - r))) / 6;
            into[m + 1] += value * (4 - (3 * s * s * (2 - s))) / 6;
            into[m + 2] += value * r * r * r / 6;
            return;
        }

        double share = value / (upper - lower);
        SpreadIntegral(upper, share, into);
        SpreadIntegral(lower, -share, into);
    }

    /// <summary>Begins a transpose.</summary>
    public void BeginSpread() => Array.Clear(_cumulative);

    /// <summary>Ends a transpose.</summary>
    /// <param name="into">As in <see cref="Spread"/>.</param>
    /// <param name="count">The number of coefficients.</param>
    public void FinishSpread(double[] into, int count)
    {
        double sum = 0;
        for (int j = count - 1; j >= 0; j--)
        {
            sum += _cumulative[j + 1];
            into[j] += sum;
        }
    }

    private void SpreadIntegral(double t, double share, double[] into)
    {
        int m = (int)t;
        (double far, double farOther, double near, double nearOther) = Integrals(t - m);
        _cumulative[m - 1] += share;
        into[m - 1] += share * (1 - farOther);
        into[m] += share * (1 - nearOther);
        into[m + 1] += share * near;
        into[m + 2] += share * far;
    }

    // I at r - 2, and the rest of it at r + 1; I at r - 1, and the rest of it at r: by the symmetry I(x) = 1 - I(-x) two of the four are those of s.
    private static (double Far, double FarOther, double Near, double NearOther) Integrals(double r)
    {
        double s = 1 - r, r2 = r * r, s2 = s * s;
        return (r2 * r2 / 24, s2 * s2 / 24, (1 + (4 * r) + (6 * r2) + (4 * r2 * r) - (3 * r2 * r2)) / 24, (1 + (4 * s) + (6 * s2) + (4 * s2 * s) - (3 * s2 * s2)) / 24);
    }
}
