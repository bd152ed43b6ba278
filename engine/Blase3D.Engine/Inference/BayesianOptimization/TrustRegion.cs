namespace Blase3D.Engine.Inference.BayesianOptimization;

/// <summary>Side and counters of the trust region; see <see cref="TrustRegionOptions"/>.</summary>
internal sealed class TrustRegion(TrustRegionOptions options)
{
    // A length scale far from the others is a direction the values hardly depend on; the box is not stretched further than this.
    private const double LargestStretch = 4;

    public double Side { get; set; } = options.InitialSide;

    public int Successes { get; set; }

    public int Failures { get; set; }

    /// <summary>Counts a guided evaluation.</summary>
    public void Record(bool improved)
    {
        Successes = improved ? Successes + 1 : 0;
        Failures = improved ? 0 : Failures + 1;
        if (Successes >= options.SuccessesToGrow)
        {
            Side = Math.Min(2 * Side, options.LargestSide);
            Successes = 0;
        }
        else if (Failures >= options.FailuresToShrink)
        {
            Side = Side / 2 < options.SmallestSide ? options.InitialSide : Side / 2;
            Failures = 0;
        }
    }

    /// <summary>The box around the centre, cut to the unit cube.</summary>
    public void Box(ReadOnlySpan<double> center, ReadOnlySpan<double> lengths, Span<double> lower, Span<double> upper)
    {
        double logMean = 0;
        foreach (double length in lengths)
        {
            logMean += Math.Log(length) / lengths.Length;
        }

        for (int k = 0; k < center.Length; k++)
        {
            double stretch = Math.Clamp(lengths[k] / Math.Exp(logMean), 1 / LargestStretch, LargestStretch);
            lower[k] = Math.Clamp(center[k] - (0.5 * Side * stretch), 0, 1);
            upper[k] = Math.Clamp(center[k] + (0.5 * Side * stretch), 0, 1);
        }
    }
}
