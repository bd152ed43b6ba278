namespace Blase3D.Engine.Inference.BayesianOptimization;

// Candidates of all members, and the polish of the best of them in step.
internal sealed partial class OptimizerPack
{
    // Candidates of a place that are predicted in one piece of work; a multiple of the kernels' tile.
    private const int SlotsPerPiece = 256;

    private double[][] Search(KernelParameters[] fitted)
    {
        ProposalRound[] rounds = [.. members.Select((member, m) => member.StartRound(fitted[m].LengthScales))];
        (double[][] means, double[][] sigmas) = PredictCandidates(rounds);
        foreach (Acquisition acquisition in members[0].Options.Acquisitions)
        {
            int[][] orders = [.. members.Select((member, m) => member.Cheapest(acquisition, means[m], sigmas[m]))];
            DescentQueue[] polished = Polish(acquisition, rounds, orders);
            for (int m = 0; m < members.Length; m++) rounds[m].Ranked.Add(BayesianOptimizer.Rank([.. polished[m].Ended], orders[m], rounds[m]));
        }

        return [.. members.Select((member, m) => member.Propose(rounds[m]))];
    }

    // The places of a member take its candidates in turn.
    private (double[][] Means, double[][] Sigmas) PredictCandidates(ProposalRound[] rounds)
    {
        int d = pack.Dimension, count = rounds[0].Candidates.Length / d, copies = PlacesPerMember, each = (count + copies - 1) / copies;
        double[] candidates = new double[each * d * Places], means = new double[each * Places], sigmas = new double[each * Places];
        for (int m = 0; m < rounds.Length; m++)
        {
            for (int j = 0; j < count; j++)
            {
                int place = PlaceOf(m) + (j % copies), slot = j / copies;
                for (int k = 0; k < d; k++) candidates[(((slot * d) + k) * Places) + place] = rounds[m].Candidates[(j * d) + k];
            }
        }

        int pieces = (each + SlotsPerPiece - 1) / SlotsPerPiece;
        inside.For(pieces, piece =>
        {
            int first = piece * SlotsPerPiece, slots = Math.Min(SlotsPerPiece, each - first);
            kernels.Predict(
                pack,
                candidates.AsSpan(first * d * Places, slots * d * Places),
                means.AsSpan(first * Places, slots * Places),
                sigmas.AsSpan(first * Places, slots * Places));
        });
        double[][] ownMeans = new double[rounds.Length][], ownSigmas = new double[rounds.Length][];
        for (int m = 0; m < rounds.Length; m++)
        {
            (ownMeans[m], ownSigmas[m]) = (new double[count], new double[count]);
            for (int j = 0; j < count; j++)
            {
                int place = PlaceOf(m) + (j % copies), at = (j / copies * Places) + place;
                (ownMeans[m][j], ownSigmas[m][j]) = (Mean(means[at], place), sigmas[at] * scaling[place].Sigma);
            }
        }

        return (ownMeans, ownSigmas);
    }

    private DescentQueue[] Polish(Acquisition acquisition, ProposalRound[] rounds, int[][] orders)
    {
        int d = pack.Dimension;
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
        double[] at = new double[d * Places], byMean = new double[d * Places], bySigma = new double[d * Places];
        double[] mean = new double[Places], sigma = new double[Places];
        Descend(
            queues,
            (place, trial) =>
            {
                for (int k = 0; k < d; k++) at[(k * Places) + place] = trial[k];
            },
            () => kernels.PredictWithGradient(pack, at, mean, sigma, byMean, bySigma),
            (place, descent) =>
            {
                double unit = scaling[place].Sigma, best = members[owner[place]].Best!.Value;
                double cost = acquisition.Cost(new Prediction(Mean(mean[place], place), sigma[place] * unit), best, out double costByMean, out double costBySigma);
                for (int k = 0; k < d; k++)
                    descent.Gradient[k] = unit * ((costByMean * byMean[(k * Places) + place]) + (costBySigma * bySigma[(k * Places) + place]));
                descent.Answer(cost);
            });
        return queues;
    }
}
