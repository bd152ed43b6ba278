namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// A bounded minimisation that asks for the function instead of calling it, so that many of them can advance together: projected BFGS on
/// the free variables (Bertsekas 1982, SIAM J. Control Optim. 20, 221) with a weak Wolfe line search by bisection (Lewis and Overton 2013,
/// Math. Program. 141, 135).
/// </summary>
/// <remarks>A dense Hessian is kept: the intended sizes are up to about twenty variables.</remarks>
public sealed class QuasiNewtonTrials
{
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;

    private readonly double[] lower;
    private readonly double[] upper;
    private readonly double[] hessian;
    private readonly double[] point;
    private readonly double[] gradient;
    private readonly double[] step;
    private readonly double[] trial;
    private readonly double[] trialGradient;
    private readonly double[] reached;
    private readonly double[] reachedGradient;
    private readonly double[] change;
    private readonly double[] product;
    private readonly int[] free;
    private readonly SmallCholesky?[] factors;
    private readonly double[] solution;
    private double value;
    private double reachedValue;
    private bool found;

    /// <summary>Prepares minimisations.</summary>
    /// <param name="lower">Lower bounds, one per variable.</param>
    /// <param name="upper">Upper bounds, one per variable, not below the lower ones.</param>
    public QuasiNewtonTrials(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(upper.Length, lower.Length);
        this.lower = lower.ToArray();
        this.upper = upper.ToArray();
        int n = lower.Length;
        hessian = new double[n * n];
        point = new double[n];
        gradient = new double[n];
        step = new double[n];
        trial = new double[n];
        trialGradient = new double[n];
        reached = new double[n];
        reachedGradient = new double[n];
        change = new double[n];
        product = new double[n];
        free = new int[n];
        factors = new SmallCholesky?[n + 1];
        solution = new double[SmallCholesky.PadTo(n, SmallCholesky.Padding)];
    }

    /// <summary>The best point of the running or last minimisation.</summary>
    public ReadOnlySpan<double> Point => point;

    /// <summary>The approximate second derivatives that the running or last minimisation has gathered, n x n.</summary>
    public ReadOnlySpan<double> Hessian => hessian;

    /// <summary>The value at <see cref="Point"/>; not finite when it was not finite at the start.</summary>
    public double Value => value;

    /// <summary>To be set to the function's value at the current trial; one that is not finite makes the search step back.</summary>
    public double TrialValue { get; set; }

    /// <summary>To be filled with the function's derivatives at the current trial.</summary>
    public Span<double> TrialGradient => trialGradient;

    /// <summary>
    /// Runs from a start to a minimum, or as far as the limits allow. Set <see cref="TrialValue"/> and <see cref="TrialGradient"/> for every
    /// point before asking for the next one; one minimisation at a time.
    /// </summary>
    /// <param name="start">Clipped to the bounds.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="known">
    /// The <see cref="Hessian"/> of an earlier minimisation of nearly the same function, to begin with: then the first step is nearly
    /// Newton's. Null when nothing is known.
    /// </param>
    /// <returns>The points at which the function is wanted, always the same array.</returns>
    public IEnumerable<double[]> From(double[] start, QuasiNewtonLimits limits, double[]? known = null)
    {
        for (int i = 0; i < point.Length; i++)
        {
            point[i] = Math.Clamp(start[i], lower[i], upper[i]);
        }

        point.CopyTo(trial, 0);
        yield return trial;
        value = TrialValue;
        trialGradient.CopyTo(gradient, 0);
        bool fresh = known is null;
        known?.CopyTo(hessian, 0);
        for (int iteration = 0; iteration < limits.Iterations && double.IsFinite(value); iteration++)
        {
            if (ProjectedGradientNorm() <= limits.GradientTolerance)
            {
                break;
            }

            if (fresh)
            {
                SetHessian(Math.Max(1, Norm(gradient) / limits.FirstStep));
            }

            found = false;
            if (SetStep())
            {
                foreach (double[] along in SearchLine())
                {
                    yield return along;
                }
            }

            if (!found)
            {
                // A poor Hessian can spoil the direction; steepest descent is tried once before giving up.
                if (fresh)
                {
                    break;
                }

                fresh = true;
                continue;
            }

            double before = value;
            UpdateHessian(fresh);
            fresh = false;
            reached.CopyTo(point, 0);
            reachedGradient.CopyTo(gradient, 0);
            value = reachedValue;
            if (before - value <= limits.RelativeDecrease * Math.Max(Math.Max(Math.Abs(before), Math.Abs(value)), 1))
            {
                break;
            }
        }
    }

