using Blase3D.Engine.Observation;
using Blase3D.Engine.Spectra;

namespace Blase3D.Engine.Inference.Observed;

/// <summary>
/// The pixels of a star's orders as a fit takes them: one after the other, with what counts and what does not. What the model does not cover, what is
/// masked or lies outside of the windows, and where the atmosphere is dark does not count (NaN); <see cref="Notes"/> says how much that is.
/// </summary>
public sealed class StarObservation
{
    private StarObservation(string name, IReadOnlyList<Spectrum> orders, IReadOnlyList<int> exposures)
    {
        (Name, Orders, Exposures) = (name, orders, exposures);
        Pixels = [.. orders.Select(order => DetectorPixels.FromCenters(order.WavelengthAngstrom))];
        Wavelength = [.. orders.SelectMany(order => order.WavelengthAngstrom)];
        Flux = [.. orders.SelectMany(order => order.Flux)];
        Transmission = [.. orders.SelectMany(order => order.TelluricTransmission ?? [.. order.Flux.Select(_ => 1.0)])];
        if (orders.All(order => order.Sigma is not null)) Sigma = [.. orders.SelectMany(order => order.Sigma!)];
    }

    /// <summary>What to call the star.</summary>
    public string Name { get; }

    /// <summary>The orders that are used.</summary>
    public IReadOnlyList<Spectrum> Orders { get; }

    /// <summary>Which exposure every order is of, counted from 0, ascending; an exposure of which nothing is used is missing.</summary>
    public IReadOnlyList<int> Exposures { get; }

    /// <summary>Their pixels.</summary>
    public IReadOnlyList<DetectorPixels> Pixels { get; }

    /// <summary>Observed vacuum Angstrom of the pixels of all orders, length P; ascending within an order only.</summary>
    public double[] Wavelength { get; }

    /// <summary>The flux, NaN where a pixel does not count, length P.</summary>
    public double[] Flux { get; }

    /// <summary>The standard deviations, length P; null when an order has none.</summary>
    public double[]? Sigma { get; }

    /// <summary>The transmission of the Earth's atmosphere, 1 where nothing is known of it, length P.</summary>
    public double[] Transmission { get; }

    /// <summary>What the flux has been divided by, length P; null when it is as it came. A continuum of the flux as it came is divided by it, too.</summary>
    internal double[]? Unit { get; private init; }

