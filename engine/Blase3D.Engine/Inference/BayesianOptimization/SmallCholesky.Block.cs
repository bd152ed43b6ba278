using System.Numerics;

namespace Blase3D.Engine.Inference.BayesianOptimization;

// Many right-hand sides at once: posterior variances of candidates, and the inverse.
public sealed unsafe partial class SmallCholesky
{
    /// <summary>Solves L V = B in place for 32 right-hand sides.</summary>
    /// <param name="block">B on entry, V on return; row i (one per row of L) holds the 32 right-hand sides' elements i.</param>
    public void ForwardSolveBlock(Span<double> block)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(block.Length, Order * BlockWidth);
        fixed (double* values = block)
        {
            ForwardSolveColumns(values, BlockWidth, BlockWidth, 0);
        }
    }

    /// <summary>Upper triangle of the inverse of A.</summary>
    /// <param name="inverseLower">Workspace for L^-1, of at least <see cref="InverseWorkspaceLength"/> values.</param>
    /// <param name="inverse">
    /// Destination, <see cref="Order"/> rows of <see cref="InverseStride"/> values; row i is right from column i on, zero beyond
    /// the order, and unspecified before column i.
    /// </param>
    public void Inverse(Span<double> inverseLower, Span<double> inverse)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inverseLower.Length, InverseWorkspaceLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(inverse.Length, InverseWorkspaceLength);
        int stride = InverseStride;
        inverseLower[..InverseWorkspaceLength].Clear();
        fixed (double* g = inverseLower, target = inverse)
        {
            for (int i = 0; i < Order; i++)
            {
                g[(i * stride) + i] = 1;
            }

            for (int column = 0; column < Order; column += BlockWidth)
            {
                ForwardSolveColumns(g + column, stride, BlockWidth, column);
            }

            for (int a = 0; a < Order; a++)
            {
                MultiplyColumn(g, target + (a * stride), a);
            }
        }
    }

    /// <summary>Length of a row of the inverse.</summary>
    public int InverseStride => PadTo(Order, BlockWidth);

    /// <summary>Length of the two arrays that <see cref="Inverse"/> takes.</summary>
    public int InverseWorkspaceLength => Order * InverseStride;

    // Row a of A^-1 = G^T G with G = L^-1: sum over i of G[i,a] G[i,b]. G[i,b] is zero for i < b.
    private void MultiplyColumn(double* g, double* target, int a)
    {
        int width = Vector<double>.Count;
        int stride = InverseStride;
        int span = 4 * width;
        for (int column = a / span * span; column < stride; column += span)
        {
            Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int i = Math.Max(a, column); i < Order; i++)
            {
                double* row = g + (i * stride) + column;
                var factor = new Vector<double>(g[(i * stride) + a]);
                s0 = Vector.FusedMultiplyAdd(factor, Vector.Load(row), s0);
                s1 = Vector.FusedMultiplyAdd(factor, Vector.Load(row + width), s1);
                s2 = Vector.FusedMultiplyAdd(factor, Vector.Load(row + (2 * width)), s2);
                s3 = Vector.FusedMultiplyAdd(factor, Vector.Load(row + (3 * width)), s3);
            }

            Vector.Store(s0, target + column);
            Vector.Store(s1, target + column + width);
            Vector.Store(s2, target + column + (2 * width));
            Vector.Store(s3, target + column + (3 * width));
        }
    }

    // Two rows times four vectors: eight sums stay in registers, and each loaded vector is used twice. Rows before firstRow are zero.
    private void ForwardSolveColumns(double* values, int stride, int columns, int firstRow)
    {
        int width = Vector<double>.Count;
        fixed (double* l = lower)
        {
            for (int column = 0; column < columns; column += 4 * width)
            {
                double* v = values + column;
                int i = firstRow;
                for (; i + 1 < Order; i += 2)
                {
                    double* lowerA = l + (i * Stride), lowerB = lowerA + Stride;
                    double* targetA = v + (i * stride), targetB = targetA + stride;
                    Vector<double> a0 = Vector.Load(targetA), a1 = Vector.Load(targetA + width);
                    Vector<double> a2 = Vector.Load(targetA + (2 * width)), a3 = Vector.Load(targetA + (3 * width));
                    Vector<double> b0 = Vector.Load(targetB), b1 = Vector.Load(targetB + width);
                    Vector<double> b2 = Vector.Load(targetB + (2 * width)), b3 = Vector.Load(targetB + (3 * width));
                    double* row = v + (firstRow * stride);
                    for (int j = firstRow; j < i; j++, row += stride)
                    {
                        var factorA = new Vector<double>(-lowerA[j]);
                        var factorB = new Vector<double>(-lowerB[j]);
                        Vector<double> x0 = Vector.Load(row), x1 = Vector.Load(row + width);
                        a0 = Vector.FusedMultiplyAdd(factorA, x0, a0);
                        b0 = Vector.FusedMultiplyAdd(factorB, x0, b0);
                        a1 = Vector.FusedMultiplyAdd(factorA, x1, a1);
                        b1 = Vector.FusedMultiplyAdd(factorB, x1, b1);
                        Vector<double> x2 = Vector.Load(row + (2 * width)), x3 = Vector.Load(row + (3 * width));
                        a2 = Vector.FusedMultiplyAdd(factorA, x2, a2);
                        b2 = Vector.FusedMultiplyAdd(factorB, x2, b2);
                        a3 = Vector.FusedMultiplyAdd(factorA, x3, a3);
                        b3 = Vector.FusedMultiplyAdd(factorB, x3, b3);
                    }

                    var scaleA = new Vector<double>(inverseDiagonal[i]);
                    var scaleB = new Vector<double>(inverseDiagonal[i + 1]);
                    var last = new Vector<double>(-lowerB[i]);
                    a0 *= scaleA;
                    a1 *= scaleA;
                    a2 *= scaleA;
                    a3 *= scaleA;
                    StoreFour(a0, a1, a2, a3, targetA, width);
                    b0 = Vector.FusedMultiplyAdd(last, a0, b0) * scaleB;
                    b1 = Vector.FusedMultiplyAdd(last, a1, b1) * scaleB;
                    b2 = Vector.FusedMultiplyAdd(last, a2, b2) * scaleB;
                    b3 = Vector.FusedMultiplyAdd(last, a3, b3) * scaleB;
                    StoreFour(b0, b1, b2, b3, targetB, width);
                }

                if (i < Order)
                {
                    SolveLastRow(l + (i * Stride), v, stride, firstRow, i);
                }
            }
        }
    }

    private void SolveLastRow(double* lowerRow, double* v, int stride, int firstRow, int i)
    {
        int width = Vector<double>.Count;
        double* target = v + (i * stride);
        var scale = new Vector<double>(inverseDiagonal[i]);
        for (int offset = 0; offset < 4 * width; offset += width)
        {
            var sum = Vector.Load(target + offset);
            for (int j = firstRow; j < i; j++)
            {
                sum = Vector.FusedMultiplyAdd(new Vector<double>(-lowerRow[j]), Vector.Load(v + (j * stride) + offset), sum);
            }

            Vector.Store(sum * scale, target + offset);
        }
    }

    private static void StoreFour(
        Vector<double> v0, Vector<double> v1, Vector<double> v2, Vector<double> v3, double* target, int width)
    {
        Vector.Store(v0, target);
        Vector.Store(v1, target + width);
        Vector.Store(v2, target + (2 * width));
        Vector.Store(v3, target + (3 * width));
    }
}
