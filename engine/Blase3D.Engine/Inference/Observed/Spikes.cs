namespace Blase3D.Engine.Inference.Observed;

/// <summary>Pixels far above everything, as cosmic rays and lines of the sky make them: a single one may bend the continuum of its order below zero.</summary>
internal static class Spikes
{
    // Far beyond what a model that is not yet the right one leaves over.
    private const double ClipSigma = 10;

    /// <summary>Leaves them out, order by order.</summary>
    /// <param name="star">The pixels.</param>
    /// <param name="residual">Data minus a first model, NaN where a pixel does not count.</param>
    /// <param name="found">How many there were.</param>
    /// <returns>The star itself when there were none.</returns>
    public static StarObservation Without(StarObservation star, double[] residual, out int found)
    {
        var factor = new double[residual.Length];
        Array.Fill(factor, 1);
        int first = 0;
        foreach (int pixels in star.Orders.Select(order => order.Flux.Length))
        {
            ReadOnlySpan<double> order = residual.AsSpan(first, pixels);
            double limit = Limit(order);
            for (int i = 0; i < pixels; i++) factor[first + i] = order[i] > limit ? 0 : 1;
            first += pixels;
        }

        found = factor.Count(value => value == 0);
        return found == 0 ? star : star.Reweighted(factor, null);
    }

    /// <summary>What residuals of an order must exceed to be spikes; infinite when there are none.</summary>
    /// <param name="residual">Data minus model of an order, NaN where a pixel does not count.</param>
    public static double Limit(ReadOnlySpan<double> residual)
    {
        double[] sizes = [.. residual.ToArray().Where(double.IsFinite).Select(Math.Abs).Order()];
        return sizes.Length == 0 ? double.PositiveInfinity : ClipSigma * 1.4826 * sizes[sizes.Length / 2];
    }
}
