using Blase3D.Engine.Grids;
using Blase3D.Engine.Reconstruction;
using MathNet.Numerics.LinearAlgebra;

namespace Blase3D.Engine.Inference;

/// <summary>
/// Levenberg-Marquardt on the residual spectrum with its analytic derivatives, within the prior; and the covariance at a point.
/// </summary>
/// <remarks>
/// What goes down is v = sqrt([sum w r^2 + k q] / sum w), with w the weights of the pixels, q the prior's <see cref="ParameterPrior.Penalty"/> and
/// k = <see cref="PenaltyScale"/>: without weights and Gaussian priors the root mean square, with one over the variances chi-square and the
/// posterior's maximum.
/// A multilinear manifold is smooth inside a cell of the grid and has a crease at every plane of nodes, at which a descent would stick.
/// So it goes down inside one cell, and from a minimum on the cell's border on into the neighbouring cell, as long as that improves. Inside a cell
/// the spectrum is nearly linear, so that a cell has one minimum: it is remembered, and a cell is gone through again only from a point below it. The
/// cubic scheme has no creases: one descent goes through all cells.
/// </remarks>
public sealed class GradientFinish
{
    /// <summary>A descent ends when its step is below this share of the error of every parameter alone (the others held).</summary>
    public const double StepOfError = 1e-3;

    private const int MaxIterations = 30;
    private const int MaxCells = 20;

    private readonly Misfit _objective;
    private readonly ParameterPrior _prior;
    private readonly RectilinearAxes _axes;
    private readonly int[] _free;
    private readonly Dictionary<long, (double[] Point, double Value)> _minimumOfCell = [];

    /// <summary>Prepares the search.</summary>
    /// <param name="objective">The misfit.</param>
    /// <param name="prior">The bounds.</param>
    /// <param name="axes">The lattice of the manifold.</param>
    public GradientFinish(Misfit objective, ParameterPrior prior, RectilinearAxes axes)
    {
        ArgumentNullException.ThrowIfNull(prior);
        (_objective, _prior, _axes, _free) = (objective, prior, axes, prior.FreeAxes);
    }

    /// <summary>
    /// The variance of a pixel of weight 1, by which the penalty of a Gaussian prior is compared with the squares of the residual: 1 when the weights
    /// are one over the variances.
    /// </summary>
    public double PenaltyScale { get; set; } = 1;

    /// <summary>What <see cref="Descend"/> makes small, at a point.</summary>
    /// <param name="point">Within the prior.</param>
    /// <returns>NaN when the point's cell lacks a node.</returns>
    public double Value(ReadOnlySpan<double> point)
    {
        if (!_objective.TrySquares(point, out double squares, out double weight)) return double.NaN;
        return Math.Sqrt((squares + (PenaltyScale * _prior.Penalty(point))) / weight);
    }

    /// <summary>Forgets the minima of cells: the weights or the prior's scale have changed.</summary>
    public void Forget() => _minimumOfCell.Clear();

    /// <summary>
    /// Goes downhill from a point until the step is below <see cref="StepOfError"/> of the expected error or nothing improves.
    /// </summary>
    /// <param name="start">Within the prior.</param>
    /// <param name="toBeat">A descent that cannot come below this, as its first steps tell, is given up; infinite for none.</param>
    /// <returns>The best point and its <see cref="Value"/> (NaN when the start's cell lacks a node or the descent was given up).</returns>
    public (double[] Point, double Rms) Descend(ReadOnlySpan<double> start, double toBeat = double.PositiveInfinity)
    {
        if (_free.Length == 0) return (start.ToArray(), Value(start));
        if (_objective.Scheme == InterpolationScheme.Cubic) return DescendWithin(([.. _prior.Lower], [.. _prior.Upper]), start.ToArray(), toBeat);
        (double[] Lower, double[] Upper) box = CellAround(start);
        (double[] best, double bestRms) = DescendInCell(box, start.ToArray(), toBeat);
        for (int moves = 0; moves < MaxCells && double.IsFinite(bestRms); moves++)
        {
            bool moved = false;
            foreach (int d in _free)
            {
                if (Neighbour(box, best, d) is not { } next) continue;
                (double[] point, double rms) = DescendInCell(next, best, Math.Min(toBeat, bestRms));
                if (!(rms < bestRms)) continue;
                (box, best, bestRms, moved) = (next, point, rms, true);
                break;
            }

            if (!moved) break;
        }

        return (best, bestRms);
    }

    private (double[] Point, double Rms) DescendInCell((double[] Lower, double[] Upper) cell, double[] start, double toBeat)
    {
        long key = KeyOf(cell);
        if (_minimumOfCell.TryGetValue(key, out (double[] Point, double Value) known) && !(Value(start) < known.Value)) return known;
        (double[] Point, double Value) found = DescendWithin(cell, start, toBeat);
        if (double.IsFinite(found.Value)) _minimumOfCell[key] = found;
        return found;
    }

    // The cell's number: its place along every axis.
    private long KeyOf((double[] Lower, double[] Upper) cell)
    {
        long key = 0;
        foreach (int d in _free)
        {
            ReadOnlySpan<double> nodes = _axes.Values(d);
            int above = 0;
            while (above < nodes.Length - 1 && nodes[above] <= cell.Lower[d]) above++;
            key = (key * (nodes.Length + 1)) + above;
        }

        return key;
    }

