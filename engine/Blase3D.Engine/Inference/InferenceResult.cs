using System.Text.Json.Serialization;
namespace Blase3D.Engine.Inference;

/// <summary>What was inferred from one spectrum.</summary>
public sealed record InferenceResult
{
    /// <summary>The axis names.</summary>
    public required IReadOnlyList<string> AxisNames { get; init; }

    /// <summary>The best point, one value per axis.</summary>
    public required double[] Value { get; init; }

    /// <summary>
    /// The standard error of every value; NaN for a fixed axis and where the spectrum does not constrain it. How it came to be is in
    /// <see cref="ParameterCovariance"/>, and what was assumed in <see cref="ResultCard.ResidualModel"/>.
    /// </summary>
    public required double[] Error { get; init; }

    /// <summary>Plain root mean square of spectrum minus model at the best point, in units of the continuum, whatever the likelihood.</summary>
    public required double Rms { get; init; }

    /// <summary>Reconstructions made for the values and their errors, not those for the card.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What to look at before using the result, for example <c>teff_at_prior_edge</c>; empty when there is nothing.</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Pixels that entered.</summary>
    public required int Pixels { get; init; }

    /// <summary>Sentences about the spectrum and the fit: what was left out, assumed, or looks wrong; empty when there is nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What stands behind the result; every inference gives one.</summary>
    public ResultCard? Card { get; init; }

    /// <summary>What the page of the star shows, when it was asked for.</summary>
    [JsonIgnore]
    public StarPage? Page { get; init; }
}
