using System.Text.Json.Serialization;
using Blase3D.Engine.Reconstruction;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference;

/// <summary>What is assumed of the residuals when errors are derived.</summary>
public enum ResidualModel
{
    /// <summary>Every pixel's variance is one over its weight, and pixels are independent.</summary>
    Independent,

    /// <summary>The residuals themselves say how large they are, and within a block of pixels they may be correlated in any way.</summary>
    Correlated,

    /// <summary>The larger error of the two, parameter by parameter.</summary>
    Larger,
}

/// <summary>The covariance of the axes at the best point.</summary>
/// <remarks>
/// With J the derivative of the residual r, W the weights and L the precisions of Gaussian priors, F = J'WJ + k L is the Fisher information.
/// Independent pixels of variance 1 / w: C = F^-1. Correlated: C = F^-1 [n / (n - D) sum over n = 16 to 64 blocks of (J'Wr)(J'Wr)' + k^2 L] F^-1 (White 1980;
/// Liang and Zeger 1986 for the blocks), so residuals that do not average out over a line, as errors of a model, count as what they are; a block has 100 pixels or more, unless the spectrum is short.
/// k is 1 with weights; without, it is the variance of a pixel. An independent covariance without weights does not exist.
/// What errors of the model do to the parameters is added to C (<see cref="ModelErrorShifts"/>).
/// </remarks>
public sealed class ParameterCovariance
{
    private const int FewestBlocks = 16, MostBlocks = 64, PixelsPerBlock = 100;

    private readonly int _dimensions;

    /// <summary>Takes a covariance over that was computed before.</summary>
    /// <param name="matrix">As <see cref="Matrix"/>.</param>
    /// <param name="error">As <see cref="Error"/>.</param>
    /// <param name="fisher">As <see cref="Fisher"/>.</param>
    /// <param name="constrained">As <see cref="Constrained"/>.</param>
    [JsonConstructor]
    public ParameterCovariance(double[] matrix, double[] error, double[] fisher, int[] constrained)
    {
        ArgumentNullException.ThrowIfNull(error);
        (Matrix, Error, Fisher, Constrained, _dimensions) = (matrix, error, fisher, constrained, error.Length);
    }

    private ParameterCovariance(int dimensions)
    {
        _dimensions = dimensions;
        Matrix = new double[dimensions * dimensions];
        Fisher = new double[dimensions * dimensions];
        Error = new double[dimensions];
        Array.Fill(Matrix, double.NaN);
        Array.Fill(Error, double.NaN);
    }

    /// <summary>The covariance, row by row, D x D; NaN for fixed axes and those that are not constrained.</summary>
    public double[] Matrix { get; }

    /// <summary>The standard errors; NaN like the covariance.</summary>
    public double[] Error { get; }

    /// <summary>The information J'WJ of the spectrum alone, D x D; 0 for fixed axes.</summary>
    public double[] Fisher { get; }

    /// <summary>The axes that have an error.</summary>
    public int[] Constrained { get; private set; } = [];

    /// <summary>The correlation, row by row, D x D; NaN like the covariance.</summary>
    public double[] Correlation
    {
        get
        {
            double[] result = [.. Matrix];
            for (int a = 0; a < _dimensions; a++)
            {
                for (int b = 0; b < _dimensions; b++) result[(a * _dimensions) + b] = a == b && !double.IsNaN(Error[a]) ? 1 : result[(a * _dimensions) + b] / (Error[a] * Error[b]);
            }

            return result;
        }
    }

    /// <summary>No axis is constrained.</summary>
    /// <param name="dimensions">D.</param>
    public static ParameterCovariance None(int dimensions) => new(dimensions);

