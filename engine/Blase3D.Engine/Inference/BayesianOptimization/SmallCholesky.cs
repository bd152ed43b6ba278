using System.Numerics;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Cholesky factor A = L L^T of one symmetric positive definite matrix of order up to a few hundred, with the solves and the
/// inverse that a Gaussian process needs.
/// </summary>
/// <remarks>
/// The lanes of a vector always hold independent elements and never parts of one sum, and every product is a fused
/// multiply-add: an element goes through the same operations in the same order whatever the vector width, so the results do not
/// depend on it. Right-looking, four rows at a time (Golub and Van Loan, Matrix Computations, section 4.2).
/// An instance is a workspace for one thread; it can be filled and factored again.
/// </remarks>
public sealed unsafe partial class SmallCholesky
{
    /// <summary>Rows are padded to a multiple of this many doubles, which every vector width divides.</summary>
    internal const int Padding = 8;

    /// <summary>Right-hand sides that <see cref="ForwardSolveBlock"/> takes at once.</summary>
    internal const int BlockWidth = 32;

    // upper holds A, then U = L^T; lower holds L, so that both triangular solves run along contiguous rows.
    private readonly double[] upper;
    private readonly double[] lower;
    private readonly double[] inverseDiagonal;

    /// <summary>Reserves the space for a matrix.</summary>
    /// <param name="order">Number of rows and columns, at least 1.</param>
    public SmallCholesky(int order)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        Order = order;
        Stride = PadTo(order, Padding);
        upper = new double[order * Stride];
        lower = new double[order * Stride];
        inverseDiagonal = new double[order];
    }

    /// <summary>Number of rows and columns.</summary>
    public int Order { get; }

    /// <summary>Length of a row with its padding; vectors handed to the solves have this length.</summary>
    public int Stride { get; }

    /// <summary>Natural logarithm of the determinant of A, valid after a successful <see cref="TryFactor"/>.</summary>
    public double LogDeterminant { get; private set; }

    /// <summary>
    /// Row i of A to be filled before <see cref="TryFactor"/>: columns i..<see cref="Order"/>-1 are read, earlier ones are
    /// ignored, and the padding must stay zero.
    /// </summary>
    /// <param name="i">Row, 0..<see cref="Order"/>-1.</param>
    /// <returns>A writable row of <see cref="Stride"/> values.</returns>
    public Span<double> Row(int i) => upper.AsSpan(i * Stride, Stride);

    /// <summary>Factors the matrix that the rows hold, in place.</summary>
    /// <returns>False when a pivot is not positive and finite: the matrix is not positive definite in double precision.</returns>
    public bool TryFactor()
    {
        LogDeterminant = 0;
        fixed (double* u = upper)
        {
            for (int panel = 0; panel < Order; panel += 4)
            {
                int end = Math.Min(panel + 4, Order);
                for (int k = panel; k < end; k++)
                {
                    for (int p = panel; p < k; p++)
                    {
                        SubtractRow(u + (p * Stride), u + (k * Stride), k);
                    }

                    if (!TryScalePivotRow(u + (k * Stride), k))
                    {
                        return false;
                    }
                }

                // Only a full panel has rows left below it.
                for (int i = end; i < Order; i++)
                {
                    SubtractFourRows(u + (panel * Stride), u + (i * Stride), i);
                }
            }
        }

        StoreTriangles();
        return true;
    }

    /// <summary>Solves L v = b in place.</summary>
    /// <param name="values">b on entry, v on return; length <see cref="Stride"/>, the padding is left as it is.</param>
    public void ForwardSolve(Span<double> values) => EliminateAlong(upper, values, 0, Order, 1);

    /// <summary>Solves L^T w = v in place.</summary>
    /// <param name="values">v on entry, w on return; length <see cref="Stride"/>, the padding is left as it is.</param>
    public void BackwardSolve(Span<double> values) => EliminateAlong(lower, values, Order - 1, -1, -1);

    internal static int PadTo(int count, int multiple) => (count + multiple - 1) / multiple * multiple;

    // Finds one unknown after the other and takes it out of the unknowns that remain. Row i of the triangle is zero on the side of
    // the unknowns found before, so whole vectors can be updated; only the unknown itself has to be put back.
    private void EliminateAlong(double[] triangle, Span<double> values, int first, int end, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Stride);
        int width = Vector<double>.Count;
        fixed (double* t = triangle, v = values)
        {
            for (int i = first; i != end; i += step)
            {
                double found = v[i] * inverseDiagonal[i];
                var factor = new Vector<double>(-found);
                double* row = t + (i * Stride);
                int from = step > 0 ? i & -width : 0;
                int to = step > 0 ? Stride : i + 1;
                for (int j = from; j < to; j += width)
                {
                    Vector.Store(Vector.FusedMultiplyAdd(factor, Vector.Load(row + j), Vector.Load(v + j)), v + j);
                }

                v[i] = found;
            }
        }
    }

    private void SubtractRow(double* source, double* target, int column)
    {
        int width = Vector<double>.Count;
        var factor = new Vector<double>(-source[column]);
        for (int j = column & -width; j < Stride; j += width)
        {
            Vector.Store(Vector.FusedMultiplyAdd(factor, Vector.Load(source + j), Vector.Load(target + j)), target + j);
        }
    }

    private void SubtractFourRows(double* source, double* target, int column)
    {
        int width = Vector<double>.Count;
        double* a = source, b = a + Stride, c = b + Stride, d = c + Stride;
        var factorA = new Vector<double>(-a[column]);
        var factorB = new Vector<double>(-b[column]);
        var factorC = new Vector<double>(-c[column]);
        var factorD = new Vector<double>(-d[column]);
        for (int j = column & -width; j < Stride; j += width)
        {
            var sum = Vector.FusedMultiplyAdd(factorA, Vector.Load(a + j), Vector.Load(target + j));
            sum = Vector.FusedMultiplyAdd(factorB, Vector.Load(b + j), sum);
            sum = Vector.FusedMultiplyAdd(factorC, Vector.Load(c + j), sum);
            sum = Vector.FusedMultiplyAdd(factorD, Vector.Load(d + j), sum);
            Vector.Store(sum, target + j);
        }
    }

    private bool TryScalePivotRow(double* row, int k)
    {
        double pivot = row[k];
        if (!(pivot > 0) || !double.IsFinite(pivot))
        {
            return false;
        }

        LogDeterminant += Math.Log(pivot);
        double root = Math.Sqrt(pivot);
        inverseDiagonal[k] = 1 / root;
        for (int j = k; j < Order; j++)
        {
            row[j] *= inverseDiagonal[k];
        }

        row[k] = root;
        return true;
    }

    private void StoreTriangles()
    {
        for (int i = 0; i < Order; i++)
        {
            upper.AsSpan(i * Stride, i).Clear();
            for (int j = 0; j <= i; j++)
            {
                lower[(i * Stride) + j] = upper[(j * Stride) + i];
            }
        }
    }
}
