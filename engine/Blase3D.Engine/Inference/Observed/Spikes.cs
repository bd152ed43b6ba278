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
            Span<double> own = factor.AsSpan(first, pixels);
            double[] order = residual[first..(first + pixels)], sizes = [.. order.Where(double.IsFinite).Select(Math.Abs).Order()];
            first += pixels;
            double limit = sizes.Length == 0 ? double.PositiveInfinity : ClipSigma * 1.4826 * sizes[sizes.Length / 2];
            for (int i = 0; i < own.Length; i++) own[i] = order[i] > limit ? 0 : 1;
        }

        found = factor.Count(value => value == 0);
        return found == 0 ? star : star.Reweighted(factor, null);
    }
}