    /// <summary>Sentences for the user.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Takes the orders of an exposure, or of several in one frame.</summary>
    /// <param name="name">What to call the star.</param>
    /// <param name="orders">The orders, of any exposures whose wavelengths are in the same frame.</param>
    /// <param name="shortestAngstrom">Where the model begins, vacuum Angstrom at rest.</param>
    /// <param name="longestAngstrom">Where it ends.</param>
    /// <param name="options">Windows, masks and the least transmission; and the velocities, by which the model's range moves.</param>
    /// <param name="exposures">Which exposure every order is of, ascending; null when all are of one.</param>
    /// <exception cref="EngineException">
    /// OutOfRange: the model covers none of the orders; BadInput: no pixel with a flux is left, or pixels have no positive error.
    /// </exception>
    public static StarObservation Of(string name, IReadOnlyList<Spectrum> orders, double shortestAngstrom, double longestAngstrom, ObservationOptions options, IReadOnlyList<int>? exposures = null)
    {
        ArgumentNullException.ThrowIfNull(orders);
        ArgumentNullException.ThrowIfNull(options);
        double blue = DopplerShift.Factor(options.VelocityKmPerS ?? options.VelocityRangeKmPerS.Low), red = DopplerShift.Factor(options.VelocityKmPerS ?? options.VelocityRangeKmPerS.High);
        (double low, double high) = (shortestAngstrom * blue, longestAngstrom * red);
        (Spectrum Order, int Exposure)[] covered =
            [.. orders.Select((order, n) => (order, exposures?[n] ?? 0)).Where(o => o.order.WavelengthAngstrom[^1] > low && o.order.WavelengthAngstrom[0] < high)];
        if (covered.Length == 0)
        {
            throw new EngineException(ErrorCode.OutOfRange, FormattableString.Invariant(
                $"{name} covers {orders.Min(o => o.WavelengthAngstrom[0]):0.##} to {orders.Max(o => o.WavelengthAngstrom[^1]):0.##} A, nothing of the manifold's {shortestAngstrom:0.##} to {longestAngstrom:0.##} A (vacuum); check its unit and medium."));
        }

        WavelengthRanges wanted = new(options.Windows), masked = new(options.Masks);
        var notes = new List<string>();
        int outside = orders.Sum(o => o.WavelengthAngstrom.Count(w => w < low || w > high)), all = orders.Sum(o => o.Flux.Length);
        if (outside > 0)
            notes.Add(FormattableString.Invariant($"{name}: {outside} of {all} pixels lie outside of the manifold's {shortestAngstrom:0.##} to {longestAngstrom:0.##} A and were left out, with {orders.Count - covered.Length} of {orders.Count} orders."));
        var kept = new List<Spectrum>();
        var exposureOf = new List<int>();
        int windows = 0, masks = 0, dark = 0, bad = 0, zero = 0;
        foreach ((Spectrum order, int exposure) in covered)
        {
            double[] flux = [.. ZeroRuns.Mask(order.Flux, out int zeros)];
            zero += zeros;
            for (int i = 0; i < flux.Length; i++)
            {
                double w = order.WavelengthAngstrom[i];
                if (double.IsNaN(flux[i])) continue;
                bool isOutside = w < low || w > high, isBesides = wanted.Count > 0 && !wanted.Contains(w);
                bool isMasked = masked.Contains(w), isDark = order.TelluricTransmission?[i] is { } t && !(t >= options.LeastTransmission);
                bool isBad = order.Sigma is { } sigma && !(sigma[i] > 0 && double.IsFinite(sigma[i]));
                if (!isOutside && !isBesides && !isMasked && !isDark && !isBad) continue;
                flux[i] = double.NaN;
                windows += isBesides ? 1 : 0;
                masks += isMasked && !isBesides ? 1 : 0;
                dark += isDark && !isMasked && !isBesides ? 1 : 0;
                bad += isBad ? 1 : 0;
            }

            if (flux.Count(double.IsFinite) < SpectrumRules.FewestPixels) continue;
            kept.Add(Trimmed(order with { Flux = flux }));
            exposureOf.Add(exposure);
        }

        if (zero > 0) notes.Add($"{name}: {zero} pixels are runs of exact zeros and were taken as missing.");
        if (windows > 0) notes.Add($"{name}: {windows} pixels lie outside of the windows.");
        if (masks > 0) notes.Add($"{name}: {masks} pixels are masked.");
        else if (masked.Count > 0 && !covered.Any(o => o.Order.WavelengthAngstrom.Any(masked.Contains)))
            notes.Add(FormattableString.Invariant($"{name}: no pixel lies in what is to be masked ({options.Masks.Min(mask => mask.Low):0.##} to {options.Masks.Max(mask => mask.High):0.##} A); give observed vacuum Angstrom."));
        if (dark > 0) notes.Add(FormattableString.Invariant($"{name}: through {dark} pixels the atmosphere lets less than {options.LeastTransmission}; they do not count."));
        if (bad > 0) notes.Add($"{name}: {bad} pixels have no positive error and do not count.");
        if (kept.Count == 0)
        {
            string next = bad > Math.Max(windows, masks + dark) ? "correct the errors, or give a spectrum without them"
                : zero > windows + masks + dark ? "give a spectrum with data" : "widen the windows, mask less, or lower --least-transmission";
            throw new EngineException(ErrorCode.BadInput, $"{name} has no pixel left that counts: of {all}, {outside} lie outside of the manifold, {zero} are runs of zeros, {windows} lie outside of the windows, {masks} are masked, {dark} dark by the atmosphere and {bad} without a positive error; {next}.");
        }

        if (exposures?.Except(exposureOf).FirstOrDefault(-1) is >= 0 and var empty)
            throw new EngineException(ErrorCode.BadInput, $"{orders[exposures.ToList().IndexOf(empty)].Name} has no pixel that counts among the exposures that are fitted together; leave it out, widen the windows, or mask less.");
        return new StarObservation(name, kept, exposureOf) { Notes = notes };
    }

