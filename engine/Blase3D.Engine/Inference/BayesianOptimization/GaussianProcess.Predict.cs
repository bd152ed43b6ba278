using System.Numerics;
using System.Runtime.InteropServices;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>Posterior of the noise-free function at one point.</summary>
/// <param name="Mean">Expected value, in the units of the values.</param>
/// <param name="Sigma">Standard deviation, in the units of the values, 0 or above.</param>
public readonly record struct Prediction(double Mean, double Sigma);

// The posterior at one point with its gradient, and at many points at once.
public sealed partial class GaussianProcess
{
    // A multiple of the block's width.
    private const int PointsPerPiece = 16 * SmallCholesky.BlockWidth;

    private readonly double[] kernelRow;
    private readonly double[] slopeRow;
    private readonly double[] solution;
    private readonly double[] block;
    private readonly double[] candidateColumns;

    /// <summary>Mean and standard deviation at a point.</summary>
    /// <param name="point">d coordinates, in the units of the conditioning points.</param>
    /// <returns>The posterior.</returns>
    public Prediction Predict(ReadOnlySpan<double> point) => Predict(point, default, default);

    /// <summary>Mean and standard deviation at a point, and their gradients.</summary>
    /// <param name="point">d coordinates, in the units of the conditioning points.</param>
    /// <param name="meanGradient">Destination of the d derivatives of the mean by the coordinates; empty: not wanted.</param>
    /// <param name="sigmaGradient">Destination of those of the standard deviation (0 where it is 0); empty: not wanted.</param>
    /// <returns>The posterior.</returns>
    public Prediction Predict(ReadOnlySpan<double> point, Span<double> meanGradient, Span<double> sigmaGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(point.Length, Dimension);
        Span<double> position = stackalloc double[Dimension];
        for (int k = 0; k < Dimension; k++)
        {
            position[k] = point[k] / Parameters.LengthScales[k];
        }

        MaternKernel.Row(scaled, position, 0, Parameters.Constant, kernelRow, slopeRow);
        double mean = 0;
        for (int i = 0; i < Count; i++)
        {
            mean += kernelRow[i] * weights[i];
        }

        kernelRow.CopyTo(solution, 0);
        factor.ForwardSolve(solution);
        double explained = 0;
        for (int i = 0; i < Count; i++)
        {
            explained += solution[i] * solution[i];
        }

        double sigma = Math.Sqrt(Math.Max(Parameters.Constant - explained, 0));
        if (!meanGradient.IsEmpty)
        {
            FillGradient(position, weights, -Scaling.Sigma, meanGradient);
        }

        // sigma^2 = c - k^T Kinv k, so that its gradient is -(Kinv k)^T dk/dx / sigma.
        if (!sigmaGradient.IsEmpty && sigma > 0)
        {
            factor.BackwardSolve(solution);
            FillGradient(position, solution, Scaling.Sigma / sigma, sigmaGradient);
        }
        else
        {
            sigmaGradient.Clear();
        }

        return new Prediction((mean * Scaling.Sigma) + Scaling.Mean, sigma * Scaling.Sigma);
    }

    /// <summary>Mean and standard deviation at many points; the same numbers as one by one, to rounding.</summary>
    /// <param name="points">m points, row-major m x d.</param>
    /// <param name="means">Destination of the m means, in the units of the values.</param>
    /// <param name="sigmas">Destination of the m standard deviations, in the units of the values.</param>
    public void PredictMany(ReadOnlySpan<double> points, Span<double> means, Span<double> sigmas)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(points.Length, means.Length * Dimension);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sigmas.Length, means.Length);
        for (int first = 0; first < means.Length; first += SmallCholesky.BlockWidth)
        {
            int taken = Math.Min(SmallCholesky.BlockWidth, means.Length - first);
            PredictBlock(points.Slice(first * Dimension, taken * Dimension), means.Slice(first, taken), sigmas.Slice(first, taken));
        }
    }

    /// <summary>As <see cref="PredictMany(ReadOnlySpan{double}, Span{double}, Span{double})"/>, on several threads; the same numbers bit for bit.</summary>
    /// <param name="points">m points, row-major m x d.</param>
    /// <param name="means">Destination of the m means, in the units of the values.</param>
    /// <param name="sigmas">Destination of the m standard deviations, in the units of the values.</param>
    /// <param name="workers">The threads.</param>
    public void PredictMany(double[] points, double[] means, double[] sigmas, Workers workers)
    {
        workers.For((means.Length + PointsPerPiece - 1) / PointsPerPiece, piece =>
        {
            int first = piece * PointsPerPiece, taken = Math.Min(PointsPerPiece, means.Length - first);
            Fork().PredictMany(points.AsSpan(first * Dimension, taken * Dimension), means.AsSpan(first, taken), sigmas.AsSpan(first, taken));
        });
    }

    /// <summary>The same posterior with a workspace of its own, so that another thread can ask it.</summary>
    public GaussianProcess Fork() => new(this);

    private void PredictBlock(ReadOnlySpan<double> points, Span<double> means, Span<double> sigmas)
    {
        const int Width = SmallCholesky.BlockWidth;
        for (int c = 0; c < means.Length; c++)
        {
            for (int k = 0; k < Dimension; k++)
            {
                candidateColumns[(k * Width) + c] = points[(c * Dimension) + k] / Parameters.LengthScales[k];
            }
        }

        Span<double> blockMeans = stackalloc double[Width];
        Span<double> explained = stackalloc double[Width];
        blockMeans.Clear();
        explained.Clear();
        var meanVectors = MemoryMarshal.Cast<double, Vector<double>>(blockMeans);
        var explainedVectors = MemoryMarshal.Cast<double, Vector<double>>(explained);
        MaternKernel.Block(candidateColumns, scaled, Dimension, Parameters.Constant, block);
        var blockVectors = MemoryMarshal.Cast<double, Vector<double>>(block.AsSpan());
        for (int i = 0; i < Count; i++)
        {
            var weight = new Vector<double>(weights[i]);
            for (int v = 0; v < meanVectors.Length; v++)
            {
                meanVectors[v] = Vector.FusedMultiplyAdd(weight, blockVectors[(i * meanVectors.Length) + v], meanVectors[v]);
            }
        }

        factor.ForwardSolveBlock(block);
        for (int i = 0; i < blockVectors.Length; i += explainedVectors.Length)
        {
            for (int v = 0; v < explainedVectors.Length; v++)
            {
                var solved = blockVectors[i + v];
                explainedVectors[v] = Vector.FusedMultiplyAdd(solved, solved, explainedVectors[v]);
            }
        }

        for (int c = 0; c < means.Length; c++)
        {
            means[c] = (blockMeans[c] * Scaling.Sigma) + Scaling.Mean;
            sigmas[c] = Math.Sqrt(Math.Max(Parameters.Constant - explained[c], 0)) * Scaling.Sigma;
        }
    }

    // scale * sum_i factor_i slope_i (x_k - X_ik) / l_k
    private void FillGradient(ReadOnlySpan<double> position, double[] factors, double scale, Span<double> gradient)
    {
        for (int k = 0; k < Dimension; k++)
        {
            double sum = 0;
            int column = k * factor.Stride;
            for (int i = 0; i < Count; i++)
            {
                sum += factors[i] * slopeRow[i] * (position[k] - scaled[column + i]);
            }

            gradient[k] = scale * sum / Parameters.LengthScales[k];
        }
    }
}
