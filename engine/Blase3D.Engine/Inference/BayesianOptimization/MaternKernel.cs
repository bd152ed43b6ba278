using System.Numerics;
using System.Runtime.InteropServices;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Rows of the Matern 5/2 covariance c (1 + s + s^2/3) exp(-s), s = sqrt(5) r, and of the factor c (5/3) (1 + s) exp(-s) that all
/// its derivatives share: dk/d ln l_k = factor d_k^2 and dk/dx_k = -factor d_k / l_k with d_k = (x_k - x'_k) / l_k.
/// </summary>
internal static class MaternKernel
{
    private static readonly double SqrtFive = Math.Sqrt(5);

    /// <summary>Turns row-major points into one padded column per dimension.</summary>
    public static double[] ToColumns(ReadOnlySpan<double> points, int dimension, int stride)
    {
        var columns = new double[dimension * stride];
        for (int i = 0; i < points.Length / dimension; i++)
        {
            for (int k = 0; k < dimension; k++)
            {
                columns[(k * stride) + i] = points[(i * dimension) + k];
            }
        }

        return columns;
    }

    /// <summary>Divides each column by its length scale.</summary>
    public static void Scale(ReadOnlySpan<double> columns, ReadOnlySpan<double> lengths, Span<double> scaled)
    {
        int stride = columns.Length / lengths.Length;
        for (int k = 0; k < lengths.Length; k++)
        {
            for (int i = k * stride; i < (k + 1) * stride; i++)
            {
                scaled[i] = columns[i] / lengths[k];
            }
        }
    }

    /// <summary>Covariance of point i with points from <paramref name="start"/> (a multiple of the vector width) on.</summary>
    public static void Row(
        ReadOnlySpan<double> scaled, int stride, int dimension, int i, int start, double constant, Span<double> kernel, Span<double> slope)
    {
        Span<double> point = stackalloc double[dimension];
        for (int k = 0; k < dimension; k++)
        {
            point[k] = scaled[(k * stride) + i];
        }

        Row(scaled, point, start, constant, kernel, slope);
    }

    /// <summary>Covariance of a point (already divided by the lengths) with the points of the columns.</summary>
    public static void Row(
        ReadOnlySpan<double> scaled, ReadOnlySpan<double> point, int start, double constant, Span<double> kernel, Span<double> slope)
    {
        var columns = MemoryMarshal.Cast<double, Vector<double>>(scaled);
        var kernelVectors = MemoryMarshal.Cast<double, Vector<double>>(kernel);
        var slopeVectors = MemoryMarshal.Cast<double, Vector<double>>(slope);
        int vectors = kernelVectors.Length;
        for (int v = start / Vector<double>.Count; v < vectors; v++)
        {
            Vector<double> square = default;
            for (int k = 0; k < point.Length; k++)
            {
                var difference = columns[(k * vectors) + v] - new Vector<double>(point[k]);
                square = Vector.FusedMultiplyAdd(difference, difference, square);
            }

            var s = Vector.SquareRoot(square) * SqrtFive;
            var decay = Vector.Exp(-s) * constant;
            var linear = Vector<double>.One + s;
            kernelVectors[v] = decay * Vector.FusedMultiplyAdd(s, s * (1.0 / 3), linear);
            slopeVectors[v] = decay * linear * (5.0 / 3);
        }
    }

    /// <summary>Covariance of each row point with 32 candidates: row i of the block holds those of point i.</summary>
    public static void Block(
        ReadOnlySpan<double> candidateColumns, ReadOnlySpan<double> scaled, int dimension, double constant, Span<double> block)
    {
        var columns = MemoryMarshal.Cast<double, Vector<double>>(candidateColumns);
        var target = MemoryMarshal.Cast<double, Vector<double>>(block);
        int vectors = columns.Length / dimension;
        int stride = scaled.Length / dimension;
        for (int row = 0; row < target.Length; row += vectors)
        {
            int i = row / vectors;
            for (int v = 0; v < vectors; v++)
            {
                Vector<double> square = default;
                for (int k = 0; k < dimension; k++)
                {
                    var difference = columns[(k * vectors) + v] - new Vector<double>(scaled[(k * stride) + i]);
                    square = Vector.FusedMultiplyAdd(difference, difference, square);
                }

                var s = Vector.SquareRoot(square) * SqrtFive;
                target[row + v] = Vector.Exp(-s) * constant * Vector.FusedMultiplyAdd(s, s * (1.0 / 3), Vector<double>.One + s);
            }
        }
    }
}
