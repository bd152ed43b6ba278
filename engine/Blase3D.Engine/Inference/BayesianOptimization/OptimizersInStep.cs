using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Optimisers of equally many observations that fit, search and polish in step, each at a place of a batch of Gaussian processes. With fewer
/// members than a pack has places each has several, which share its minimisations and candidates. As every place does the same operations, it
/// does not matter which one did what. Scratch memory for one thread.
/// </summary>
internal sealed partial class OptimizersInStep(IProcessKernels kernels) : IDisposable
{
    private ProcessBatch batch = kernels.Reserve(1, 16, 1);
    private ValueScaling[] scaling = [];
    private double[] jitter = [];
    private int[] owner = [];
    private BayesianOptimizer[] members = [];
    private Workers inside = Workers.OneThread;

    /// <summary>One proposal for each of the members.</summary>
    /// <param name="optimizers">The members, at least 1.</param>
    /// <param name="workers">Threads to use inside.</param>
    public double[][] Propose(BayesianOptimizer[] optimizers, Workers workers)
    {
        (members, inside) = (optimizers, workers);
        Load();
        (KernelParameters[] fitted, double[]?[] hessians) = Fit();
        Condition(fitted);
        double[][] rewards = RewardMeans();
        for (int m = 0; m < members.Length; m++) members[m].Accept(fitted[m], hessians[m], rewards[m]);
        return Search(fitted);
    }

    public void Dispose() => batch.Dispose();

    private int Places => batch.Packs * ProcessBatch.Members;

    // The last member may have more places; it does not use them but for minimisations.
    private int PlacesPerMember => Math.Max(1, ProcessBatch.Members / members.Length);

    private int PlaceOf(int member) => member * PlacesPerMember;

    private void Load()
    {
        int n = members[0].ObservationCount, d = members[0].Dimension;
        int packs = ((members.Length * PlacesPerMember) + ProcessBatch.Members - 1) / ProcessBatch.Members;
        if (batch.Dimension != d || batch.Capacity < n || batch.Packs != packs)
        {
            batch.Dispose();

            // Room to grow, but not beyond what the kernels are for.
            int room = Math.Max(n + (n / 2), 16);
            batch = kernels.Reserve(packs, n <= kernels.MostObservations ? Math.Min(room, kernels.MostObservations) : room, d);
        }

        (scaling, jitter, owner) = (new ValueScaling[Places], new double[Places], new int[Places]);
        batch.Count = n;
        for (int p = 0; p < Places; p++)
        {
            owner[p] = Math.Min(p / PlacesPerMember, members.Length - 1);
            BayesianOptimizer member = members[owner[p]];
            double[] values = member.Values();
            scaling[p] = ValueScaling.Of(values);
            for (int i = 0; i < n; i++)
            {
                batch.Values[ProcessBatch.At(p, batch.PointStride, i)] = scaling[p].Standardize(values[i]);
                double[] unit = member.Units[i];
                for (int k = 0; k < d; k++) batch.Points[ProcessBatch.At(p, d * batch.PointStride, (k * batch.PointStride) + i)] = unit[k];
            }
        }

        batch.Observe();
    }

    private void SetParameters(int place, KernelParameters parameters)
    {
        batch.Constant[place] = parameters.Constant;
        batch.Diagonal[place] = parameters.Noise + jitter[place];
        for (int k = 0; k < batch.Dimension; k++) batch.InverseLength[ProcessBatch.At(place, batch.Dimension, k)] = 1 / parameters.LengthScales[k];
    }

    // Points closer than the rounding allows can spoil a factor; ten times more jitter is tried until all hold.
    private void Condition(KernelParameters[] fitted)
    {
        Array.Fill(jitter, MarginalLikelihood.Jitter);
        while (true)
        {
            for (int p = 0; p < Places; p++) SetParameters(p, fitted[owner[p]]);
            batch.Condition(inside);
            bool all = true;
            for (int p = 0; p < Places; p++)
            {
                if (double.IsFinite(batch.LogDeterminant[p])) continue;
                jitter[p] *= 10;
                all = false;
            }

            if (all) return;
        }
    }

    private double[][] RewardMeans()
    {
        int most = members.Max(member => member.RewardPoints.Length), d = batch.Dimension;
        double[] points = new double[most * d * Places], means = new double[most * Places], sigmas = new double[most * Places];
        for (int m = 0; m < members.Length; m++)
        {
            double[][] wanted = members[m].RewardPoints;
            for (int j = 0; j < wanted.Length; j++)
            {
                for (int k = 0; k < d; k++) points[ProcessBatch.At(PlaceOf(m), most * d, (j * d) + k)] = wanted[j][k];
            }
        }

        batch.Predict(points, means, sigmas, inside);
        return [.. members.Select((member, m) => member.RewardPoints.Select((_, j) => Mean(means[ProcessBatch.At(PlaceOf(m), most, j)], PlaceOf(m))).ToArray())];
    }

    // Runs the minimisations of all members: every place works on one of its member's, and all take a step together.
    private void Descend(DescentQueue[] queues, Action<int, double[]> setTrial, Action evaluate, Action<int, DescentQueue.Descent> answer)
    {
        var running = new DescentQueue.Descent?[Places];
        for (int p = 0; p < Places; p++)
        {
            running[p] = queues[owner[p]].TakeNext()?.Advance();
            if (running[p] is { } descent) setTrial(p, descent.Trial);
        }

        while (WantRunning(running))
        {
            evaluate();
            for (int p = 0; p < Places; p++)
            {
                if (running[p] is not { } descent) continue;
                answer(p, descent);
                running[p] = descent.Advance();
                if (running[p] is { } next) setTrial(p, next.Trial);
            }
        }

        Array.Fill(batch.Wanted, true);
    }

    private bool WantRunning(DescentQueue.Descent?[] running)
    {
        for (int q = 0; q < batch.Packs; q++)
            batch.Wanted[q] = Array.FindIndex(running, q * ProcessBatch.Members, ProcessBatch.Members, descent => descent is not null) >= 0;
        return Array.Exists(batch.Wanted, wanted => wanted);
    }

    private double Mean(double standardized, int place) => (standardized * scaling[place].Sigma) + scaling[place].Mean;
}
