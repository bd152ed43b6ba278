using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>A point and the value of the objective there.</summary>
/// <param name="Point">Parameters, in the units of the bounds.</param>
/// <param name="Value">Value as told; not finite for a candidate that failed.</param>
public sealed record Evaluation(double[] Point, double Value);

/// <summary>
/// Minimises an expensive function of a few parameters between bounds with a Gaussian process (ask and tell).
/// </summary>
/// <remarks>
/// Without shared state and repeatable: the proposals depend only on bounds, seed, options and on what was told and asked in which order,
/// not on the threads that are lent to it. One caller at a time; independent optimisers may run on different threads.
/// </remarks>
public sealed partial class BayesianOptimizer
{
    // A told point this close to a pending one (fraction of the range) is its answer: room for a value that went through text.
    private const double SamePoint = 1e-9;

    private readonly SearchBox box;
    private readonly OptimizerOptions options;
    private readonly Xoshiro256 generator;
    private readonly HedgePortfolio hedge;
    private readonly TrustRegion? trustRegion;
    private readonly SobolSequence? sobol;
    private readonly ulong seed;
    private readonly KernelParameters[] restarts;
    private readonly List<Evaluation> history = [];
    private readonly List<double[]> units = [];
    private readonly List<PendingPoint> pending = [];
    private int designPoints;
    private int fits;
    private int fittedCount;
    private KernelParameters? lastFit;
    private double[]? lastHessian;
    private GaussianProcess? model;

    /// <summary>Starts an optimisation.</summary>
    /// <param name="box">Bounds of the parameters.</param>
    /// <param name="seed">Any value; the same seed gives the same proposals.</param>
    /// <param name="options">Settings; null takes <see cref="OptimizerOptions.Default"/>.</param>
    /// <exception cref="EngineException">BadArguments: an option out of range.</exception>
    public BayesianOptimizer(SearchBox box, ulong seed, OptimizerOptions? options = null)
        : this(box, seed, options, null)
    {
    }

    // What is drawn at the start depends on the seed alone; a resumed optimiser then goes on with its stored generator.
    private BayesianOptimizer(SearchBox box, ulong seed, OptimizerOptions? options, Xoshiro256? resumed)
    {
        this.box = box;
        this.seed = seed;
        this.options = options ?? OptimizerOptions.Default;
        this.options.Check();
        var first = new Xoshiro256(seed);
        restarts = DrawRestarts(first);
        sobol = this.options.InitialDesign == InitialDesign.Sobol ? new SobolSequence(box.Dimension, first) : null;
        generator = resumed ?? first;
        hedge = new HedgePortfolio(this.options.Acquisitions.Count, this.options.HedgeEta);
        trustRegion = this.options.TrustRegion is null ? null : new TrustRegion(this.options.TrustRegion);
    }

    /// <summary>All evaluations in the order told.</summary>
    public IReadOnlyList<Evaluation> History => history;

    /// <summary>The evaluation of lowest finite value, the first of equals; null before there is one.</summary>
    public Evaluation? Best { get; private set; }

    /// <summary>Points that were asked for (or announced) and not told yet, in the units of the bounds.</summary>
    public IReadOnlyList<double[]> Pending => [.. pending.Select(entry => entry.Point)];

    /// <summary>Tells the value at a point, asked for or not; telling before the first ask is the warm start.</summary>
    /// <param name="point">Parameters within the bounds.</param>
    /// <param name="value">
    /// Value of the objective. One that is not finite marks a candidate that failed: the model sees the worst finite value in its place.
    /// </param>
    /// <exception cref="EngineException">BadArguments: a wrong number of parameters; OutOfRange: outside of the bounds.</exception>
    public void Tell(ReadOnlySpan<double> point, double value)
    {
        double[] unit = box.ToUnit(point);
        bool guided = RemovePending(unit);
        bool improved = double.IsFinite(value) && (Best is null || value < Best.Value);
        var evaluation = new Evaluation(point.ToArray(), value);
        history.Add(evaluation);
        units.Add(unit);
        if (improved)
        {
            Best = evaluation;
        }

        if (guided)
        {
            trustRegion?.Record(improved);
        }
    }

