namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>
/// Chooses among acquisitions with probability proportional to exp(eta gain); the gain of each is minus the sum of the posterior
/// means at the points it proposed (Hoffman, Brochu and de Freitas 2011, GP-Hedge).
/// </summary>
internal sealed class HedgePortfolio(int count, double eta)
{
    public double[] Gains { get; } = new double[count];

    /// <summary>Last proposal of each acquisition in the unit cube; empty before the first.</summary>
    public double[][] Proposals { get; set; } = [];

    /// <summary>Credits the last proposals with the posterior that has seen the new values, once.</summary>
    public void Reward(GaussianProcess process)
    {
        for (int a = 0; a < Proposals.Length; a++)
        {
            Gains[a] -= process.Predict(Proposals[a]).Mean;
        }

        Proposals = [];
    }

    /// <summary>Draws an acquisition.</summary>
    public int Choose(Xoshiro256 generator)
    {
        if (count == 1)
        {
            return 0;
        }

        double highest = Gains.Max();
        double[] shares = [.. Gains.Select(gain => Math.Exp(eta * (gain - highest)))];
        double left = generator.NextUniform() * shares.Sum();
        for (int a = 0; a < count - 1; a++)
        {
            left -= shares[a];
            if (left < 0)
            {
                return a;
            }
        }

        return count - 1;
    }
}
