namespace Blase3D.Engine.Observation;

/// <summary>
/// The continuum of every order as a factor of the model: data = sum_k c_k b_k(wavelength) x model. It is linear in the coefficients, so these are solved
/// for, not searched: whatever the other parameters are, the continuum is the best one for them. An instance owns scratch memory: use one per
/// concurrent caller.
/// </summary>
/// <remarks>
/// With y the data and a_k = b_k x model, all times the root of the weights, the columns a_k become orthonormal Q (modified Gram-Schmidt, twice), the
/// residual is y - Q Q^T y, and its derivative by another parameter p is, up to terms that vanish with the residual,
/// -(1 - Q Q^T) (continuum x d model / dp) (variable projection, Golub and Pereyra 1973, in the form of Kaufman 1975). Its Gauss-Newton steps and the
/// inverse of its normal matrix are those of the fit in which the coefficients are parameters like the others.
/// </remarks>
public sealed class MultiplicativeContinuum
{
    // A column of which less than this is left by the ones before it says nothing new.
    private const double Independent = 1e-9;

    private readonly int[] _first;
    private readonly double[][] _basis;
    private readonly double[][] _column;
    private readonly bool[][] _isUsed;
    private readonly double[][] _coefficient;

    /// <summary>Prepares the functions.</summary>
    /// <param name="orders">The orders; their pixels follow each other.</param>
    /// <param name="basis">The functions of every order.</param>
    /// <param name="unit">What data and model have been divided by, one value per pixel of all orders; the functions are those of the data before. Null for 1.</param>
    public MultiplicativeContinuum(IReadOnlyList<DetectorPixels> orders, ContinuumBasis basis, double[]? unit = null)
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(basis);
        Functions = basis.Count;
        _first = new int[orders.Count + 1];
        for (int n = 0; n < orders.Count; n++) _first[n + 1] = _first[n] + orders[n].Count;
        _basis = [.. Enumerable.Range(0, Functions).Select(_ => new double[_first[^1]])];
        _column = [.. _basis.Select(column => new double[column.Length])];
        _isUsed = [.. orders.Select(_ => new bool[Functions])];
        _coefficient = [.. orders.Select(_ => new double[Functions])];
        Value = new double[_first[^1]];
        var at = new double[Functions];
        for (int n = 0; n < orders.Count; n++)
        {
            double[] wavelength = orders[n].CenterAngstrom;
            for (int i = 0; i < wavelength.Length; i++)
            {
                basis.At((2 * (wavelength[i] - wavelength[0]) / (wavelength[^1] - wavelength[0])) - 1, at);
                for (int k = 0; k < Functions; k++) _basis[k][_first[n] + i] = unit is null ? at[k] : unit[_first[n] + i] > 0 ? at[k] / unit[_first[n] + i] : 0;
            }
        }
    }

    /// <summary>The number of coefficients of an order.</summary>
    public int Functions { get; }

    /// <summary>The number of coefficients that the last solution really had, of all orders.</summary>
    public int FreedomUsed => _isUsed.Sum(order => order.Count(used => used));

    /// <summary>The continuum of the last solution, one value per pixel of all orders; 0 in an order without data.</summary>
    public double[] Value { get; }

    /// <summary>The coefficients of the last solution.</summary>
    /// <param name="order">The index of the order.</param>
    public IReadOnlyList<double> Coefficients(int order) => _coefficient[order];

    /// <summary>Finds the best continuum for a model.</summary>
    /// <param name="data">One value per pixel.</param>
    /// <param name="rootWeight">The root of every pixel's weight; 0 where a pixel does not count (data and model may be anything there).</param>
    /// <param name="model">One value per pixel.</param>
    /// <param name="residual">Receives (data - continuum x model) x rootWeight, 0 where a pixel does not count.</param>
    public void Solve(ReadOnlySpan<double> data, ReadOnlySpan<double> rootWeight, ReadOnlySpan<double> model, Span<double> residual)
    {
        for (int i = 0; i < residual.Length; i++) residual[i] = rootWeight[i] == 0 ? 0 : rootWeight[i] * data[i];
        for (int n = 0; n < _isUsed.Length; n++) SolveOrder(n, rootWeight, model, residual);
    }

    /// <summary>Takes out of a column what the continuum of the last solution would take up: (1 - Q Q^T) times it.</summary>
    /// <param name="column">One value per pixel, times the root of the weight.</param>
    public void Project(Span<double> column)
    {
        for (int n = 0; n < _isUsed.Length; n++)
        {
            (int first, int length) = (_first[n], _first[n + 1] - _first[n]);
            Span<double> own = column.Slice(first, length);
            for (int k = 0; k < Functions; k++)
            {
                if (_isUsed[n][k]) Subtract(own, _column[k].AsSpan(first, length));
            }
        }
    }

    private void SolveOrder(int n, ReadOnlySpan<double> rootWeight, ReadOnlySpan<double> model, Span<double> residual)
    {
        (int first, int length) = (_first[n], _first[n + 1] - _first[n]);
        Span<double> own = residual.Slice(first, length), value = Value.AsSpan(first, length);

        // upper[j, k] is what of a_k lies along q_j; along[k] what of the data does.
        var upper = new double[Functions, Functions];
        Span<double> along = stackalloc double[Functions];
        for (int k = 0; k < Functions; k++)
        {
            Span<double> column = _column[k].AsSpan(first, length);
            for (int i = 0; i < length; i++)
            {
                double root = rootWeight[first + i];
                column[i] = root == 0 ? 0 : root * _basis[k][first + i] * model[first + i];
            }

            double before = Norm(column);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < k; j++)
                {
                    if (_isUsed[n][j]) upper[j, k] += Subtract(column, _column[j].AsSpan(first, length));
                }
            }

            double left = Norm(column);
            _isUsed[n][k] = left > Independent * before && left > 0;
            if (!_isUsed[n][k]) continue;
            upper[k, k] = left;
            foreach (ref double c in column) c /= left;
            along[k] = Subtract(own, column);
        }

        double[] coefficient = _coefficient[n];
        for (int k = Functions - 1; k >= 0; k--)
        {
            double sum = along[k];
            for (int m = k + 1; m < Functions; m++) sum -= upper[k, m] * coefficient[m];
            coefficient[k] = _isUsed[n][k] ? sum / upper[k, k] : 0;
        }

        for (int i = 0; i < length; i++)
        {
            double sum = 0;
            for (int k = 0; k < Functions; k++) sum += coefficient[k] * _basis[k][first + i];
            value[i] = sum;
        }
    }

    private static double Norm(ReadOnlySpan<double> v)
    {
        double sum = 0;
        foreach (double x in v) sum += x * x;
        return Math.Sqrt(sum);
    }

    // Takes the part along a unit vector out and returns its length.
    private static double Subtract(Span<double> v, ReadOnlySpan<double> unit)
    {
        double along = 0;
        for (int i = 0; i < v.Length; i++) along += v[i] * unit[i];
        for (int i = 0; i < v.Length; i++) v[i] -= along * unit[i];
        return along;
    }
}
