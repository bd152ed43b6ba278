namespace Blase3D.Engine.Inference.Sampling;

/// <summary>Draws from a posterior, and what they are worth.</summary>
/// <param name="Draws">One point per draw, chain after chain.</param>
/// <param name="RHat">The split potential scale reduction of every coordinate; NaN for one that does not move.</param>
/// <param name="EffectiveSize">The effective sample size of every coordinate; NaN for one that does not move.</param>
/// <param name="AcceptedShare">The share of the proposals that were accepted after the warm-up.</param>
public sealed record PosteriorSample(IReadOnlyList<double[]> Draws, double[] RHat, double[] EffectiveSize, double AcceptedShare)
{
    /// <summary>Above this the chains do not agree yet.</summary>
    public const double LargestRHat = 1.05;

    /// <summary>Whether all moving coordinates have converged: R-hat at most 1.05, of chains that moved at all.</summary>
    public bool HasConverged => AcceptedShare > 0 && Array.TrueForAll(RHat, r => !(r > LargestRHat));

    /// <summary>A quantile of a coordinate.</summary>
    /// <param name="axis">The coordinate.</param>
    /// <param name="share">0 to 1.</param>
    public double Quantile(int axis, double share)
    {
        double[] sorted = [.. Draws.Select(draw => draw[axis]).Order()];
        double at = share * (sorted.Length - 1);
        int below = (int)Math.Min(at, sorted.Length - 2.0);
        return sorted.Length == 1 ? sorted[0] : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }
}
