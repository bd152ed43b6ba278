using System.Text.Json.Nodes;
using Blase3D.Engine.Inference;
using Blase3D.Engine.Inference.Sampling;

namespace Blase3D.Engine.Storage.Tables;

/// <summary>The card of a result as JSON (data-schemas/inference-results.md).</summary>
internal static class InferenceCard
{
    private static readonly double[] Shares = [0.025, 0.16, 0.5, 0.84, 0.975];

    public static JsonObject ToJson(InferenceResult result, ResultCard card)
    {
        int dimensions = result.AxisNames.Count;
        var item = new JsonObject
        {
            ["likelihood"] = card.Likelihood,
            ["residuals"] = Name(card.ResidualModel),
            ["degrees_of_freedom"] = card.DegreesOfFreedom,
            ["chi_square"] = Number(card.ChiSquare),
            ["chi_square_with_model_error"] = Number(card.ChiSquareWithFloor),
            ["continuum_degree"] = card.ContinuumDegree,
            ["model_error"] = Numbers(card.ModelError),
            ["emulator_rms"] = Number(card.EmulatorRms),
            ["nearest_node"] = ByAxis(result, card.NearestNode),
            ["correlation"] = new JsonArray([.. Enumerable.Range(0, dimensions).Select(a => Numbers(card.Covariance.Correlation.AsSpan(a * dimensions, dimensions).ToArray()))]),
            ["other_minima"] = new JsonArray([.. card.OtherMinima.Select(other => (JsonNode)new JsonObject { ["point"] = ByAxis(result, other.Point), ["delta_chi_square"] = Number(other.DeltaChiSquare) })]),
            ["lines"] = new JsonArray([.. card.Lines.Select(line => (JsonNode)new JsonObject
            {
                ["center_angstrom"] = Number(line.CenterAngstrom),
                ["information_share"] = ByAxis(result, line.InformationShare),
                ["chi_square_share"] = Number(line.ChiSquareShare),
            })]),
        };
        if (card.Disagreeing.Count > 0)
        {
            item["disagreeing_lines"] = new JsonArray([.. card.Disagreeing.Select(line => (JsonNode)new JsonObject
            {
                ["center_angstrom"] = Number(line.CenterAngstrom),
                ["observed_angstrom"] = Number(line.ObservedAngstrom),
                ["mean_residual"] = Number(line.MeanResidual),
                ["significance"] = Number(line.Significance),
            })]);
        }

        if (card.Standards.Count > 0)
        {
            item["standards"] = new JsonArray([.. card.Standards.Select(star => (JsonNode)new JsonObject
            {
                ["spectrum"] = star.Name,
                ["label"] = ByStellarAxis(result, star.Label),
                ["left_out"] = star.LeftOut is null ? null : ByStellarAxis(result, star.LeftOut),
                ["velocity"] = Number(star.VelocityKmPerS),
                ["rms"] = Number(star.RmsBefore),
                ["rms_corrected"] = Number(star.RmsAfter),
            })]);
        }

        if (card.Posterior is { } posterior) item["posterior"] = OfPosterior(result, posterior);
        return item;
    }

    /// <summary>The name of an assumption in files.</summary>
    public static string Name(ResidualModel model) => model switch
    {
        ResidualModel.Independent => "independent",
        ResidualModel.Correlated => "correlated",
        _ => "larger",
    };

    private static JsonObject OfPosterior(InferenceResult result, PosteriorSample posterior)
    {
        var item = new JsonObject { ["draws"] = posterior.Draws.Count, ["accepted_share"] = Number(posterior.AcceptedShare) };
        for (int d = 0; d < result.AxisNames.Count; d++)
        {
            if (double.IsNaN(posterior.RHat[d])) continue;
            int axis = d;
            item[result.AxisNames[d]] = new JsonObject
            {
                ["quantiles"] = new JsonObject(Shares.Select(share => new KeyValuePair<string, JsonNode?>(FormattableString.Invariant($"{share}"), Number(posterior.Quantile(axis, share))))),
                ["r_hat"] = Number(posterior.RHat[d]),
                ["effective_size"] = Number(posterior.EffectiveSize[d]),
            };
        }

        return item;
    }

    private static JsonObject ByAxis(InferenceResult result, double[] values) =>
        new(result.AxisNames.Select((axis, d) => new KeyValuePair<string, JsonNode?>(axis, Number(values[d]))));

    // The axes of the manifold come first.
    private static JsonObject ByStellarAxis(InferenceResult result, double[] values) =>
        new(values.Select((value, d) => new KeyValuePair<string, JsonNode?>(result.AxisNames[d], Number(value))));

    private static JsonArray Numbers(IEnumerable<double> values) => [.. values.Select(value => (JsonNode?)Number(value))];

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