    private double ProjectedGradientNorm()
    {
        double largest = 0;
        for (int i = 0; i < point.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(Math.Clamp(point[i] - gradient[i], lower[i], upper[i]) - point[i]));
        }

        return largest;
    }

    private bool IsHeld(int i) => (point[i] <= lower[i] && gradient[i] >= 0) || (point[i] >= upper[i] && gradient[i] <= 0);

    private void SetHessian(double diagonal)
    {
        int n = point.Length;
        Array.Clear(hessian);
        for (int i = 0; i < n; i++)
        {
            hessian[(i * n) + i] = diagonal;
        }
    }

    // Newton step on the free variables, cut to the box; the gradient's direction when that does not go down.
    private bool SetStep()
    {
        int count = 0;
        for (int i = 0; i < point.Length; i++)
        {
            if (!IsHeld(i)) free[count++] = i;
        }

        if (count == 0)
        {
            return false;
        }

        Array.Clear(step);
        SmallCholesky factor = factors[count] ??= new SmallCholesky(count);
        Span<double> steps = solution.AsSpan(0, factor.Stride);
        steps.Clear();
        for (int a = 0; a < count; a++)
        {
            steps[a] = -gradient[free[a]];
            Span<double> row = factor.Row(a);
            row.Clear();
            for (int b = a; b < count; b++)
            {
                row[b] = hessian[(free[a] * point.Length) + free[b]];
            }
        }

        if (factor.TryFactor())
        {
            factor.ForwardSolve(steps);
            factor.BackwardSolve(steps);
            for (int a = 0; a < count; a++)
            {
                int i = free[a];
                step[i] = Math.Clamp(point[i] + steps[a], lower[i], upper[i]) - point[i];
            }
        }

        if (Dot(step, gradient) > -1e-10 * Norm(step) * Norm(gradient))
        {
            double scale = 1 / Math.Max(1, Norm(gradient));
            for (int i = 0; i < point.Length; i++)
            {
                step[i] = Math.Clamp(point[i] - (scale * gradient[i]), lower[i], upper[i]) - point[i];
            }
        }

        return Dot(step, gradient) < 0;
    }

    // Whether a better point was found is in the field found.
    private IEnumerable<double[]> SearchLine()
    {
        double slope = Dot(step, gradient);
        double longest = LongestStep();
        double low = 0, high = double.PositiveInfinity, length = 1;
        for (int attempt = 0; attempt < 30; attempt++)
        {
            for (int i = 0; i < point.Length; i++)
            {
                trial[i] = Math.Clamp(point[i] + (length * step[i]), lower[i], upper[i]);
            }

            yield return trial;
            if (!(TrialValue <= value + (SufficientDecrease * length * slope)))
            {
                high = length;
                if (low > 0 && attempt > 8)
                {
                    yield break;
                }
            }
            else
            {
                low = length;
                found = true;
                reachedValue = TrialValue;
                trial.CopyTo(reached, 0);
                trialGradient.CopyTo(reachedGradient, 0);
                if (Dot(trialGradient, step) >= Curvature * slope || length >= longest)
                {
                    yield break;
                }
            }

            length = double.IsInfinity(high) ? Math.Min(2 * length, longest) : 0.5 * (low + high);
        }
    }

    private double LongestStep()
    {
        double longest = 1e10;
        for (int i = 0; i < point.Length; i++)
        {
            if (step[i] != 0)
            {
                longest = Math.Min(longest, ((step[i] > 0 ? upper[i] : lower[i]) - point[i]) / step[i]);
            }
        }

        return Math.Max(longest, 1);
    }

    // BFGS with Powell's damping (Nocedal and Wright 2006, procedure 18.2), so that the Hessian stays positive definite at the bounds.
    private void UpdateHessian(bool first)
    {
        int n = point.Length;
        Span<double> moved = step;
        for (int i = 0; i < n; i++)
        {
            moved[i] = reached[i] - point[i];
            change[i] = reachedGradient[i] - gradient[i];
        }

        double curvature = Dot(moved, change);
        if (first && curvature > 0)
        {
            SetHessian(Dot(change, change) / curvature);
        }

        for (int i = 0; i < n; i++)
        {
            product[i] = Dot(hessian.AsSpan(i * n, n), moved);
        }

        double quadratic = Dot(moved, product);
        if (!(quadratic > 0))
        {
            return;
        }

        if (curvature < 0.2 * quadratic)
        {
            double share = 0.8 * quadratic / (quadratic - curvature);
            for (int i = 0; i < n; i++)
            {
                change[i] = (share * change[i]) + ((1 - share) * product[i]);
            }

            curvature = Dot(moved, change);
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                hessian[(i * n) + j] += (change[i] * change[j] / curvature) - (product[i] * product[j] / quadratic);
            }
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));
}
