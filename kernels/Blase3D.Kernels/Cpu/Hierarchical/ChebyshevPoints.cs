namespace Blase3D.Kernels.Cpu.Hierarchical;

/// <summary>
/// The eight Chebyshev points of an interval [-1, 1] and the constant matrices between values on them, values on the points of its two
/// halves, and polynomial coefficients.
/// </summary>
/// <remarks>
/// t_k = cos((15 - 2 k) pi / 16). The polynomial of degree 7 through the values f_m is sum_m f_m l_m(t) with
/// l_m(t) = 1/8 (1 + 2 sum_{r=1..7} T_r(t_m) T_r(t)) (discrete orthogonality). A polynomial of degree 7 goes from an interval to its halves
/// without error, so only the first interpolation of a line is an approximation. All matrices are stored so that a product is a sum
/// of eight contiguous vectors, each times one number.
/// </remarks>
internal static class ChebyshevPoints
{
    /// <summary>The number of points.</summary>
    public const int Count = 8;

    /// <summary>The points, ascending.</summary>
    public static readonly double[] Points = [.. Enumerable.Range(0, Count).Select(k => Math.Cos(Angle(k)))];

    /// <summary>[m, k]: the weight of parent value m in value k of the left half (parent coordinate (t - 1) / 2).</summary>
    public static readonly double[] ToLeft = ToHalf(-0.5);

    /// <summary>[m, k]: the weight of parent value m in value k of the right half (parent coordinate (t + 1) / 2).</summary>
    public static readonly double[] ToRight = ToHalf(0.5);

    /// <summary>[k, m]: the adjoint of <see cref="ToLeft"/>.</summary>
    public static readonly double[] FromLeft = Transpose(ToLeft);

    /// <summary>[k, m]: the adjoint of <see cref="ToRight"/>.</summary>
    public static readonly double[] FromRight = Transpose(ToRight);

    /// <summary>[m, p]: the weight of value m in the coefficient of t^p.</summary>
    public static readonly double[] ToPowers = Powers();

    /// <summary>[p, m]: the adjoint of <see cref="ToPowers"/>.</summary>
    public static readonly double[] FromPowers = Transpose(ToPowers);

    private static double Angle(int k) => ((2 * (Count - k)) - 1) * Math.PI / (2 * Count);

    private static double[] ToHalf(double shift)
    {
        var matrix = new double[Count * Count];
        for (int m = 0; m < Count; m++)
        {
            for (int k = 0; k < Count; k++)
            {
                double angle = Math.Acos((0.5 * Points[k]) + shift), sum = 1;
                for (int r = 1; r < Count; r++) sum += 2 * Math.Cos(r * Angle(m)) * Math.Cos(r * angle);
                matrix[(m * Count) + k] = sum / Count;
            }
        }

        return matrix;
    }

    private static double[] Powers()
    {
        // T_{r+1} = 2 t T_r - T_{r-1}, coefficients by power.
        var chebyshev = new double[Count][];
        for (int r = 0; r < Count; r++)
        {
            chebyshev[r] = new double[Count];
            if (r < 2)
            {
                chebyshev[r][r] = 1;
                continue;
            }

            for (int p = 0; p < Count; p++) chebyshev[r][p] = (p > 0 ? 2 * chebyshev[r - 1][p - 1] : 0) - chebyshev[r - 2][p];
        }

        var matrix = new double[Count * Count];
        for (int m = 0; m < Count; m++)
        {
            for (int p = 0; p < Count; p++)
            {
                double sum = chebyshev[0][p];
                for (int r = 1; r < Count; r++) sum += 2 * Math.Cos(r * Angle(m)) * chebyshev[r][p];
                matrix[(m * Count) + p] = sum / Count;
            }
        }

        return matrix;
    }

    private static double[] Transpose(double[] matrix)
    {
        var transposed = new double[matrix.Length];
        for (int i = 0; i < Count; i++)
        {
            for (int k = 0; k < Count; k++) transposed[(k * Count) + i] = matrix[(i * Count) + k];
        }

        return transposed;
    }
}
