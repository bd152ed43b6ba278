namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// Two orders where both saw the same part of the star. Both are compared with one model, each over its own continuum, so that only what cannot be the star
/// is left: their difference is that of their residuals.
/// </summary>
/// <param name="First">The number of the one order.</param>
/// <param name="Second">The number of the other.</param>
/// <param name="FromAngstrom">Where the common part begins, observed vacuum Angstrom.</param>
/// <param name="ToAngstrom">Where it ends.</param>
/// <param name="Pixels">The pixels of the first order in it.</param>
/// <param name="Rms">The root mean square of the difference, in units of the continuum.</param>
/// <param name="Significance">That over what it would be by the errors, or without errors by the scatter of all residuals.</param>
public sealed record OrderOverlap(int First, int Second, double FromAngstrom, double ToAngstrom, int Pixels, double Rms, double Significance)
{
    // Fewer pixels say nothing, and what is smaller than this is the noise of an extraction.
    private const int FewestPixels = 12;
    private const double LeastRms = 0.02;
    private const double LeastSignificance = 2.5;

    /// <summary>Whether the orders disagree: by more than 2 % of the continuum and 2.5 times their errors.</summary>
    public bool IsDisagreement => Rms > LeastRms && Significance > LeastSignificance;

    /// <summary>What to tell the user.</summary>
    /// <param name="name">The star.</param>
    public string Sentence(string name) => FormattableString.Invariant(
        $"{name}: orders {First} and {Second} overlap at {FromAngstrom:0.0} to {ToAngstrom:0.0} A and disagree there by {Rms:0.000} of the continuum ({Significance:0.0} times their errors); mask the worse one, or check their wavelengths.");

    /// <summary>Compares all orders of one exposure that overlap.</summary>
    /// <param name="star">The star in units of its continuum, with the errors that it came with.</param>
    /// <param name="model">The model in the same units, one value per pixel of all orders.</param>
    /// <returns>One entry for every pair with at least 12 common pixels.</returns>
    public static IReadOnlyList<OrderOverlap> Compare(StarObservation star, double[] model)
    {
        ArgumentNullException.ThrowIfNull(star);
        ArgumentNullException.ThrowIfNull(model);
        double[] residual = [.. star.Flux.Zip(model, (flux, m) => flux - m)];
        double[] sizes = [.. residual.Where(double.IsFinite).Select(Math.Abs).Order()];
        double scatter = sizes.Length == 0 ? double.NaN : 1.4826 * sizes[sizes.Length / 2];
        var found = new List<OrderOverlap>();
        int[] start = new int[star.Orders.Count + 1];
        for (int n = 0; n < star.Orders.Count; n++) start[n + 1] = start[n] + star.Orders[n].Flux.Length;
        for (int a = 0; a < star.Orders.Count; a++)
        {
            for (int b = a + 1; b < star.Orders.Count; b++)
            {
                // At another velocity and resolution what the model misses is elsewhere, and no fault of the orders.
                if (star.Exposures[a] != star.Exposures[b]) continue;
                double[] one = star.Orders[a].WavelengthAngstrom, other = star.Orders[b].WavelengthAngstrom;
                if (Math.Max(one[0], other[0]) < Math.Min(one[^1], other[^1]) && Pair(a, b) is { } overlap) found.Add(overlap);
            }
        }

        return found;

        OrderOverlap? Pair(int a, int b)
        {
            double[] one = star.Orders[a].WavelengthAngstrom, other = star.Orders[b].WavelengthAngstrom;
            double squares = 0, expected = 0, from = double.PositiveInfinity, to = 0;
            int pixels = 0;
            for (int i = 0; i < one.Length; i++)
            {
                int above = Array.BinarySearch(other, one[i]);
                above = above >= 0 ? Math.Max(above, 1) : ~above;
                if (above < 1 || above >= other.Length) continue;
                double share = (one[i] - other[above - 1]) / (other[above] - other[above - 1]);
                int p = start[a] + i, q = start[b] + above - 1;
                double difference = residual[p] - ((1 - share) * residual[q]) - (share * residual[q + 1]);
                if (!double.IsFinite(difference)) continue;
                (squares, pixels, from, to) = (squares + (difference * difference), pixels + 1, Math.Min(from, one[i]), Math.Max(to, one[i]));
                expected += Variance(p) + ((1 - share) * (1 - share) * Variance(q)) + (share * share * Variance(q + 1));
            }

            return pixels < FewestPixels || !(expected > 0) ? null : new OrderOverlap(
                star.Orders[a].Order, star.Orders[b].Order, from, to, pixels, Math.Sqrt(squares / pixels), Math.Sqrt(squares / expected));
        }

        double Variance(int pixel) => star.Sigma is { } sigma ? sigma[pixel] * sigma[pixel] : scatter * scatter;
    }
}
