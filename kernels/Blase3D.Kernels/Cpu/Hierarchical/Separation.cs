namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// How far an interval of half width h must lie from a line, so that the polynomial of degree 7 through its eight Chebyshev points
/// reproduces the line to a tolerance. All distances here are in units of h, from the interval's nearer edge.
/// </summary>
/// <remarks>
/// <para>One Lorentzian. With x = X + h t the function 1 / (x^2 + s) is h^-2 / ((t - z)(t - z')), with poles z, z' at -X/h +- i sqrt(s)/h
/// (s &gt; 0) or both real (s &lt; 0). Interpolation of 1 / (t - z) at the zeros of T_8 has exactly the error
/// T_8(t) phi(z), phi(z) = 1 / (T_8(z) (t - z)), so the error here is h^-2 T_8(t) times the divided difference phi[z, z'].</para>
/// <para>(a) Poles beside the interval, real part at least 1 + d on the segment between them: |T_8(x + iy)| is the product of
/// 2^7 |x + iy - t_k|, at least T_8(1 + d), and |phi'| = |phi| |1/(t - z) - sum_k 1/(z - t_k)| is at most 9 |phi| / d. So the
/// error is at most 9 h^-2 / (d^2 T_8(1 + d)).</para>
/// <para>(b) Poles above the interval at height y = sqrt(s) / h, wherever its real part: with z = cosh(u + iv), sinh u is at least y, so
/// |T_8(z)| = |cosh(8 (u + iv))| is at least sinh(8 asinh y), and phi[z, z'] = Im phi(z) / y is at most 1 / (y^2 sinh(8 asinh y)).</para>
/// <para>A line in a product. ln(1 - P / (x^2 + q)) = -integral_0^P ds / (x^2 + q - s): its error is at most P times the largest error
/// of the Lorentzians of squares q - P ... q. Their poles are at most r = sqrt(max(0, P - q)) from the centre along the axis and at least
/// sqrt(max(0, q - P)) away from it. A line in a sum of opacities is P / (x^2 + q) itself: the same with squares q only.</para>
/// <para>The exact Voigt profile is a mixture of Lorentzians P / ((x - s)^2 + gamma^2), P = a gamma / pi, with Gaussian weights; what is
/// farther than R from the centre adds at most a G(R) at any x, and is counted with the neglected Gaussians. On the Bernstein ellipse that
/// reaches three quarters of the way from the interval to c +- R, |V| is at most 16 P / (h d)^2 because every pole is at least h d / 4
/// away.
/// Where (h d)^2 is at least 32 P that is at most 1/2, so |ln(1 - V)| is at most M = 32 P / (h d)^2, and the classical bound for n + 1 = 8
/// points, 4 M rho^-n / (rho - 1) (Trefethen, Approximation Theory and Approximation Practice, theorem 8.2) holds with
/// (rho + 1/rho) / 2 = 1 + 3 d / 4.</para>
/// <para>Each of these says "K at most some increasing function of d": the inverse is tabulated over ln K, rounded upward.</para>
/// </remarks>
internal static class Separation
{
    /// <summary>Table entries per factor of four in K, which is one level of the tree.</summary>
    public const int EntriesPerLevel = 2 * EntriesPerOctave;

    private const int EntriesPerOctave = 8;
    private const int MantissaShift = 52 - 3;
    private const int LeastOctave = -80;
    private const int Octaves = 320;

    /// <summary>(a): the least d with d^2 T_8(1 + d) at least K.</summary>
    public static readonly double[] Beside = Table(d => d * d * Chebyshev8(1 + d));

    /// <summary>(b): the least y with y^2 sinh(8 asinh y) at least K.</summary>
    public static readonly double[] Above = Table(y => y * y * Math.Sinh(8 * Math.Asinh(y)));

    /// <summary>Voigt: the least d with d^2 rho^7 (rho - 1) at least K.</summary>
    public static readonly double[] Mixture = Table(d =>
    {
        double axis = 1 + (0.75 * d), rho = axis + Math.Sqrt((axis * axis) - 1);
        return d * d * Math.Pow(rho, 7) * (rho - 1);
    });

    /// <summary>The table index of K; any index below 0 may be taken as 0, and one beyond the table means never.</summary>
    /// <param name="k">Positive.</param>
    public static int Index(double k) =>
        (int)(BitConverter.DoubleToInt64Bits(k) >> MantissaShift) - ((LeastOctave + 1023) * EntriesPerOctave);

    /// <summary>The distance for an index.</summary>
    public static double At(double[] table, int index) => index >= table.Length ? double.PositiveInfinity : table[Math.Max(index, 0)];

    private static double Chebyshev8(double t)
    {
        double t2 = (2 * t * t) - 1, t4 = (2 * t2 * t2) - 1;
        return (2 * t4 * t4) - 1;
    }

    private static double[] Table(Func<double, double> increasing)
    {
        var table = new double[Octaves * EntriesPerOctave];
        double low = 0;
        for (int i = 0; i < table.Length; i++)
        {
            // The upper end of the entry's range of K.
            int next = i + 1;
            double k = Math.ScaleB(1 + ((next % EntriesPerOctave) / (double)EntriesPerOctave), LeastOctave + (next / EntriesPerOctave));
            double high = Math.Max(2 * low, 1e-20);
            while (increasing(high) < k) high *= 2;
            for (int step = 0; step < 60; step++)
            {
                double middle = 0.5 * (low + high);
                if (increasing(middle) < k) low = middle;
                else high = middle;
            }

            table[i] = high;
            low = high;
        }

        return table;
    }
}
