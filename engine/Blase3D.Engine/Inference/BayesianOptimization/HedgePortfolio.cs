namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Chooses among acquisitions with probability proportional to exp(eta gain); the gain of each is minus the sum of the posterior
/// means at the points it proposed (Hoffman, Brochu and de Freitas 2011, GP-Hedge).
/// </summary>
public sealed class HedgePortfolio
{
    private readonly double eta;

    /// <summary>Starts without gains.</summary>
    /// <param name="count">Number of acquisitions, at least 1.</param>
    /// <param name="eta">Sharpness of the choice, 0 or above.</param>
    public HedgePortfolio(int count, double eta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        this.eta = eta;
        Gains = new double[count];
    }

    /// <summary>Gain of each acquisition, in the units of the values.</summary>
    public double[] Gains { get; }

    /// <summary>Last proposal of each acquisition in the unit cube; empty when there is none to be rewarded.</summary>
    public double[][] Proposals { get; set; } = [];

    /// <summary>Credits the last proposals with the posterior that has seen the new values, once.</summary>
    /// <param name="process">The posterior.</param>
    public void Reward(GaussianProcess process) => Reward([.. Proposals.Select(proposal => process.Predict(proposal).Mean)]);

    /// <summary>Credits the last proposals with the posterior means there, once.</summary>
    /// <param name="means">One per proposal, in the units of the values.</param>
    public void Reward(ReadOnlySpan<double> means)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(means.Length, Proposals.Length);
        for (int a = 0; a < means.Length; a++)
        {
            Gains[a] -= means[a];
        }

        Proposals = [];
    }

    /// <summary>Probability of each acquisition.</summary>
    /// <returns>Numbers whose sum is 1.</returns>
    public double[] Probabilities()
    {
        double highest = Gains.Max();
        double[] shares = [.. Gains.Select(gain => Math.Exp(eta * (gain - highest)))];
        double sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    /// <summary>Draws an acquisition; with a single one nothing is drawn.</summary>
    /// <param name="generator">Source of one uniform number.</param>
    /// <returns>Its index.</returns>
    public int Choose(Xoshiro256 generator)
    {
        if (Gains.Length == 1)
        {
            return 0;
        }

        double left = generator.NextUniform();
        double[] probabilities = Probabilities();
        for (int a = 0; a < probabilities.Length - 1; a++)
        {
            left -= probabilities[a];
            if (left < 0)
            {
                return a;
            }
        }

        return probabilities.Length - 1;
    }
}
