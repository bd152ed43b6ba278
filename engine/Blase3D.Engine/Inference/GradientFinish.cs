using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference;

/// <summary>
/// Levenberg-Marquardt on the residual spectrum, within the prior, with the Jacobian by central differences; and the covariance at a point.
/// </summary>
public sealed class GradientFinish
{
    /// <summary>The step of a difference as a share of the prior's width is at most this.</summary>
    private const double LargestStepShare = 0.01;

    private const int MaxIterations = 30;
    private const int CovarianceBlocks = 64;

    private readonly SpectrumObjective _objective;
    private readonly ParameterPrior _prior;
    private readonly int[] _free;
    private readonly double[] _step;

    /// <summary>Prepares the search.</summary>
    /// <param name="objective">The misfit.</param>
    /// <param name="prior">The bounds.</param>
    /// <param name="cellWidth">The typical distance of two nodes along every axis; differences step a fiftieth of it.</param>
    public GradientFinish(SpectrumObjective objective, ParameterPrior prior, IReadOnlyList<double> cellWidth)
    {
        ArgumentNullException.ThrowIfNull(prior);
        (_objective, _prior, _free) = (objective, prior, prior.FreeAxes);
        _step = [.. _free.Select(d => Math.Min(0.02 * cellWidth[d], LargestStepShare * (prior.Upper[d] - prior.Lower[d])))];
    }

    /// <summary>Goes downhill from a point until the step is below a thousandth of the expected error, or nothing improves.</summary>
    /// <param name="start">Within the prior.</param>
    /// <returns>The best point and its root mean square (NaN when the start's cell lacks a node).</returns>
    public (double[] Point, double Rms) Descend(ReadOnlySpan<double> start)
    {
        double[] best = start.ToArray();
        double bestRms = _objective.Rms(best);
        double damping = 1e-3;
        for (int iteration = 0; iteration < MaxIterations && double.IsFinite(bestRms); iteration++)
        {
            if (Derivatives(best) is not { } derivatives) break;
            (double[] residual, double[][] jacobian) = derivatives;
            (Matrix<double> normal, Vector<double> slope) = NormalEquations(residual, jacobian);
            bool improved = false;
            double[] expectedError = ExpectedError(normal, bestRms);
            double largestStep = double.PositiveInfinity;
            for (int attempt = 0; attempt < 8 && !improved; attempt++)
            {
                double[] candidate = Step(best, normal, slope, damping);
                largestStep = Enumerable.Range(0, _free.Length).Max(k => Math.Abs(candidate[_free[k]] - best[_free[k]]) / expectedError[k]);
                double rms = _objective.Rms(candidate);
                improved = rms < bestRms;
                damping = improved ? Math.Max(damping * 0.2, 1e-9) : damping * 8;
                if (improved) (best, bestRms) = (candidate, rms);
                else if (largestStep < 1e-3) break;
            }

            if (!improved || largestStep < 1e-3) break;
        }

        return (best, bestRms);
    }

    /// <summary>The standard error of every axis at a point, see <see cref="InferenceResult.Error"/>.</summary>
    /// <param name="point">Within the prior.</param>
    /// <returns>One value per axis; NaN for a fixed axis or one the spectrum does not constrain.</returns>
    public double[] StandardErrors(ReadOnlySpan<double> point)
    {
        var errors = new double[point.Length];
        Array.Fill(errors, double.NaN);
        if (_free.Length == 0 || Derivatives(point.ToArray()) is not { } derivatives) return errors;
        (double[] residual, double[][] jacobian) = derivatives;
        (Matrix<double> normal, _) = NormalEquations(residual, jacobian);
        int counted = residual.Count(r => !double.IsNaN(r));
        int[] used = [.. Enumerable.Range(0, _free.Length).Where(k => IsConstrained(normal[k, k], counted, k))];
        if (used.Length == 0) return errors;

        // In units of each axis' own sensitivity, so that kelvin and dex weigh the same in the inverse.
        double[] scale = [.. used.Select(k => 1 / Math.Sqrt(normal[k, k]))];
        Matrix<double> inverse =
            Matrix<double>.Build.Dense(used.Length, used.Length, (a, b) => normal[used[a], used[b]] * scale[a] * scale[b]).Inverse();
        Matrix<double> meat = Matrix<double>.Build.Dense(used.Length, used.Length);
        int block = Math.Max(1, (residual.Length + CovarianceBlocks - 1) / CovarianceBlocks), blocks = 0;
        for (int first = 0; first < residual.Length; first += block, blocks++)
        {
            var score = Vector<double>.Build.Dense(used.Length);
            for (int i = first; i < Math.Min(residual.Length, first + block); i++)
            {
                if (double.IsNaN(residual[i])) continue;
                for (int a = 0; a < used.Length; a++) score[a] += scale[a] * jacobian[used[a]][i] * residual[i];
            }

            meat += score.OuterProduct(score);
        }

        double smallSample = blocks > used.Length ? (double)blocks / (blocks - used.Length) : double.NaN;
        Matrix<double> covariance = inverse * meat * inverse * smallSample;
        for (int a = 0; a < used.Length; a++)
        {
            double error = scale[a] * Math.Sqrt(Math.Max(0, covariance[a, a]));
            errors[_free[used[a]]] = double.IsFinite(error) ? error : double.NaN;
        }

        return errors;
    }