    /// <summary>The covariance from the residual and its derivatives.</summary>
    /// <param name="residual">Length P; NaN where a pixel does not count.</param>
    /// <param name="jacobian">Its derivative with respect to every free axis, length P each.</param>
    /// <param name="weight">The weights, length P, or null for 1.</param>
    /// <param name="free">The free axes.</param>
    /// <param name="prior">The prior.</param>
    /// <param name="penaltyScale">k.</param>
    /// <param name="model">What is assumed of the residuals.</param>
    /// <param name="modelErrors">Samples of the model's error, or null for none.</param>
    public static ParameterCovariance Of(
        double[] residual, double[][] jacobian, double[]? weight, int[] free, ParameterPrior prior, double penaltyScale, ResidualModel model,
        IReadOnlyList<AxisError>? modelErrors = null)
    {
        ArgumentNullException.ThrowIfNull(residual);
        ArgumentNullException.ThrowIfNull(jacobian);
        ArgumentNullException.ThrowIfNull(free);
        ArgumentNullException.ThrowIfNull(prior);
        var result = new ParameterCovariance(prior.Lower.Count);
        Matrix<double> information = Information(residual, jacobian, weight);
        for (int a = 0; a < free.Length; a++)
        {
            for (int b = 0; b < free.Length; b++) result.Fisher[(free[a] * result._dimensions) + free[b]] = information[a, b];
        }

        double[] precision = [.. free.Select(d => double.IsFinite(prior.Sigma[d]) ? penaltyScale / (prior.Sigma[d] * prior.Sigma[d]) : 0)];
        int counted = residual.Count(r => !double.IsNaN(r));
        double meanWeight = weight is null ? 1 : Enumerable.Range(0, residual.Length).Where(i => !double.IsNaN(residual[i])).Average(i => weight[i]);
        int[] used = [.. Enumerable.Range(0, free.Length).Where(k => precision[k] > 0 || IsConstrained(information[k, k] / meanWeight, counted, prior.Upper[free[k]] - prior.Lower[free[k]]))];
        if (used.Length == 0) return result;

        // In units of each axis' own sensitivity, so that kelvin and dex weigh the same in the inverse.
        double[] scale = [.. used.Select(k => 1 / Math.Sqrt(information[k, k] + precision[k]))];
        Matrix<double> inverse = Matrix<double>.Build.Dense(
            used.Length, used.Length, (a, b) => (information[used[a], used[b]] + (a == b ? precision[used[a]] : 0)) * scale[a] * scale[b]).Inverse();
        Matrix<double> independent = inverse;
        Matrix<double> covariance = independent;
        if (model != ResidualModel.Independent)
        {
            Matrix<double> meat = Meat(residual, jacobian, weight, used, scale);
            for (int a = 0; a < used.Length; a++) meat[a, a] += penaltyScale * precision[used[a]] * scale[a] * scale[a];
            covariance = inverse * meat * inverse;
        }

        if (model == ResidualModel.Larger)
        {
            double[] grow = [.. Enumerable.Range(0, used.Length).Select(a => Math.Sqrt(Math.Max(1, independent[a, a] / covariance[a, a])))];
            covariance = covariance.MapIndexed((a, b, value) => value * grow[a] * grow[b]);
        }

        if (modelErrors is { Count: > 0 })
        {
            // In the units of the axes, as the steps between nodes are.
            Matrix<double> InUnits(Matrix<double> matrix) => matrix.MapIndexed((a, b, value) => value * scale[a] * scale[b]);
            var shifts = new ModelErrorShifts(modelErrors, residual, [.. used.Select(k => jacobian[k])], weight, InUnits(inverse), [.. used.Select(k => free[k])]);
            covariance += shifts.Beside(InUnits(covariance)).MapIndexed((a, b, value) => value / (scale[a] * scale[b]));
        }

        result.Take(covariance, scale, [.. used.Select(k => free[k])]);
        return result;
    }

    private void Take(Matrix<double> covariance, double[] scale, int[] axes)
    {
        for (int a = 0; a < axes.Length; a++)
        {
            double error = scale[a] * Math.Sqrt(Math.Max(0, covariance[a, a]));
            Error[axes[a]] = double.IsFinite(error) ? error : double.NaN;
            for (int b = 0; b < axes.Length; b++)
                Matrix[(axes[a] * _dimensions) + axes[b]] = covariance[a, b] * scale[a] * scale[b];
        }

        Constrained = [.. axes.Where(d => !double.IsNaN(Error[d]))];
    }

    // Derivatives of an axis that changes nothing are not 0 but rounding: over the whole prior they would change the spectrum by less
    // than this.
    private static bool IsConstrained(double sumOfSquares, int pixels, double width)
    {
        const double smallestChange = 1e-9;
        return Math.Sqrt(sumOfSquares / pixels) * width > smallestChange;
    }

    private static Matrix<double> Information(double[] residual, double[][] jacobian, double[]? weight)
    {
        int n = jacobian.Length;
        Matrix<double> information = Matrix<double>.Build.Dense(n, n);
        for (int k = 0; k < n; k++)
        {
            for (int m = 0; m <= k; m++)
            {
                double[] one = jacobian[k], other = jacobian[m];
                double sum = 0;
                for (int i = 0; i < residual.Length; i++)
                {
                    double product = one[i] * other[i];
                    if (!double.IsNaN(residual[i]) && !double.IsNaN(product)) sum += weight is null ? product : weight[i] * product;
                }

                information[k, m] = information[m, k] = sum;
            }
        }

        return information;
    }

    private static Matrix<double> Meat(double[] residual, double[][] jacobian, double[]? weight, int[] used, double[] scale)
    {
        Matrix<double> meat = Matrix<double>.Build.Dense(used.Length, used.Length);
        int wanted = Math.Clamp(residual.Length / PixelsPerBlock, FewestBlocks, MostBlocks), block = Math.Max(1, (residual.Length + wanted - 1) / wanted), blocks = 0;
        for (int first = 0; first < residual.Length; first += block, blocks++)
        {
            Vector<double> score = Score(residual, residual, jacobian, weight, used, scale, first, Math.Min(residual.Length, first + block));
            meat += score.OuterProduct(score);
        }

        return meat * (blocks > used.Length ? (double)blocks / (blocks - used.Length) : double.NaN);
    }

    // J'W times some values over the pixels [first, end) that count.
    private static Vector<double> Score(double[] values, double[] residual, double[][] jacobian, double[]? weight, int[] used, double[] scale, int first, int end)
    {
        var score = Vector<double>.Build.Dense(used.Length);
        for (int a = 0; a < used.Length; a++)
        {
            double[] slopes = jacobian[used[a]];
            double sum = 0;
            for (int i = first; i < end; i++)
            {
                double slope = slopes[i];
                if (!double.IsNaN(residual[i]) && !double.IsNaN(slope)) sum += scale[a] * (weight is null ? 1 : weight[i]) * slope * values[i];
            }

            score[a] = sum;
        }

        return score;
    }
}
