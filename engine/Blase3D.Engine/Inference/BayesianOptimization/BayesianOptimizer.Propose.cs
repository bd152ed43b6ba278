using Blase3D.Kernels;

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
    internal int FreeCandidates => options.TrustRegion is null ? 0 : (int)(options.TrustRegion.FreeShare * options.CandidateCount);

    private double[] Propose(Workers workers)
    {
        GaussianProcess fitted = Fit(workers);
        GaussianProcess process = pending.Count == 0 ? fitted : WithLies(fitted);
        ProposalRound round = StartRound(fitted.Parameters.LengthScales);
        var means = new double[options.CandidateCount];
        var sigmas = new double[options.CandidateCount];
        process.PredictMany(round.Candidates, means, sigmas, workers);
        IReadOnlyList<Acquisition> acquisitions = options.Acquisitions;
        var orders = new int[acquisitions.Count][];
        workers.For(orders.Length, a => orders[a] = Cheapest(acquisitions[a], means, sigmas));

        // Every polish on its own, whoever does it.
        int each = ToPolish(orders[0]).Length;
        var polished = new (double Cost, double[] Point)[orders.Length * each];
        workers.For(polished.Length, index => polished[index] = Polish(process.Fork(), acquisitions[index / each], round, orders[index / each][index % each]));
        for (int a = 0; a < orders.Length; a++) round.Ranked.Add(Rank([.. polished.Skip(a * each).Take(each)], orders[a], round));
        return Settle(round);
    }

    private (double Cost, double[] Point) Polish(GaussianProcess process, Acquisition acquisition, ProposalRound round, int candidate)
    {
        bool isFree = candidate < FreeCandidates;
        var minimizer = new BoundedQuasiNewton(
            (at, gradient) => acquisition.Cost(process, Best!.Value, at, gradient),
            isFree ? new double[box.Dimension] : round.Lower,
            isFree ? [.. Enumerable.Repeat(1.0, box.Dimension)] : round.Upper);
        double[] point = round.Candidate(candidate);
        return (minimizer.Minimize(point, round.PolishLimits), point);
    }

    // What one proposal goes through, whoever does the linear algebra: the box and its candidates, and the draw of the acquisition.
    internal ProposalRound StartRound(double[] lengthScales)
    {
        int dimension = box.Dimension;
        var lower = new double[dimension];
        var upper = new double[dimension];
        Array.Fill(upper, 1.0);
        trustRegion?.Box(box.ToUnit(Best!.Point), lengthScales, lower, upper);
        var candidates = new double[options.CandidateCount * dimension];
        int free = FreeCandidates;
        for (int i = 0; i < candidates.Length; i++)
        {
            int k = i % dimension;
            double drawn = generator.NextUniform();
            candidates[i] = i < free * dimension ? drawn : Math.Min(lower[k] + (drawn * (upper[k] - lower[k])), upper[k]);
        }

        double step = 0.1 * lower.Zip(upper, (low, high) => high - low).Max();
        return new ProposalRound(lower, upper, candidates, hedge.Choose(generator), new QuasiNewtonLimits(options.PolishIterations, FirstStep: step));
    }

    internal ReadOnlySpan<int> ToPolish(int[] order) => order.AsSpan(0, Math.Min(options.PolishCount, order.Length));

    // The polished points by cost, then the best candidates as they were drawn.
    internal static List<double[]> Rank(List<(double Cost, double[] Point)> polished, int[] order, ProposalRound round)
    {
        // OrderBy is stable.
        List<double[]> ranked =
            [.. polished.OrderBy(entry => double.IsFinite(entry.Cost) ? entry.Cost : double.PositiveInfinity).Select(entry => entry.Point)];
        ranked.AddRange(order.Select(round.Candidate));
        return ranked;
    }

    // The first point of the drawn acquisition that is not known yet; the hedge remembers what each acquisition wanted.
    internal double[] Settle(ProposalRound round)
    {
        List<double[]> chosen = round.Ranked[round.Chosen];
        double[] next = chosen.Find(unit => !IsKnown(unit)) ?? Nudge(chosen[0]);
        hedge.Proposals = [.. round.Ranked.Select(ranked => ranked[0])];
        return next;
    }

    // Indices of the candidates of lowest cost, in rising order; the earlier of equal ones comes first.
    internal int[] Cheapest(Acquisition acquisition, ReadOnlySpan<double> means, ReadOnlySpan<double> sigmas)
    {
        var order = new int[Math.Min(Math.Max(Substitutes, options.PolishCount), means.Length)];
        var costs = new double[order.Length];
        int found = 0;
        for (int i = 0; i < means.Length; i++)
        {
            var prediction = new Prediction(means[i], sigmas[i]);
            if (found == order.Length && acquisition.LeastCost(prediction, Best!.Value) >= costs[^1])
            {
                continue;
            }

            double cost = acquisition.Cost(prediction, Best!.Value);
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

    private GaussianProcess Fit(Workers workers)
    {
        if (model is not null && fittedCount == units.Count)
        {
            return model;
        }

        model = GaussianProcess.Fit(Flat(units), Values(), options.Noise, options.KernelBounds, FitStarts(), options.FitLimits, workers, out double[]? hessian);
        Record(model.Parameters, hessian);
        hedge.Reward(model);
        return model;
    }

    internal FitStart[] FitStarts()
    {
        FitStart[] fresh = [.. restarts.Prepend(KernelParameters.Start(box.Dimension, options.Noise)).Select(start => new FitStart(start, null))];
        bool all = lastFit is null || fits % options.FitsPerFullFit == 0;
        return (all, lastFit) switch
        {
            (true, { } last) when options.FitsPerFullFit > 1 => [new FitStart(last, lastHessian), .. fresh],
            (true, _) => fresh,
            _ => [new FitStart(lastFit!, lastHessian)],
        };
    }

    private void Record(KernelParameters fitted, double[]? hessian)
    {
        (lastFit, lastHessian) = (fitted, hessian);
        fits++;
        fittedCount = units.Count;
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
    internal double[] Values()
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
