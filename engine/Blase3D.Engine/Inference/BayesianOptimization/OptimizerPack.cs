using Blase3D.Kernels;
using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Up to eight optimisers of equally many observations that fit, search and polish in step. There are eight places; with fewer members each
/// has several, which share its minimisations and candidates. As every place does the same operations, it does not matter which one
/// did what. Scratch memory for one thread.
/// </summary>
internal sealed partial class OptimizerPack(IProcessKernels kernels)
{
    private const int Places = ProcessPack.Members;

    private readonly ValueScaling[] scaling = new ValueScaling[Places];
    private readonly double[] jitter = new double[Places];
    private readonly int[] owner = new int[Places];
    private ProcessPack pack = new(16, 1);
    private BayesianOptimizer[] members = [];
    private Workers inside = Workers.OneThread;

    /// <summary>One proposal for each of 1 to 8 members.</summary>
    /// <param name="optimizers">The members.</param>
    /// <param name="workers">Threads to use inside the pack.</param>
    public double[][] Propose(BayesianOptimizer[] optimizers, Workers workers)
    {
        (members, inside) = (optimizers, workers);
        for (int p = 0; p < Places; p++) owner[p] = Math.Min(p / PlacesPerMember, members.Length - 1);
        Load();
        KernelParameters[] fitted = Fit();
        Condition(fitted);
        double[][] rewards = RewardMeans();
        for (int m = 0; m < members.Length; m++) members[m].Accept(fitted[m], rewards[m]);
        return Search(fitted);
    }

    // The last member may have more places; it does not use them.
    private int PlacesPerMember => Places / members.Length;

    private int PlaceOf(int member) => member * PlacesPerMember;

    private void Load()
    {
        int n = members[0].ObservationCount, d = members[0].Dimension;
        if (pack.Dimension != d || pack.Capacity < n) pack = new ProcessPack(Math.Max(n + (n / 2), 16), d);
        pack.Count = n;
        for (int p = 0; p < Places; p++)
        {
            BayesianOptimizer member = members[owner[p]];
            double[] values = member.Values();
            scaling[p] = ValueScaling.Of(values);
            for (int i = 0; i < n; i++)
            {
                pack.Values[(i * Places) + p] = scaling[p].Standardize(values[i]);
                double[] unit = member.Units[i];
                for (int k = 0; k < d; k++) pack.Points[(((k * pack.PointStride) + i) * Places) + p] = unit[k];
            }
        }
    }

    private void SetParameters(int place, KernelParameters parameters)
    {
        pack.Constant[place] = parameters.Constant;
        pack.Diagonal[place] = parameters.Noise + jitter[place];
        for (int k = 0; k < pack.Dimension; k++) pack.InverseLength[(k * Places) + place] = 1 / parameters.LengthScales[k];
    }

    // Points closer than the rounding allows can spoil a factor; ten times more jitter is tried until all hold.
    private void Condition(KernelParameters[] fitted)
    {
        Array.Fill(jitter, MarginalLikelihood.Jitter);
        while (true)
        {
            for (int p = 0; p < Places; p++) SetParameters(p, fitted[owner[p]]);
            kernels.Condition(pack);
            bool all = true;
            for (int p = 0; p < Places; p++)
            {
                if (double.IsFinite(pack.LogDeterminant[p])) continue;
                jitter[p] *= 10;
                all = false;
            }

            if (all) return;
        }
    }

    private double[][] RewardMeans()
    {
        int most = members.Max(member => member.RewardPoints.Length), d = pack.Dimension;
        double[] points = new double[most * d * Places], means = new double[most * Places], sigmas = new double[most * Places];
        for (int m = 0; m < members.Length; m++)
        {
            double[][] wanted = members[m].RewardPoints;
            for (int j = 0; j < wanted.Length; j++)
            {
                for (int k = 0; k < d; k++) points[(((j * d) + k) * Places) + PlaceOf(m)] = wanted[j][k];
            }
        }

        kernels.Predict(pack, points, means, sigmas);
        return [.. members.Select((member, m) => member.RewardPoints.Select((_, j) => Mean(means[(j * Places) + PlaceOf(m)], PlaceOf(m))).ToArray())];
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

        while (Array.Exists(running, descent => descent is not null))
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
    }

    private double Mean(double standardized, int place) => (standardized * scaling[place].Sigma) + scaling[place].Mean;
}
