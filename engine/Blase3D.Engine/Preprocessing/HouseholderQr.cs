namespace Blase3D.Engine.Preprocessing;

/// <summary>
/// The factors A = Q R of a small dense matrix by Householder reflections (Golub and Van Loan, Matrix Computations, section 5.2).
/// Column-wise backward stable, so that columns of very different sizes each keep their own accuracy.
/// </summary>
internal sealed class HouseholderQr
{
    private readonly double[] _a;
    private readonly double[] _tau;

    /// <summary>Factorises a matrix.</summary>
    /// <param name="columnMajor">rows x columns elements, column after column; overwritten and kept.</param>
    /// <param name="rows">Number of rows, at least 1.</param>
    /// <param name="columns">Number of columns, at least 1; may be larger than the rows.</param>
    public HouseholderQr(double[] columnMajor, int rows, int columns)
    {
        (_a, Rows, Columns) = (columnMajor, rows, columns);
        _tau = new double[Rank];
        for (int k = 0; k < Rank; k++)
        {
            Span<double> v = _a.AsSpan(k * rows + k, rows - k);
            double norm = Norm(v);
            if (norm == 0)
                continue;
            double alpha = v[0] >= 0 ? -norm : norm;
            double head = v[0] - alpha;
            for (int i = 1; i < v.Length; i++)
                v[i] /= head;
            _tau[k] = -head / alpha;
            v[0] = alpha;
            for (int j = k + 1; j < columns; j++)
                Reflect(k, _a.AsSpan(j * rows, rows));
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The smaller one of rows and columns: the rows of R.</summary>
    public int Rank => Math.Min(Rows, Columns);

    /// <summary>The element of R at a row below <see cref="Rank"/> and a column not left of it.</summary>
    public double R(int row, int column) => _a[column * Rows + row];

    /// <summary>Replaces y by Q^T y; its first <see cref="Rank"/> elements belong to the rows of R.</summary>
    public void ApplyTransposed(Span<double> y)
    {
        for (int k = 0; k < Rank; k++)
            Reflect(k, y);
    }

    /// <summary>Solves R x = y by back substitution for at least as many rows as columns and full rank.</summary>
    /// <param name="y">Q^T y.</param>
    /// <param name="x">The solution, length columns.</param>
    public void SolveUpper(ReadOnlySpan<double> y, Span<double> x)
    {
        for (int i = Columns - 1; i >= 0; i--)
        {
            double sum = y[i];
            for (int j = i + 1; j < Columns; j++)
                sum -= R(i, j) * x[j];
            x[i] = sum / R(i, i);
        }
    }

    private static double Norm(ReadOnlySpan<double> v)
    {
        double sum = 0;
        foreach (double value in v)
            sum += value * value;
        return Math.Sqrt(sum);
    }

    private void Reflect(int k, Span<double> y)
    {
        ReadOnlySpan<double> v = _a.AsSpan(k * Rows, Rows);
        double sum = y[k];
        for (int i = k + 1; i < Rows; i++)
            sum += v[i] * y[i];
        sum *= _tau[k];
        y[k] -= sum;
        for (int i = k + 1; i < Rows; i++)
            y[i] -= sum * v[i];
    }
}
