namespace Blase3D.Engine.Inference.BayesianOptimization;

// Store and resume.
public sealed partial class BayesianOptimizer
{
    /// <summary>A copy of the state, to be stored after any evaluation.</summary>
    /// <returns>Plain values; the options are not part of them.</returns>
    public OptimizerState Save() => new()
    {
        Seed = seed,
        Generator = generator.State,
        Lower = [.. box.Lower],
        Upper = [.. box.Upper],
        History = [.. history],
        Pending = [.. Pending],
        PendingGuided = [.. pending.Select(entry => entry.Guided)],
        DesignPoints = designPoints,
        Fits = fits,
        FittedCount = model is null ? 0 : fittedCount,
        LastFit = lastFit,
        LastHessian = lastHessian,
        Gains = [.. hedge.Gains],
        Proposals = [.. hedge.Proposals],
        TrustRegionSide = trustRegion?.Side,
        TrustRegionSuccesses = trustRegion?.Successes ?? 0,
        TrustRegionFailures = trustRegion?.Failures ?? 0,
    };

    /// <summary>Goes on from a stored state: the proposals are those that the stored optimiser would have made.</summary>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <param name="options">The options of the stored optimiser; null takes <see cref="OptimizerOptions.Default"/>.</param>
    /// <returns>The optimiser.</returns>
    /// <exception cref="EngineException">BadInput: the state does not fit together or belongs to other options.</exception>
    public static BayesianOptimizer Resume(OptimizerState state, OptimizerOptions? options = null)
    {
        var box = new SearchBox(state.Lower, state.Upper);
        var optimizer = new BayesianOptimizer(box, state.Seed, options, new Xoshiro256(state.Generator));
        optimizer.Restore(state);
        return optimizer;
    }

    private void Restore(OptimizerState state)
    {
        if (state.Gains.Length != hedge.Gains.Length
            || state.TrustRegionSide is null != trustRegion is null
            || state.PendingGuided.Length != state.Pending.Length
            || state.FittedCount > state.History.Length)
        {
            throw new EngineException(
                ErrorCode.BadInput,
                $"The stored state has {state.Gains.Length} acquisitions, {state.Pending.Length} pending points "
                + $"and {state.History.Length} evaluations that do not fit the options; resume with the options it was made with.");
        }

        foreach (Evaluation evaluation in state.History)
        {
            Tell(evaluation.Point, evaluation.Value);
        }

        pending.AddRange(state.Pending.Zip(state.PendingGuided, (point, guided) => new PendingPoint(point, box.ToUnit(point), guided)));
        designPoints = state.DesignPoints;
        fits = state.Fits;
        lastFit = state.LastFit;
        lastHessian = state.LastHessian;
        state.Gains.CopyTo(hedge.Gains, 0);
        hedge.Proposals = state.Proposals;
        if (trustRegion is not null)
        {
            trustRegion.Side = state.TrustRegionSide!.Value;
            trustRegion.Successes = state.TrustRegionSuccesses;
            trustRegion.Failures = state.TrustRegionFailures;
        }

        // A fit that has seen everything need not be repeated; conditioning on its parameters gives the same model.
        if (lastFit is not null && state.FittedCount == units.Count)
        {
            model = GaussianProcess.Condition(lastFit, Flat(units), Values());
            fittedCount = state.FittedCount;
        }
    }
}
