namespace Blase3D.Engine.Inference.Observed;

/// <summary>How much pixels count by the size of their residuals, for iteratively reweighted least squares (Huber, Robust Statistics, section 7.8).</summary>
internal static class RobustWeights
{
    private const double HuberEnd = 2;
    private const double TukeyEnd = 6;

    /// <summary>The factors of the weights.</summary>
    /// <param name="residual">Residuals over their standard deviations; NaN where a pixel does not count.</param>
    /// <param name="loss">The loss.</param>
    /// <returns>One factor per pixel, 0 to 1; 1 where a pixel does not count.</returns>
    /// <remarks>The scale is that of the residuals themselves (1.4826 times their median size), where this is larger than their errors say.</remarks>
    public static double[] Of(double[] residual, RobustLoss loss)
    {
        var factor = new double[residual.Length];
        Array.Fill(factor, 1);
        double[] sizes = [.. residual.Where(double.IsFinite).Select(Math.Abs).Order()];
        if (loss == RobustLoss.Square || sizes.Length == 0) return factor;
        double scale = Math.Max(1, 1.4826 * sizes[sizes.Length / 2]);
        for (int i = 0; i < factor.Length; i++)
        {
            double z = Math.Abs(residual[i]) / scale;
            if (double.IsNaN(z)) continue;
            double share = z / TukeyEnd;
            factor[i] = loss == RobustLoss.Huber ? Math.Min(1, HuberEnd / z) : share < 1 ? (1 - (share * share)) * (1 - (share * share)) : 0;
        }

        return factor;
    }
}
