namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// The continuum of the published code: a polynomial in the wavelength in raw Angstrom, by the minimum-norm solution of the
/// Vandermonde system
/// after dropping singular values below epsilon * max(rows, columns) of the largest (the rule of NumPy's <c>lstsq(rcond=None)</c>).
/// Singular values are 20 powers of ten apart, so only 3 of 5 survive.
/// </summary>
/// <param name="Coefficients">Highest power first, for the wavelength in Angstrom.</param>
/// <param name="Rank">How many singular values survived.</param>
/// <param name="SingularValues">All of them, descending; min(anchors, columns).</param>
public sealed record PublishedContinuum(double[] Coefficients, int Rank, double[] SingularValues)
{
    private const int MostSweeps = 60;

    // The distance from 1 to the next double, 2^-52.
    private const double Epsilon = 2.220446049250313e-16;
    private const double OrthogonalEnough = 1e-15;

    /// <summary>Fits values at anchors.</summary>
    /// <param name="wavelengthAngstrom">Wavelengths in Angstrom, length P.</param>
    /// <param name="values">Flux over blackbody, length P.</param>
    /// <param name="anchors">Continuum pixels, at least one.</param>
    /// <param name="columns">Number of Vandermonde columns, at least 1: one more than the degree. May be more than the anchors.</param>
    /// <exception cref="ArgumentOutOfRangeException">No anchor or no column.</exception>
    public static PublishedContinuum Fit(
        ReadOnlySpan<double> wavelengthAngstrom, ReadOnlySpan<double> values, ReadOnlySpan<int> anchors, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(anchors.Length, 1, nameof(anchors));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        int rows = anchors.Length;
        double[] matrix = new double[rows * columns];
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            y[i] = values[anchors[i]];
            double power = 1;
            for (int j = columns - 1; j >= 0; j--, power *= wavelengthAngstrom[anchors[i]])
                matrix[j * rows + i] = power;
        }
        var qr = new HouseholderQr(matrix, rows, columns);
        qr.ApplyTransposed(y);
        return Solve(qr, y, columns);
    }

    /// <summary>The polynomial at every wavelength, by Horner's rule.</summary>
    /// <param name="wavelengthAngstrom">Wavelengths in Angstrom, length P.</param>
    /// <param name="destination">Length P or more.</param>
    public void Evaluate(ReadOnlySpan<double> wavelengthAngstrom, Span<double> destination)
    {
        for (int i = 0; i < wavelengthAngstrom.Length; i++)
        {
            double sum = 0;
            foreach (double coefficient in Coefficients)
                sum = sum * wavelengthAngstrom[i] + coefficient;
            destination[i] = sum;
        }
    }

    /// <summary>
    /// R^T V = W S by one-sided Jacobi rotations of the columns of R^T, which keeps small singular values accurate although the
    /// matrix is graded
    /// (Demmel and Veselic 1992; Drmac and Veselic 2008); then A^+ y = sum over the kept of W_k (V_k . Q^T y) / s_k.
    /// </summary>
    private static PublishedContinuum Solve(HouseholderQr qr, double[] y, int columns)
    {
        int count = qr.Rank;
        double[][] w = new double[count][];
        double[][] v = new double[count][];
        for (int k = 0; k < count; k++)
        {
            w[k] = new double[columns];
            for (int j = k; j < columns; j++)
                w[k][j] = qr.R(k, j);
            v[k] = new double[count];
            v[k][k] = 1;
        }
        int sweeps = 0;
        while (sweeps < MostSweeps && Sweep(w, v))
            sweeps++;

        double[] singular = Array.ConvertAll(w, column => Math.Sqrt(Dot(column, column)));
        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(k => singular[k])];
        double smallest = Epsilon * Math.Max(qr.Rows, columns) * singular[order[0]];
        double[] coefficients = new double[columns];
        int rank = 0;
        foreach (int k in order)
        {
            if (!(singular[k] > smallest))
                break;
            double weight = Dot(v[k], y.AsSpan(0, count)) / singular[k] / singular[k];
            for (int j = 0; j < columns; j++)
                coefficients[j] += weight * w[k][j];
            rank++;
        }
        return new PublishedContinuum(coefficients, rank, Array.ConvertAll(order, k => singular[k]));
    }

    private static bool Sweep(double[][] w, double[][] v)
    {
        bool rotated = false;
        for (int p = 0; p < w.Length; p++)
        {
            for (int q = p + 1; q < w.Length; q++)
            {
                double pp = Dot(w[p], w[p]);
                double qq = Dot(w[q], w[q]);
                double pq = Dot(w[p], w[q]);
                if (Math.Abs(pq) <= OrthogonalEnough * Math.Sqrt(pp) * Math.Sqrt(qq))
                    continue;
                double zeta = (qq - pp) / (2 * pq);
                double tangent = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
                double cosine = 1 / Math.Sqrt(1 + tangent * tangent);
                rotated |= tangent != 0;
                Rotate(w[p], w[q], cosine, cosine * tangent);
                Rotate(v[p], v[q], cosine, cosine * tangent);
            }
        }
        return rotated;
    }

    private static void Rotate(double[] p, double[] q, double cosine, double sine)
    {
        for (int i = 0; i < p.Length; i++)
            (p[i], q[i]) = (cosine * p[i] - sine * q[i], sine * p[i] + cosine * q[i]);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