    // Ends that do not count are cut off, so that the functions of the continuum span what is fitted; a few pixels stay for the widths of the last ones.
    private static Spectrum Trimmed(Spectrum order)
    {
        const int spare = 4;
        int first = Math.Max(0, Array.FindIndex(order.Flux, double.IsFinite) - spare), end = Math.Min(order.Flux.Length, Array.FindLastIndex(order.Flux, double.IsFinite) + 1 + spare);
        return first == 0 && end == order.Flux.Length ? order : order with
        {
            WavelengthAngstrom = order.WavelengthAngstrom[first..end],
            Flux = order.Flux[first..end],
            Sigma = order.Sigma?[first..end],
            TelluricTransmission = order.TelluricTransmission?[first..end],
        };
    }

    /// <summary>The same with pixels that count less.</summary>
    /// <param name="factor">The factor of every pixel's weight, 0 to 1, length P.</param>
    /// <param name="variance">One over the weight that the factor is of, length P; null when there are no errors: pixels of factor 0 do not count then.</param>
    internal StarObservation Reweighted(double[] factor, double[]? variance)
    {
        int first = 0;
        var changed = new List<Spectrum>();
        foreach (Spectrum order in Orders)
        {
            int offset = first;
            first += order.Flux.Length;
            changed.Add(variance is null || order.Sigma is null
                ? order with { Flux = [.. order.Flux.Select((flux, i) => factor[offset + i] > 0 ? flux : double.NaN)] }
                : order with { Sigma = [.. order.Sigma.Select((sigma, i) => Math.Sqrt((sigma * sigma) + (variance[offset + i] * ((1 / factor[offset + i]) - 1))))] });
        }

        return new StarObservation(Name, changed, Exposures) { Notes = Notes, Unit = Unit };
    }

    /// <summary>The same on other wavelengths.</summary>
    /// <param name="wavelength">From a wavelength to the new one, ascending.</param>
    internal StarObservation Moved(Func<double, double> wavelength) =>
        new(Name, [.. Orders.Select(order => order with { WavelengthAngstrom = Array.ConvertAll(order.WavelengthAngstrom, w => wavelength(w)) })], Exposures) { Notes = Notes, Unit = Unit };

    /// <summary>The same with the wavelengths of all exposures in the frame in which the velocity is wanted.</summary>
    /// <param name="frameKmPerS">What is to be added to a velocity in the frame of an exposure, in km/s, by <see cref="Exposures"/>.</param>
    internal StarObservation InOneFrame(Func<int, double> frameKmPerS) => new(
        Name,
        [.. Orders.Select((order, n) => order with { WavelengthAngstrom = Array.ConvertAll(order.WavelengthAngstrom, w => w * DopplerShift.Factor(frameKmPerS(Exposures[n]))) })],
        Exposures) { Notes = Notes, Unit = Unit };

    /// <summary>One exposure of it.</summary>
    /// <param name="exposure">One of <see cref="Exposures"/>.</param>
    internal StarObservation Only(int exposure)
    {
        Spectrum[] own = [.. Orders.Where((_, n) => Exposures[n] == exposure)];
        return new StarObservation(Exposures.Distinct().Count() == 1 ? Name : own[0].Name, own, [.. own.Select(_ => exposure)]) { Notes = Notes };
    }

    /// <summary>The same in units of a continuum.</summary>
    /// <param name="continuum">Length P, above 0 where pixels count; others do not count any more.</param>
    internal StarObservation Over(double[] continuum)
    {
        int first = 0;
        var scaled = new List<Spectrum>();
        foreach (Spectrum order in Orders)
        {
            double[] own = [.. continuum.AsSpan(first, order.Flux.Length)];
            first += own.Length;
            scaled.Add(order with
            {
                Flux = [.. order.Flux.Zip(own, (flux, level) => level > 0 ? flux / level : double.NaN)],
                Sigma = order.Sigma is null ? null : [.. order.Sigma.Zip(own, (sigma, level) => level > 0 ? sigma / level : double.NaN)],
            });
        }

        return new StarObservation(Name, scaled, Exposures) { Notes = Notes, Unit = [.. continuum] };
    }
}
