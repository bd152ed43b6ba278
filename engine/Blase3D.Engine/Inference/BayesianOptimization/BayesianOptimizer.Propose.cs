namespace Blase3D.Engine.Inference.BayesianOptimization;

// From what is known to the next point: fit, candidates, polish, choice.
public sealed partial class BayesianOptimizer
{
    // How many of the best unpolished candidates are kept as substitutes for a proposal that is known already.
    private const int Substitutes = 64;

    // Bounds a few rounding steps apart hold a few points only; a search that cannot find another one says so.
    private const int MostAttempts = 100_000;

    private double[] DesignPoint()
    {
        var unit = new double[box.Dimension];
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (sobol is null)
            {
                FillUniform(unit);
            }
            else
            {
                sobol.Point(designPoints++, unit);
            }

            if (!IsKnown(unit))
            {
                return unit;
            }
        }

        throw NoPointLeft();
    }

    // The first candidates come from the whole cube, the others from the trust region.
    private int FreeCandidates => options.TrustRegion is null ? 0 : (int)(options.TrustRegion.FreeShare * options.CandidateCount);

    private double[] Propose()
    {
        GaussianProcess fitted = Fit();
        GaussianProcess process = pending.Count == 0 ? fitted : WithLies(fitted);
        int dimension = box.Dimension;
        var lower = new double[dimension];
        var upper = new double[dimension];
        Array.Fill(upper, 1.0);
        trustRegion?.Box(box.ToUnit(Best!.Point), fitted.Parameters.LengthScales, lower, upper);

        int count = options.CandidateCount;
        var candidates = new double[count * dimension];
        int free = FreeCandidates;
        for (int i = 0; i < candidates.Length; i++)
        {
            int k = i % dimension;
            double drawn = generator.NextUniform();
            candidates[i] = i < free * dimension ? drawn : Math.Min(lower[k] + (drawn * (upper[k] - lower[k])), upper[k]);
        }

        var means = new double[count];
        var sigmas = new double[count];
        process.PredictMany(candidates, means, sigmas);
        int chosen = hedge.Choose(generator);
        var proposals = new double[options.Acquisitions.Count][];
        double[] next = [];
        for (int a = 0; a < proposals.Length; a++)
        {
            List<double[]> ranked = Rank(options.Acquisitions[a], process, candidates, means, sigmas, lower, upper);
            proposals[a] = ranked[0];
            if (a == chosen)
            {
                next = ranked.Find(unit => !IsKnown(unit)) ?? Nudge(ranked[0]);
            }
        }

        hedge.Proposals = proposals;
        return next;
    }

    // The polished points by cost, then the best candidates as they were drawn.
    private List<double[]> Rank(
        Acquisition acquisition,
        GaussianProcess process,
        double[] candidates,
        double[] means,
        double[] sigmas,
        double[] lower,
        double[] upper)
    {
        int dimension = box.Dimension;
        int[] order = Cheapest(acquisition, means, sigmas, Math.Max(Substitutes, options.PolishCount));
        DifferentiableFunction cost = (point, gradient) => acquisition.Cost(process, Best!.Value, point, gradient);
        var inside = new BoundedQuasiNewton(cost, lower, upper);
        var everywhere = new BoundedQuasiNewton(cost, new double[dimension], [.. Enumerable.Repeat(1.0, dimension)]);
        double step = 0.1 * lower.Zip(upper, (low, high) => high - low).Max();
        var limits = new QuasiNewtonLimits(options.PolishIterations, FirstStep: step);
        var polished = new List<(double Cost, double[] Point)>();
        foreach (int i in order.AsSpan(0, Math.Min(options.PolishCount, order.Length)))
        {
            double[] point = candidates.AsSpan(i * dimension, dimension).ToArray();
            double reached = (i < FreeCandidates ? everywhere : inside).Minimize(point, limits);
            polished.Add((double.IsFinite(reached) ? reached : double.PositiveInfinity, point));
        }

        // OrderBy is stable.
        List<double[]> ranked = [.. polished.OrderBy(entry => entry.Cost).Select(entry => entry.Point)];
        foreach (int i in order)
        {
            ranked.Add(candidates.AsSpan(i * dimension, dimension).ToArray());
        }

        return ranked;
    }

    // Indices of the candidates of lowest cost, in rising order; the earlier of equal ones comes first.
    private int[] Cheapest(Acquisition acquisition, double[] means, double[] sigmas, int wanted)
    {
        var order = new int[Math.Min(wanted, means.Length)];
        var costs = new double[order.Length];
        int found = 0;
        for (int i = 0; i < means.Length; i++)
        {
            double cost = acquisition.Cost(new Prediction(means[i], sigmas[i]), Best!.Value);
            if (found == order.Length && !(cost < costs[^1]))
            {
                continue;
            }

            int at = found < order.Length ? found++ : found - 1;
            for (; at > 0 && cost < costs[at - 1]; at--)
            {
                (order[at], costs[at]) = (order[at - 1], costs[at - 1]);
            }

            (order[at], costs[at]) = (i, cost);
        }

        return order;
    }

    private GaussianProcess Fit()
    {
        if (model is not null && fittedCount == units.Count)
        {
            return model;
        }

        KernelParameters start = KernelParameters.Start(box.Dimension, options.Noise);
        bool all = lastFit is null || fits % options.FitsPerFullFit == 0;
        KernelParameters[] starts = (all, lastFit) switch
        {
            (true, null) => [start, .. restarts],
            (true, _) when options.FitsPerFullFit > 1 => [lastFit, start, .. restarts],
            (true, _) => [start, .. restarts],
            _ => [lastFit!],
        };
        model = GaussianProcess.Fit(Flat(units), Values(), options.Noise, options.KernelBounds, starts, options.FitLimits);
        lastFit = model.Parameters;
        fits++;
        fittedCount = units.Count;
        hedge.Reward(model);
        return model;
    }

    // The covariance and the scaling stay those of the real values.
    private GaussianProcess WithLies(GaussianProcess fitted)
    {
        double[] values = Values();
        double lie = options.Liar switch
        {
            ConstantLiar.Minimum => values.Min(),
            ConstantLiar.Maximum => values.Max(),
            _ => fitted.Scaling.Mean,
        };
        return GaussianProcess.Condition(
            fitted.Parameters,
            Flat([.. units, .. pending.Select(entry => entry.Unit)]),
            [.. values, .. Enumerable.Repeat(lie, pending.Count)],
            fitted.Scaling);
    }

    // A failed evaluation counts as the worst finite value seen so far; called only once there is one.
    private double[] Values()
    {
        double worst = history.Where(evaluation => double.IsFinite(evaluation.Value)).Max(evaluation => evaluation.Value);
        return [.. history.Select(evaluation => double.IsFinite(evaluation.Value) ? evaluation.Value : worst)];
    }

    // A random step around a known point, longer with every attempt.
    private double[] Nudge(double[] unit)
    {
        double[] moved = [.. unit];
        double reach = Math.Max(10 * options.MinimumSeparation, 1e-6);
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            for (int k = 0; k < moved.Length; k++)
            {
                moved[k] = Math.Clamp(unit[k] + (reach * ((2 * generator.NextUniform()) - 1)), 0, 1);
            }

            if (!IsKnown(moved))
            {
                return moved;
            }

            reach = Math.Min(2 * reach, 1);
        }

        throw NoPointLeft();
    }

    private EngineException NoPointLeft() => new(
        ErrorCode.OutOfRange,
        FormattableString.Invariant(
            $"After {units.Count} evaluations no point is left that differs by {options.MinimumSeparation} of the bounds' range; ")
        + "widen the bounds or stop here.");

    private bool IsKnown(double[] unit)
    {
        // What counts is the point the caller would get: the map to the parameters rounds.
        double[] rounded = box.ToUnit(box.FromUnit(unit));
        return units.Exists(other => Distance(rounded, other) <= options.MinimumSeparation)
            || pending.Exists(entry => Distance(rounded, entry.Unit) <= options.MinimumSeparation);
    }

    private void FillUniform(Span<double> unit)
    {
        for (int k = 0; k < unit.Length; k++)
        {
            unit[k] = generator.NextUniform();
        }
    }

    private static double[] Flat(List<double[]> points) => [.. points.SelectMany(point => point)];
}