    private (double[] Point, double Rms) DescendWithin((double[] Lower, double[] Upper) box, double[] start, double toBeat)
    {
        double[] best = start;
        double bestRms = Value(best);
        double damping = 1e-3;
        for (int iteration = 0; iteration < MaxIterations && double.IsFinite(bestRms); iteration++)
        {
            if (!_objective.TryDerivatives(best, box, _free, out double[] residual, out double[][] jacobian)) break;
            (Matrix<double> normal, Vector<double> slope) = NormalEquations(residual, jacobian, best);
            if (iteration > 0 && LeastExpected(bestRms, normal, slope) > toBeat) return (best, double.NaN);
            double unit = _objective.Weight is null ? Math.Max(bestRms, double.Epsilon) : 1;
            bool improved = false;
            double largestStep = double.PositiveInfinity;
            for (int attempt = 0; attempt < 8 && !improved; attempt++)
            {
                double[] candidate = Step(best, box, normal, slope, damping);
                largestStep = Enumerable.Range(0, _free.Length).Max(k =>
                    Math.Abs(candidate[_free[k]] - best[_free[k]]) * Math.Sqrt(normal[k, k]) / unit);
                double rms = Value(candidate);
                improved = rms < bestRms;
                damping = improved ? Math.Max(damping * 0.2, 1e-9) : damping * 8;
                if (improved) (best, bestRms) = (candidate, rms);
                else if (largestStep < StepOfError) break;
            }

            if (!improved || largestStep < StepOfError) break;
        }

        return (best, bestRms);
    }

    // What an undamped step without bounds would come down to if the residual were linear, and half of that step again for what is not.
    private double LeastExpected(double value, Matrix<double> normal, Vector<double> slope)
    {
        const double margin = 1.5;
        double decrease = margin * (slope * normal.Solve(slope)) / _objective.WeightSum;
        return double.IsFinite(decrease) ? Math.Sqrt(Math.Max(0, (value * value) - decrease)) : 0;
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

    /// <summary>The standard error of every axis at a point, see <see cref="ParameterCovariance"/>.</summary>
    /// <param name="point">Within the prior.</param>
    /// <returns>One value per axis; NaN for a fixed axis or one the spectrum does not constrain.</returns>
    public double[] StandardErrors(ReadOnlySpan<double> point) => Covariance(point).Error;

    /// <summary>The covariance of the axes at a point.</summary>
    /// <param name="point">Within the prior.</param>
    /// <param name="model">What is assumed of the residuals.</param>
    /// <param name="modelErrors">Samples of the model's error, or null for none.</param>
    public ParameterCovariance Covariance(
        ReadOnlySpan<double> point, ResidualModel model = ResidualModel.Correlated, IReadOnlyList<AxisError>? modelErrors = null)
    {
        if (_free.Length == 0 || !_objective.TryDerivatives(point, CellAround(point), _free, out double[] residual, out double[][] jacobian))
            return ParameterCovariance.None(point.Length);
        return ParameterCovariance.Of(residual, jacobian, _objective.Weight, _free, _prior, PenaltyScale, model, modelErrors);
    }

    /// <summary>The step from a point to the minimum if the residual were linear and nothing bounded it.</summary>
    /// <param name="point">Within the prior.</param>
    /// <returns>One value per axis, 0 for a fixed axis; NaN where there is no such step.</returns>
    public double[] FreeStep(ReadOnlySpan<double> point)
    {
        var step = new double[point.Length];
        if (_free.Length == 0 || !_objective.TryDerivatives(point, CellAround(point), _free, out double[] residual, out double[][] jacobian)) return step;
        (Matrix<double> normal, Vector<double> slope) = NormalEquations(residual, jacobian, point.ToArray());

        // In units of each axis' own sensitivity, as for the covariance.
        double[] scale = [.. Enumerable.Range(0, _free.Length).Select(k => normal[k, k] > 0 ? 1 / Math.Sqrt(normal[k, k]) : 0)];
        Vector<double> solution = normal.MapIndexed((a, b, v) => a == b && scale[a] == 0 ? 1 : v * scale[a] * scale[b]).Solve(-slope.MapIndexed((a, v) => v * scale[a]));
        for (int k = 0; k < _free.Length; k++) step[_free[k]] = scale[k] * solution[k];
        return step;
    }

    private (Matrix<double> Normal, Vector<double> Slope) NormalEquations(double[] residual, double[][] jacobian, double[] point)
    {
        int n = jacobian.Length;
        Matrix<double> normal = Matrix<double>.Build.Dense(n, n);
        Vector<double> slope = Vector<double>.Build.Dense(n);
        double[]? weight = _objective.Weight;
        for (int k = 0; k < n; k++)
        {
            slope[k] = SumOfProducts(jacobian[k], residual, residual, weight);
            for (int m = 0; m <= k; m++) normal[k, m] = SumOfProducts(jacobian[k], jacobian[m], residual, weight);
        }

        for (int k = 0; k < n; k++)
        {
            for (int m = k + 1; m < n; m++) normal[k, m] = normal[m, k];
            int d = _free[k];
            if (!double.IsFinite(_prior.Sigma[d])) continue;
            double precision = PenaltyScale / (_prior.Sigma[d] * _prior.Sigma[d]);
            normal[k, k] += precision;
            slope[k] += precision * (point[d] - _prior.Mean[d]);
        }

        return (normal, slope);
    }

    // Over the pixels that count and have both values.
    private static double SumOfProducts(double[] one, double[] other, double[] residual, double[]? weight)
    {
        double sum = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            double product = weight is null ? one[i] * other[i] : weight[i] * one[i] * other[i];
            if (!double.IsNaN(product) && !double.IsNaN(residual[i])) sum += product;
        }

        return sum;
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
