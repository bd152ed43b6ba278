namespace Blase3D.Engine.Observation;

/// <summary>
/// Bessel functions over their argument, which stay finite at 0: what a disc and its limb darkening are in Fourier space. Absolute errors below
/// 1e-14 for all arguments.
/// </summary>
internal static class BesselRatios
{
    private const double SeriesEnd = 2;
    private const double RecurrenceEnd = 25;

    /// <summary>2 J1(q) / q and 2 J2(q) / q for q at least 0; at 0 they are 1 and 0.</summary>
    /// <remarks>
    /// Below 2 the power series (Abramowitz and Stegun 9.1.10), below 25 the backward recurrence normalised by J0 + 2 (J2 + J4 + ...) = 1
    /// (9.12, example 1), beyond Hankel's expansions of J0 and J1 (9.2.5 to 9.2.10), whose smallest term is far below rounding there.
    /// </remarks>
    public static (double First, double Second) Disc(double q)
    {
        if (q < SeriesEnd)
        {
            double step = -0.25 * q * q, first = 1, firstTerm = 1, second = 0.5, secondTerm = 0.5;
            for (int m = 1; m < 16; m++)
            {
                first += firstTerm *= step / (m * (m + 1));
                second += secondTerm *= step / (m * (m + 2));
            }

            return (first, 0.5 * q * second);
        }

        (double j0, double j1) = q < RecurrenceEnd ? Recurrence(q) : Asymptotic(q);
        double ratio = 2 * j1 / q;
        return (ratio, 2 / q * (ratio - j0));
    }

    /// <summary>3 j1(q) / q and 3 j2(q) / q of the spherical Bessel functions for q at least 0; at 0 they are 1 and 0.</summary>
    public static (double First, double Second) Sphere(double q)
    {
        if (q < SeriesEnd)
        {
            // j_n = q^n / (2n + 1)!! (1 - (q^2 / 2) / (2n + 3) + ...), Abramowitz and Stegun 10.1.2.
            double step = -0.5 * q * q, first = 1, firstTerm = 1, second = 0.2, secondTerm = 0.2;
            for (int m = 1; m < 14; m++)
            {
                first += firstTerm *= step / (m * ((2 * m) + 3));
                second += secondTerm *= step / (m * ((2 * m) + 5));
            }

            return (first, q * second);
        }

        (double sin, double cos) = Math.SinCos(q);
        double square = q * q, j1 = ((sin / q) - cos) / q;
        return (3 * j1 / q, 3 / q * ((3 * j1 / q) - (sin / q)));
    }

    private static (double J0, double J1) Recurrence(double q)
    {
        int order = 2 * (int)((q + (6 * Math.Cbrt(q)) + 24) / 2);
        double above = 0, here = 1e-280, even = 0, j1 = 0;
        for (int n = order; n > 0; n--)
        {
            if (n % 2 == 0) even += here;
            if (n == 1) j1 = here;
            (above, here) = (here, (2 * n / q * here) - above);
        }

        double norm = here + (2 * even);
        return (here / norm, j1 / norm);
    }

    private static (double J0, double J1) Asymptotic(double q)
    {
        (double p0, double q0) = Hankel(0, q);
        (double p1, double q1) = Hankel(4, q);
        (double sin, double cos) = Math.SinCos(q - (0.25 * Math.PI));
        double scale = Math.Sqrt(2 / (Math.PI * q));
        return (scale * ((p0 * cos) - (q0 * sin)), scale * ((p1 * sin) + (q1 * cos)));
    }

    // P and Q for mu = 4 order^2.
    private static (double P, double Q) Hankel(double mu, double q)
    {
        double term = 1, p = 1, other = 0;
        for (int k = 1; k < 30; k++)
        {
            double odd = (2 * k) - 1;
            term *= (mu - (odd * odd)) / (8 * q * k);
            switch (k % 4)
            {
                case 1: other += term; break;
                case 2: p -= term; break;
                case 3: other -= term; break;
                default: p += term; break;
            }

            if (Math.Abs(term) < 1e-17) break;
        }

        return (p, other);
    }
}