    /// <summary>Announces a point that someone else is evaluating, so that proposals keep away from it until it is told.</summary>
    /// <param name="point">Parameters within the bounds.</param>
    /// <exception cref="EngineException">BadArguments: a wrong number of parameters; OutOfRange: outside of the bounds.</exception>
    public void AddPending(ReadOnlySpan<double> point)
    {
        pending.Add(new PendingPoint(point.ToArray(), box.ToUnit(point), Guided: false));
    }

    /// <summary>Proposes the next point and keeps it pending until it is told.</summary>
    /// <returns>Parameters within the bounds, different from all told and pending points.</returns>
    public double[] Ask() => Ask(Workers.OneThread);

    /// <summary>Proposes the next point and keeps it pending until it is told; the same on any number of threads.</summary>
    /// <param name="workers">Threads for the fit and the search of the model.</param>
    /// <returns>Parameters within the bounds, different from all told and pending points.</returns>
    public double[] Ask(Workers workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        bool guided = units.Count + pending.Count >= options.InitialPoints && Best is not null;
        double[] unit = guided ? Propose(workers) : DesignPoint();
        double[] point = box.FromUnit(unit);
        pending.Add(new PendingPoint(point, box.ToUnit(point), guided));
        return [.. point];
    }

    /// <summary>
    /// Proposes a batch: each pending point is given a stand-in value before the next one is chosen; covariance and scaling stay
    /// those fitted to the real values.
    /// </summary>
    /// <param name="count">Points wanted, 1 or above.</param>
    /// <returns>Different points within the bounds.</returns>
    /// <exception cref="EngineException">BadArguments: a count below 1.</exception>
    public double[][] Ask(int count)
    {
        if (count < 1)
        {
            throw new EngineException(ErrorCode.BadArguments, $"A batch of {count} points was asked for; ask for 1 or more.");
        }

        var batch = new double[count][];
        for (int i = 0; i < count; i++)
        {
            batch[i] = Ask();
        }

        return batch;
    }

    /// <summary>Asks, evaluates and tells until the budget is used or a rule stops it.</summary>
    /// <param name="objective">The function; a value that is not finite marks a failed candidate.</param>
    /// <param name="budget">Most evaluations of this call, 1 or above.</param>
    /// <param name="stop">Asked after each evaluation; see <see cref="StopRule"/>.</param>
    /// <returns>The best evaluation; null when no value was finite.</returns>
    /// <exception cref="EngineException">BadArguments: a budget below 1.</exception>
    public Evaluation? Minimize(Func<double[], double> objective, int budget, StopRule? stop = null)
    {
        if (budget < 1)
        {
            throw new EngineException(ErrorCode.BadArguments, $"The budget is {budget} evaluations; give 1 or more.");
        }

        for (int i = 0; i < budget; i++)
        {
            double[] point = Ask();
            Tell(point, objective(point));
            if (stop?.Invoke(this) == true)
            {
                break;
            }
        }

        return Best;
    }

    private KernelParameters[] DrawRestarts(Xoshiro256 generator)
    {
        (double[] lower, double[] upper) = options.KernelBounds.Logarithms(box.Dimension, options.Noise);
        var drawn = new KernelParameters[options.FitRestarts];
        for (int r = 0; r < drawn.Length; r++)
        {
            double[] theta = [.. lower.Zip(upper, (low, high) => low + (generator.NextUniform() * (high - low)))];
            drawn[r] = KernelParameters.FromLogarithms(theta, options.Noise);
        }

        return drawn;
    }

    private bool RemovePending(double[] unit)
    {
        int index = pending.FindIndex(entry => Distance(unit, entry.Unit) <= SamePoint);
        if (index < 0)
        {
            return false;
        }

        bool guided = pending[index].Guided;
        pending.RemoveAt(index);
        return guided;
    }

    private static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double largest = 0;
        for (int k = 0; k < a.Length; k++)
        {
            largest = Math.Max(largest, Math.Abs(a[k] - b[k]));
        }

        return largest;
    }

    // Guided: proposed by the model, so that its outcome counts for the trust region.
    private sealed record PendingPoint(double[] Point, double[] Unit, bool Guided);
}
