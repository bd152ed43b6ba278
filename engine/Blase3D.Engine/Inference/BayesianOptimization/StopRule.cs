using System.Diagnostics;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>Decides after an evaluation whether a minimisation ends.</summary>
/// <param name="optimizer">The optimiser with its history.</param>
/// <returns>True to stop.</returns>
public delegate bool StopRule(BayesianOptimizer optimizer);

/// <summary>The usual stop rules; combine them with <see cref="Any"/>.</summary>
public static class StopWhen
{
    /// <summary>Stops when a time has passed since this call; runs are then no longer repeatable.</summary>
    /// <param name="duration">Time from now.</param>
    /// <returns>The rule.</returns>
    public static StopRule Deadline(TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        return _ => Stopwatch.GetElapsedTime(start) >= duration;
    }

    /// <summary>Stops when the best value is at or below a target.</summary>
    /// <param name="target">Value of the objective.</param>
    /// <returns>The rule.</returns>
    public static StopRule Threshold(double target) => optimizer => optimizer.Best?.Value <= target;

    /// <summary>Stops when the last evaluations together lowered the best value by less than an amount.</summary>
    /// <param name="evaluations">Number of evaluations looked back on, 1 or above.</param>
    /// <param name="leastImprovement">Amount, in the units of the objective.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="EngineException">BadArguments: less than one evaluation to look back on.</exception>
    public static StopRule Stall(int evaluations, double leastImprovement)
    {
        if (evaluations < 1)
            throw new EngineException(ErrorCode.BadArguments, $"A stall over {evaluations} evaluations was asked for; look back on 1 or more.");
        return optimizer =>
        {
            var finite = optimizer.History.SkipLast(evaluations).Where(evaluation => double.IsFinite(evaluation.Value)).ToList();
            return finite.Count > 0
                && finite.Min(evaluation => evaluation.Value) - optimizer.Best!.Value < leastImprovement;
        };
    }

    /// <summary>Stops when one of several rules does.</summary>
    /// <param name="rules">The rules.</param>
    /// <returns>The rule.</returns>
    public static StopRule Any(params StopRule[] rules) => optimizer => Array.Exists(rules, rule => rule(optimizer));
}
