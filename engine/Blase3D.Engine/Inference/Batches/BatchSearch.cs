using Blase3D.Engine.Grids;
using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Kernels;

namespace Blase3D.Engine.Inference.Batches;

/// <summary>The Gaussian-process search of many stars in step: in every round each star asks for one point, and all are evaluated together.</summary>
public static class BatchSearch
{
    /// <summary>Searches the minimum of every star's misfit.</summary>
    /// <param name="objective">The misfits.</param>
    /// <param name="axes">The lattice of the manifold.</param>
    /// <param name="priors">One per star.</param>
    /// <param name="options">How; its method decides whether the search is guided.</param>
    /// <param name="kernels">The kernels to use.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Receives the share done, 0 to 1.</param>
    /// <returns>
    /// The evaluations of every star in the order they were made, points with one value per axis. They depend on the star, its prior and the
    /// options alone, not on the other stars or on the threads.
    /// </returns>
    /// <exception cref="EngineException">BadInput: no pixel of a star counts.</exception>
    public static IReadOnlyList<IReadOnlyList<Evaluation>> Run(
        IObjectiveBatch objective,
        RectilinearAxes axes,
        IReadOnlyList<ParameterPrior> priors,
        InferenceOptions options,
        KernelSet kernels,
        Workers workers,
        Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(priors);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNotEqual(priors.Count, objective.Stars);
        options.Validate();
        bool guided = options.Method != InferenceMethod.Gradient;
        Star[] stars = [.. priors.Select((prior, index) => new Star(index, axes, prior, options, guided))];
        int rounds = guided ? options.GuidedEvaluations : 0;

        // The design of all stars at once: here is what they share.
        Evaluate(stars, isShared: true);
        progress?.Invoke(1.0 / (rounds + 2));
        using var fleet = new OptimizerFleet(kernels.Processes);
        Star[] searching = [.. stars.Where(star => star.Optimizer is not null)];
        for (int round = 0; round < rounds && searching.Length > 0; round++)
        {
            workers.Cancellation.ThrowIfCancellationRequested();
            double[][] asked = fleet.Ask([.. searching.Select(star => star.Optimizer!)], workers);
            for (int n = 0; n < asked.Length; n++) searching[n].Wanted = [searching[n].Whole(asked[n])];
            Evaluate(searching, isShared: false);
            progress?.Invoke((round + 2.0) / (rounds + 2));
        }

        return [.. stars.Select(star => star.Found)];

        void Evaluate(Star[] asking, bool isShared)
        {
            ObjectiveRequest[] requests = [.. asking.SelectMany(star => star.Wanted.Select(point => new ObjectiveRequest(star.Index, point, isShared)))];
            var values = new double[requests.Length];
            objective.Evaluate(requests, workers, values);
            for (int r = 0; r < requests.Length; r++) stars[requests[r].Star].Tell(requests[r].Point, values[r]);
        }
    }

    private sealed class Star
    {
        private readonly ParameterPrior _prior;
        private readonly int[] _free;
        private readonly List<Evaluation> _found = [];

        public Star(int index, RectilinearAxes axes, ParameterPrior prior, InferenceOptions options, bool guided)
        {
            (Index, _prior, _free) = (index, prior, prior.FreeAxes);
            if (_free.Length == 0)
            {
                Wanted = [prior.Center];
                return;
            }

            int initial = guided ? options.InitialEvaluations : Math.Min(options.InitialEvaluations, 8 * _free.Length);
            var box = new SearchBox([.. _free.Select(d => prior.Lower[d])], [.. _free.Select(d => prior.Upper[d])]);
            Optimizer = new BayesianOptimizer(
                box, options.Seed, options.Optimizer with { InitialPoints = initial, InitialDesign = options.IsPublished ? InitialDesign.Random : InitialDesign.Sobol });
            IReadOnlyList<double[]> shared = options.IsPublished ? [] : SharedDesign.Points(axes, prior, initial, options.Seed);

            // What the shared sequence does not give, the optimiser's own design does.
            Wanted = [.. shared, .. Enumerable.Range(0, initial - shared.Count).Select(_ => Whole(Optimizer.Ask()))];
        }

        public int Index { get; }

        /// <summary>Null when the prior leaves nothing free.</summary>
        public BayesianOptimizer? Optimizer { get; }

        /// <summary>The points to evaluate next.</summary>
        public IReadOnlyList<double[]> Wanted { get; set; }

        public IReadOnlyList<Evaluation> Found => _found;

        public double[] Whole(double[] reduced)
        {
            double[] point = _prior.Center;
            for (int k = 0; k < _free.Length; k++) point[_free[k]] = reduced[k];
            return point;
        }

        public void Tell(double[] point, double value)
        {
            _found.Add(new Evaluation(point, value));
            Optimizer?.Tell([.. _free.Select(d => point[d])], value);
        }
    }
}
