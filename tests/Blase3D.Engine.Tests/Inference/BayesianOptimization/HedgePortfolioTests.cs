using Blase3D.Engine.Inference.BayesianOptimization;
using Blase3D.Tests;
using Xunit;

namespace Blase3D.Engine.Tests.Inference.BayesianOptimization;

public sealed class HedgePortfolioTests
{
    [Fact]
    public void Gains_and_probabilities_are_those_of_the_original()
    {
        var golden = new GoldenProcess();
        double[] proposals = golden["next_xs_unit"], gains = golden["gains"], probabilities = golden["probs"];
        var hedge = new HedgePortfolio(3, 1);
        for (int fit = 0; fit < 21; fit++)
        {
            hedge.Reward(golden.Fit(fit));
            for (int a = 0; a < 3; a++)
            {
                Assert.Equal(gains[(3 * fit) + a], hedge.Gains[a], Tolerances.GoldenProcessRelative);
                Assert.Equal(probabilities[(3 * fit) + a], hedge.Probabilities()[a], Tolerances.GoldenProcessRelative);
            }

            hedge.Proposals = [.. proposals[(9 * fit)..(9 * (fit + 1))].Chunk(3)];
        }
    }

    [Fact]
    public void Draws_follow_the_probabilities()
    {
        var hedge = new HedgePortfolio(3, 2);
        hedge.Gains[1] = 0.5;
        hedge.Gains[2] = -1;
        double[] expected = hedge.Probabilities();
        var generator = new Xoshiro256(8);
        int[] drawn = new int[3];
        for (int i = 0; i < 100_000; i++)
        {
            drawn[hedge.Choose(generator)]++;
        }

        for (int a = 0; a < 3; a++)
        {
            Assert.Equal(expected[a], drawn[a] / 100_000.0, 0.006);
        }
    }
}
