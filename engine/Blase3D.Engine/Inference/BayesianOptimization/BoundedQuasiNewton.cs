namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>A function with its gradient.</summary>
/// <param name="point">Where to evaluate.</param>
/// <param name="gradient">Destination of the derivatives.</param>
/// <returns>The value; a non-finite one makes the minimiser step back.</returns>
public delegate double DifferentiableFunction(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>When a bounded minimisation stops.</summary>
/// <param name="Iterations">Most iterations.</param>
/// <param name="GradientTolerance">Stops when no component of the projected gradient is larger.</param>
/// <param name="RelativeDecrease">Stops when an iteration lowers the value by less than this fraction of max(|f|, 1).</param>
/// <param name="FirstStep">Longest first step, in the units of the variables.</param>
public sealed record QuasiNewtonLimits(
    int Iterations = 15000, double GradientTolerance = 1e-5, double RelativeDecrease = 2.2e-9, double FirstStep = 1);

/// <summary>Minimises a smooth function of a few variables between bounds; the method is that of <see cref="QuasiNewtonTrials"/>.</summary>
public sealed class BoundedQuasiNewton
{
    private readonly DifferentiableFunction function;
    private readonly QuasiNewtonTrials trials;

    /// <summary>Prepares a minimisation.</summary>
    /// <param name="function">The function.</param>
    /// <param name="lower">Lower bounds, one per variable.</param>
    /// <param name="upper">Upper bounds, one per variable, not below the lower ones.</param>
    public BoundedQuasiNewton(DifferentiableFunction function, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        this.function = function;
        trials = new QuasiNewtonTrials(lower, upper);
    }

    /// <summary>The approximate second derivatives that the last minimisation has gathered, n x n.</summary>
    public ReadOnlySpan<double> Hessian => trials.Hessian;

    /// <summary>Runs from a start to a minimum, or as far as the limits allow.</summary>
    /// <param name="variables">The start (clipped to the bounds) on entry, the best point found on return.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="known">The <see cref="Hessian"/> of an earlier minimisation of nearly the same function, or null.</param>
    /// <returns>The value at the point found; not finite when it was not finite at the start.</returns>
    public double Minimize(Span<double> variables, QuasiNewtonLimits limits, double[]? known = null)
    {
        foreach (double[] trial in trials.From(variables.ToArray(), limits, known))
        {
            trials.TrialValue = function(trial, trials.TrialGradient);
        }

        trials.Point.CopyTo(variables);
        return trials.Value;
    }
}
