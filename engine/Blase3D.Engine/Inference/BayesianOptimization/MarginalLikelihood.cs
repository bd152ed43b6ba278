using System.Numerics;
using System.Runtime.InteropServices;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Log marginal likelihood of standardised values under a zero-mean Gaussian process, with its analytic gradient in the logarithms
/// of the covariance parameters (Rasmussen and Williams 2006, equations 2.30 and 5.9).
/// </summary>
/// <remarks>Holds the workspace, so a fit allocates nothing per evaluation; one instance belongs to one thread.</remarks>
public sealed class MarginalLikelihood
{
    /// <summary>Variance that is always added to the diagonal, as in the published code.</summary>
    public const double Jitter = 1e-10;

    private readonly int count;
    private readonly int dimension;
    private readonly NoiseModel noise;
    private readonly double[] columns;
    private readonly double[] scaled;
    private readonly double[] values;
    private readonly double[] weights;
    private readonly double[] covariance;
    private readonly double[] slope;
    private readonly double[] inverse;
    private readonly double[] inverseLower;
    private readonly double[] sums;
    private readonly SmallCholesky factor;

    /// <summary>Takes the observations.</summary>
    /// <param name="points">n points, row-major n x d, in the unit cube (any finite numbers are accepted).</param>
    /// <param name="standardizedValues">n values with mean 0 and standard deviation 1.</param>
    /// <param name="dimension">d, at least 1.</param>
    /// <param name="noise">Noise model: decides whether ln noise is the last parameter.</param>
    public MarginalLikelihood(
        ReadOnlySpan<double> points, ReadOnlySpan<double> standardizedValues, int dimension, NoiseModel noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        count = standardizedValues.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(points.Length, count * dimension);
        this.dimension = dimension;
        this.noise = noise;
        factor = new SmallCholesky(count);
        int stride = factor.Stride;
        columns = MaternKernel.ToColumns(points, dimension, stride);
        scaled = new double[columns.Length];
        values = new double[stride];
        standardizedValues.CopyTo(values);
        weights = new double[stride];
        covariance = new double[count * stride];
        slope = new double[count * stride];
        inverse = new double[factor.InverseWorkspaceLength];
        inverseLower = new double[factor.InverseWorkspaceLength];
        sums = new double[(dimension + 1) * stride];
    }

    /// <summary>The log marginal likelihood and, when asked for, its gradient.</summary>
    /// <param name="logarithms">ln constant, ln lengths, and ln noise when it is fitted.</param>
    /// <param name="gradient">Destination of the derivatives by each logarithm; empty when they are not wanted.</param>
    /// <returns>The log likelihood (natural logarithm), or negative infinity when the covariance is not positive definite.</returns>
    public double Evaluate(ReadOnlySpan<double> logarithms, Span<double> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logarithms.Length, dimension + (noise == NoiseModel.Fitted ? 2 : 1));
        var parameters = KernelParameters.FromLogarithms(logarithms, noise);
        MaternKernel.Scale(columns, parameters.LengthScales, scaled);
        FillCovariance(parameters);
        if (!factor.TryFactor())
        {
            gradient.Clear();
            return double.NegativeInfinity;
        }

        values.CopyTo(weights, 0);
        factor.ForwardSolve(weights);
        factor.BackwardSolve(weights);
        double quadratic = 0;
        for (int i = 0; i < count; i++)
        {
            quadratic += values[i] * weights[i];
        }

        if (!gradient.IsEmpty)
        {
            FillGradient(parameters, gradient);
        }

        return (-0.5 * quadratic) - (0.5 * factor.LogDeterminant) - (0.5 * count * Math.Log(2 * Math.PI));
    }

    private void FillCovariance(KernelParameters parameters)
    {
        int stride = factor.Stride;
        int width = Vector<double>.Count;
        for (int i = 0; i < count; i++)
        {
            Span<double> kernelRow = covariance.AsSpan(i * stride, stride);
            Span<double> slopeRow = slope.AsSpan(i * stride, stride);
            int start = i & -width;
            MaternKernel.Row(scaled, stride, dimension, i, start, parameters.Constant, kernelRow, slopeRow);
            kernelRow[count..].Clear();
            slopeRow[count..].Clear();
            kernelRow[..i].Clear();
            slopeRow[..i].Clear();
            kernelRow.CopyTo(factor.Row(i));
            factor.Row(i)[i] = parameters.Constant + parameters.Noise + Jitter;

            // The gradient sums the upper triangle and counts it twice; the diagonal counts once.
            kernelRow[i] = 0.5 * parameters.Constant;
        }
    }

    // d/d theta = 1/2 sum_ij (w_i w_j - Kinv_ij) dK_ij/d theta with w = Kinv y.
    private void FillGradient(KernelParameters parameters, Span<double> gradient)
    {
        factor.Inverse(inverseLower, inverse);
        int stride = factor.Stride;
        Array.Clear(sums);
        var weightVectors = MemoryMarshal.Cast<double, Vector<double>>(weights);
        var scaledVectors = MemoryMarshal.Cast<double, Vector<double>>(scaled);
        var sumVectors = MemoryMarshal.Cast<double, Vector<double>>(sums.AsSpan());
        int vectors = weightVectors.Length;
        double trace = 0;
        for (int i = 0; i < count; i++)
        {
            var kernelRow = MemoryMarshal.Cast<double, Vector<double>>(covariance.AsSpan(i * stride, stride));
            var slopeRow = MemoryMarshal.Cast<double, Vector<double>>(slope.AsSpan(i * stride, stride));
            var inverseRow = MemoryMarshal.Cast<double, Vector<double>>(inverse.AsSpan(i * factor.InverseStride, stride));
            var weight = new Vector<double>(weights[i]);
            trace += (weights[i] * weights[i]) - inverse[(i * factor.InverseStride) + i];
            for (int v = i / Vector<double>.Count; v < vectors; v++)
            {
                var outer = Vector.FusedMultiplyAdd(weight, weightVectors[v], -inverseRow[v]);
                sumVectors[v] = Vector.FusedMultiplyAdd(outer, kernelRow[v], sumVectors[v]);
                var sloped = outer * slopeRow[v];
                for (int k = 0; k < dimension; k++)
                {
                    var difference = scaledVectors[(k * vectors) + v] - new Vector<double>(scaled[(k * stride) + i]);
                    int sum = ((k + 1) * vectors) + v;
                    sumVectors[sum] = Vector.FusedMultiplyAdd(sloped, difference * difference, sumVectors[sum]);
                }
            }
        }

        for (int k = 0; k <= dimension; k++)
        {
            double total = 0;
            for (int j = 0; j < count; j++)
            {
                total += sums[(k * stride) + j];
            }

            gradient[k] = total;
        }

        if (noise == NoiseModel.Fitted)
        {
            gradient[dimension + 1] = 0.5 * parameters.Noise * trace;
        }
    }
}
