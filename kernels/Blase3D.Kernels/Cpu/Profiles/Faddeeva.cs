using System.Numerics;

namespace Blase3D.Kernels.Cpu.Profiles;

/// <summary>
/// The Faddeeva function w(z) = exp(-z^2) erfc(-iz) for Im z at least 0, and its derivative.
/// </summary>
/// <remarks>
/// Near the origin by the modified trapezoidal rule of Al Azah and Chandler-Wilde (2021, SIAM J. Numer. Anal. 59, 2346), with N = 11
/// and step h = sqrt(pi / (N + 1)); its absolute error is below 3e-15. Far from the origin by the asymptotic series in 1/z^2, which also gives
/// w' without the cancellation of w' = 2i/sqrt(pi) - 2 z w.
/// </remarks>
public static class Faddeeva
{
    private const int Terms = 11;

    // The series is used from here: its smallest term at |z|^2 = 144 is far below rounding after 16 terms.
    private const double AsymptoticSquaredRadius = 144.0;
    private const int AsymptoticTerms = 16;

    private static readonly double Step = Math.Sqrt(Math.PI / (Terms + 1));
    private static readonly double InverseSqrtPi = 1 / Math.Sqrt(Math.PI);
    private static readonly (double Square, double Weight)[] Midpoints = Nodes(0.5, 0);
    private static readonly (double Square, double Weight)[] Gridpoints = Nodes(0.0, 1);

    /// <summary>w(z).</summary>
    /// <param name="z">Im z at least 0.</param>
    public static Complex Evaluate(Complex z) => EvaluateWithDerivative(z).Value;

    /// <summary>w(z) and dw/dz.</summary>
    /// <param name="z">Im z at least 0.</param>
    public static (Complex Value, Complex Derivative) EvaluateWithDerivative(Complex z)
    {
        double x = z.Real, y = z.Imaginary;
        if ((x * x) + (y * y) >= AsymptoticSquaredRadius) return Asymptotic(z);

        // w(-conj z) = conj w(z): the rule is written for Re z at least 0.
        bool mirrored = x < 0;
        var first = mirrored ? new Complex(-x, y) : z;
        Complex w = Trapezoidal(first);
        if (mirrored) w = Complex.Conjugate(w);
        return (w, new Complex(0, 2 * InverseSqrtPi) - (2 * z * w));
    }

    // w(z) = i/(sqrt(pi) z) sum_k (2k-1)!! / (2 z^2)^k;  w'(z) = -i/(sqrt(pi) z^2) sum_k (2k+1)!! / (2 z^2)^k.
    private static (Complex Value, Complex Derivative) Asymptotic(Complex z)
    {
        Complex t = 1 / (2 * z * z);
        Complex term = Complex.One, sum = Complex.One, derivative = Complex.One;
        for (int k = 1; k <= AsymptoticTerms; k++)
        {
            term *= t * ((2 * k) - 1);
            sum += term;
            derivative += term * ((2 * k) + 1);
        }

        Complex prefactor = new Complex(0, InverseSqrtPi) / z;
        return (prefactor * sum, -prefactor / z * derivative);
    }

    private static Complex Trapezoidal(Complex z)
    {
        double x = z.Real, y = z.Imaginary;
        double cell = (x / Step) - Math.Floor(x / Step);
        Complex z2 = z * z;
        if (y >= Math.Max(x, Math.PI / Step)) return MidpointSum(z, z2);

        // The nodes nearest to x are avoided by choosing between the two rules; the pole's residue is added back.
        if (y < x && cell is >= 0.25 and <= 0.75)
        {
            return GridSum(z, z2) + (2 * Complex.Exp(-z2) / (1 - Complex.Exp(new Complex(0, -2 * Math.PI / Step) * z)));
        }

        return MidpointSum(z, z2) + (2 * Complex.Exp(-z2) / (1 + Complex.Exp(new Complex(0, -2 * Math.PI / Step) * z)));
    }

    private static Complex MidpointSum(Complex z, Complex z2)
    {
        Complex sum = Complex.Zero;
        foreach ((double square, double weight) in Midpoints) sum += weight / (z2 - square);
        return new Complex(0, 2 * Step / Math.PI) * z * sum;
    }

    private static Complex GridSum(Complex z, Complex z2)
    {
        Complex sum = Complex.Zero;
        foreach ((double square, double weight) in Gridpoints) sum += weight / (z2 - square);
        return (new Complex(0, Step / Math.PI) / z) + (new Complex(0, 2 * Step / Math.PI) * z * sum);
    }

    private static (double Square, double Weight)[] Nodes(double offset, int first)
    {
        var nodes = new (double, double)[Terms + 1 - first];
        for (int k = first; k <= Terms; k++)
        {
            double square = Math.Pow((k + offset) * Step, 2);
            nodes[k - first] = (square, Math.Exp(-square));
        }

        return nodes;
    }
}
