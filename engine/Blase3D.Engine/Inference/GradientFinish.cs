using Blase3D.Engine.Grids;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference;

/// <summary>
/// Levenberg-Marquardt on the residual spectrum, within the prior, with the Jacobian by differences; and the covariance at a point.
/// </summary>
/// <remarks>
/// A multilinear manifold is smooth inside a cell of the grid and has a crease at every plane of nodes, at which a descent would stick.
/// So it goes down inside one cell, and from a minimum on the cell's border on into the neighbouring cell, as long as that improves.
/// </remarks>
public sealed class GradientFinish
{
    /// <summary>The step of a difference as a share of the cell's width.</summary>
    private const double StepShare = 0.02;

    private const int MaxIterations = 30;
    private const int MaxCells = 20;
    private const int CovarianceBlocks = 64;

    private readonly SpectrumObjective _objective;
    private readonly ParameterPrior _prior;
    private readonly RectilinearAxes _axes;
    private readonly int[] _free;

    /// <summary>Prepares the search.</summary>
    /// <param name="objective">The misfit.</param>
    /// <param name="prior">The bounds.</param>
    /// <param name="axes">The lattice of the manifold.</param>
    public GradientFinish(SpectrumObjective objective, ParameterPrior prior, RectilinearAxes axes)
    {
        ArgumentNullException.ThrowIfNull(prior);
        (_objective, _prior, _axes, _free) = (objective, prior, axes, prior.FreeAxes);
    }

    /// <summary>
    /// Goes downhill from a point, cell after cell, until in each the step is below a thousandth of the expected error or nothing improves.
    /// </summary>
    /// <param name="start">Within the prior.</param>
    /// <returns>The best point and its root mean square (NaN when the start's cell lacks a node).</returns>
    public (double[] Point, double Rms) Descend(ReadOnlySpan<double> start)
    {
        (double[] Lower, double[] Upper) box = CellAround(start);
        (double[] best, double bestRms) = DescendWithin(box, start.ToArray());
        for (int moves = 0; moves < MaxCells && double.IsFinite(bestRms); moves++)
        {
            bool moved = false;
            foreach (int d in _free)
            {
                if (Neighbour(box, best, d) is not { } next) continue;
                (double[] point, double rms) = DescendWithin(next, best);
                if (!(rms < bestRms)) continue;
                (box, best, bestRms, moved) = (next, point, rms, true);
                break;
            }

            if (!moved) break;
        }

        return (best, bestRms);
    }

    private (double[] Point, double Rms) DescendWithin((double[] Lower, double[] Upper) box, double[] start)
    {
        double[] best = start;
        double bestRms = _objective.Rms(best);
        double damping = 1e-3;
        for (int iteration = 0; iteration < MaxIterations && double.IsFinite(bestRms); iteration++)
        {
            if (Derivatives(best, box) is not { } derivatives) break;
            (double[] residual, double[][] jacobian) = derivatives;
            (Matrix<double> normal, Vector<double> slope) = NormalEquations(residual, jacobian);
            bool improved = false;
            double largestStep = double.PositiveInfinity;
            for (int attempt = 0; attempt < 8 && !improved; attempt++)
            {
                double[] candidate = Step(best, box, normal, slope, damping);
                largestStep = Enumerable.Range(0, _free.Length).Max(k =>
                    Math.Abs(candidate[_free[k]] - best[_free[k]]) * Math.Sqrt(normal[k, k]) / Math.Max(bestRms, double.Epsilon));
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

    // The cell that holds a point, cut to the prior; on a plane of nodes the upper one, at the end of the prior the lower one.
    private (double[] Lower, double[] Upper) CellAround(ReadOnlySpan<double> point)
    {
        double[] lower = [.. _prior.Lower], upper = [.. _prior.Upper];
        foreach (int d in _free)
        {
            ReadOnlySpan<double> nodes = _axes.Values(d);
            int above = 1;
            while (above < nodes.Length - 1 && nodes[above] <= point[d]) above++;
            while (above > 1 && nodes[above - 1] >= _prior.Upper[d]) above--;
            lower[d] = Math.Max(lower[d], nodes[above - 1]);
            upper[d] = Math.Min(upper[d], nodes[above]);
        }

        return (lower, upper);
    }

    // The cell on the other side of the border that a point lies on along an axis, or null when it lies on none or at the end of the prior.
    private (double[] Lower, double[] Upper)? Neighbour((double[] Lower, double[] Upper) box, double[] point, int axis)
    {
        bool down = point[axis] <= box.Lower[axis] && box.Lower[axis] > _prior.Lower[axis];
        bool up = point[axis] >= box.Upper[axis] && box.Upper[axis] < _prior.Upper[axis];
        if (!down && !up) return null;
        double[] lower = [.. box.Lower], upper = [.. box.Upper];
        ReadOnlySpan<double> nodes = _axes.Values(axis);
        int border = nodes.BinarySearch(point[axis]);
        if (border < 0) return null;
        (lower[axis], upper[axis]) = down
            ? (Math.Max(nodes[border - 1], _prior.Lower[axis]), nodes[border])
            : (nodes[border], Math.Min(nodes[border + 1], _prior.Upper[axis]));
        return (lower, upper);
    }

    /// <summary>The standard error of every axis at a point, see <see cref="InferenceResult.Error"/>.</summary>
    /// <param name="point">Within the prior.</param>
    /// <returns>One value per axis; NaN for a fixed axis or one the spectrum does not constrain.</returns>
    public double[] StandardErrors(ReadOnlySpan<double> point)
    {
        var errors = new double[point.Length];
        Array.Fill(errors, double.NaN);
        if (_free.Length == 0 || Derivatives(point.ToArray(), CellAround(point)) is not { } derivatives) return errors;
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

    // The residual at the point and its derivative along every free axis, by differences inside of the box; NaN pixels stay NaN.
    private (double[] Residual, double[][] Jacobian)? Derivatives(double[] point, (double[] Lower, double[] Upper) box)
    {
        var jacobian = new double[_free.Length][];
        for (int k = 0; k < _free.Length; k++)
        {
            int d = _free[k];
            double[] above = [.. point], below = [.. point];
            double step = StepShare * (box.Upper[d] - box.Lower[d]);
            above[d] = Math.Min(point[d] + step, box.Upper[d]);
            below[d] = Math.Max(point[d] - step, box.Lower[d]);
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

    // The damped step, cut to the box; a parameter that sits on the border and wants out is left out of the equations.
    private double[] Step(
        double[] from, (double[] Lower, double[] Upper) box, Matrix<double> normal, Vector<double> slope, double damping)
    {
        Matrix<double> damped = normal.Clone();
        Vector<double> target = -slope;
        for (int k = 0; k < _free.Length; k++)
        {
            int d = _free[k];
            damped[k, k] += (damping * Math.Max(normal[k, k], double.Epsilon)) + 1e-300;
            if ((from[d] > box.Lower[d] || target[k] > 0) && (from[d] < box.Upper[d] || target[k] < 0)) continue;
            for (int m = 0; m < _free.Length; m++) damped[k, m] = damped[m, k] = m == k ? 1 : 0;
            target[k] = 0;
        }

        Vector<double> step = damped.Solve(target);
        double[] to = [.. from];
        for (int k = 0; k < _free.Length; k++)
        {
            int d = _free[k];
            if (double.IsFinite(step[k])) to[d] = Math.Clamp(from[d] + step[k], box.Lower[d], box.Upper[d]);
        }

        return to;
    }
}
