using System.Text.Json.Nodes;
using Blase3D.Engine.Spectra;

namespace Blase3D.Cli;

/// <summary>What was read out of a file with a spectrum, as facts for <c>inspect</c>.</summary>
internal static class SpectrumReport
{
    private const int MostOrdersListed = 100;

    public static JsonObject Of(Exposure exposure)
    {
        SpectrumFacts facts = exposure.Facts;
        double[] flux = [.. exposure.Orders.SelectMany(order => order.Flux).Where(double.IsFinite).Order()];
        double[] ratios = [.. exposure.Orders.Select(order => order.SignalToNoise).OfType<double>()];
        var result = new JsonObject
        {
            ["type"] = "spectrum",
            ["format"] = facts.Format,
            ["extension"] = facts.Extension,
            ["instrument"] = facts.Instrument,
            ["object"] = facts.Star,
            ["date"] = facts.DateObserved,
            ["orders"] = exposure.Orders.Count,
            ["pixels"] = exposure.PixelCount,
            ["wavelength_angstrom"] = new JsonArray(
                exposure.Orders.Min(order => order.WavelengthAngstrom[0]), exposure.Orders.Max(order => order.WavelengthAngstrom[^1])),
            ["medium_of_the_file"] = facts.IsMediumAssumed ? "not stated, taken as vacuum" : facts.Medium.ToString().ToLowerInvariant(),
            ["frame"] = Word(facts.Frame),
            ["barycentric_velocity_km_per_s"] = facts.BarycentricVelocityKmPerS,
            ["errors_of_the_file"] = Word(facts.Errors),
            ["signal_to_noise"] = ratios.Length == 0 ? null : new JsonArray(ratios.Min(), ratios.Max()),
            ["masked_share"] = exposure.MaskedShare,
            ["flux"] = new JsonArray(flux[0], flux[flux.Length / 2], flux[^1]),
            ["flux_unit"] = facts.FluxUnit.Length > 0 ? facts.FluxUnit : null,
            ["normalized"] = facts.IsNormalized,
            ["telluric_transmission"] = exposure.Orders.Any(order => order.TelluricTransmission is not null),
        };
        if (exposure.Orders.Count > 1)
        {
            result["order_ranges"] = new JsonArray([.. exposure.Orders.Take(MostOrdersListed).Select(order => (JsonNode)FormattableString.Invariant(
                $"{order.Order}: {order.WavelengthAngstrom[0]:0.0} to {order.WavelengthAngstrom[^1]:0.0}"))]);
        }

        result["notes"] = new JsonArray([.. facts.Notes.Select(note => (JsonNode)note.TrimEnd('.'))]);
        return result;
    }

    private static string Word(SpectralFrame frame) => frame switch
    {
        SpectralFrame.Observatory => "observatory (no barycentric correction)",
        SpectralFrame.Heliocentric => "heliocentric",
        SpectralFrame.Barycentric => "barycentric",
        SpectralFrame.Star => "star at rest",
        _ => "not stated",
    };

    private static string Word(ErrorKind errors) => errors switch
    {
        ErrorKind.StandardDeviation => "standard deviations",
        ErrorKind.Variance => "variances",
        ErrorKind.InverseVariance => "inverse variances",
        _ => "none",
    };
}