    // Derivatives of an axis that changes nothing are not 0 but rounding: over the whole prior they would change the spectrum by less
    // than this.
    private bool IsConstrained(double sumOfSquares, int pixels, int free)
    {
        const double smallestChange = 1e-9;
        double width = _prior.Upper[_free[free]] - _prior.Lower[_free[free]];
        return Math.Sqrt(sumOfSquares / pixels) * width > smallestChange;
    }

    // The residual at the point and its derivative along every free axis; NaN pixels stay NaN.
    private (double[] Residual, double[][] Jacobian)? Derivatives(double[] point)
    {
        var jacobian = new double[_free.Length][];
        for (int k = 0; k < _free.Length; k++)
        {
            int d = _free[k];
            double[] above = [.. point], below = [.. point];
            above[d] = Math.Min(point[d] + _step[k], _prior.Upper[d]);
            below[d] = Math.Max(point[d] - _step[k], _prior.Lower[d]);
            if (!_objective.TryResidual(above, out double[] high)) return null;
            jacobian[k] = [.. high];
            if (!_objective.TryResidual(below, out double[] low)) return null;
            double inverse = 1 / (above[d] - below[d]);
            for (int i = 0; i < low.Length; i++) jacobian[k][i] = (jacobian[k][i] - low[i]) * inverse;
        }

        return _objective.TryResidual(point, out double[] residual) ? ([.. residual], jacobian) : null;
    }

    private static (Matrix<double> Normal, Vector<double> Slope) NormalEquations(double[] residual, double[][] jacobian)
    {
        int n = jacobian.Length;
        Matrix<double> normal = Matrix<double>.Build.Dense(n, n);
        Vector<double> slope = Vector<double>.Build.Dense(n);
        for (int i = 0; i < residual.Length; i++)
        {
            if (double.IsNaN(residual[i])) continue;
            for (int k = 0; k < n; k++)
            {
                double j = jacobian[k][i];
                if (double.IsNaN(j)) continue;
                slope[k] += j * residual[i];
                for (int m = 0; m <= k; m++)
                {
                    double other = jacobian[m][i];
                    if (!double.IsNaN(other)) normal[k, m] += j * other;
                }
            }
        }

        for (int k = 0; k < n; k++)
        {
            for (int m = k + 1; m < n; m++) normal[k, m] = normal[m, k];
        }

        return (normal, slope);
    }

    private double[] ExpectedError(Matrix<double> normal, double rms) =>
        [.. Enumerable.Range(0, _free.Length).Select(k => normal[k, k] > 0 ? rms / Math.Sqrt(normal[k, k]) : _step[k])];

    private double[] Step(double[] from, Matrix<double> normal, Vector<double> slope, double damping)
    {
        Matrix<double> damped = normal.Clone();
        for (int k = 0; k < _free.Length; k++) damped[k, k] += damping * Math.Max(normal[k, k], double.Epsilon) + 1e-300;
        Vector<double> step = damped.Solve(-slope);
        double[] to = [.. from];
        for (int k = 0; k < _free.Length; k++)
        {
            int d = _free[k];
            if (double.IsFinite(step[k])) to[d] = Math.Clamp(from[d] + step[k], _prior.Lower[d], _prior.Upper[d]);
        }

        return to;
    }
}
