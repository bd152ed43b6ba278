using Blase3D.Kernels.Contracts;

namespace Blase3D.Engine.Inference.BayesianOptimization;

// Candidates of all members, and the polish of the best of them in step.
internal sealed partial class OptimizersInStep
{
    private double[][] Search(KernelParameters[] fitted)
    {
        ProposalRound[] rounds = [.. members.Select((member, m) => member.StartRound(fitted[m].LengthScales))];
        (double[][] means, double[][] sigmas) = PredictCandidates(rounds);
        foreach (Acquisition acquisition in members[0].Options.Acquisitions)
        {
            int[][] orders = [.. members.Select((member, m) => member.Cheapest(acquisition, means[m], sigmas[m]))];
            DescentQueue[] polished = Polish(acquisition, rounds, orders);
            for (int m = 0; m < members.Length; m++) rounds[m].Ranked.Add(BayesianOptimizer.Rank([.. polished[m].Ended.Select(end => (end.Value, end.Point))], orders[m], rounds[m]));
        }

        return [.. members.Select((member, m) => member.Propose(rounds[m]))];
    }

    // The places of a member take its candidates in turn.
    private (double[][] Means, double[][] Sigmas) PredictCandidates(ProposalRound[] rounds)
    {
        int d = batch.Dimension, count = rounds[0].Candidates.Length / d, copies = PlacesPerMember, each = (count + copies - 1) / copies;
        double[] candidates = new double[each * d * Places], means = new double[each * Places], sigmas = new double[each * Places];
        for (int m = 0; m < rounds.Length; m++)
        {
            for (int j = 0; j < count; j++)
            {
                int place = PlaceOf(m) + (j % copies), at = ProcessBatch.At(place, each * d, j / copies * d);
                for (int k = 0; k < d; k++) candidates[at + (k * ProcessBatch.Members)] = rounds[m].Candidates[(j * d) + k];
            }
        }

        batch.Predict(candidates, means, sigmas, inside);
        double[][] ownMeans = new double[rounds.Length][], ownSigmas = new double[rounds.Length][];
        for (int m = 0; m < rounds.Length; m++)
        {
            (ownMeans[m], ownSigmas[m]) = (new double[count], new double[count]);
            for (int j = 0; j < count; j++)
            {
                int place = PlaceOf(m) + (j % copies), at = ProcessBatch.At(place, each, j / copies);
                (ownMeans[m][j], ownSigmas[m][j]) = (Mean(means[at], place), sigmas[at] * scaling[place].Sigma);
            }
        }

        return (ownMeans, ownSigmas);
    }

    private DescentQueue[] Polish(Acquisition acquisition, ProposalRound[] rounds, int[][] orders)
    {
        int d = batch.Dimension;
        double[] everywhere = [.. Enumerable.Repeat(1.0, d)];
        DescentQueue[] queues = [.. members.Select((member, m) =>
        {
            int[] starts = member.ToPolish(orders[m]).ToArray();
            return new DescentQueue(starts.Length, index =>
            {
                bool isFree = starts[index] < member.FreeCandidates;
                var minimizer = isFree ? new QuasiNewtonTrials(new double[d], everywhere) : new QuasiNewtonTrials(rounds[m].Lower, rounds[m].Upper);
                return (minimizer, minimizer.From(rounds[m].Candidate(starts[index]), rounds[m].PolishLimits).GetEnumerator());
            });
        })];
        Descend(
            queues,
            (place, trial) =>
            {
                for (int k = 0; k < d; k++) batch.Candidate[ProcessBatch.At(place, d, k)] = trial[k];
            },
            () => batch.PredictWithGradient(inside),
            (place, descent) =>
            {
                double unit = scaling[place].Sigma, best = members[owner[place]].Best!.Value;
                var prediction = new Prediction(Mean(batch.Mean[place], place), batch.Sigma[place] * unit);
                double cost = acquisition.Cost(prediction, best, out double costByMean, out double costBySigma);
                for (int k = 0; k < d; k++)
                {
                    int at = ProcessBatch.At(place, d, k);
                    descent.Gradient[k] = unit * ((costByMean * batch.MeanSlopes[at]) + (costBySigma * batch.SigmaSlopes[at]));
                }

                descent.Answer(cost);
            });
        return queues;
    }
}
